import { readFileSync, statSync } from 'node:fs';
import { ToolError } from '../../core/errors.ts';
import { parseTime } from '../../core/time.ts';
import { badInput, shown } from './bad-input.ts';
import { streamCsv } from './csv-stream.ts';
import { LoadBins } from './load-bins.ts';
import { parseDecimal, TimeReader } from './numbers.ts';
import type { SampleSink } from './sample-sink.ts';
import { eachLine } from './text-lines.ts';

/** Results of load generators: one row a request, or (autocannon) one summary. */
export type LoadFormat = 'k6-csv' | 'k6-json' | 'hey' | 'autocannon';

export interface LoadOptions {
  readonly namespace: string;
  /** When the load began, Unix ms, for hey, whose times count from there. */
  readonly startMs?: number | null;
  /** Length of the intervals that requests are added up over; null: 10 s. */
  readonly intervalMs?: number | null;
  /** Added to every time of the load; 0 by default. */
  readonly offsetMs?: number;
  readonly onBytes?: (bytes: number) => void;
}

const DEFAULT_INTERVAL_MS = 10_000;
/** More intervals than this mean a wrong time, and would fill memory. */
const MAX_INTERVALS = 1_000_000;
/** One summary is a few kilobytes. */
const MAX_SUMMARY_BYTES = 16 << 20;

/** Takes k6's points by the name of their metric. */
function takePoint(bins: LoadBins, metric: string, t: number, value: number): void {
  if (metric === 'http_reqs') for (let i = 0; i < value; i += 1) bins.request(t);
  else if (metric === 'http_req_failed' && value > 0) bins.failed(t);
  else if (metric === 'vus') bins.users(t, value);
  else if (metric === 'http_req_duration') bins.duration(t, value / 1000);
}

const isTaken = (metric: string): boolean =>
  ['http_reqs', 'http_req_failed', 'vus', 'http_req_duration'].includes(metric);

/** Throws BAD_INPUT on a value that a point of k6 cannot have. */
function checkPoint(value: unknown, where: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1e9) return value;
  throw badInput(where, `the value ${shown(String(value))} is none of k6's`);
}

function timeOf(read: () => number, text: string, where: string): number {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw badInput(where, `${shown(text)} is no time`);
  }
}

/** Columns by name. Throws BAD_INPUT where one is missing. */
function columnsOf(
  header: readonly string[],
  names: readonly string[],
  where: string,
): readonly number[] {
  return names.map((name) => {
    const at = header.indexOf(name);
    if (at !== -1) return at;
    throw badInput(where, `there is no column "${name}"`);
  });
}

type RowReader = (cells: readonly string[], where: string) => void;

function k6CsvRows(
  header: readonly string[],
  where: string,
  bins: LoadBins,
  offset: number,
): RowReader {
  const names = ['metric_name', 'timestamp', 'metric_value'];
  const [metricAt = 0, timeAt = 0, valueAt = 0] = columnsOf(header, names, where);
  const seconds = new TimeReader('s', false);
  const stamps = new TimeReader(null, false);
  return (cells, place) => {
    const metric = cells[metricAt] ?? '';
    if (!isTaken(metric)) return;
    const time = cells[timeAt] ?? '';
    // k6 writes seconds; K6_CSV_TIME_FORMAT makes it microseconds (unix_micro) or RFC 3339.
    const t = timeOf(
      () => {
        if (/^\d{16}$/.test(time)) return Math.floor(Number(time) / 1000);
        return (/^\d+$/.test(time) ? seconds : stamps).read(time);
      },
      time,
      `${place}: column "timestamp"`,
    );
    const text = cells[valueAt] ?? '';
    const value = checkPoint(parseDecimal(text) ?? text, `${place}: column "metric_value"`);
    takePoint(bins, metric, t + offset, value);
  };
}

function heyRows(
  header: readonly string[],
  where: string,
  bins: LoadBins,
  startMs: number,
): RowReader {
  const names = ['response-time', 'status-code', 'offset'];
  const [durationAt = 0, statusAt = 0, offsetAt = 0] = columnsOf(header, names, where);
  return (cells, place) => {
    const number = (at: number, name: string): number => {
      const text = cells[at] ?? '';
      const value = parseDecimal(text);
      if (value !== null && value >= 0 && value < 1e9) return value;
      throw badInput(`${place}: column "${name}"`, `${shown(text)} is no number that hey writes`);
    };
    const seconds = number(durationAt, 'response-time');
    const t = Math.round(startMs + (number(offsetAt, 'offset') + seconds) * 1000);
    const status = number(statusAt, 'status-code');
    bins.request(t);
    bins.duration(t, seconds);
    if (status >= 400 || status === 0) bins.failed(t);
  };
}

async function readCsv(
  path: string,
  format: 'k6-csv' | 'hey',
  options: LoadOptions,
  bins: LoadBins,
): Promise<number> {
  const { startMs = null, offsetMs = 0, onBytes = () => undefined } = options;
  if (format === 'hey' && startMs === null) {
    throw badInput(path, "hey's times count from the start of the load; give it with --start");
  }
  let take = null as RowReader | null;
  let rows = 0;
  await streamCsv(path, { delimiter: ',', onBytes }, (cells, line) => {
    const where = `${path}:${String(line)}`;
    if (take === null) {
      take =
        format === 'hey'
          ? heyRows(cells, where, bins, (startMs ?? 0) + offsetMs)
          : k6CsvRows(cells, where, bins, offsetMs);
      return;
    }
    rows += 1;
    take(cells, where);
    checkSpread(bins, where);
  });
  return rows;
}

function checkSpread(bins: LoadBins, where: string): void {
  if (bins.spread <= MAX_INTERVALS) return;
  throw badInput(where, 'its time is over a million intervals from the others');
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string, where: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw badInput(where, `it is not JSON (${why})`);
  }
  throw badInput(where, 'it is no JSON object');
}

async function readK6Json(path: string, options: LoadOptions, bins: LoadBins): Promise<number> {
  const { offsetMs = 0, onBytes = () => undefined } = options;
  let rows = 0;
  await eachLine(path, onBytes, (line, number) => {
    if (line.trim() === '') return;
    rows += 1;
    const where = `${path}:${String(number)}`;
    const point = parsed(line, where);
    const metric = point['metric'];
    if (point['type'] === 'Metric') return;
    const data = point['data'];
    if (point['type'] !== 'Point' || typeof metric !== 'string' || !isObject(data)) {
      throw badInput(where, 'it is neither a Point nor a Metric of k6');
    }
    if (!isTaken(metric)) return;
    const time = String(data['time']);
    const t = timeOf(() => parseTime(time), time, `${where}: member "time"`);
    takePoint(bins, metric, t + offsetMs, checkPoint(data['value'], `${where}: member "value"`));
    checkSpread(bins, where);
  });
  return rows;
}

/** autocannon tells sums, not requests: the mean rate stands for each interval of the load. */
function readAutocannon(path: string, options: LoadOptions, sink: SampleSink): number {
  const { offsetMs = 0, namespace } = options;
  const intervalMs = options.intervalMs ?? DEFAULT_INTERVAL_MS;
  if (statSync(path).size > MAX_SUMMARY_BYTES) throw badInput(path, 'it is over 16 MiB');
  const result = parsed(readFileSync(path, 'utf8'), path);
  const number = (...names: readonly string[]): number => {
    let value: unknown = result;
    for (const name of names) value = isObject(value) ? value[name] : undefined;
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    throw badInput(path, `member "${names.join('.')}" is no number; save autocannon --json`);
  };
  const moment = (name: string): number => {
    const text = String(result[name]);
    return timeOf(() => parseTime(text), text, `${path}: member "${name}"`) + offsetMs;
  };
  const [startMs, endMs] = [moment('start'), moment('finish')];
  const seconds = (endMs - startMs) / 1000;
  if (!(seconds > 0) || (seconds * 1000) / intervalMs > MAX_INTERVALS) {
    throw badInput(path, 'member "finish" is not after "start", or too long after it');
  }
  const failed = number('non2xx') + number('errors');
  const signals = [
    ['requests', 'requests/s', number('requests', 'total') / seconds],
    ['failed', 'requests/s', failed / seconds],
    ['vus', '', number('connections')],
  ] as const;
  const channels = signals.map(([metric, unit, value]) => ({
    value,
    channel: sink.define({
      ...{ namespace, pod: '', container: '', metric, unit, kind: 'signal', denominator: 1 },
    }),
  }));
  for (let t = startMs + intervalMs; ; t += intervalMs) {
    for (const { channel, value } of channels) sink.add(channel, Math.min(t, endMs), value);
    if (t >= endMs) return 1;
  }
}

/**
 * Imports what a load generator wrote, as the signals `requests`, `failed` (a second), `vus` and
 * `duration_p95` (seconds), one sample an interval. Streams; memory grows with the number of
 * intervals only.
 *
 * Throws BAD_INPUT naming file, line and column (or member).
 */
export async function importLoad(
  path: string,
  format: LoadFormat,
  options: LoadOptions,
  sink: SampleSink,
): Promise<{ readonly rows: number }> {
  if (format === 'autocannon') return { rows: readAutocannon(path, options, sink) };
  const bins = new LoadBins(options.intervalMs ?? DEFAULT_INTERVAL_MS);
  const rows =
    format === 'k6-json'
      ? await readK6Json(path, options, bins)
      : await readCsv(path, format, options, bins);
  bins.write(sink, options.namespace);
  return { rows };
}
