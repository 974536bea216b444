import type { Label } from '../../core/recording.ts';
import { mergeByTime } from '../../replay/detect/merge-by-time.ts';
import type { EventRules, RunExtent } from '../../replay/evaluate/events.ts';
import { heldRanks, runStarts } from '../../replay/tune/held.ts';
import { rankRuns, type RankedPass } from '../../replay/tune/scored-run.ts';
import { buildSurface, entryOf, falseAlertsAt, highestRank } from '../../replay/tune/surface.ts';
import { type Choice, streamsOfLayer } from './decide.ts';
import type { LiveLayer, Tape } from './tape.ts';

/** How many alerts each threshold on offer gives: `counts[k]` at `thresholds[k]`. */
export function alertsByThreshold(
  tape: Tape,
  live: LiveLayer,
  { consecutive, within, recover }: Choice,
): Int32Array {
  const steps = new Int32Array(live.layer.thresholds.length + 2);
  for (const members of streamsOfLayer(tape, live)) {
    const total = members.reduce((sum, s) => sum + tape.series[s]!.times.length, 0);
    // A level and one, so that 0 is free to say that there is none.
    const ranks = new Int32Array(total);
    const cuts = new Uint8Array(total);
    let at = 0;
    mergeByTime(
      members.map((s) => tape.series[s]!),
      (member, i) => {
        const s = members[member]!;
        const level = live.levels[s]![i]!;
        ranks[at] = Number.isNaN(level) ? 0 : level + 1;
        cuts[at] = live.cuts[s]![i]!;
        at += 1;
      },
    );
    const held = heldRanks(ranks, runStarts(ranks, cuts), { consecutive, within, recover });
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
