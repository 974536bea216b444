import type { Label } from '../../core/recording.ts';
import { mergeByTime } from '../../replay/detect/merge-by-time.ts';
import type { EventRules, RunExtent } from '../../replay/evaluate/events.ts';
import { heldScores } from '../../replay/tune/held.ts';
import { countAt } from '../../replay/tune/step-count.ts';
import { buildSurface, highestLevel } from '../../replay/tune/surface.ts';
import { type Choice, streamsOfLayer } from './decide.ts';
import type { LiveLayer, Tape } from './tape.ts';

/** How many alerts each threshold on offer gives: `counts[k]` at `thresholds[k]`. */
export function alertsByThreshold(
  tape: Tape,
  live: LiveLayer,
  { consecutive, recover }: Choice,
): Int32Array {
  const steps = new Int32Array(live.layer.thresholds.length + 2);
  for (const members of streamsOfLayer(tape, live)) {
    const total = members.reduce((sum, s) => sum + tape.series[s]!.times.length, 0);
    const levels = new Float64Array(total);
    const cuts = new Uint8Array(total);
    let at = 0;
    mergeByTime(
      members.map((s) => tape.series[s]!),
      (member, i) => {
        const s = members[member]!;
        levels[at] = live.levels[s]![i]!;
        cuts[at] = live.cuts[s]![i]!;
        at += 1;
      },
    );
    const held = heldScores(levels, cuts, consecutive, recover);
    for (let i = 0; i < total; i += 1) {
      const level = Math.max(0, held[i]!);
      const before = i === 0 || cuts[i] === 1 ? 0 : Math.max(0, held[i - 1]!);
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
  readonly falseAlarms: Int32Array;
}

/** Found faults and false alarms at every threshold on offer; null without labels. */
export function labelsByThreshold(
  tape: Tape,
  live: LiveLayer,
  { consecutive, recover }: Choice,
  labels: readonly Label[],
  extent: RunExtent,
  rules: EventRules,
): LabelCurve | null {
  if (labels.length === 0 || live.layer.isOneStream) return null;
  const columns = tape.series.flatMap(({ model, times }, s) =>
    live.isJudged[s] !== true
      ? []
      : [{ series: model, times, scores: live.levels[s]!, starts: live.cuts[s]! }],
  );
  const surface = buildSurface([{ columns, labels, extent }], consecutive, recover, rules);
  if (surface.labels.length === 0) return null;
  const highest = surface.labels.map(highestLevel);
  const { thresholds } = live.layer;
  return {
    events: surface.labels.length,
    detected: Int32Array.from(thresholds, (_, k) => highest.filter((l) => l >= k + 1).length),
    falseAlarms: Int32Array.from(thresholds, (_, k) => countAt(surface.falseEpisodes, k + 1)),
  };
}
