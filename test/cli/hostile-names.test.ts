import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked } from 'marked';
import { beforeEach, expect, test } from 'vitest';
import { visible } from '../../src/core/visible.ts';
import { runCli } from '../support/cli.ts';
import { hostileRun } from '../support/hostile-run.ts';
import { HOSTILE_NAMES } from '../support/hostile-names.ts';
import { casesOf, junitFaults, readXml } from '../support/junit.ts';
import { writeRun } from '../support/recordings.ts';
import { tempFolder } from '../support/temp.ts';

/** Names that mean something to a terminal, to XML or to GitHub, beside those that mean it to HTML. */
const NAMES = [
  ...[
    '::error::x',
    '%0A::error file=a::x',
    '%',
    'a%2Cb:c,d',
    'a\n::set-output name=x::y',
    '##[error]x',
  ],
  ...["it's", '"quoted"', '<failure>', '&amp;', '&', ']]>', '@everyone', '1. one', '[x](//evil)'],
  ...['\u001b]0;title\u0007', 'b\u0008\u0008', '👩‍👩‍👧', '\u202etxt.exe', '__proto__', '*'],
  ...HOSTILE_NAMES,
];

let cwd = '';
const check = (...args: string[]) =>
  runCli(['check', 'run.db', '--preset', 'level', ...args], { cwd });

/** What no output may hold: it would move the cursor, or hide or turn what stands around it. */
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2066-\u2069\ufeff]/u;

interface Found {
  readonly series: string;
  readonly cause: string;
}

let findings: readonly Found[] = [];

beforeEach(async () => {
  cwd = tempFolder();
  writeRun(join(cwd, 'run.db'), hostileRun(NAMES));
  const { stdout } = await check('--json');
  ({ findings } = JSON.parse(stdout) as { findings: readonly Found[] });
});

const accept = (entries: readonly object[]): string => {
  writeFileSync(join(cwd, 'known.json'), JSON.stringify({ accepted: entries }));
  return 'known.json';
};

test('a gate that fails names every series in JUnit that parses and counts right', async () => {
  const { code, stdout, stderr } = await check('--junit', 'a.xml', '--force');
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  expect(stdout).not.toMatch(UNSEEN);
  expect(findings.length).toBeGreaterThan(NAMES.length / 2);
  const path = join(cwd, 'a.xml');
  const xml = readXml(readFileSync(path, 'utf8'));
  expect(junitFaults(xml)).toEqual([]);
  expect(casesOf(xml).map(({ attributes }) => attributes['classname'])).toEqual(
    findings.map(({ series }) => visible(series)),
  );
  const { error, status, stderr: told } = spawnSync('xmllint', ['--noout', path]);
  if (error === undefined) expect({ status, told: String(told) }).toEqual({ status: 0, told: '' });
});

test('annotations are one line each, and their text is text', async () => {
  const { code, stdout } = await check('--format', 'github');
  expect(code).toBe(3);
  expect(stdout).not.toMatch(UNSEEN);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(findings.length + 1);
  // As the runner reads a command: properties up to the next two colons, then the message.
  const messages = lines.slice(0, -1).map((line) => {
    const [, message = ''] = /^::error title=podtape [a-z-]+::(.*)$/.exec(line) ?? [];
    expect(message).not.toMatch(/%(?!25)/);
    return message.replaceAll('%25', '%');
  });
  messages.forEach((message, i) => {
    expect(message.startsWith(`${visible(findings[i]?.series ?? '')}: `)).toBe(true);
  });
});

test('a gate passes where all is accepted, with the reasons as they are; a broken one is neither', async () => {
  const entries = findings.map(({ series }, i) => ({
    ...{ series, reason: NAMES[i % NAMES.length], expires: '2999-01-01' },
  }));
  const passed = await check('--accept', accept(entries), '--junit', 'b.xml', '--force');
  expect({ code: passed.code, out: passed.stdout.slice(0, 7) }).toEqual({
    code: 0,
    out: 'passed:',
  });
  const xml = readXml(readFileSync(join(cwd, 'b.xml'), 'utf8'));
  expect(junitFaults(xml)).toEqual([]);
  const reasons = casesOf(xml).map(({ children: [inner] }) => inner?.attributes['message']);
  expect(reasons).toEqual(entries.map(({ reason }) => visible(reason ?? '')));
  const noted = await check('--accept', 'known.json', '--format', 'github');
  expect(noted.code).toBe(0);
  expect(
    noted.stdout
      .trimEnd()
      .split('\n')
      .every((line) => line.startsWith('::notice ')),
  ).toBe(true);
  expect(noted.stdout).not.toMatch(UNSEEN);

  const unknown = '\u001b[31mno\n::error::such/pod';
  const entry = { series: unknown, reason: 'x', expires: '2999-01-01' };
  const broken = await check('--accept', accept([entry]));
  expect({ code: broken.code, out: broken.stdout }).toEqual({ code: 2, out: '' });
  expect(broken.stderr).not.toMatch(UNSEEN);
  expect(broken.stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('a difference of runs shows names as text in its table, JSON and Markdown', async () => {
  const calm = hostileRun(NAMES.slice(0, 20));
  const series = calm.series.map((one) => ({ ...one, values: one.values.map((v) => v / 2) }));
  writeRun(join(cwd, 'before.db'), { ...calm, series });
  const diff = (...args: string[]) =>
    runCli(['diff', 'before.db', 'run.db', '--preset', 'level', ...args], { cwd });
  const table = await diff();
  expect({ code: table.code, stderr: table.stderr }).toEqual({ code: 0, stderr: '' });
  expect(table.stdout).not.toMatch(UNSEEN);
  const { workloads } = JSON.parse((await diff('--json')).stdout) as {
    workloads: readonly { workload: string }[];
  };
  for (const { workload } of workloads) expect(NAMES).toContain(workload);
  const { stdout } = await diff('--format', 'markdown');
  const html = marked.parse(stdout, { async: false, gfm: true });
  const tags = new Set([...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag));
  const known = ['p', 'strong', 'table', 'thead', 'tbody', 'tr', 'th', 'td'];
  expect([...tags].filter((tag) => !known.includes(tag ?? ''))).toEqual([]);
  expect(stdout).not.toMatch(/@\w/);
  expect(stdout).not.toMatch(UNSEEN);
});
