import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { makeReport } from '../../src/cli/build-report.ts';
import { pageScript } from '../../src/cli/page-script.ts';
import { compareRuns } from '../../src/replay/compare/compare-runs.ts';
import { presetSettings } from '../../src/replay/presets.ts';
import { comparisonHtml } from '../../src/report/comparison/html.ts';
import { comparisonModel } from '../../src/report/comparison/model.ts';
import { reportHtml } from '../../src/report/html.ts';
import { comparisonPictures } from '../../src/report/pictures/comparison-pictures.ts';
import type { Picture } from '../../src/report/pictures/picture.ts';
import { reportPictures } from '../../src/report/pictures/report-pictures.ts';
import { visible } from '../../src/core/visible.ts';
import { inChromium, openFile, openPage, sharedBrowser } from '../support/chromium.ts';
import { HOSTILE_NAMES } from '../support/hostile-names.ts';
import { hostileRun } from '../support/hostile-run.ts';
import { tempFolder } from '../support/temp.ts';

const browser = sharedBrowser();

const level = presetSettings('level');
const PLAIN = HOSTILE_NAMES.map((_, n) => `plain-${String(n)}`);
const TITLE = HOSTILE_NAMES.slice(0, 20).join(' ');

function file(content: string, name = 'page.html'): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** The names of all elements on a page, each once, and every attribute that could do something. */
const ELEMENTS = `(() => {
  const all = [...document.querySelectorAll('*')];
  return {
    tags: [...new Set(all.map(({ localName }) => localName))].sort(),
    scripts: document.scripts.length,
    active: all.flatMap((one) => [...one.attributes])
      .filter(({ name, value }) =>
        /^(on|srcdoc|action|formaction|style.*expression)/.test(name) ||
        (/^(href|xlink:href|src)$/.test(name) && !value.startsWith('#')))
      .map(({ name, value }) => name + '=' + value),
  };
})()`;

interface Elements {
  readonly tags: readonly string[];
  readonly scripts: number;
  readonly active: readonly string[];
}

const elements = (page: Page): Promise<Elements> => page.evaluate<Elements>(ELEMENTS);

const report = (names: readonly string[], title: string) =>
  makeReport(hostileRun(names), level, null, title);

inChromium(
  'a report of hostile names everywhere has no element that a plain one has not',
  async () => {
    const written = (names: readonly string[], title: string): string =>
      file(reportHtml(report(names, title), pageScript()));
    expect(new Set(HOSTILE_NAMES).size).toBe(60);
    const plain = await openFile(browser(), written(PLAIN, 'plain'));
    const { page, complaints } = await openFile(browser(), written(HOSTILE_NAMES, TITLE));
    for (const opened of [plain.page, page]) {
      await opened.locator('details.series[open]').first().scrollIntoViewIfNeeded();
      await opened.locator('details.series[open] .chart svg path').first().waitFor();
    }
    const [expected, found] = [await elements(plain.page), await elements(page)];
    expect(expected.tags).toEqual(expect.arrayContaining([...found.tags]));
    expect(found.scripts).toBe(expected.scripts);
    expect(found.active).toEqual([]);
    expect(await page.locator('h1').textContent()).toBe(visible(TITLE));
    const text = (await page.locator('body').textContent()) ?? '';
    for (const name of HOSTILE_NAMES) expect(text).toContain(visible(name));
    expect(complaints).toEqual([]);
  },
);

inChromium('handlers, scripts and eval that DevTools put into the page are blocked', async () => {
  const { page } = await openFile(
    browser(),
    file(reportHtml(report(PLAIN.slice(0, 2), 'plain'), pageScript())),
  );
  const session = await page.context().newCDPSession(page);
  const run = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      ...{ expression, returnByValue: true, awaitPromise: true },
      allowUnsafeEvalBlockedByCSP: false,
    });
    return exceptionDetails?.exception?.className ?? result.value;
  };
  await run(`window.blocked = []; addEventListener('securitypolicyviolation', (event) => {
    window.blocked.push(event.effectiveDirective);
  })`);
  await run(`document.body.insertAdjacentHTML('beforeend',
    '<button id="evil" onclick="window.ran = true">x</button>')`);
  await run(`document.getElementById('evil').click()`);
  await run(`(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
  })()`);
  expect(await run(`eval('window.ran = true')`)).toBe('EvalError');
  expect(await run(`new Function('window.ran = true')()`)).toBe('EvalError');
  await run(`fetch('https://example.invalid/').catch(() => undefined)`);
  expect(await run('window.ran ?? "never"')).toBe('never');
  await expect
    .poll(() => run('window.blocked.join(" ")'))
    .toMatch(/script-src-attr.*script-src-elem.*connect-src/);
  await page.locator('details.series[open]').first().scrollIntoViewIfNeeded();
  await page.locator('details.series[open] .chart svg path').first().waitFor();
});

const compared = (names: readonly string[]) => {
  const comparison = compareRuns([
    { name: names[0] ?? '', data: hostileRun(names) },
    { name: names[1] ?? '', data: hostileRun(names.slice(0, 40)) },
  ]);
  const alerts = [
    { alerts: 1, series: 2 },
    { alerts: 3, series: 4 },
  ];
  const model = comparisonModel({ title: names.join(' '), comparison, settings: 'x', alerts });
  return { model, comparison };
};

inChromium('a comparison of hostile names has no element that a plain one has not', async () => {
  const written = (names: readonly string[]): string => {
    const { model, comparison } = compared(names);
    return file(comparisonHtml(model, comparison));
  };
  const plain = await openPage(browser(), written(PLAIN));
  const { page, complaints } = await openPage(browser(), written(HOSTILE_NAMES));
  const [expected, found] = [await elements(plain.page), await elements(page)];
  expect(found).toEqual({ ...expected, active: [] });
  expect(complaints).toEqual([]);
});

/** All that charts are made of. */
const KINDS = [
  'circle',
  'clipPath',
  'defs',
  'g',
  'line',
  'path',
  'rect',
  'style',
  'svg',
  'text',
  'title',
];

inChromium('charts of hostile names are SVG that holds nothing else', async () => {
  const { model, comparison } = compared(HOSTILE_NAMES);
  const pictures: readonly Picture[] = [
    ...reportPictures(report(HOSTILE_NAMES, TITLE)).slice(0, 3),
    ...comparisonPictures(model, comparison).slice(0, 1),
  ];
  for (const { name, draw } of pictures) {
    expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9.-]*$/);
    const { page, complaints, context } = await openPage(browser(), file(await draw(), 'a.svg'));
    const { tags, active } = await elements(page);
    expect(KINDS).toEqual(expect.arrayContaining([...tags]));
    expect({ active, complaints }).toEqual({ active: [], complaints: [] });
    await context.close();
  }
});

/** A drawing without its texts. */
const untold = (svg: string): string =>
  svg.replace(/<title>.*?<\/title>/gs, '').replace(/(<text[^>]*>)[^<]*/g, '$1');

test('names that look like expressions give the chart that plain names give', async () => {
  const drawn = async (name: string): Promise<string> => {
    const [timeline, series] = reportPictures(report([name], name));
    return untold(`${(await timeline?.draw()) ?? ''}${(await series?.draw()) ?? ''}`);
  };
  const plain = await drawn('plain-name');
  expect(plain.length).toBeGreaterThan(5000);
  const tricky = [
    ...["datum['v']", '"+alert(1)+"', '${alert(1)}', 'a.b[c]', 'a\\.b', '__proto__', 'toString'],
    ...['span', 'reach', 'width', '$&', 'a\nb'],
  ];
  expect(HOSTILE_NAMES).toEqual(expect.arrayContaining(tricky));
  for (const name of tricky) expect((await drawn(name)) === plain, name).toBe(true);
});
