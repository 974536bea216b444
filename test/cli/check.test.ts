import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { junitXml } from '../../src/cli/check/forms.ts';
import { runCli } from '../support/cli.ts';
import { casesOf, readXml } from '../support/junit.ts';
import { tempFolder } from '../support/temp.ts';

let cwd = '';
const check = (...args: string[]) => runCli(['check', ...args], { cwd });

/** Series with alerts in a leaking run, as `check --json` names them. */
async function found(): Promise<{ series: string; cause: string }[]> {
  const { stdout } = await check('leak.db', '--json');
  return (JSON.parse(stdout) as { findings: { series: string; cause: string }[] }).findings;
}

const accept = (entries: readonly object[]): string => {
  writeFileSync(join(cwd, 'known.json'), JSON.stringify({ accepted: entries }));
  return 'known.json';
};

beforeEach(async () => {
  cwd = tempFolder();
  await runCli(['synth', 'steady', '-o', 'calm.db'], { cwd });
  await runCli(['synth', 'memory-leak', '-o', 'leak.db'], { cwd });
});

test('a passing, a failing and a broken gate have their own exit codes', async () => {
  const passing = await check('calm.db');
  expect({ code: passing.code, out: passing.stdout.slice(0, 7) }).toEqual({
    code: 0,
    out: 'passed:',
  });
  const failing = await check('leak.db');
  expect({ code: failing.code, out: failing.stdout.slice(0, 7) }).toEqual({
    code: 3,
    out: 'FAILED:',
  });
  expect(failing.stdout.split('\n').length).toBeLessThanOrEqual(24);
  expect((await check('leak.db', '--metrics', 'cpuu')).code).toBe(2);
  expect((await check('calm.db', '--metrics', 'cpu,disk')).code).toBe(2);
  expect((await check('calm.db', '--min-coverage', '2')).code).toBe(2);
});

test('an unknown series in the accepted findings breaks the gate, even of a calm run', async () => {
  const entry = { series: 'no/such/pod/memory', reason: 'x', expires: '2999-01-01' };
  expect((await check('calm.db', '--accept', accept([entry]))).code).toBe(2);
  const cause = { series: '*/*/*/memory', cause: 'laek', reason: 'x', expires: '2999-01-01' };
  expect((await check('leak.db', '--accept', accept([cause]))).code).toBe(2);
  const day = { series: '*/*/*/memory', reason: 'x', expires: 'soon' };
  expect((await check('leak.db', '--accept', accept([day]))).code).toBe(2);
});

test('accepted findings do not count until their day is past', async () => {
  const entries = (await found()).map(({ series, cause }) => ({ series, cause, reason: 'known' }));
  expect(entries.length).toBeGreaterThan(0);
  const until = (expires: string) => accept(entries.map((entry) => ({ ...entry, expires })));
  const held = await check('leak.db', '--accept', until('2999-01-01'), '--junit', 'a.xml');
  expect(held.code).toBe(0);
  expect(readFileSync(join(cwd, 'a.xml'), 'utf8')).toContain('<skipped message="known"/>');
  const past = await check('leak.db', '--accept', until('2001-01-01'));
  expect({ code: past.code, told: past.stdout.includes('Accepted until 2001-01-01') }).toEqual({
    ...{ code: 3, told: true },
  });
  const other = entries.map((entry) => ({ ...entry, cause: 'missing', expires: '2999-01-01' }));
  expect((await check('leak.db', '--accept', accept(other))).code).toBe(3);
});

test('more usage than in the baseline fails, the same does not', async () => {
  const csv = (factor: number): string => {
    const rows = Array.from({ length: 240 }, (_, i) => {
      const time = new Date(Date.UTC(2024, 0, 1) + i * 15_000).toISOString();
      const wave = 1 + ((i * 7) % 11) / 200;
      const memory = Math.round(50e6 * factor * wave);
      return `${time},shop,web-1,web,${(0.2 * factor * wave).toFixed(6)},${String(memory)}`;
    });
    return ['timestamp,namespace,pod,container,cpu_cores,memory_bytes', ...rows, ''].join('\n');
  };
  for (const [name, factor] of [
    ['before', 1],
    ['more', 1.3],
    ['less', 0.7],
  ] as const) {
    writeFileSync(join(cwd, `${name}.csv`), csv(factor));
    await runCli(['import', `${name}.csv`, '-o', `${name}.db`], { cwd });
  }
  const more = await check('more.db', '--baseline', 'before.db');
  expect({ code: more.code, told: more.stdout.includes('regression') }).toEqual({
    code: 3,
    told: true,
  });
  expect((await check('more.db', '--baseline', 'before.db', '--tolerance', '0.5')).code).toBe(0);
  expect((await check('less.db', '--baseline', 'before.db')).code).toBe(0);
  expect((await check('before.db', '--baseline', 'before.db')).code).toBe(0);
  const known = accept([
    { series: 'shop/*/web/*', cause: 'regression', reason: 'new cache', expires: '2999-01-01' },
  ]);
  expect((await check('more.db', '--baseline', 'before.db', '--accept', known)).code).toBe(0);
});

test('annotations and JUnit name every finding', async () => {
  const { code, stdout } = await check('leak.db', '--format', 'github', '--junit', 'b.xml');
  expect(code).toBe(3);
  const findings = await found();
  expect(stdout.match(/^::error title=podtape [a-z-]+::/gm)).toHaveLength(findings.length);
  const xml = readFileSync(join(cwd, 'b.xml'), 'utf8');
  expect(xml.match(/<failure /g)).toHaveLength(findings.length);
  expect(xml).toContain(`failures="${String(findings.length)}"`);
});

test('JUnit says in ASCII what XML cannot hold', () => {
  const names = ['a\ufffeb', 'a\uffffb', 'a\ud800b'];
  const findings = names.map((name) => ({
    ...{ series: name, cause: 'unknown', message: name, accepted: null },
  }));
  const gate = { passed: false, findings, evaluated: 1, series: 1, coverage: 1 };
  const xml = readXml(junitXml('run.db', { ...gate, expired: [], unused: [] }));
  expect(casesOf(xml).map(({ attributes }) => attributes['classname'])).toEqual([
    ...['a\\u{fffe}b', 'a\\u{ffff}b', 'a\\u{d800}b'],
  ]);
});
