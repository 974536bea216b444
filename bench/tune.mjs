import { Decider } from '../dist/replay/detect/decider.js';
import { evaluateEvents } from '../dist/replay/evaluate/events.js';
import { rankRuns } from '../dist/replay/tune/scored-run.js';
import { buildSurface } from '../dist/replay/tune/surface.js';
import { wave } from './measure.mjs';

const SCORES = 1_000_000;
const COUNTS = 10;

export function tuneBench() {
  const scores = wave(SCORES);
  const times = Float64Array.from({ length: SCORES }, (_, i) => i * 15_000);
  const starts = new Uint8Array(SCORES);
  const endMs = times[SCORES - 1];
  const series = { ...{ namespace: 'n', pod: 'p', container: 'c', metric: 'cpu' }, id: 's' };
  const run = {
    columns: [{ ...{ series, times, scores, starts }, notEvaluated: '' }],
    ...{ labels: [], extent: { startMs: 0, endMs, pods: 1 } },
    rules: { toleranceMs: 180_000, warmupMs: 0, mergeMs: 300_000 },
  };
  const start = performance.now();
  const pass = rankRuns([run]);
  for (let consecutive = 1; consecutive <= COUNTS; consecutive += 1) {
    buildSurface(pass, { consecutive, recover: 1 });
  }
  const exact = (performance.now() - start) / 1000;
  // Plain evaluation: a few thresholds one by one, scaled to a thousand for each count.
  const TRIED = 10;
  const plainStart = performance.now();
  for (let i = 0; i < TRIED; i += 1) {
    const decider = new Decider({ threshold: 0.1 + i / 100, consecutive: 3, recover: 1 });
    const alerting = Uint8Array.from(scores, (score, at) => {
      decider.update(score, starts[at] === 1);
      return decider.alerting ? 1 : 0;
    });
    evaluateEvents([{ series, times, alerting }], run.labels, run.extent, run.rules);
  }
  const plain = ((performance.now() - plainStart) / 1000 / TRIED) * 1000 * COUNTS;
  return [
    {
      what: `all thresholds × ${COUNTS} counts, ${SCORES / 1e6} M scores`,
      figure: `${exact.toFixed(2)} s`,
      note: `${Math.round(plain / exact)} × faster than 1,000 thresholds one by one`,
    },
  ];
}
