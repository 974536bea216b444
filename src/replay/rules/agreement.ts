import type { ScoredSeries } from '../../core/results.ts';
import type { MetricRules } from './alert-rules.ts';
import type { ContainerSlots } from './slots.ts';

/** Where rules and replay agree on a metric, and where not. */
export interface Agreement {
  readonly metric: string;
  /** Episodes of the replay that a rule's episode touches, and those that none touches. */
  readonly matched: number;
  readonly missed: number;
  /** Episodes of the rule that touch none of the replay. */
  readonly extra: number;
  /** How long only one of them had an alert open. */
  readonly missedMinutes: number;
  readonly extraMinutes: number;
}

/** What a rule does on a recording: for each container, in which slots its alert fires. */
export type Firing = readonly Uint8Array[];

/** Runs a metric's rules over every container; what they record is kept in the slots. */
export function runRules(
  { rules, alert }: MetricRules,
  containers: readonly ContainerSlots[],
): Firing {
  return containers.map(({ slots }) => {
    for (const { record, expr } of rules) slots.columns.set(record, expr.of(slots));
    const active = alert.expr.of(slots);
    const firing = new Uint8Array(slots.length);
    let run = 0;
    for (let i = 0; i < slots.length; i += 1) {
      run = Number.isNaN(active[i]) ? 0 : run + 1;
      if (run >= alert.evaluations) firing[i] = 1;
    }
    return firing;
  });
}

/** Stretches of ones: first and last slot. */
export function stretches(flags: Uint8Array): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  flags.forEach((flag, i) => {
    if (flag === 0) return;
    const last = found[found.length - 1];
    if (last?.[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  });
  return found;
}

/** The replay's alerts of a container's metric on the grid: 1 from detection until it closes. */
export function replayFlags(
  container: ContainerSlots,
  metric: string,
  judged: ReadonlyMap<string, ScoredSeries>,
): Uint8Array {
  const flags = new Uint8Array(container.slots.length);
  container.series.forEach(({ series }, s) => {
    const scored = series.metric === metric ? judged.get(series.id) : undefined;
    if (scored === undefined) return;
    const places = container.places[s]!;
    scored.alerting.forEach((is, i) => {
      if (is === 0) return;
      flags[places[i]!] = 1;
      // A sample that is missing does not end an alert, a gap does.
      if (i === 0 || scored.alerting[i - 1] === 0 || scored.starts[i] === 1) return;
      flags.fill(1, places[i - 1], places[i]);
    });
  });
  return flags;
}

/** Holds a rule's firing against the replay's alerts. */
export function agreementOf(
  metric: string,
  replayed: readonly Uint8Array[],
  firing: Firing,
  stepMs: number,
): Agreement {
  let [matched, missed, extra, missedSlots, extraSlots] = [0, 0, 0, 0, 0];
  replayed.forEach((own, c) => {
    const theirs = firing[c]!;
    const touches = (other: Uint8Array, [from, to]: readonly [number, number]): boolean =>
      other.subarray(from, to + 1).includes(1);
    for (const one of stretches(own)) {
      if (touches(theirs, one)) matched += 1;
      else missed += 1;
    }
    extra += stretches(theirs).filter((one) => !touches(own, one)).length;
    own.forEach((is, i) => {
      if (is > theirs[i]!) missedSlots += 1;
      if (is < theirs[i]!) extraSlots += 1;
    });
  });
  const minutes = (slots: number): number => (slots * stepMs) / 60_000;
  return {
    ...{ metric, matched, missed, extra },
    ...{ missedMinutes: minutes(missedSlots), extraMinutes: minutes(extraSlots) },
  };
}
