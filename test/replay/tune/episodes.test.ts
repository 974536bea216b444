import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Label } from '../../../src/core/recording.ts';
import { evaluateEvents, explainedSamples } from '../../../src/replay/evaluate/events.ts';
import { episodeSteps } from '../../../src/replay/tune/episodes.ts';
import { heldScores } from '../../../src/replay/tune/held.ts';
import { addSteps, countAt } from '../../../src/replay/tune/step-count.ts';

const series = { namespace: 'n', pod: 'p', container: 'c', metric: 'cpu' };

/** The slow, obvious twin of heldScores at one threshold. */
function alertingAt(
  scores: Float64Array,
  starts: Uint8Array,
  k: number,
  recover: number,
  threshold: number,
): Uint8Array {
  const alerting = new Uint8Array(scores.length);
  let run = 0;
  let sinceHeld = Infinity;
  scores.forEach((score, i) => {
    if (starts[i] === 1 || Number.isNaN(score)) {
      run = 0;
      sinceHeld = Infinity;
    }
    if (Number.isNaN(score)) return;
    run = score >= threshold ? run + 1 : 0;
    sinceHeld = run >= k ? 0 : sinceHeld + 1;
    alerting[i] = sinceHeld < recover ? 1 : 0;
  });
  return alerting;
}

const anySeries = fc
  .array(
    fc.record({
      score: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(NaN)),
      step: fc.constantFrom(1, 1, 1, 2, 5),
      cut: fc.constantFrom(0, 0, 0, 0, 1),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows) => {
    let t = 0;
    return {
      times: Float64Array.from(rows, ({ step }) => (t += step * 1000)),
      scores: Float64Array.from(rows, ({ score }) => score),
      starts: Uint8Array.from(rows, ({ cut }) => cut),
    };
  });
const anyLabels = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1, max: 9 }), fc.nat({ max: 5 }))
    .map(([start, length, grace]): Label => {
      const startMs = start * 1000;
      const endMs = startMs + length * 1000;
      const where = { namespace: 'n', pod: 'p', container: '', metric: '' };
      const graceEndMs = endMs + grace * 1000;
      return { ...where, startMs, endMs, graceEndMs, type: 'x', visibleIn: null };
    }),
  { maxLength: 3 },
);

test('episode steps equal brute force at every distinct threshold', () => {
  const k = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(
      anySeries,
      anyLabels,
      k,
      k,
      fc.nat({ max: 4 }),
      fc.nat({ max: 20 }),
      (one, labels, consecutive, recover, merge, warmup) => {
        const { times, scores, starts } = one;
        const mergeMs = merge * 1000;
        const warmupMs = warmup * 1000;
        const held = heldScores(scores, starts, consecutive, recover);
        const explained = explainedSamples(series, times, labels);
        const from = times.findIndex((t) => t >= warmupMs);
        const { episodes, falseEpisodes } = episodeSteps(
          times,
          held,
          explained,
          from < 0 ? times.length : from,
          mergeMs,
        );
        for (const threshold of [0, 0.5, 1, 2, 3, 4, 5, 6, 7]) {
          const alerting = alertingAt(scores, starts, consecutive, recover, threshold);
          held.forEach((level, i) => {
            expect(level >= threshold ? 1 : 0).toBe(alerting[i]);
          });
          const judged = [{ series, times, alerting }];
          const extent = { startMs: 0, endMs: 100_000, pods: 1 };
          const rules = { toleranceMs: 0, warmupMs, mergeMs };
          const truth = evaluateEvents(judged, labels, extent, rules);
          const none = evaluateEvents(judged, [], extent, rules);
          expect(countAt(falseEpisodes, threshold)).toBe(truth.falseEpisodes);
          expect(countAt(episodes, threshold)).toBe(none.falseEpisodes);
        }
      },
    ),
    { numRuns: 1500, seed: 4 },
  );
});

test('the steps of several series add up', () => {
  const a = { plus: Float64Array.of(1, 3), minus: Float64Array.of(2) };
  const b = { plus: Float64Array.of(2.5), minus: Float64Array.of() };
  const sum = addSteps([a, b]);
  for (const t of [0, 1, 2, 2.2, 2.5, 3, 4]) {
    expect(countAt(sum, t)).toBe(countAt(a, t) + countAt(b, t));
  }
});
