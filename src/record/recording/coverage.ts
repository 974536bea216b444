import type { Tick, TickOutcome } from '../../core/recording.ts';

/** Neighbouring ticks that missed something, for one reason. */
export interface Gap {
  /** Scheduled time of the first of them, Unix ms. */
  readonly startMs: number;
  /** Scheduled time of the tick after them; without one, of the last of them. */
  readonly endMs: number;
  readonly ticks: number;
  readonly outcome: Exclude<TickOutcome, 'ok'>;
  /** Why, as the ticks say; '' where they do not. */
  readonly reason: string;
}

/** What the ticks of a recording add up to. */
export interface Coverage {
  readonly ticks: number;
  readonly outcomes: Readonly<Record<TickOutcome, number>>;
  readonly repeats: number;
  readonly conflicts: number;
  readonly late: number;
  readonly rejected: number;
  /** In the order of time. */
  readonly gaps: readonly Gap[];
}

/** Counts outcomes and joins neighbouring ticks that are not ok, for the same reason, to gaps. */
export function coverageOf(ticks: readonly Tick[]): Coverage {
  const outcomes = { ok: 0, partial: 0, empty: 0, failed: 0, missed: 0 };
  const sums = { repeats: 0, conflicts: 0, late: 0, rejected: 0 };
  const gaps: Gap[] = [];
  let before: Tick | null = null;
  for (const tick of ticks) {
    outcomes[tick.outcome] += 1;
    sums.repeats += tick.repeats;
    sums.conflicts += tick.conflicts;
    sums.late += tick.late;
    sums.rejected += tick.rejected;
    const gap = gaps[gaps.length - 1];
    const { outcome, reason, scheduledMs } = tick;
    const goesOn = before?.outcome === outcome && before.reason === reason;
    if (gap !== undefined && before !== null && before.outcome !== 'ok') {
      gaps[gaps.length - 1] = { ...gap, endMs: scheduledMs, ticks: gap.ticks + (goesOn ? 1 : 0) };
    }
    if (outcome !== 'ok' && !goesOn) {
      gaps.push({ startMs: scheduledMs, endMs: scheduledMs, ticks: 1, outcome, reason });
    }
    before = tick;
  }
  return { ticks: ticks.length, outcomes, ...sums, gaps };
}
