import { marked } from 'marked';
import { expect, test } from 'vitest';
import { makeReport } from '../../src/cli/build-report.ts';
import type { RecordingData } from '../../src/core/recording.ts';
import { compareRuns } from '../../src/replay/compare/compare-runs.ts';
import { presetSettings } from '../../src/replay/presets.ts';
import { comparisonMarkdown } from '../../src/report/comparison/markdown.ts';
import { comparisonModel } from '../../src/report/comparison/model.ts';
import { markdownCode, markdownText } from '../../src/report/markdown-text.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { visible } from '../../src/core/visible.ts';
import { HOSTILE_NAMES } from '../support/hostile-names.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

const level = presetSettings('level');

/** Names that mean something to GitHub or to Markdown, beside those that mean something to HTML. */
const NAMES = [
  ...HOSTILE_NAMES,
  ...[
    '@everyone',
    'a@b.example',
    '#1',
    'org/repo#12',
    'https://evil.example/x',
    'www.evil.example',
  ],
  ...[
    '- a list',
    '1. one',
    '===',
    '    code',
    '> quote',
    '~~gone~~',
    '$x$',
    '$$y$$',
    '[x](//evil)',
  ],
  ...['![x](//evil)', '**bold**', '__bold__', '`code`', '``', '\\', 'a\\|b', '|', '&amp;', ':+1:'],
];

/** Elements of the HTML that a parser of GitHub's Markdown makes, with how many there are of each. */
function elements(markdown: string): Record<string, number> {
  const html = marked.parse(markdown, { async: false, gfm: true });
  const counts: Record<string, number> = {};
  for (const [, tag = ''] of html.matchAll(/<([a-z][a-z0-9]*)/gi))
    counts[tag] = (counts[tag] ?? 0) + 1;
  return counts;
}

/** The text that people read. */
const shown = (markdown: string): string =>
  marked
    .parse(markdown, { async: false, gfm: true })
    .replace(/<!--.*?-->|<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

test('every name is shown as it is, and is no element, mention, reference or address', () => {
  for (const name of NAMES) {
    const markdown = markdownText(name);
    expect(elements(markdown), name).toEqual({ p: 1 });
    expect(shown(markdown).trim(), name).toBe(visible(name).trim().replaceAll(/\s+/g, ' '));
    expect(markdown, name).not.toMatch(/@\w|#\d|:\/\/|www\.|\n/);
  }
});

test('code spans hold any text', () => {
  for (const text of ['a', '`', 'a``b', '<img src=x>', '--metrics x']) {
    expect(elements(markdownCode(text)), text).toEqual({ p: 1, code: 1 });
    expect(shown(markdownCode(text)).trim(), text).toBe(text);
  }
});

function spiky(names: readonly string[]): RecordingData {
  return aRecording(
    names.map((pod, p) =>
      columnsOf(aSeries({ pod, namespace: `n${String(p)}`, workload: pod }), [
        ...Array<number>(70).fill(0.1 + p / 1000),
        ...[9, 9, 9, 9],
      ]),
    ),
  );
}

const plain = NAMES.map((_, n) => `pod-${String(n)}`);

test('a report of such names has the elements of one with plain names', () => {
  const report = (names: readonly string[], title: string): string =>
    reportMarkdown(makeReport(spiky(names), level, null, title).model);
  const markdown = report(NAMES, '<b>title</b> @all');
  expect(elements(markdown)).toEqual(elements(report(plain, 'title')));
  expect(shown(markdown)).toContain('<b>title</b> @all');
});

test('a comparison of such names has the elements of one with plain names', () => {
  const compared = (names: readonly string[], runs: readonly [string, string]): string => {
    const [before, after] = [spiky(names), spiky(names.slice(1))];
    const comparison = compareRuns([
      { name: runs[0], data: before },
      { name: runs[1], data: after },
    ]);
    const alerts = [
      { alerts: 1, series: 2 },
      { alerts: 3, series: 4 },
    ];
    return comparisonMarkdown(
      comparisonModel({ title: runs.join(' '), comparison, settings: 'default', alerts }),
    );
  };
  const markdown = compared(NAMES, ['<img src=x onerror=alert(1)>', '@all | #1']);
  expect(elements(markdown)).toEqual(elements(compared(plain, ['a', 'b'])));
  expect(markdown).toContain('- Only in ');
});
