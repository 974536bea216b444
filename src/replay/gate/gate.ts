import type { ComparedWorkload, RunComparison } from '../../core/comparison.ts';
import { ToolError } from '../../core/errors.ts';
import type { RecordingData, Tick } from '../../core/recording.ts';
import type { ReplayResult } from '../../core/results.ts';
import { seriesId } from '../../core/series.ts';
import { formatTime } from '../../core/time.ts';
import { formatValue } from '../../core/units.ts';
import { checkCommon } from '../compare/compare-runs.ts';
import { type Accepted, selects } from './accepted.ts';

/** One reason why a run does not pass. */
export interface Finding {
  /** A series' id, a workload's `namespace/workload/container/metric`, or '' for the whole run. */
  readonly series: string;
  /** A cause of alerts, `regression`, `missing` or `coverage`. */
  readonly cause: string;
  /** One clause for people. */
  readonly message: string;
  /** Why it does not count, as the file of accepted findings says; null: it does count. */
  readonly accepted: string | null;
}

/** The answer of a gate. */
export interface GateResult {
  readonly passed: boolean;
  /** Alerts by detection time, then differences from the baseline, then coverage. */
  readonly findings: readonly Finding[];
  /** Series that had a score, of all that were to be judged. */
  readonly evaluated: number;
  readonly series: number;
  /** Share of scheduled polls that brought samples; null: the recording has none. */
  readonly coverage: number | null;
  /** Entries that are past their day, and those that met nothing. */
  readonly expired: readonly Accepted[];
  readonly unused: readonly Accepted[];
}

/** What a run is held against. */
export interface GateRequest {
  readonly data: RecordingData;
  readonly result: ReplayResult;
  /** Baseline and run, in this order; null: no baseline. */
  readonly comparison: RunComparison | null;
  /** 0 … 1, or null: do not look. */
  readonly minCoverage: number | null;
  readonly accepted: readonly Accepted[];
  /** Metrics that somebody named, and that the run must therefore have. */
  readonly namedMetrics: readonly string[];
  /** The time at which accepted findings are looked up, Unix ms. */
  readonly nowMs: number;
}

type Raw = Omit<Finding, 'accepted'>;

/** Share of polls that brought samples, 0 … 1; null where there was no poll loop. */
export function coverageShare(ticks: readonly Tick[]): number | null {
  if (ticks.length === 0) return null;
  const good = ticks.filter(({ outcome }) => outcome === 'ok' || outcome === 'partial').length;
  return good / ticks.length;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const workloadId = ({ namespace, workload, container, metric }: ComparedWorkload): string =>
  seriesId({ namespace, pod: workload, container, metric });

function alertFindings({ alerts, series }: ReplayResult): Raw[] {
  const units = new Map(series.map((one) => [one.series.id, one.series.unit]));
  return alerts.map((alert) => ({
    series: alert.series,
    cause: alert.cause,
    message:
      `alert at ${formatTime(alert.detectedAt).slice(0, 19)}Z, peak ` +
      formatValue(alert.peakValue, units.get(alert.series) ?? ''),
  }));
}

function comparisonFindings(comparison: RunComparison): Raw[] {
  const found: Raw[] = [];
  comparison.workloads.forEach((one, w) => {
    if (one.kind !== 'usage') return;
    const series = workloadId(one);
    if (one.columns[0] != null && one.columns[1] == null) {
      found.push({ series, cause: 'missing', message: 'the baseline has it, this run does not' });
    }
    // The first phase is the whole run; of several differences, the first tells enough.
    for (const row of comparison.rows.filter(({ workload }) => workload === w)) {
      const parts = [
        { name: 'mean of a pod', is: row.mean },
        { name: 'highest pod', is: row.high },
        { name: 'all pods together', is: row.total },
      ];
      const worse = parts.find(({ is }) => is.verdict === 'higher');
      if (worse === undefined) continue;
      const { baseline, candidate, relative } = worse.is;
      const share = relative === null ? '' : ` (+${percent(relative)})`;
      const where = comparison.phases[row.phase]?.name ?? '';
      found.push({
        ...{ series, cause: 'regression' },
        message:
          `${worse.name}, ${where}: ${formatValue(baseline, one.unit)} before, ` +
          `${formatValue(candidate, one.unit)} now${share}`,
      });
      break;
    }
  });
  return found;
}

/** Throws where a rule names what is not there: such a gate would pass everything. */
function checkRules(request: GateRequest): void {
  const { data, result, comparison, minCoverage, accepted, namedMetrics } = request;
  const metrics = new Set(data.series.map(({ series }) => series.metric));
  const unknown = namedMetrics.filter((name) => !metrics.has(name));
  if (unknown.length > 0) {
    const known = [...metrics].sort().join(', ');
    throw new ToolError(
      'USAGE',
      `The run has no metric ${unknown.join(', ')}; it has ${known}: name those with --metrics.`,
    );
  }
  if (!result.series.some(({ notEvaluated }) => notEvaluated === '')) {
    const why = result.series[0]?.notEvaluated ?? 'there is none';
    throw new ToolError('NO_DATA', `No series could be judged (${why}); record longer.`);
  }
  if (comparison !== null) checkCommon(comparison);
  if (minCoverage !== null && data.ticks.length === 0) {
    throw new ToolError('USAGE', 'The run has no polls to count; leave --min-coverage out.');
  }
  const ids = [
    ...data.series.map(({ series }) => series.id),
    ...(comparison?.workloads ?? []).map(workloadId),
  ];
  const lost = accepted.find(({ series }) => !ids.some((id) => selects(series, id)));
  if (lost !== undefined) {
    const message = `No series is called ${lost.series}, which the accepted findings name; take it out.`;
    throw new ToolError('BAD_INPUT', message, { series: lost.series });
  }
}

/**
 * Judges a run: every alert, every workload that uses more than in the baseline by more than the
 * comparison tolerates, every workload that is gone, and polls that brought nothing.
 *
 * Throws USAGE, NO_DATA or BAD_INPUT where it cannot be judged: an unknown metric or series in a
 * rule, no series with a score, nothing in common with the baseline.
 */
export function runGate(request: GateRequest): GateResult {
  checkRules(request);
  const { data, result, comparison, minCoverage, accepted, nowMs } = request;
  const coverage = coverageShare(data.ticks);
  const raw = [
    ...alertFindings(result),
    ...(comparison === null ? [] : comparisonFindings(comparison)),
  ];
  const valid = accepted.filter(({ endMs }) => nowMs < endMs);
  const used = new Set<Accepted>();
  const findings: Finding[] = raw.map((one) => {
    const entry = valid.find(
      ({ series, cause }) => (cause === null || cause === one.cause) && selects(series, one.series),
    );
    if (entry !== undefined) used.add(entry);
    return { ...one, accepted: entry?.reason ?? null };
  });
  if (coverage !== null && minCoverage !== null && coverage < minCoverage) {
    const message = `${percent(coverage)} of polls brought samples, ${percent(minCoverage)} are asked for`;
    findings.push({ series: '', cause: 'coverage', message, accepted: null });
  }
  return {
    passed: findings.every((one) => one.accepted !== null),
    findings,
    evaluated: result.series.filter(({ notEvaluated }) => notEvaluated === '').length,
    series: result.series.length,
    coverage,
    expired: accepted.filter(({ endMs }) => nowMs >= endMs),
    unused: valid.filter((entry) => !used.has(entry)),
  };
}
