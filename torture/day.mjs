// A day of 500 pods × 3 containers in a few minutes: the real loop, source, connections and file on
// a clock that jumps from one event to the next, with a plan of faults, sleeps and clock changes.
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
import { manyPods } from './model.mjs';
import { planDay } from './plan.mjs';
import { startApi } from './recorder.mjs';

const INTERVAL_MS = 15_000;
const [PODS, CONTAINERS] = [500, 3];

/** A source that never answers, and notices the end of its time unless it is deaf. */
function hang(signal, isDeaf) {
  return new Promise((_, reject) => {
    if (!isDeaf) signal.addEventListener('abort', () => reject(signal.reason));
  });
}

/** The source with what the plan has for each attempt; counts what was asked and went wrong. */
function troubled(inner, { plan, clock, api }) {
  const seen = { attempts: 0, failed: 0 };
  let [tick, attempts] = [0, 0];
  const isHit = () => plan.get(tick).lasts === true || attempts === 1;
  api.fault = () => {
    const { fault } = plan.get(tick);
    if (fault === undefined || !isHit()) return undefined;
    seen.failed += 1;
    return fault;
  };
  const poll = (attempt) => {
    attempts = attempt.tick === tick ? attempts + 1 : 1;
    tick = attempt.tick;
    seen.attempts += 1;
    const { hangs, sleepMs, shiftMs } = plan.get(tick);
    if (hangs !== undefined && isHit()) {
      seen.failed += 1;
      return hang(attempt.signal, hangs === 'deaf');
    }
    if (sleepMs !== undefined && isHit()) clock.freeze(sleepMs);
    if (shiftMs !== undefined && isHit()) clock.shiftWall(shiftMs);
    return clock.hold(inner.poll(attempt));
  };
  return { seen, source: { poll, close: inner.close } };
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
  const plan = planDay(ticks, INTERVAL_MS, rngFor(seed, 'day'));
  const api = await startApi();
  const startMs = timeline.startMs - INTERVAL_MS;
  const model = manyPods(PODS, CONTAINERS, INTERVAL_MS, startMs);
  api.nowMs = () => timeline.startMs + timeline.elapsedMs();
  // Whatever is asked for has the sample time of the nearest tick.
  api.pods = () => model(Math.round(timeline.elapsedMs() / INTERVAL_MS));
  const delivered = new Set();
  api.ledger.push = ([pod]) => delivered.add(Date.parse(pod.timestamp));
  const access = await openCluster({ kubeconfig: api.kubeconfig(folder) });
  const inner = kubernetesSource(access, { namespace: 'shop', selector: '' });
  const { source, seen } = troubled(inner, { plan, clock, api });
  const file = join(folder, 'run.db');
  const meta = { kind: 'recorded', origin: 'torture', intervalMs: INTERVAL_MS };
  const writer = createRecording(file, meta, { mode: 'live' });
  const tally = startTally();
  await clock
    .run(
      runPollLoop({
        ...{ source, clock, timeline, intervalMs: INTERVAL_MS, graceMs: 120_000, seed },
        limits: runLimits(INTERVAL_MS, null),
        open: () => writer,
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
  const surprises = data.ticks.filter(({ seq, outcome, reason }) => {
    const planned = plan.get(seq);
    return outcome !== planned.outcome || !planned.reason.test(reason);
  });
  for (const { seq, outcome, reason } of surprises.slice(0, 10)) {
    log(`tick ${seq} is ${outcome} (${reason}), planned: ${JSON.stringify(plan.get(seq))}`);
  }
  const drift = Math.max(
    ...data.ticks
      .filter(({ seq, startedMs }) => plan.get(seq).isOnTime && startedMs !== null)
      .map(({ scheduledMs, startedMs }) => Math.abs(startedMs - scheduledMs)),
  );
  const counts = Object.entries(outcomes).map(([name, n]) => `${n} ${name}`);
  log(`${counts.join(', ')}; ${seen.failed} of ${seen.attempts} attempts were made to fail`);
  const { failed, missed } = outcomes;
  return [
    {
      what: `unaccounted of ${ticks} ticks, ${hours} simulated h`,
      ...{ measured: gone, target: '0', met: gone === 0 },
    },
    {
      what: 'ticks that faults failed, that sleeps missed',
      ...{ measured: `${failed}, ${missed}`, target: '> 0', met: failed > 0 && missed > 0 },
    },
    {
      what: 'ticks whose outcome or reason is not what was done',
      ...{ measured: surprises.length, target: '0', met: surprises.length === 0 },
    },
    {
      what: 'samples that differ from those delivered',
      ...{ measured: wrong, target: '0', met: wrong === 0 },
    },
    {
      what: 'latest start of a tick, but for those after a sleep',
      ...{ measured: `${drift} ms`, target: '< 100 ms', met: drift < 100 },
    },
  ];
}
