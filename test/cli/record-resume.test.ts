import { copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { readRecording } from '../../src/record/recording/reader.ts';
import { verifyRecording } from '../../src/record/recording/verify.ts';
import { makeCertificate, type Certificate } from '../support/certificates.ts';
import { runCli, startCli } from '../support/cli.ts';
import { startFakeApi, steadyPods, type FakeApi } from '../support/fake-api.ts';
import { expectDelivered, expectLedger } from '../support/ledger.ts';
import { tempFolder } from '../support/temp.ts';

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});

async function scene(): Promise<{ api: FakeApi; cwd: string; env: Record<string, string> }> {
  const api = await startFakeApi(certificate);
  const cwd = tempFolder();
  return { api, cwd, env: { KUBECONFIG: api.kubeconfig(cwd) } };
}

const RESUME = ['record', '--resume', 'run.db', '--interval', '200ms'];
const INTERVAL_MS = 200;

/** Ticks of a file: counted without holes, and due one interval apart. */
function expectOneSchedule(file: string) {
  const { ticks } = readRecording(file);
  expect(ticks.map(({ seq }) => seq)).toEqual(ticks.map((_, i) => i + 1));
  const steps = ticks.slice(1).map((tick, i) => tick.scheduledMs - (ticks[i]?.scheduledMs ?? 0));
  expect(new Set(steps)).toEqual(new Set([INTERVAL_MS]));
  return ticks;
}

test('after kill -9 the same run goes on, its gap is recorded, and alerts are those of a replay', async () => {
  const { api, cwd, env } = await scene();
  const steady = steadyPods();
  api.pods = (n) =>
    steady(n).map((pod) =>
      pod.metadata.name === 'web-2' && n >= 16 && n <= 19
        ? { ...pod, containers: [{ name: 'app', usage: { cpu: '400m', memory: '64Mi' } }] }
        : pod,
    );
  const settings = ['--detector', 'mad', '--window', '20', '--warmup', '6', '--threshold', '5'];
  const detect = ['--detect', '--format', 'json', '--progress', 'json', ...settings];
  const first = startCli([...RESUME, ...detect], { cwd, env });
  await first.until(/"seq":10,/);
  first.child.kill('SIGKILL');
  const killed = await first.ended;
  expect(killed.stderr).toMatch(/"output":"run.db"/);
  await wait(900);

  const second = await runCli([...RESUME, ...detect, '--duration', '4s'], { cwd, env });
  expect(second).toMatchObject({ code: 0 });
  expect(second.stderr).toMatch(/Going on with run.db after \d+ ticks; \d+ were missed since/);
  const file = join(cwd, 'run.db');
  const ticks = expectOneSchedule(file);
  const gap = ticks.filter(({ reason }) => reason === 'no recorder was running');
  expect(gap.length).toBeGreaterThanOrEqual(3);
  expect(new Set(gap.map(({ outcome }) => outcome))).toEqual(new Set(['missed']));
  // Every tick was told once, by one of the two processes, or was safe when the first was killed.
  const told = [...(killed.stderr + second.stderr).matchAll(/"seq":(\d+)/g)].map(([, n]) => n);
  expect(new Set(told).size).toBe(told.length);
  expect(ticks.length - told.length).toBeLessThanOrEqual(1);
  // An answer that was on its way at the moment of the kill is lost: nobody told of it.
  const times = new Set(readRecording(file).series.flatMap((one) => [...one.times]));
  const kept = api.ledger.filter(([pod]) => times.has(Date.parse(pod?.timestamp ?? '')));
  expect(api.ledger.length - kept.length).toBeLessThanOrEqual(1);
  expectDelivered(file, kept);
  expect(verifyRecording(file)).toMatchObject({ damagedTicks: [], problems: [], finalised: true });
  expect(readdirSync(cwd).filter((name) => name.includes('.db'))).toEqual(['run.db']);

  const events = second.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string });
  const replay = await runCli(['replay', 'run.db', '--json', ...settings], { cwd });
  const { alerts } = JSON.parse(replay.stdout) as { alerts: object[] };
  expect(alerts).toHaveLength(1);
  expect(events.map(({ event }) => event)).toEqual(['open', 'close']);
  expect({ ...alerts[0], event: 'close' }).toMatchObject({ ...events[1] });
}, 40_000);

test('a run that ended cleanly can go on, too', async () => {
  const { api, cwd, env } = await scene();
  for (const duration of ['400ms', '400ms']) {
    const { code, stderr } = await runCli([...RESUME, '--duration', duration], { cwd, env });
    expect({ code, stderr }).toMatchObject({ code: 0 });
  }
  const ticks = expectOneSchedule(join(cwd, 'run.db'));
  expect(ticks.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThanOrEqual(3);
  expect(ticks[0]?.outcome).toBe('ok');
  expectLedger(join(cwd, 'run.db'), api);
});

test('what cannot be gone on with is refused in a sentence, and left as it was', async () => {
  const { api, cwd, env } = await scene();
  const record = ['record', '-o', 'run.db', '--interval', '200ms', '--duration', '200ms'];
  expect((await runCli(record, { cwd, env })).code).toBe(0);
  const { digest } = verifyRecording(join(cwd, 'run.db'));
  const other = [...RESUME, '-n', 'other'];
  const faster = ['record', '--resume', 'run.db', '--interval', '300ms'];
  const both = [...RESUME, '-o', 'b.db'];
  const cases: (readonly [string[], RegExp])[] = [
    [other, /recording of .*namespace shop.*, not of .*namespace other/],
    [faster, /polled every 200ms/],
    [both, /leave out -o/],
  ];
  // One after the other: each holds the file's lock for as long as it looks at it.
  for (const [args, words] of cases) {
    const { code, stderr } = await runCli(args, { cwd, env });
    expect(stderr).toMatch(words);
    expect(code).toBe(2);
  }
  api.fault = () => ({ does: 'status', status: 403 });
  expect((await runCli(RESUME, { cwd, env })).code).toBe(4);
  expect(verifyRecording(join(cwd, 'run.db'))).toMatchObject({ digest, finalised: true });
});

test('a second recorder is refused within two seconds, and the first goes on', async () => {
  const { api, cwd, env } = await scene();
  const first = startCli([...RESUME, '--duration', '3s'], { cwd, env });
  await first.until(/Recording namespace shop/);
  const startMs = performance.now();
  const { code, stderr } = await runCli(RESUME, { cwd, env });
  expect(code).toBe(6);
  expect(stderr).toMatch(/another recorder is writing it/);
  expect(performance.now() - startMs).toBeLessThan(10_000);
  expect((await first.ended).code).toBe(0);
  expectLedger(join(cwd, 'run.db'), api);
});

test.each([
  [
    'deleted',
    (file: string) => {
      rmSync(file);
    },
  ],
  [
    'renamed',
    (file: string) => {
      renameSync(file, `${file}.moved`);
    },
  ],
  [
    'replaced',
    (file: string) => {
      copyFileSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    },
  ],
])(
  'a file that is %s while it is recorded ends it with code 6 at the next tick',
  async (_, act) => {
    const { cwd, env } = await scene();
    const cli = startCli([...RESUME, '--duration', '20s'], { cwd, env });
    await cli.until(/Recording namespace shop/);
    act(join(cwd, 'run.db'));
    const { code, stderr } = await cli.ended;
    expect(code).toBe(6);
    // Nothing is safe in a file that is gone, and nothing says so.
    expect(stderr.trim().split('\n').at(-1)).toMatch(/deleted, renamed or replaced/);
  },
);
