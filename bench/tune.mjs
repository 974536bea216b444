import { decide } from '../dist/replay/detect/decider.js';
import { episodeSteps } from '../dist/replay/tune/episodes.js';
import { heldScores } from '../dist/replay/tune/held.js';
import { wave } from './measure.mjs';

const SCORES = 1_000_000;
const COUNTS = 10;

export function tuneBench() {
  const scores = wave(SCORES);
  const times = Float64Array.from({ length: SCORES }, (_, i) => i * 15_000);
  const starts = new Uint8Array(SCORES);
  const explained = new Uint8Array(SCORES);
  const start = performance.now();
  for (let k = 1; k <= COUNTS; k += 1) {
    episodeSteps(times, heldScores(scores, starts, k, 1), explained, 0, 0);
  }
  const exact = (performance.now() - start) / 1000;
  // Plain evaluation: a few thresholds one by one, scaled to a thousand for each count.
  const TRIED = 10;
  const plainStart = performance.now();
  for (let i = 0; i < TRIED; i += 1) {
    decide(scores, starts, { threshold: 0.1 + i / 100, consecutive: 3, recover: 1 });
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
