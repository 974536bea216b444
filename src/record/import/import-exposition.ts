import { metricOfExposition } from '../../core/exposition-names.ts';
import { seriesId } from '../../core/series.ts';
import type { SeriesDefinition } from '../recording/writer.ts';
import { badInput, shown } from './bad-input.ts';
import { labelsOfSeries, LineFault, type SampleLine, splitSample } from './exposition-line.ts';
import { USAGE_METRICS } from './number-columns.ts';
import { parseDecimal } from './numbers.ts';
import { type PrometheusOptions, prometheusSeries } from './prometheus-series.ts';
import type { SampleSink } from './sample-sink.ts';
import { eachLine } from './text-lines.ts';

/** `openmetrics`: times in seconds, `# EOF` at the end; `kubelet`: times in ms, no end. */
export type ExpositionFormat = 'openmetrics' | 'kubelet';

/** What one text of metrics held. */
export interface ExpositionCounts {
  /** Sample lines. */
  readonly rows: number;
  /** Values that are NaN or infinite. */
  readonly notNumbers: number;
  /** Times at which a counter began again; the rate up to them is not known. */
  readonly resets: number;
  /** Lines of metrics that no series is made of: histograms, summaries, times of creation. */
  readonly skipped: number;
}

/** A series of the file; null: none is made of it. */
interface Track {
  readonly channel: number;
  readonly isCounter: boolean;
  readonly neverNegative: boolean;
  /** Time (ms) and value before, of a counter. */
  t: number;
  value: number;
}

const NO_NUMBERS = /^[+-]?(?:NaN|Inf|Infinity)$/i;
const SKIPPED_TYPES = new Set(['histogram', 'gaugehistogram', 'summary', 'info', 'stateset']);
const TYPES = new Set([...SKIPPED_TYPES, 'counter', 'gauge', 'unknown', 'untyped']);
const MAX_MS = 253_370_764_800_000;

/**
 * What kubelets serve of containers and nodes, and what it becomes. A pod's own sums are left
 * out, since its containers are there.
 */
const KUBELET: ReadonlyMap<string, { readonly metric: string; readonly isCounter: boolean }> =
  new Map([
    ['container_cpu_usage_seconds_total', { metric: 'cpu', isCounter: true }],
    ['container_memory_working_set_bytes', { metric: 'memory', isCounter: false }],
    ['node_cpu_usage_seconds_total', { metric: 'node_cpu', isCounter: true }],
    ['node_memory_working_set_bytes', { metric: 'node_memory', isCounter: false }],
  ]);

/** Reads the lines of one file into a sink. */
class ExpositionReader {
  rows = 0;
  notNumbers = 0;
  resets = 0;
  skipped = 0;
  hasEnded = false;
  readonly #path: string;
  readonly #format: ExpositionFormat;
  readonly #options: PrometheusOptions;
  readonly #sink: SampleSink;
  readonly #types = new Map<string, string>();
  readonly #tracks = new Map<string, Track | null>();
  readonly #owners = new Map<string, string>();
  #line = 0;

  constructor(
    path: string,
    format: ExpositionFormat,
    options: PrometheusOptions,
    sink: SampleSink,
  ) {
    this.#path = path;
    this.#format = format;
    this.#options = options;
    this.#sink = sink;
  }

  take(line: string, number: number): void {
    this.#line = number;
    try {
      if (line.startsWith('#')) this.#comment(line);
      else if (line.trim() !== '') this.#sample(splitSample(line));
      else if (this.#format === 'openmetrics') throw new LineFault(1, 'there is an empty line');
    } catch (error) {
      throw error instanceof LineFault ? this.#bad(error.column, error.message) : error;
    }
  }

  #bad(column: number, why: string): Error {
    return badInput(`${this.#path}:${String(this.#line)}:${String(column)}`, why);
  }

  #comment(line: string): void {
    if (this.hasEnded) throw new LineFault(1, 'there is more after # EOF');
    const [, word, name = '', rest = ''] = line.split(' ');
    if (line === '# EOF') this.hasEnded = this.#format === 'openmetrics';
    else if (word === 'TYPE') {
      if (!TYPES.has(rest)) throw new LineFault(9 + name.length, `${shown(rest)} is no type`);
      this.#types.set(name, rest);
    }
  }

  #sample(sample: SampleLine): void {
    if (this.hasEnded) throw new LineFault(1, 'there is more after # EOF');
    this.rows += 1;
    let track = this.#tracks.get(sample.series);
    if (track === undefined) {
      track = this.#open(sample.series);
      // A copy, since a slice would keep its chunk of the file alive.
      this.#tracks.set(Buffer.from(sample.series).toString(), track);
    }
    if (track === null) {
      this.skipped += 1;
      return;
    }
    const t = this.#time(sample);
    if (NO_NUMBERS.test(sample.value)) {
      this.notNumbers += 1;
      return;
    }
    const value = parseDecimal(sample.value);
    if (value === null) throw new LineFault(sample.valueAt, `${shown(sample.value)} is no number`);
    if (value < 0 && (track.isCounter || track.neverNegative)) {
      throw new LineFault(sample.valueAt, `${shown(sample.value)} cannot be: it is never negative`);
    }
    if (track.isCounter) this.#rate(track, t, value, sample);
    else this.#sink.add(track.channel, t, value);
  }

  /** The mean rate since the sample before, at the time of this one. */
  #rate(track: Track, t: number, value: number, { timeAt }: SampleLine): void {
    const { t: before, value: last } = track;
    if (t < before) throw new LineFault(timeAt, 'its time is before that of the sample before');
    if (t === before) {
      if (value === last) return;
      throw new LineFault(timeAt, 'its time is that of the sample before, its value another');
    }
    track.t = t;
    track.value = value;
    if (value < last) this.resets += 1;
    else if (before !== -Infinity) {
      this.#sink.add(track.channel, t, ((value - last) / (t - before)) * 1000);
    }
  }

  #time({ time, timeAt }: SampleLine): number {
    if (time === '') throw new LineFault(timeAt, 'it has no time; only lines with one are kept');
    const isPlain = /^\d{1,15}(?:\.\d{1,9})?$/.test(time);
    const ms = this.#format === 'openmetrics' ? Math.round(Number(time) * 1000) : Number(time);
    if (isPlain && ms < MAX_MS && Number.isInteger(ms)) return ms;
    const unit = this.#format === 'openmetrics' ? 'seconds' : 'whole milliseconds';
    throw new LineFault(timeAt, `${shown(time)} is no time in ${unit} since 1970`);
  }

  #typeOf(name: string): string {
    const family = name.replace(/_(?:total|created|bucket|sum|count|info|gsum|gcount)$/, '');
    return this.#types.get(name) ?? this.#types.get(family) ?? '';
  }

  /** Defines what a series of the file becomes. */
  #open(text: string): Track | null {
    const labels = new Map(labelsOfSeries(text));
    const name = labels.get('__name__') ?? '';
    const known = KUBELET.get(name);
    const type = this.#typeOf(name);
    if (known === undefined) {
      if (
        this.#format === 'kubelet' &&
        /^(?:pod_|node_|container_|(?:resource_)?scrape_error)/.test(name)
      ) {
        return null;
      }
      if (SKIPPED_TYPES.has(type) || name.endsWith('_created')) return null;
    }
    const own = metricOfExposition(name, labels.get('metric') ?? '');
    const isCounter =
      own === null && (known?.isCounter ?? (type === 'counter' || name.endsWith('_total')));
    const metric = own ?? known?.metric ?? (isCounter ? name.replace(/_total$/, '') : name);
    labels.set('__name__', metric);
    const where = `${this.#path}:${String(this.#line)}:1`;
    const asked = { ...this.#options, metric: own ?? 'value' };
    const isSignal = own !== null && !USAGE_METRICS.includes(own);
    const definition: SeriesDefinition = {
      ...prometheusSeries(labels, asked, where),
      ...(isSignal ? { kind: 'signal' } : {}),
    };
    const id = seriesId(definition);
    const owner = this.#owners.get(id);
    if (owner !== undefined) {
      throw badInput(where, `it would be ${id}, as ${shown(owner)} is; keep one of them`);
    }
    this.#owners.set(id, text);
    return {
      ...{ channel: this.#sink.define(definition), isCounter },
      ...{ neverNegative: definition.unit !== '', t: -Infinity, value: 0 },
    };
  }
}

/**
 * Imports metrics as text, streaming: an OpenMetrics file, or answers of a kubelet's
 * `/metrics/resource` one after the other.
 *
 * Counters become the mean rate between two samples, at the time of the second; none where the
 * counter began again. Series of a pod are usage, others signals. Throws BAD_INPUT naming file,
 * line and column; also where two series would be the same one.
 */
export async function importExposition(
  path: string,
  format: ExpositionFormat,
  options: PrometheusOptions & { readonly onBytes?: (bytes: number) => void },
  sink: SampleSink,
): Promise<ExpositionCounts> {
  const reader = new ExpositionReader(path, format, options, sink);
  await eachLine(path, options.onBytes ?? (() => undefined), (line, number) => {
    reader.take(line, number);
  });
  if (format === 'openmetrics' && !reader.hasEnded) {
    throw badInput(path, 'it does not end with # EOF; it is cut short, or no OpenMetrics file');
  }
  const { rows, notNumbers, resets, skipped } = reader;
  return { rows, notNumbers, resets, skipped };
}
