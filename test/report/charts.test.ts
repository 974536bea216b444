import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { compileCharts } from '../../src/report/charts/compile.ts';
import { tempFolder } from '../support/temp.ts';

const driver = fileURLToPath(new URL('../support/chart-svg.ts', import.meta.url));

test('every chart draws the same bytes in any time zone', () => {
  const bundle = join(tempFolder(), 'chart-svg.mjs');
  buildSync({
    ...{ entryPoints: [driver], outfile: bundle, bundle: true, logLevel: 'error' },
    ...{ platform: 'node', format: 'esm', target: 'node20', external: ['canvas'] },
  });
  const drawn = (TZ: string): Record<string, string> =>
    JSON.parse(
      execFileSync(process.execPath, [bundle], { env: { TZ }, encoding: 'utf8' }),
    ) as Record<string, string>;
  const here = drawn('UTC');
  expect(drawn('Asia/Tokyo')).toEqual(here);
  expect(drawn('America/New_York')).toEqual(here);
  expect(here['axis']).toContain('Nov 15');
  expect(here['value']).toContain('limit 3');
});

test('templates hold no expression but over fields of fixed names', () => {
  const text = JSON.stringify(compileCharts());
  const fields = [...text.matchAll(/datum\[\\"(.*?)\\"\]|datum\.(\w+)/g)].map((m) => m[1] ?? m[2]);
  const known = [
    't',
    'v',
    'b',
    'from',
    'to',
    'at',
    'align',
    'dx',
    'x',
    'y',
    'z',
    'tip',
    'name',
    'told',
    'kind',
  ];
  expect(known).toEqual(expect.arrayContaining([...new Set(fields)]));
  expect(text).not.toContain('"href"');
  expect(text).not.toMatch(/"type":"time"/);
});
