import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CHROMIUM } from '../support/chromium.ts';
import { runCli } from '../support/cli.ts';
import { schemaFaults, schemaNamed } from '../support/json-schema.ts';
import { tempFolder } from '../support/temp.ts';

const csv = fileURLToPath(new URL('../../fixtures/csv/pods.csv', import.meta.url));

/** A folder with run.db, and how it is reported on. */
async function withRun() {
  const cwd = tempFolder();
  const { code } = await runCli(['import', csv, '-o', 'run.db', '--quiet'], { cwd });
  expect(code).toBe(0);
  const report = (args: readonly string[], env = {}) =>
    runCli(['report', 'run.db', '--quiet', ...args], { cwd, env });
  return { cwd, report };
}

test('JSON of a run and of a comparison is as its schema says', async () => {
  const { report } = await withRun();
  const [one, two] = await Promise.all([
    report(['--json']),
    report(['run.db', '--format', 'json']),
  ]);
  expect(schemaFaults(schemaNamed('report'), JSON.parse(one.stdout))).toEqual([]);
  expect(schemaFaults(schemaNamed('comparison'), JSON.parse(two.stdout))).toEqual([]);
});

test('a folder of SVG has the same bytes in every time zone and locale', async () => {
  const { cwd, report } = await withRun();
  const places = ['UTC', 'Asia/Tokyo'].flatMap((TZ) =>
    ['C', 'de_DE.UTF-8'].map((LANG) => ({ TZ, LANG })),
  );
  const drawn = await Promise.all(
    places.map(async ({ TZ, LANG }, p) => {
      const folder = `charts-${String(p)}`;
      const env = { TZ, LANG, LC_ALL: LANG };
      const { code, stderr } = await report(['--format', 'svg', '-o', folder], env);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const names = readdirSync(join(cwd, folder)).sort();
      return Object.fromEntries(
        names.map((name) => [name, readFileSync(join(cwd, folder, name), 'utf8')]),
      );
    }),
  );
  const [first = {}, ...others] = drawn;
  expect(Object.keys(first)).toContain('timeline.svg');
  expect(Object.keys(first).length).toBeGreaterThan(2);
  for (const svg of Object.values(first)) {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="\d+"/);
    expect(svg).not.toContain('var(--');
  }
  for (const other of others) expect(other).toEqual(first);
  const last = Object.keys(first).pop() ?? '';
  const alone = await report(['--format', 'svg', '--chart', last.replace('.svg', '')]);
  expect(alone.stdout).toBe(first[last]);
});

test('one chart goes to stdout; an unknown one is answered with those there are', async () => {
  const { report } = await withRun();
  const chart = await report(['--format', 'svg', '--chart', 'timeline']);
  expect(chart.stdout).toMatch(/^<svg .*<\/svg>\n$/s);
  const unknown = await report(['--format', 'svg', '--chart', 'nope']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('there is timeline, ');
  const senseless = await report(['--chart', 'timeline']);
  expect(senseless.code).toBe(2);
  expect(senseless.stderr).toContain('--format svg');
});

test.skipIf(CHROMIUM === null)('PNG is drawn by the browser that is installed', async () => {
  const { cwd, report } = await withRun();
  const args = ['--format', 'png', '--chart', 'timeline'];
  const { code, stderr } = await report(args, { CHROMIUM: CHROMIUM ?? '' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const png = readFileSync(join(cwd, 'timeline.png'));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  // The drawing is 992 wide, the picture has two pixels for one.
  expect(png.readUInt32BE(16)).toBe(1984);
});

test('without a browser PNG is refused before any work, with what to do instead', async () => {
  const args = ['report', 'run.db', '--format', 'png', '-o', 'none'];
  const cwd = tempFolder();
  const none = await runCli(args, { cwd, env: { PATH: '/nowhere' } });
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('use --format svg');
  const wrong = await runCli(args, { cwd, env: { CHROMIUM: '/nowhere/chromium' } });
  expect(wrong.stderr).toContain('CHROMIUM names /nowhere/chromium');
});
