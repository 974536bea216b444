import type { Label, Mark } from '../../core/recording.ts';
import { formatDuration, formatTime } from '../../core/time.ts';
import { formatValue } from '../../core/units.ts';
import { visible } from '../../core/visible.ts';
import type { Gap } from '../../record/recording/coverage.ts';
import type { RecordingOverview } from '../../record/recording/overview.ts';
import { type Column, table } from '../output.ts';
import { wrapped } from '../wrapped.ts';
import { groupSeries, resolutionOf, stepOf } from './resolution.ts';

/** Rows of one list; the rest is told as a number, and is in the JSON. */
const MOST_ROWS = 20;

/** The widest a name may be, so that every line fits 100 columns. */
const NAME_WIDTH = 38;

/** 12345678 → 12,345,678, the same in every locale. */
function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A name shortened in its middle, where pods of one workload look alike least. */
function short(text: string, width = NAME_WIDTH): string {
  const shown = visible(text);
  if (shown.length <= width) return shown;
  const head = Math.ceil((width - 1) / 2);
  return `${shown.slice(0, head)}…${shown.slice(shown.length - (width - 1 - head))}`;
}

/** UTC to the second: what people compare with their own notes. */
function clock(ms: number): string {
  return formatTime(ms).slice(0, 19).replace('T', ' ');
}

function place(...parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('/');
  return text === '' ? 'whole run' : text;
}

/** A titled list, or nothing where there are no rows. */
function section<Row>(
  title: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length - MOST_ROWS;
  const lines = ['', title, table(columns, rows.slice(0, MOST_ROWS))];
  return more > 0 ? [...lines, `… and ${count(more)} more; --json lists all`] : lines;
}

type Group = ReturnType<typeof groupSeries>[number];

const step = (ms: number | null): string => (ms === null ? '-' : formatDuration(ms));

const GROUP_COLUMNS: readonly Column<Group>[] = [
  {
    title: 'WORKLOAD',
    cell: ([one]) =>
      one === undefined ? '' : short(place(one.namespace, one.workload ?? one.pod), 32),
  },
  { title: 'METRIC', cell: ([one]) => short(one?.metric ?? '', 16) },
  { title: 'SERIES', align: 'right', cell: (group) => count(group.length) },
  {
    title: 'PODS',
    align: 'right',
    cell: (group) => count(new Set(group.map(({ pod }) => pod).filter((pod) => pod !== '')).size),
  },
  {
    title: 'SAMPLES',
    align: 'right',
    cell: (group) => count(group.reduce((sum, { samples }) => sum + samples, 0)),
  },
  { title: 'EVERY', align: 'right', cell: (group) => step(stepOf(group)) },
  {
    title: 'LIMIT',
    align: 'right',
    cell: (group) => {
      const limits = new Set(group.map(({ limit }) => limit));
      const [limit] = limits;
      if (limits.size > 1) return 'differs';
      return limit === null || limit === undefined ? '-' : formatValue(limit, group[0]?.unit ?? '');
    },
  },
];

const GAP_COLUMNS: readonly Column<Gap>[] = [
  { title: 'FROM (UTC)', cell: ({ startMs }) => clock(startMs) },
  {
    title: 'LASTS',
    align: 'right',
    cell: ({ startMs, endMs }) => (endMs > startMs ? formatDuration(endMs - startMs) : '-'),
  },
  { title: 'TICKS', align: 'right', cell: ({ ticks }) => count(ticks) },
  { title: 'OUTCOME', cell: ({ outcome }) => outcome },
  { title: 'CAUSE', cell: ({ reason }) => (reason === '' ? '-' : short(reason, 48)) },
];

const MARK_COLUMNS: readonly Column<Mark>[] = [
  { title: 'AT (UTC)', cell: ({ startMs }) => clock(startMs) },
  {
    title: 'LASTS',
    align: 'right',
    cell: ({ startMs, endMs }) => (endMs === null ? '-' : formatDuration(endMs - startMs)),
  },
  { title: 'KIND', cell: ({ kind }) => short(kind, 12) },
  { title: 'NAME', cell: ({ name }) => short(name, 30) },
  { title: 'WHERE', cell: ({ namespace, pod }) => short(place(namespace, pod), 21) },
];

const LABEL_COLUMNS: readonly Column<Label>[] = [
  { title: 'FROM (UTC)', cell: ({ startMs }) => clock(startMs) },
  {
    title: 'LASTS',
    align: 'right',
    cell: ({ startMs, endMs }) => formatDuration(endMs - startMs),
  },
  { title: 'TYPE', cell: ({ type }) => short(type, 16) },
  {
    title: 'WHERE',
    cell: ({ namespace, pod, container, metric }) =>
      short(place(namespace, pod, container, metric)),
  },
];

function headLines(path: string, overview: RecordingOverview): readonly string[] {
  const { info, series, bytes, schemaVersion } = overview;
  const samples = series.reduce((sum, one) => sum + one.samples, 0);
  const inPods = series.filter(({ pod }) => pod !== '');
  const pods = new Set(inPods.map(({ namespace, pod }) => `${namespace}/${pod}`)).size;
  const state = info.finalised ? 'finalised' : 'not finalised: being recorded, or cut off';
  const resolution = resolutionOf(series)
    .slice(0, 12)
    .map(({ metric, stepMs }) => `${short(metric, 16)} ${step(stepMs)}`);
  const interval = info.intervalMs === null ? '' : `; polled every ${step(info.intervalMs)}`;
  const lines: readonly (readonly [string, string])[] = [
    ['file', `${short(path, 48)} (${formatValue(bytes, 'bytes')}, ${state})`],
    ['origin', `${info.kind}: ${short(info.origin, 60)}`],
    [
      'time',
      samples === 0
        ? 'no samples'
        : `${clock(info.startMs)} to ${clock(info.endMs)} UTC ` +
          `(${formatDuration(info.endMs - info.startMs)})`,
    ],
    ['samples', `${count(samples)} in ${count(series.length)} series of ${count(pods)} pods`],
    ['new value', `${resolution.join(', ')}${interval}`],
    ['digest', info.digest === '' ? 'not until it is finalised' : info.digest],
    ['made by', `podtape ${short(info.version, 20)}, recording format ${String(schemaVersion)}`],
  ];
  return lines.map(([name, text]) => wrapped(`${name.padEnd(10)} ${text}`, 11));
}

function coverageLines({ info, coverage, rejects }: RecordingOverview): readonly string[] {
  const { ticks, outcomes, repeats, conflicts, late, rejected, gaps } = coverage;
  if (ticks === 0) return ['', 'No ticks.'];
  const told = Object.entries(outcomes)
    .filter(([, n]) => n > 0)
    .map(([outcome, n]) => `${count(n)} ${outcome}`);
  const share = ((outcomes.ok / ticks) * 100).toFixed(1);
  const counts = { repeats, conflicts, late, rejected };
  const odd = Object.entries(counts)
    .filter(([, n]) => n > 0)
    .map(([what, n]) => `${count(n)} ${what}`);
  const reasons = rejects.map(({ reason, count: n }) => `${short(reason, 20)} ${count(n)}`);
  // Nothing was polled for a file that was imported: its ticks are only how it was written.
  const polled = info.kind === 'recorded' || info.intervalMs !== null;
  return [
    '',
    ...(polled ? [`${count(ticks)} ticks: ${told.join(', ')} (${share} % ok)`] : []),
    ...(odd.length > 0 ? [`samples not new or not in order: ${odd.join(', ')}`] : []),
    ...(reasons.length > 0
      ? [wrapped(`rejects by reason: ${reasons.slice(0, 8).join(', ')}`, 19)]
      : []),
    ...section('Gaps', GAP_COLUMNS, gaps),
  ];
}

/** `inspect` for people: nothing wider than 100 columns, names escaped. */
export function inspectTable(path: string, overview: RecordingOverview): string {
  const { info, series, marks, labels } = overview;
  const key = (one: (typeof series)[number]) =>
    JSON.stringify([one.namespace, one.workload ?? one.pod, one.metric]);
  return [
    ...headLines(path, overview),
    ...section('Series', GROUP_COLUMNS, groupSeries(series, key)),
    ...coverageLines(overview),
    ...section('Marks', MARK_COLUMNS, marks),
    ...section('Labels', LABEL_COLUMNS, labels),
    ...(info.notes.length > 0 ? ['', 'Notes'] : []),
    ...info.notes.map((note) => wrapped(`- ${visible(note)}`, 2)),
  ].join('\n');
}
