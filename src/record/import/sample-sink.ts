import type { SeriesKey, SeriesKind, Unit } from '../../core/series.ts';
import type { RecordingWriter, SeriesDefinition } from '../recording/writer.ts';

/** Samples a tick: large enough to be fast, small enough to keep memory flat. */
const BATCH = 16_384;

/** What an import came to. */
export interface ImportCounts {
  readonly samples: number;
  readonly series: number;
  readonly repeats: number;
  readonly conflicts: number;
}

/** The unit a metric's name stands for. */
export function unitOf(metric: string): Unit {
  if (metric === 'cpu') return 'cores';
  if (metric === 'memory') return 'bytes';
  if (metric === 'requests') return 'requests/s';
  return metric.startsWith('replicas') ? 'replicas' : '';
}

/** Collects samples of imported files and writes them to a recording batch by batch. */
export class SampleSink {
  readonly #writer: RecordingWriter;
  readonly #ids = new Set<number>();
  #series: number[] = [];
  #times: number[] = [];
  #values: number[] = [];
  #samples = 0;
  #repeats = 0;
  #conflicts = 0;

  constructor(writer: RecordingWriter) {
    this.#writer = writer;
  }

  /** A series' id; values are given in base units. */
  define(key: SeriesKey, kind: SeriesKind, attributes: Partial<SeriesDefinition> = {}): number {
    const id = this.#writer.defineSeries({
      ...{ unit: unitOf(key.metric), denominator: 1 },
      ...attributes,
      ...key,
      kind,
    });
    this.#ids.add(id);
    return id;
  }

  add(series: number, t: number, value: number): void {
    this.#series.push(series);
    this.#times.push(t);
    this.#values.push(value);
    if (this.#series.length >= BATCH) this.flush();
  }

  flush(): void {
    const times = this.#times;
    if (times.length === 0) return;
    const receipt = this.#writer.commitTick({
      scheduledMs: times.reduce((a, b) => Math.min(a, b), Infinity),
      ...{ startedMs: null, finishedMs: null, outcome: 'ok', reason: '' },
      ...{ series: this.#series, times, values: this.#values, marks: [], rejects: [] },
    });
    this.#samples += receipt.stored;
    this.#repeats += receipt.repeats;
    this.#conflicts += receipt.conflicts;
    this.#series = [];
    this.#times = [];
    this.#values = [];
  }

  get counts(): ImportCounts {
    return {
      ...{ samples: this.#samples, series: this.#ids.size },
      ...{ repeats: this.#repeats, conflicts: this.#conflicts },
    };
  }
}
