import { firstAtOrAfter } from '../../evaluate/events.ts';
import { rankParts } from '../ranks.ts';
import { type RankedPass, rankRuns, type ScoredRun } from '../scored-run.ts';

/** A run, or a part of one, with the ranks of its scores among those of all runs. */
export interface RunPart {
  readonly run: ScoredRun;
  /** For each of its columns. */
  readonly ranks: readonly Int32Array[];
}

/** Whole runs as parts of their pass. */
export function wholeRuns(runs: readonly ScoredRun[], { columns }: RankedPass): RunPart[] {
  let next = 0;
  return runs.map((run) => ({ run, ranks: run.columns.map(() => columns[next++]!.ranks) }));
}

/** The part of a run from one time to before another; its second part is warmed up by its first. */
export function partOf({ run, ranks }: RunPart, fromMs: number, toMs: number): RunPart {
  const startMs = Math.max(run.extent.startMs, fromMs);
  const warmupMs = Math.max(0, run.extent.startMs + run.rules.warmupMs - startMs);
  const rows = run.columns.map(({ times }) =>
    [fromMs, toMs].map((t) => firstAtOrAfter(times, t)),
  ) as [number, number][];
  return {
    run: {
      columns: run.columns.map((columns, c) => ({
        ...columns,
        times: columns.times.subarray(...rows[c]!),
        scores: columns.scores.subarray(...rows[c]!),
        starts: columns.starts.subarray(...rows[c]!),
      })),
      // One that began before still explains alerts, but is not found again.
      labels: run.labels.filter((one) => one.startMs < toMs && one.graceEndMs >= fromMs),
      extent: { ...run.extent, startMs, endMs: Math.min(run.extent.endMs, toMs) },
      rules: { ...run.rules, warmupMs },
    },
    ranks: ranks.map((column, c) => column.subarray(...rows[c]!)),
  };
}

/** Readies parts for counting, without another look at their scores. */
export function rankedParts(
  parts: readonly RunPart[],
  levels: Float64Array,
  withNab: boolean,
): RankedPass {
  const ranks = rankParts(
    levels,
    parts.flatMap((part) => part.ranks),
  );
  return rankRuns(
    parts.map(({ run }) => run),
    withNab,
    ranks,
  );
}
