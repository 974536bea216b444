// A day of 500 pods × 3 containers in a few minutes: the real loop, source, connections and file on
// a clock that jumps from one event to the next, with faults, sleeps and clock changes by chance.
import { join } from 'node:path';
import { virtualClock } from '../dist/fixtures/virtual-clock.js';
import { rngFor } from '../dist/core/rng.js';
import { startTimeline } from '../dist/record/clock.js';
import { openCluster } from '../dist/record/kubernetes/access.js';
import { kubernetesSource } from '../dist/record/kubernetes/source.js';
import { runPollLoop } from '../dist/record/poll-loop.js';
import { readRecording } from '../dist/record/recording/reader.js';
import { createRecording } from '../dist/record/recording/writer.js';
import { runLimits } from '../dist/record/retry.js';
import { SourceFailure } from '../dist/record/source.js';
import { startTally } from '../dist/record/tally.js';
import { damageOf, unaccounted } from './ledger.mjs';
import { faultOf, manyPods } from './model.mjs';
import { startApi } from './recorder.mjs';

const INTERVAL_MS = 15_000;
const [PODS, CONTAINERS] = [500, 3];

/** A source that never answers, and notices the end of its time in one case of two. */
function hang(signal, isDeaf) {
  return new Promise((_, reject) => {
    if (!isDeaf) signal.addEventListener('abort', () => reject(signal.reason));
  });
}

/** Samples that a model's answers hold: series id and time → value. */
function modelValue(pods, n, series) {
  const pod = pods(n).find(({ metadata }) => metadata.name === series.pod);
  const { usage } = pod.containers.find(({ name }) => name === series.container);
  return series.metric === 'cpu'
    ? parseInt(usage.cpu, 10) / 1e9
    : parseInt(usage.memory, 10) * 1024;
}

export async function day({ folder, seed, quick, log }) {
  const hours = quick ? 1 : 24;
  const ticks = (hours * 3_600_000) / INTERVAL_MS;
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const timeline = startTimeline(clock);
  const rng = rngFor(seed, 'day');
  const api = await startApi();
  const startMs = timeline.startMs - INTERVAL_MS;
  // The n-th answer that is asked for has the sample time of the poll that asks.
  const at = (n) => Math.round(timeline.elapsedMs() / INTERVAL_MS) + n * 0;
  const model = manyPods(PODS, CONTAINERS, INTERVAL_MS, startMs);
  api.nowMs = () => timeline.startMs + timeline.elapsedMs();
  api.pods = (n) => model(at(n));
  const delivered = new Set();
  api.ledger.push = ([pod]) => delivered.add(Date.parse(pod.timestamp));
  api.fault = () => (rng.next() < 0.03 ? faultOf(rng) : undefined);
  const access = await openCluster({ kubeconfig: api.kubeconfig(folder) });
  const inner = kubernetesSource(access, { namespace: 'shop', selector: '' });
  const drift = [];
  const source = {
    poll(attempt) {
      const chance = attempt.tick === 1 ? 1 : rng.next();
      if (chance < 0.01) return hang(attempt.signal, rng.below(2) === 0);
      if (chance < 0.012) clock.freeze(1000 * (1 + rng.below(120)));
      if (chance < 0.014) clock.shiftWall((rng.below(2) === 0 ? 1 : -1) * 3_600_000);
      return clock.hold(inner.poll(attempt));
    },
    close: inner.close,
  };
  const file = join(folder, 'run.db');
  const meta = { kind: 'recorded', origin: 'torture', intervalMs: INTERVAL_MS };
  const writer = createRecording(file, meta, { mode: 'live' });
  const tally = startTally();
  let frozen = false;
  await clock
    .run(
      runPollLoop({
        ...{ source, clock, timeline, intervalMs: INTERVAL_MS, graceMs: 120_000, seed },
        limits: runLimits(INTERVAL_MS, null),
        open: () => ({
          ...writer,
          commitTick(batch) {
            const late = batch.startedMs === null ? null : batch.startedMs - batch.scheduledMs;
            // After a sleep a tick may be late; the next ones may not.
            if (late !== null && !frozen) drift.push(late);
            frozen = late === null || late > 100;
            return writer.commitTick(batch);
          },
        }),
        done: (dueMs) => dueMs >= ticks * INTERVAL_MS,
        stop: new AbortController().signal,
        onTick(report) {
          tally.add(report);
          if (report.receipt.seq % 960 === 0) log(`${report.receipt.seq / 240} h`);
        },
      }),
    )
    .catch((error) => {
      throw error instanceof SourceFailure
        ? new Error(`The first poll failed: ${error.message}`)
        : error;
    });
  writer.finalise();
  source.close();
  await api.close();

  const data = readRecording(file);
  const { outcomes } = tally.summary();
  const counted = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
  const gone = unaccounted(data.ticks, INTERVAL_MS) + Math.abs(counted - ticks);
  let wrong = Math.abs(data.series.length - PODS * CONTAINERS * 2);
  for (const { series, times, values } of data.series) {
    // What was delivered and arrived: an answer that was cut is in the ledger of neither.
    if (times.length !== delivered.size) wrong += 1;
    times.forEach((t, i) => {
      if (!delivered.has(t)) wrong += 1;
      if ((i * 31 + values.length) % 97 !== 0) return;
      const n = (t - startMs) / INTERVAL_MS;
      if (modelValue(model, n, series) !== values[i]) wrong += 1;
    });
  }
  wrong += damageOf(file);
  // What the test itself made late is told apart: ticks that a freeze hit start late once.
  const worst = percentileOf(drift);
  log(
    Object.entries(outcomes)
      .map(([name, n]) => `${n} ${name}`)
      .join(', '),
  );
  return [
    {
      what: `unaccounted of ${ticks} ticks, ${hours} simulated h`,
      ...{ measured: gone, target: '0', met: gone === 0 },
    },
    {
      what: 'samples that differ from those delivered',
      ...{ measured: wrong, target: '0', met: wrong === 0 },
    },
    {
      what: 'drift of the schedule at its end',
      ...{ measured: `${worst} ms`, target: '< 100 ms', met: worst < 100 },
    },
  ];
}

/** How late the last ticks started, which a schedule that drifts makes later and later. */
function percentileOf(drift) {
  const last = drift.slice(-200).sort((a, b) => a - b);
  return last[last.length >> 1];
}
