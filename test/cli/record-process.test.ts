import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { rngFor } from '../../src/core/rng.ts';
import { readRecording } from '../../src/record/recording/reader.ts';
import { verifyRecording } from '../../src/record/recording/verify.ts';
import { makeCertificate, type Certificate } from '../support/certificates.ts';
import { runCli, startCli } from '../support/cli.ts';
import { METRICS_PATH, startFakeApi, type FakeApi } from '../support/fake-api.ts';
import { expectLedger } from '../support/ledger.ts';
import { tempFolder } from '../support/temp.ts';

const FAULT = pathToFileURL(join(import.meta.dirname, 'children/fault.mjs')).href;
const RECORD = ['record', '-o', 'run.db', '--interval', '300ms'];

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});

async function scene(fault: Record<string, string> = {}) {
  const api: FakeApi = await startFakeApi(certificate);
  const cwd = tempFolder();
  const preload = 'FAULT' in fault ? { NODE_OPTIONS: `--import=${FAULT}` } : {};
  return { api, cwd, env: { KUBECONFIG: api.kubeconfig(cwd), ...preload, ...fault } };
}

/** Sound, one schedule, nothing but what was delivered; returns its ticks. */
function expectSound(file: string, finalised: boolean) {
  expect(verifyRecording(file)).toMatchObject({ finalised, damagedTicks: [], problems: [] });
  const { ticks } = readRecording(file);
  ticks.forEach(({ seq, scheduledMs }, i) => {
    expect([seq, scheduledMs - (ticks[0]?.scheduledMs ?? 0)]).toEqual([i + 1, i * 300]);
  });
  return ticks;
}

test('a mistake of our own, anywhere: exit 1, a sound file, and the last line tells how to go on', async () => {
  const once = async (way: string): Promise<void> => {
    const { api, cwd, env } = await scene({ FAULT: way });
    const args = [...RECORD, '--duration', '20s', '--progress', 'json'];
    const cli = startCli(args, { cwd, env });
    await cli.until(/"seq":3,/);
    cli.child.kill('SIGUSR2');
    const { code, stderr } = await cli.ended;
    const lines = stderr.trim().split('\n');
    expect(stderr, way).toMatch(/^internal error: boom$/m);
    expect(lines.at(-1)).toMatch(/safe in run\.db.*go on with --resume run\.db/);
    expect(code).toBe(1);
    const told = lines.filter((line) => line.includes('"event":"tick"')).length;
    const file = join(cwd, 'run.db');
    expect(expectSound(file, false)).toHaveLength(told);

    const resumed = { cwd, env: { KUBECONFIG: env.KUBECONFIG } };
    const more = await runCli(['record', '--resume', 'run.db', '--duration', '300ms'], resumed);
    expect(more).toMatchObject({ code: 0 });
    expectSound(file, true);
    // An answer that was on its way when the end came is lost; none is made up.
    const recorded = new Set(readRecording(file).series.flatMap(({ times }) => [...times]));
    const delivered = api.ledger.map(([pod]) => Date.parse(pod?.timestamp ?? ''));
    expect([...recorded].filter((t) => !delivered.includes(t))).toEqual([]);
    expect(delivered.length - recorded.size).toBeLessThanOrEqual(1);
  };
  await Promise.all(['timer', 'promise', 'answer', 'commit'].map(once));
}, 30_000);

test('a program that stands still misses ticks, polls none twice, and goes on at its times', async () => {
  const { api, cwd, env } = await scene({ FAULT: 'busy', BUSY_MS: '1800' });
  const args = [...RECORD, '--duration', '3600ms', '--progress', 'json'];
  const cli = startCli(args, { cwd, env });
  await cli.until(/"seq":2,/);
  cli.child.kill('SIGUSR2');
  expect((await cli.ended).code).toBe(0);
  const file = join(cwd, 'run.db');
  const ticks = expectSound(file, true);
  expect(ticks).toHaveLength(13);
  const missed = ticks.filter(({ outcome }) => outcome === 'missed');
  expect(missed.length).toBeGreaterThanOrEqual(4);
  expect(new Set(missed.map(({ reason }) => reason))).toEqual(
    new Set(['not started in time: asleep, stopped or busy']),
  );
  const polls = api.requests.filter(({ path }) => path.startsWith(METRICS_PATH));
  expect(polls).toHaveLength(13 - missed.length);
  expectLedger(file, api);
});

describe('an end from outside', () => {
  const SIGNALS = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const;

  test('by a signal at any moment: at most five seconds, a finished file', async () => {
    const once = async (run: number): Promise<void> => {
      const { api, cwd, env } = await scene();
      const [signal, wanted] = SIGNALS[run % 3] ?? SIGNALS[0];
      api.fault = (n) => (n % 4 === 0 ? { does: 'hang', at: 'body' } : undefined);
      const cli = startCli(RECORD, { cwd, env });
      // From before the first poll on.
      await wait(300 + rngFor(run, 'signal').below(1500));
      const startMs = performance.now();
      cli.child.kill(signal);
      const { code } = await cli.ended;
      expect(performance.now() - startMs).toBeLessThan(5000);
      const file = join(cwd, 'run.db');
      if (api.ledger.length === 0) return;
      expect(code).toBe(wanted);
      expectSound(file, true);
      expectLedger(file, api);
    };
    for (const first of [0, 10]) {
      await Promise.all(Array.from({ length: 10 }, (_, i) => once(first + i)));
    }
  }, 60_000);

  test('messages that nobody reads any more do not end it', async () => {
    const { api, cwd, env } = await scene();
    const args = [...RECORD, '--duration', '1500ms', '--progress', 'json'];
    const cli = startCli(args, { cwd, env });
    await cli.until(/"seq":2,/);
    cli.child.stderr?.destroy();
    expect((await cli.ended).code).toBe(0);
    const file = join(cwd, 'run.db');
    expect(expectSound(file, true)).toHaveLength(6);
    expectLedger(file, api);
  });
});
