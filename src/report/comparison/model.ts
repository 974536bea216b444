import type {
  ComparedWorkload,
  Difference,
  RunComparison,
  Verdict,
} from '../../core/comparison.ts';
import { plural } from '../../core/plural.ts';
import { formatDuration } from '../../core/time.ts';
import { formatValue } from '../../core/units.ts';
import type { Unit } from '../../core/series.ts';
import { VERSION } from '../../core/version.ts';

/** Numbers of two runs in one phase, as shown. Shares are of the baseline; null: not known. */
export interface ChangeCell {
  readonly phase: string;
  /** What a pod uses on average, what the pod that uses most does, and all together. */
  readonly mean: ShownDifference;
  readonly high: ShownDifference;
  readonly total: ShownDifference;
  readonly pods: readonly [baseline: number, candidate: number];
}

export interface ShownDifference {
  readonly baseline: string;
  readonly candidate: string;
  readonly share: number | null;
  readonly interval: readonly [low: number, high: number] | null;
  readonly verdict: Verdict;
}

/** One metric of a workload in a later run against the first. */
export interface ChangeRow {
  /** Position in `RunComparison.workloads`. */
  readonly workload: number;
  readonly name: string;
  readonly metric: string;
  /** The later run's position and name. */
  readonly run: number;
  readonly runName: string;
  /** One for each phase; null: one of the runs has no sample in it. */
  readonly cells: readonly (ChangeCell | null)[];
}

/** A run as the page lists it. Times are Unix ms. */
export interface ShownRun {
  readonly name: string;
  readonly origin: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly originMs: number;
  /** Under the settings of the report. */
  readonly alerts: number;
  readonly series: number;
  readonly digest: string;
}

/** Everything a comparison says, as plain JSON. */
export interface ComparisonModel {
  readonly schemaVersion: 1;
  readonly title: string;
  readonly version: string;
  readonly settings: string;
  readonly runs: readonly ShownRun[];
  readonly aligned: string;
  readonly phases: readonly string[];
  readonly headline: string;
  readonly summary: readonly string[];
  readonly advice: readonly string[];
  /** The most telling first. */
  readonly changes: readonly ChangeRow[];
  /** Metrics that some run does not have, with the names of those that do. */
  readonly missing: readonly {
    readonly name: string;
    readonly metric: string;
    readonly runs: readonly string[];
  }[];
}

/** What is compared, with what a replay found in each run. */
export interface ComparisonInput {
  readonly title: string;
  readonly comparison: RunComparison;
  /** Name of the settings that alerts are counted under. */
  readonly settings: string;
  /** One for each run: alerts, and judged series. */
  readonly alerts: readonly { readonly alerts: number; readonly series: number }[];
}

function shown(
  { baseline, candidate, relative, interval, verdict }: Difference,
  unit: Unit,
): ShownDifference {
  const isScaled = baseline !== 0 && interval !== null;
  const [low, high] = interval ?? [0, 0];
  const by = Math.abs(baseline);
  return {
    baseline: formatValue(baseline, unit),
    candidate: formatValue(candidate, unit),
    share: relative === null ? null : baseline < 0 ? -relative : relative,
    interval: isScaled ? [low / by, high / by] : null,
    verdict,
  };
}

/** "+12 %", "−3.4 %", "×2.5" from twice on. */
export function shareText(share: number | null): string {
  if (share === null) return 'from 0';
  if (share >= 1) return `×${(share + 1).toFixed(share >= 9 ? 0 : 1)}`;
  const percent = Math.abs(share * 100);
  const digits = percent >= 9.95 || percent < 0.05 ? 0 : 1;
  const sign = percent < 0.05 ? '±' : share < 0 ? '−' : '+';
  return `${sign}${percent.toFixed(digits)} %`;
}

/** "+28 to +41 %"; '' where none is known. */
export function intervalText(interval: readonly [number, number] | null): string {
  return interval === null ? '' : `${shareText(interval[0])} to ${shareText(interval[1])}`;
}

const WEIGHT: Readonly<Record<Verdict, number>> = {
  ...{ higher: 3, lower: 3, unclear: 2, same: 1, unknown: 0 },
};

const isChange = ({ verdict }: ShownDifference): boolean =>
  verdict === 'higher' || verdict === 'lower';

/** What of a cell tells most: the mean of a pod, or the busiest pod where only that changed. */
export function tellingOf({ mean, high }: ChangeCell): ShownDifference {
  return !isChange(mean) && isChange(high) ? high : mean;
}

/** How much a row tells: its surest verdict first, then how far the interval keeps from 0. */
function weightOf({ cells }: ChangeRow): readonly [number, number] {
  const [whole] = cells;
  if (whole == null) return [-1, 0];
  const { interval, share, verdict } = tellingOf(whole);
  const away =
    interval === null ? 0 : Math.max(interval[0], -interval[1], Math.abs(share ?? 0) / 1000);
  return [WEIGHT[verdict], away];
}

function nameOf(
  { workload, container, namespace, kind }: ComparedWorkload,
  isOne: boolean,
): string {
  const own = workload === '' ? 'whole run' : workload;
  // The container of a signal is only what carries it.
  const isTold = container === '' || container === workload || kind === 'signal';
  return `${isOne || namespace === '' ? '' : `${namespace}/`}${own}${isTold ? '' : ` / ${container}`}`;
}

function changeRows({ comparison }: ComparisonInput, isOne: boolean): ChangeRow[] {
  const { rows, workloads, phases, runs } = comparison;
  const found = new Map<string, ChangeRow>();
  for (const row of rows) {
    const workload = workloads[row.workload]!;
    const { unit } = workload;
    const key = `${String(row.run)} ${String(row.workload)}`;
    const known = found.get(key) ?? {
      ...{ workload: row.workload, metric: workload.metric, run: row.run },
      name: nameOf(workload, isOne),
      runName: runs[row.run]?.name ?? '',
      cells: phases.map(() => null),
    };
    const cell: ChangeCell = {
      ...{ phase: phases[row.phase]?.name ?? '', pods: row.pods },
      mean: shown(row.mean, unit),
      high: shown(row.high, unit),
      total: shown(row.total, unit),
    };
    const cells = known.cells.map((old, p) => (p === row.phase ? cell : old));
    found.set(key, { ...known, cells });
  }
  const ordered = [...found.values()].map((row, i) => ({ row, i, weight: weightOf(row) }));
  ordered.sort((a, b) => b.weight[0] - a.weight[0] || b.weight[1] - a.weight[1] || a.i - b.i);
  return ordered.map(({ row }) => row);
}

function verdictsOf(changes: readonly ChangeRow[]): Map<Verdict, number> {
  const counts = new Map<Verdict, number>();
  for (const { cells } of changes) {
    const [whole] = cells;
    if (whole == null) continue;
    const { verdict } = tellingOf(whole);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  return counts;
}

function headlineOf(changes: readonly ChangeRow[], runs: readonly ShownRun[]): string {
  if (changes.length === 0) return 'The runs have no workload in common.';
  const counts = verdictsOf(changes);
  const told = (verdict: Verdict, words: string): string[] => {
    const n = counts.get(verdict) ?? 0;
    return n === 0 ? [] : [`${String(n)} ${words}`];
  };
  const parts = [
    ...told('higher', 'higher'),
    ...told('lower', 'lower'),
    ...told('same', 'the same'),
    ...told('unclear', 'unclear'),
    ...told('unknown', 'with too few samples'),
  ];
  const isTwo = runs.length === 2;
  const against = isTwo ? (runs[0]?.name ?? '') : 'the first run';
  return `Against ${against}, of ${plural(changes.length, 'metric')}: ${parts.join(', ')}.`;
}

const SENTENCES = 4;

function summaryOf(
  changes: readonly ChangeRow[],
  runs: readonly ShownRun[],
  aligned: string,
): string[] {
  const moved = changes.filter(({ cells: [whole] }) => whole != null && isChange(tellingOf(whole)));
  const sentences = moved
    .slice(0, SENTENCES)
    .flatMap(({ name, metric, cells: [whole], runName }) => {
      if (whole == null) return [];
      const one = tellingOf(whole);
      const range = one.interval === null ? '' : ` (${intervalText(one.interval)})`;
      const where = runs.length > 2 ? `${runName}: ` : '';
      const what = one === whole.mean ? 'a pod' : 'for the busiest pod';
      const change = `${shareText(one.share)}${range}`;
      return [
        `${where}${metric} of ${name} ${change}, from ${one.baseline} to ${one.candidate} ${what}.`,
      ];
    });
  const more = moved.length - sentences.length;
  if (more > 0) sentences.push(`${plural(more, 'more change')} below.`);
  const alerts = runs.map(({ name, alerts: n }) => `${String(n)} in ${name}`).join(', ');
  return [...sentences, `Alerts: ${alerts}.`, aligned];
}

function adviceOf(
  { comparison, alerts }: ComparisonInput,
  changes: readonly ChangeRow[],
): string[] {
  const advice: string[] = [];
  const unclear = verdictsOf(changes).get('unclear') ?? 0;
  if (unclear > 0) {
    advice.push(
      `${plural(unclear, 'metric')} may have changed or not: record longer, or repeat the runs.`,
    );
  }
  const [first, ...later] = comparison.runs;
  const lengthOf = (run: typeof first): number => (run === undefined ? 0 : run.endMs - run.startMs);
  if (later.some((run) => Math.abs(lengthOf(run) - lengthOf(first)) > lengthOf(first) * 0.2)) {
    const lengths = comparison.runs.map((run) => formatDuration(lengthOf(run))).join(', ');
    advice.push(`The runs last ${lengths}: only what they have in common is compared.`);
  }
  if (alerts.some(({ series }) => series === 0)) {
    advice.push('Some run has no series that these settings judge, so its alerts say nothing.');
  }
  return advice;
}

/** A comparison → everything its page says, as plain JSON. Pure. */
export function comparisonModel(input: ComparisonInput): ComparisonModel {
  const { comparison, title, settings, alerts } = input;
  const { workloads, phases, aligned } = comparison;
  const isOne = new Set(workloads.map(({ namespace }) => namespace)).size <= 1;
  const changes = changeRows(input, isOne);
  const runs = comparison.runs.map((run, r): ShownRun => ({
    ...{ name: run.name, origin: run.origin, startMs: run.startMs, endMs: run.endMs },
    ...{ originMs: run.originMs, digest: run.digest },
    alerts: alerts[r]?.alerts ?? 0,
    series: alerts[r]?.series ?? 0,
  }));
  return {
    ...{ schemaVersion: 1, title, version: VERSION, settings, runs, aligned },
    phases: phases.map(({ name }) => name),
    headline: headlineOf(changes, runs),
    summary: summaryOf(changes, runs, aligned),
    advice: adviceOf(input, changes),
    changes,
    missing: workloads.flatMap((one) => {
      if (one.columns.every((columns) => columns !== null)) return [];
      const has = runs.filter((_, r) => one.columns[r] != null).map(({ name }) => name);
      const name = nameOf(one, isOne);
      return [{ name, metric: one.metric, runs: has }];
    }),
  };
}
