import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { virtualClock } from '../../../fixtures/virtual-clock.ts';
import type { RecordingData } from '../../../src/core/recording.ts';
import { startTimeline } from '../../../src/record/clock.ts';
import { openCluster } from '../../../src/record/kubernetes/access.ts';
import { kubernetesSource } from '../../../src/record/kubernetes/source.ts';
import { runPollLoop, type TickReport } from '../../../src/record/poll-loop.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { createRecording } from '../../../src/record/recording/writer.ts';
import { runLimits } from '../../../src/record/retry.ts';
import { makeCertificate, type Certificate } from '../../support/certificates.ts';
import { startFakeApi, type FakeApi, type WirePod } from '../../support/fake-api.ts';
import { expectLedger } from '../../support/ledger.ts';
import { META } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});

const INTERVAL_MS = 15_000;
const START_MS = Date.UTC(2026, 0, 31, 8);
const at = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

interface PodChange {
  readonly t?: number | string | null;
  readonly containers?: WirePod['containers'];
}

const container = (name: string, n: number): WirePod['containers'][number] => ({
  name,
  usage: { cpu: `${String(1_000_000 + n * 7919)}n`, memory: `${String(60_000 + n)}Ki` },
});

/** A pod as it is at a tick. */
function pod(name: string, k: number, { t, containers }: PodChange = {}): WirePod {
  const time = t === undefined ? START_MS + k * INTERVAL_MS - 3000 : t;
  return {
    metadata: { name, namespace: 'shop' },
    timestamp: typeof time === 'number' ? at(time) : time,
    window: '15s',
    containers: containers ?? [container('app', k)],
  };
}

interface Run {
  readonly api: FakeApi;
  readonly file: string;
  readonly data: RecordingData;
  readonly receipts: readonly TickReport['receipt'][];
  /** Outcome and reason of each tick. */
  readonly outcomes: readonly string[];
}

/** Records so many ticks of a model by the real source, loop and file, on a clock that jumps. */
async function record(
  ticks: number,
  pods: (k: number) => readonly WirePod[],
  corePods?: (k: number) => readonly object[],
): Promise<Run> {
  const clock = virtualClock(START_MS);
  const timeline = startTimeline(clock);
  const api = await startFakeApi(certificate);
  const now = (): number => Math.round(timeline.elapsedMs() / INTERVAL_MS);
  api.nowMs = () => START_MS + timeline.elapsedMs();
  api.pods = () => pods(now());
  if (corePods !== undefined) {
    api.lists.set('/api/v1/namespaces/shop/pods', () => ({
      ...{ kind: 'PodList', items: corePods(now()) },
    }));
  }
  const access = await openCluster({ kubeconfig: api.kubeconfig(tempFolder()) });
  const scope = { namespace: 'shop', selector: '' };
  const source = kubernetesSource(access, scope, { contextShare: Infinity });
  onTestFinished(() => {
    source.close();
  });
  const file = join(tempFolder(), 'run.db');
  const writer = createRecording(file, META, { mode: 'live' });
  const receipts: TickReport['receipt'][] = [];
  await clock.run(
    runPollLoop({
      ...{ clock, timeline, intervalMs: INTERVAL_MS, graceMs: 120_000, seed: 1 },
      source: { poll: (attempt) => clock.hold(source.poll(attempt)), close: () => undefined },
      limits: runLimits(INTERVAL_MS, null),
      open: () => writer,
      done: (dueMs) => dueMs >= ticks * INTERVAL_MS,
      stop: new AbortController().signal,
      onTick: ({ receipt }) => receipts.push(receipt),
    }),
  );
  writer.finalise();
  expect(verifyRecording(file)).toMatchObject({ ticks, damagedTicks: [], problems: [] });
  const data = readRecording(file);
  const outcomes = data.ticks.map(({ outcome, reason }) => `${outcome} ${reason}`.trim());
  return { api, file, data, receipts, outcomes };
}

/** Times of a pod's CPU, in ticks from the start. */
const ticksOf = ({ series }: RecordingData, name: string): number[] =>
  series
    .filter((one) => one.series.pod === name && one.series.metric === 'cpu')
    .flatMap(({ times }) => [...times].map((t) => (t + 3000 - START_MS) / INTERVAL_MS));

const isAscending = (times: Float64Array): boolean =>
  times.every((t, i) => i === 0 || t > (times[i - 1] ?? t));

/** A pod of the core API that has run for long. */
const corePod = (
  name: string,
  uid: string,
  containers: readonly string[],
  restarts = 0,
): object => ({
  metadata: { name, namespace: 'shop', uid },
  spec: { nodeName: 'node-1', containers: containers.map((one) => ({ name: one })) },
  status: {
    phase: 'Running',
    startTime: at(START_MS - 3_600_000),
    containerStatuses: containers.map((one) => ({
      ...{ name: one, restartCount: restarts },
      state: { running: { startedAt: at(START_MS - 3_600_000) } },
    })),
  },
});

test('a source that moves once a minute gives one sample a minute, and counts the repeats', async () => {
  const minute = (k: number): number => k - (k % 4);
  const { api, file, data, receipts } = await record(12, (k) => [pod('web-1', minute(k))]);
  expect(receipts.map(({ stored, repeats, conflicts }) => [stored, repeats, conflicts])).toEqual(
    Array.from({ length: 12 }, (_, k) => (k % 4 === 0 ? [2, 0, 0] : [0, 2, 0])),
  );
  expect(ticksOf(data, 'web-1')).toEqual([0, 4, 8]);
  expectLedger(file, api);
});

test('two replicas that answer in turn, one of them behind, lose nothing and are read in order', async () => {
  const { api, file, data, receipts } = await record(20, (k) => [
    // The second one scraped eight seconds earlier, and is a scrape behind.
    pod('web-1', k, k % 2 === 0 ? {} : { t: START_MS + (k - 1) * INTERVAL_MS - 11_000 }),
  ]);
  expect(receipts.reduce((sum, { late }) => sum + late, 0)).toBe(20);
  for (const { times } of data.series) {
    expect(times).toHaveLength(20);
    expect(isAscending(times)).toBe(true);
  }
  expectLedger(file, api);
});

test('clocks of nodes that are wrong are told of and kept; nonsense and no time are rejected', async () => {
  const hour = 3_600_000;
  const odd: Readonly<Record<string, (k: number) => number | string | null>> = {
    ahead: (k) => START_MS + k * INTERVAL_MS + hour,
    behind: (k) => START_MS + k * INTERVAL_MS - hour,
    jumps: (k) => START_MS + k * INTERVAL_MS + (k < 3 ? 0 : -hour / 2),
    epoch: () => '1970-01-01T00:00:00Z',
    far: () => '9999-01-01T00:00:00Z',
    none: () => null,
  };
  const { data, receipts } = await record(6, (k) => [
    pod('right', k),
    ...Object.entries(odd).map(([name, time]) => pod(name, k, { t: time(k) })),
  ]);
  expect(receipts.map(({ stored }) => stored)).toEqual(Array(6).fill(8));
  expect(data.ticks.map(({ rejected }) => rejected)).toEqual(Array(6).fill(6));
  const names = new Set(data.series.map(({ series }) => series.pod));
  expect([...names].sort()).toEqual(['ahead', 'behind', 'jumps', 'right']);
  for (const { times } of data.series) {
    expect(times).toHaveLength(6);
    expect(isAscending(times)).toBe(true);
    expect(Math.min(...times)).toBeGreaterThan(START_MS - 2 * hour);
  }
  const notes = data.info.notes.filter((note) => note.startsWith('Samples of'));
  expect(notes).toEqual([
    expect.stringMatching(/shop\/ahead are 1h ahead of the server's clock/),
    expect.stringMatching(/shop\/behind are 1h behind/),
  ]);
});

test('a pod that vanishes for three polls has a gap there, and no zero anywhere', async () => {
  const { api, file, data, outcomes } = await record(10, (k) => [
    pod('web-1', k),
    ...(k >= 4 && k < 7 ? [] : [pod('web-2', k)]),
  ]);
  expect(ticksOf(data, 'web-1')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(ticksOf(data, 'web-2')).toEqual([0, 1, 2, 3, 7, 8, 9]);
  expect(data.series.every(({ values }) => values.every((value) => value > 0))).toBe(true);
  expect(new Set(outcomes)).toEqual(new Set(['ok']));
  expectLedger(file, api);
});

test('a pod that comes back as another one under its name is marked, as is a restart', async () => {
  const { data } = await record(
    8,
    (k) => [pod('db-0', k), pod('web-1', k)],
    (k) => [
      corePod('db-0', k < 4 ? 'first' : 'second', ['app']),
      corePod('web-1', 'web', ['app'], k < 6 ? 0 : 1),
    ],
  );
  const marks = data.marks.map(({ kind, pod: name }) => `${kind} ${name}`);
  expect(marks.sort()).toEqual(['pod-start db-0', 'pod-stop db-0', 'restart web-1']);
});

test('a pod without one of its containers makes the tick partial; the others are kept, nothing is summed', async () => {
  const both = ['app', 'sidecar'];
  const { api, file, data, outcomes } = await record(
    6,
    (k) => [
      pod('web-1', k, {
        containers: both
          .filter((name) => k !== 3 || name === 'app')
          .map((name) => container(name, k)),
      }),
    ],
    () => [corePod('web-1', 'web', both)],
  );
  expect(outcomes).toEqual([
    ...['ok', 'ok', 'ok', 'partial missing containers: 1 of 2, shop/web-1/sidecar', 'ok', 'ok'],
  ]);
  const lengths = data.series.map(({ series, times }) => [series.container, times.length]);
  expect(lengths.sort()).toEqual([
    ['app', 6],
    ['app', 6],
    ['sidecar', 5],
    ['sidecar', 5],
  ]);
  expectLedger(file, api);
});

test('a node that could not be scraped is a partial tick that says how much of all is missing', async () => {
  const names = Array.from({ length: 10 }, (_, i) => `web-${String(i)}`);
  const { data, outcomes } = await record(
    6,
    // CPU needs two scrapes to come back.
    (k) => names.filter((_, i) => i < 6 || k < 2 || k >= 4).map((name) => pod(name, k)),
    () => names.map((name) => corePod(name, name, ['app'])),
  );
  const missing = 'partial missing containers: 4 of 10, shop/web-6/app and 3 more';
  expect(outcomes).toEqual(['ok', 'ok', missing, missing, 'ok', 'ok']);
  expect(ticksOf(data, 'web-6')).toEqual([0, 1, 4, 5]);
  expect(data.series.every(({ values }) => values.every((value) => value > 0))).toBe(true);
});

test('nothing for a minute is warming, then the first samples', async () => {
  const { outcomes } = await record(6, (k) => (k < 4 ? [] : [pod('web-1', k)]));
  expect(outcomes).toEqual([
    ...Array<string>(4).fill('empty warming: no samples yet'),
    ...['ok', 'ok'],
  ]);
});

describe('what makes no difference', () => {
  const digestsOf = (file: string): unknown[] => {
    const db = new Database(file, { readonly: true });
    const digests = db.prepare('SELECT digest FROM tick ORDER BY seq').pluck().all();
    db.close();
    return digests;
  };

  test('the order of pods and containers: every tick has the same digest', async () => {
    const names = ['web-1', 'web-2', 'api-1'];
    const model = (isTurned: boolean) => (k: number) => {
      const turn = <T>(list: readonly T[]): readonly T[] => (isTurned ? [...list].reverse() : list);
      return turn(
        names.map((name) =>
          pod(name, k, { containers: turn(['a', 'b', 'c'].map((one) => container(one, k))) }),
        ),
      );
    };
    const [plain, turned] = [await record(5, model(false)), await record(5, model(true))];
    expect(digestsOf(turned.file)).toEqual(digestsOf(plain.file));
    expect(turned.data.info.digest).toBe(plain.data.info.digest);
  });

  test('what pods are called, as long as it is a name', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype).sort();
    const names = [
      ...['x'.repeat(253), 'a.b.c', 'Web', 'größe', '日本', '__proto__', 'constructor', 'toString'],
    ];
    const bad = ['x'.repeat(254), 'a\u0000b', 'a\nb', '\u009f', ''];
    const { data, receipts } = await record(3, (k) =>
      [...names, ...bad].map((name) => pod(name, k)),
    );
    expect(new Set(data.series.map(({ series }) => series.pod))).toEqual(new Set(names));
    expect(receipts.map(({ stored }) => stored)).toEqual(Array(3).fill(2 * names.length));
    expect(data.ticks.map(({ rejected }) => rejected)).toEqual(Array(3).fill(2 * bad.length));
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
  });
});
