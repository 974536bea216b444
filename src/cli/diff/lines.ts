import type { Difference, Verdict } from '../../core/comparison.ts';
import type { Measure, RunDiff, WorkloadDiff } from '../../core/run-diff.ts';
import type { Unit } from '../../core/series.ts';
import { formatDuration } from '../../core/time.ts';
import { formatValue } from '../../core/units.ts';
import { intervalText, shareText } from '../../report/comparison/model.ts';

/** A measure of two runs in words. */
export interface DiffLine {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
  readonly interval: string;
  readonly verdict: Verdict;
}

/** What belongs together under one heading: a container of a workload. */
export interface DiffGroup {
  readonly heading: string;
  readonly lines: readonly DiffLine[];
}

/** What a value is shown as: its text, and whether a change of it is told as a share. */
interface Shown {
  readonly text: (value: number) => string;
  readonly isShare: boolean;
}

/** CPU for one request is time; anything else is told with what it is per. */
function slopeShown(unit: Unit, load: NonNullable<WorkloadDiff['load']>): Shown {
  if (load.unit === 'requests/s' && unit === 'cores') {
    return { text: (v) => `${formatValue(v * 1000, '')} ms`, isShare: true };
  }
  return { text: (v) => formatValue(v, unit), isShare: true };
}

const seconds = (ms: number): string => (ms === 0 ? '0s' : formatDuration(ms));

function shownAs({ name }: Measure, unit: Unit, load: WorkloadDiff['load']): Shown {
  if (name === 'alerts' || name === 'alert-minutes') {
    return { text: (v) => formatValue(v, ''), isShare: false };
  }
  if (name === 'settle' || name === 'replicas') return { text: seconds, isShare: false };
  if (name === 'slope' && load !== null) return slopeShown(unit, load);
  return { text: (v) => formatValue(v, unit), isShare: true };
}

const signed = (value: number, text: (value: number) => string): string =>
  value === 0 ? '0' : `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`;

function changeTexts({ difference, relative, baseline, interval }: Difference, shown: Shown) {
  if (shown.isShare && baseline > 0) {
    const share =
      interval === null ? null : ([interval[0] / baseline, interval[1] / baseline] as const);
    return { change: shareText(relative), interval: intervalText(share) };
  }
  const [low, high] = interval ?? [0, 0];
  return {
    change: signed(difference, shown.text),
    interval: interval === null ? '' : `${signed(low, shown.text)} to ${signed(high, shown.text)}`,
  };
}

function lineOf(measure: Measure, what: string, shown: Shown): DiffLine[] {
  const { difference, isCut, name } = measure;
  if (difference === null) return [];
  const isOfAlerts = name === 'alerts' || name === 'alert-minutes';
  if (isOfAlerts && difference.baseline === 0 && difference.candidate === 0) return [];
  const value = (v: number, r: 0 | 1): string => `${isCut[r] ? 'over ' : ''}${shown.text(v)}`;
  return [
    {
      what,
      before: value(difference.baseline, 0),
      after: value(difference.candidate, 1),
      ...changeTexts(difference, shown),
      verdict: difference.verdict,
    },
  ];
}

/** What a measure of a metric is called. */
export function measureName(
  { name, count }: Measure,
  metric: string,
  load: WorkloadDiff['load'],
): string {
  const per = load?.unit === 'requests/s' ? 'request' : (load?.metric ?? 'request');
  switch (name) {
    case 'level':
      return metric;
    case 'slope':
      return `${metric} per ${per}${load?.unit === 'requests/s' && metric !== 'cpu' ? '/s' : ''}`;
    case 'deviation':
      return `${metric} standard deviation`;
    case 'alerts':
      return `${metric} alerts`;
    case 'alert-minutes':
      return `${metric} minutes of alert`;
    case 'settle':
      return `${metric} settles after load`;
    case 'replicas':
      return `${String(count)} replicas from load start`;
  }
}

interface Named {
  readonly namespace: string;
  readonly workload: string;
  readonly container: string;
}

const nameOf = ({ namespace, workload, container }: Named): string =>
  [namespace, workload, container === workload ? '' : container]
    .filter((part) => part !== '')
    .join('/');

/** A difference of runs in words, container by container. */
export function diffGroups({ workloads, scaleOut }: RunDiff): DiffGroup[] {
  const groups = new Map<string, { heading: string; lines: DiffLine[] }>();
  for (const { workload, measures, pods, load } of workloads) {
    const name = nameOf(workload);
    const count =
      pods[0] === pods[1] ? String(pods[0]) : `${String(pods[0])} to ${String(pods[1])}`;
    const heading = `${name}, ${count} ${count === '1' ? 'pod' : 'pods'}`;
    const group = groups.get(name) ?? { heading, lines: [] };
    groups.set(name, group);
    for (const measure of measures) {
      const what = measureName(measure, workload.metric, load);
      group.lines.push(...lineOf(measure, what, shownAs(measure, workload.unit, load)));
    }
  }
  const grown = scaleOut.map(({ workload, measures }) => ({
    heading: `${nameOf(workload)}, scale-out`,
    lines: measures.flatMap((measure) =>
      lineOf(measure, measureName(measure, '', null), shownAs(measure, '', null)),
    ),
  }));
  return [...groups.values(), ...grown].filter(({ lines }) => lines.length > 0);
}

const NAMED = 4;

/** What could not be told, a sentence for each reason. */
export function untoldSentences({ workloads, scaleOut }: RunDiff): string[] {
  const byReason = new Map<string, string[]>();
  for (const { workload, measures, load } of [
    ...workloads,
    ...scaleOut.map((one) => ({ ...one, load: null })),
  ]) {
    for (const measure of measures) {
      if (measure.difference !== null) continue;
      const names = byReason.get(measure.why) ?? [];
      byReason.set(measure.why, names);
      names.push(`${nameOf(workload)} ${measureName(measure, workload.metric, load)}`);
    }
  }
  return [...byReason].map(([why, names]) => {
    const more = names.length > NAMED ? ` and ${String(names.length - NAMED)} more` : '';
    return `Not told, since ${why}: ${names.slice(0, NAMED).join(', ')}${more}.`;
  });
}

/** How many measures moved, and which metrics only one run has. */
export function diffHeadline({ comparison, workloads, scaleOut }: RunDiff): string[] {
  const all = [...workloads, ...scaleOut].flatMap(({ measures }) => measures);
  const count = (verdict: Verdict): number =>
    all.filter(({ difference }) => difference?.verdict === verdict).length;
  const [before, after] = comparison.runs;
  const told = all.filter(({ difference }) => difference !== null).length;
  const missing = comparison.workloads.filter(
    ({ columns, kind }) => kind === 'usage' && columns.includes(null),
  );
  const only = missing.map((one) => {
    const run = one.columns[0] === null ? after?.name : before?.name;
    return `${nameOf(one)} ${one.metric} (${run ?? ''})`;
  });
  const more = only.length > NAMED ? ` and ${String(only.length - NAMED)} more` : '';
  const alerts = (pick: (of: Difference) => number): string =>
    String(
      workloads
        .flatMap(({ measures }) => measures)
        .reduce(
          (sum, { name, difference }) =>
            name === 'alerts' && difference !== null ? sum + pick(difference) : sum,
          0,
        ),
    );
  return [
    `${after?.name ?? ''} against ${before?.name ?? ''}: of ${String(told)} numbers ` +
      `${String(count('higher'))} are higher, ${String(count('lower'))} lower, ` +
      `${String(count('same'))} the same, ${String(count('unclear'))} unclear.`,
    `${comparison.aligned} Alerts: ${alerts(({ baseline }) => baseline)} before, ` +
      `${alerts(({ candidate }) => candidate)} after.`,
    ...(only.length === 0 ? [] : [`In one run only: ${only.slice(0, NAMED).join(', ')}${more}.`]),
  ];
}
