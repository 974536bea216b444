import type { Label } from '../../core/recording.ts';
import type { EventRules, RunExtent } from '../../replay/evaluate/events.ts';
import { heldRanks, runStarts } from '../../replay/tune/held.ts';
import { rankRuns, type RankedPass } from '../../replay/tune/scored-run.ts';
import { buildSurface, entryOf, falseAlertsAt, highestRank } from '../../replay/tune/surface.ts';
import type { Choice } from './decide.ts';
import { streamsOfLayer } from './streams.ts';
import type { LiveLayer, Tape } from './tape.ts';

/** How many alerts each threshold on offer gives: `counts[k]` at `thresholds[k]`. */
export function alertsByThreshold(
  tape: Tape,
  live: LiveLayer,
  { consecutive, within, recover }: Choice,
): Int32Array {
  const steps = new Int32Array(live.layer.thresholds.length + 2);
  for (const { bytes, cuts } of streamsOfLayer(tape, live)) {
    const total = bytes.length;
    // A level and one, so that 0 is free to say that there is none.
    const ranks = Int32Array.from(bytes, (level) => (level === live.notReady ? 0 : level + 1));
    const column = { ranks, starts: cuts, runs: runStarts(ranks, cuts) };
    const held = heldRanks(column, { consecutive, within, recover });
    for (let i = 0; i < total; i += 1) {
      const level = Math.max(0, held[i]! - 1);
      const before = i === 0 || cuts[i] === 1 ? 0 : Math.max(0, held[i - 1]! - 1);
      // An alert opens here for every threshold above those that were already alerting.
      if (level <= before) continue;
      steps[before + 1] = steps[before + 1]! + 1;
      steps[level + 1] = steps[level + 1]! - 1;
    }
  }
  let open = 0;
  return Int32Array.from(live.layer.thresholds, (_, k) => (open += steps[k + 1]!));
}

/** What each threshold on offer comes to against the labels. */
export interface LabelCurve {
  readonly events: number;
  readonly detected: Int32Array;
  readonly falseAlerts: Int32Array;
}

/** What labels, extent and rules make of a layer: they stay the same on a page. */
const passes = new WeakMap<LiveLayer, RankedPass>();

/** Found faults and false alerts at every threshold on offer; null without labels. */
export function labelsByThreshold(
  tape: Tape,
  live: LiveLayer,
  { consecutive, within, recover }: Choice,
  labels: readonly Label[],
  extent: RunExtent,
  rules: EventRules,
): LabelCurve | null {
  if (labels.length === 0 || live.layer.isOneStream) return null;
  let pass = passes.get(live);
  if (pass === undefined) {
    const columns = tape.series.flatMap(({ model, times }, s) =>
      live.isJudged[s] !== true
        ? []
        : [
            {
              ...{ series: model, times, notEvaluated: '' },
              ...{ scores: live.levels[s]!, starts: live.cuts[s]! },
            },
          ],
    );
    pass = rankRuns([{ columns, labels, extent, rules }]);
    passes.set(live, pass);
  }
  const surface = buildSurface(pass, { consecutive, within, recover });
  if (surface.labels.length === 0) return null;
  const { thresholds } = live.layer;
  const entries = thresholds.map((_, k) => entryOf(surface, k + 1));
  const ranks = surface.labels.map(highestRank);
  return {
    events: surface.labels.length,
    detected: Int32Array.from(entries, (entry) => ranks.filter((rank) => rank >= entry).length),
    falseAlerts: Int32Array.from(entries, (entry) => falseAlertsAt(surface, entry)),
  };
}
