import { ToolError } from '../../core/errors.ts';
import { type SeriesKey, seriesId } from '../../core/series.ts';
import type { SeriesContext } from '../context-file.ts';
import type { RecordingWriter, SeriesDefinition, TickBatch } from '../recording/writer.ts';
import { deploymentOf } from './deployment-of.ts';

/** Samples a tick: large enough to be fast, small enough to keep memory flat. */
const BATCH = 16_384;

/** What an import came to. */
export interface ImportCounts {
  /** Samples stored. */
  readonly samples: number;
  readonly series: number;
  /** Samples that were there already with the same value. */
  readonly repeats: number;
  /** Samples set aside: another value of that series and time came before. */
  readonly conflicts: number;
  /** First and last sample time, Unix ms; null: no sample. */
  readonly startMs: number | null;
  readonly endMs: number | null;
}

/** A series as one of the files gives it. */
interface Channel {
  readonly id: number;
  /** What the file's stored values are divided by for base units. */
  readonly given: number;
  /** The same for what the recording stores: as the first file had it. */
  readonly stored: number;
}

/** A series of a file that says nothing of workloads is of the one that its pod's name tells. */
function withWorkload(definition: SeriesDefinition): SeriesDefinition {
  if (definition.workload !== undefined) return definition;
  const workload = deploymentOf(definition.pod);
  return workload === null ? definition : { ...definition, workloadKind: 'Deployment', workload };
}

const podKey = ({ namespace, pod }: Pick<SeriesDefinition, 'namespace' | 'pod'>): string =>
  JSON.stringify([namespace, pod]);

/** A value stored with one denominator → the same with another, a whole number where it is one. */
function rescaled(value: number, { given, stored }: Channel): number {
  const base = value / given;
  const whole = Math.round(base * stored);
  return whole / stored === base ? whole : base * stored;
}

/**
 * Collects samples of imported files and writes them to a recording batch by batch. Files may
 * give one series in different scales (nanocores, cores): the first one's is kept.
 */
export class SampleSink {
  readonly #writer: RecordingWriter;
  readonly #definitions = new Map<string, SeriesDefinition>();
  readonly #channels: Channel[] = [];
  readonly #contexts = new Map<string, SeriesContext>();
  #pods: Set<string> | null = null;
  #series: number[] = [];
  #times: number[] = [];
  #values: number[] = [];
  #samples = 0;
  #repeats = 0;
  #conflicts = 0;
  #startMs = Infinity;
  #endMs = -Infinity;

  constructor(writer: RecordingWriter) {
    this.#writer = writer;
  }

  /** Takes what is known of series besides the samples that follow, which goes before what those say. */
  describe(contexts: readonly SeriesContext[]): void {
    for (const one of contexts) {
      this.#contexts.set(seriesId(one), one);
      if (one.isEmpty) this.define({ ...one, denominator: 1 });
    }
  }

  /** Whether more is known of a series than its samples say. */
  knows(key: SeriesKey): boolean {
    return this.#contexts.has(seriesId(key));
  }

  /**
   * Returns the channel, 1 or more, for samples of a series. Throws BAD_INPUT where another file
   * has the series in another unit.
   */
  define(asGiven: SeriesDefinition): number {
    const name = seriesId(asGiven);
    const definition = { ...asGiven, ...this.#contexts.get(name) };
    const first = this.#definitions.get(name) ?? definition;
    if (first.unit !== definition.unit) {
      const units = [first.unit, definition.unit].map((unit) => unit || 'no unit').join(' and ');
      throw new ToolError('BAD_INPUT', `${name} comes in ${units}; import one of them.`, { name });
    }
    this.#definitions.set(name, first);
    this.#pods = null;
    const { denominator: stored } = first;
    const id = this.#writer.defineSeries({ ...withWorkload(definition), denominator: stored });
    return this.#channels.push({ id, given: definition.denominator, stored });
  }

  /** Takes one sample of a channel: a value as its definition stores it, at Unix ms. */
  add(channel: number, t: number, value: number): void {
    this.collect(channel, t, value);
    if (this.#series.length >= BATCH) this.flush();
  }

  /** The same without writing a batch that is full: for callers with ticks of their own. */
  collect(channel: number, t: number, value: number): void {
    const found = this.#channels[channel - 1]!;
    this.#series.push(found.id);
    this.#times.push(t);
    this.#values.push(found.given === found.stored ? value : rescaled(value, found));
  }

  /** Whether any series is of this pod. */
  hasPod({ namespace, pod }: Pick<SeriesDefinition, 'namespace' | 'pod'>): boolean {
    this.#pods ??= new Set([...this.#definitions.values()].map(podKey));
    return this.#pods.has(podKey({ namespace, pod }));
  }

  /** Writes what has been collected. */
  flush(): void {
    if (this.#times.length === 0) return;
    let first = Infinity;
    for (const t of this.#times) if (t < first) first = t;
    this.flushAs({
      ...{ scheduledMs: first, startedMs: null, finishedMs: null, outcome: 'ok', reason: '' },
      ...{ marks: [], rejects: [] },
    });
  }

  /** Writes what has been collected, if anything, as this tick. */
  flushAs(tick: Omit<TickBatch, 'series' | 'times' | 'values'>): void {
    const [series, times, values] = [this.#series, this.#times, this.#values];
    for (const t of times) {
      if (t < this.#startMs) this.#startMs = t;
      if (t > this.#endMs) this.#endMs = t;
    }
    this.#series = [];
    this.#times = [];
    this.#values = [];
    const receipt = this.#writer.commitTick({ ...tick, series, times, values });
    const { stored, repeats, conflicts } = receipt;
    this.#samples += stored;
    this.#repeats += repeats;
    this.#conflicts += conflicts;
  }

  get counts(): ImportCounts {
    const isEmpty = this.#startMs === Infinity;
    return {
      ...{ samples: this.#samples, series: this.#definitions.size },
      ...{ repeats: this.#repeats, conflicts: this.#conflicts },
      startMs: isEmpty ? null : this.#startMs,
      endMs: isEmpty ? null : this.#endMs,
    };
  }
}
