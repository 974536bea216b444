// A source that hangs in every way there is: how long past its deadline does a poll live?
import { startTimeline, systemClock } from '../dist/record/clock.js';
import { openCluster } from '../dist/record/kubernetes/access.js';
import { kubernetesSource } from '../dist/record/kubernetes/source.js';
import { runPollLoop } from '../dist/record/poll-loop.js';
import { manyPods } from './model.mjs';
import { startApi } from './recorder.mjs';

const INTERVAL_MS = 1000;
const ATTEMPT_MS = 600;

export async function deadlines({ folder, quick }) {
  const ticks = quick ? 10 : 60;
  const api = await startApi();
  api.pods = manyPods(20, 2);
  const ways = [{ does: 'hang', at: 'headers' }, { does: 'hang', at: 'body' }, { does: 'drip' }];
  let asked = 0;
  // The first poll must succeed: one that fails says that there is nothing to record.
  api.fault = () => (asked++ === 0 ? undefined : ways[asked % ways.length]);
  const access = await openCluster({ kubeconfig: api.kubeconfig(folder) });
  const source = kubernetesSource(access, { namespace: 'shop', selector: '' });
  const clock = systemClock();
  const timeline = startTimeline(clock);
  const late = [];
  const drift = [];
  let seq = 0;
  const limits = { attemptMs: ATTEMPT_MS, tickMs: 800 };
  await runPollLoop({
    ...{ source, clock, timeline, intervalMs: INTERVAL_MS, graceMs: 0, seed: 1 },
    limits: { first: limits, later: limits },
    open: () => ({
      defineSeries: () => 1,
      addNote: () => undefined,
      commitTick(batch) {
        if (batch.outcome === 'failed') {
          late.push(batch.finishedMs - batch.startedMs - ATTEMPT_MS);
          drift.push(Math.abs(batch.startedMs - batch.scheduledMs));
        }
        return { seq: (seq += 1), stored: 0, repeats: 0, conflicts: 0, late: 0 };
      },
    }),
    done: (dueMs) => dueMs >= ticks * INTERVAL_MS,
    stop: new AbortController().signal,
    onTick: () => undefined,
  });
  source.close();
  await api.close();
  const worst = Math.max(...late);
  return [
    {
      what: `longest life past the deadline, ${late.length} hanging polls`,
      ...{ measured: `${worst} ms`, target: '≤ 250 ms', met: late.length > 0 && worst <= 250 },
    },
    {
      what: 'latest start of a tick',
      ...{
        measured: `${Math.max(...drift)} ms`,
        target: '< 100 ms',
        met: Math.max(...drift) < 100,
      },
    },
  ];
}
