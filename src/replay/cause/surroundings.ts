import type { Mark, RecordingData } from '../../core/recording.ts';
import { compareSeries, type Series } from '../../core/series.ts';
import { isStart } from '../startup.ts';
import { loadRank } from './load-rank.ts';
import { Track } from './track.ts';

/** How far back from its detection an alert's history is looked at. */
export const LOOKBACK_MS = 3_600_000;
/** Samples of one poll are not all of one time: kept so much longer than they are looked at. */
const SLACK_MS = 600_000;
/** Other containers that are asked, spread evenly over the namespace. */
const MOST_NEIGHBOURS = 16;

/**
 * How close a signal is to a series: 0 its pod, 1 its workload, 2 its namespace, 3 another workload
 * there, 4 the whole run; -1: it is another pod's, or elsewhere.
 */
function distance(signal: Series, own: Series): number {
  const { namespace, pod, workload } = signal;
  if (namespace === '' && pod === '' && workload === null) return 4;
  if (namespace !== own.namespace) return -1;
  if (pod !== '') return pod === own.pod ? 0 : -1;
  if (workload !== null) return workload === own.workload ? 1 : 3;
  return 2;
}

/** Fewer samples before an alert say nothing of what was usual. */
const FEWEST_SAMPLES = 3;

/** A stretch of time that a series must have been seen in, Unix ms, the end not included. */
export interface Seen {
  readonly fromMs: number;
  readonly toMs: number;
}

const wasSeen = (track: Track, { fromMs, toMs }: Seen): boolean =>
  track.values(fromMs, toMs - 1).length >= FEWEST_SAMPLES;

/** Tracks in `compareSeries` order. */
class Shelf {
  #tracks: Track[] = [];
  #isSorted = true;

  put(track: Track): void {
    this.#tracks.push(track);
    this.#isSorted = false;
  }

  get tracks(): readonly Track[] {
    if (!this.#isSorted) this.#tracks.sort((a, b) => compareSeries(a.series, b.series));
    this.#isSorted = true;
    return this.#tracks;
  }
}

/**
 * Everything beside a series that may explain an alert of it: other series, signals and marks.
 *
 * Holds a whole recording, or what a live run has seen: `add` and `mark` take what comes in, and
 * `forget` drops what no alert can need any more. Only series that were seen before an alert count
 * for it, so that a live run finds what a replay finds.
 */
export class Surroundings {
  readonly #tracks = new Map<string, Track>();
  /** CPU of containers, by namespace. */
  readonly #cpus = new Map<string, Shelf>();
  readonly #loads = new Shelf();
  readonly #replicas = new Shelf();
  #marks: Mark[] = [];
  /** Time of the run's first sample, Unix ms. */
  runStartMs = Infinity;

  static of({ series, marks }: RecordingData): Surroundings {
    const all = new Surroundings();
    for (const columns of series) {
      all.#hold(new Track(columns.series, columns));
      all.runStartMs = Math.min(all.runStartMs, columns.times[0] ?? Infinity);
    }
    for (const mark of marks) all.mark(mark);
    return all;
  }

  #hold(track: Track): Track {
    const { series } = track;
    this.#tracks.set(series.id, track);
    if (loadRank(series) >= 0) this.#loads.put(track);
    if (series.kind === 'signal' && series.metric === 'replicas') this.#replicas.put(track);
    if (series.kind === 'usage' && series.metric === 'cpu') {
      const shelf = this.#cpus.get(series.namespace) ?? new Shelf();
      this.#cpus.set(series.namespace, shelf);
      shelf.put(track);
    }
    return track;
  }

  add(series: Series, t: number, value: number): void {
    const track = this.#tracks.get(series.id) ?? this.#hold(new Track(series));
    track.series = series;
    track.add(t, value);
    this.runStartMs = Math.min(this.runStartMs, t);
  }

  mark(mark: Mark): void {
    if (mark.kind === 'restart' || mark.kind === 'pod-start') this.#marks.push(mark);
  }

  /**
   * Forgets what is too old to be looked at when the next alert opens at `nowMs`, except for what
   * the open alerts of some series need, each since its own detection.
   */
  forget(nowMs: number, open: readonly { readonly series: Series; readonly detectedAt: number }[]) {
    const needed = new Map<Track, number>();
    let earliest = nowMs;
    for (const { series, detectedAt } of open) {
      const seen = { fromMs: detectedAt - LOOKBACK_MS, toMs: detectedAt };
      const around = [
        ...[this.track(series.id), this.loadOf(series, seen), this.replicasOf(series, seen)],
        ...this.neighboursOf(series, seen),
      ];
      for (const track of around) {
        if (track != null) needed.set(track, Math.min(needed.get(track) ?? nowMs, detectedAt));
      }
      earliest = Math.min(earliest, detectedAt);
    }
    for (const track of this.#tracks.values()) {
      track.forgetBefore((needed.get(track) ?? nowMs) - LOOKBACK_MS - SLACK_MS);
    }
    this.#marks = this.#marks.filter(({ startMs }) => startMs >= earliest - LOOKBACK_MS - SLACK_MS);
  }

  track(id: string): Track | undefined {
    return this.#tracks.get(id);
  }

  /** When this container began to run anew, Unix ms ascending, from one time to another. */
  startsOf(own: Series, fromMs: number, toMs: number): number[] {
    return this.#marks
      .filter(
        (mark) =>
          mark.namespace === own.namespace &&
          mark.pod === own.pod &&
          mark.startMs >= fromMs &&
          mark.startMs <= toMs &&
          isStart(mark, own),
      )
      .map(({ startMs }) => startMs)
      .sort((a, b) => a - b);
  }

  /** The signal that tells best how much was asked of a series' pod, or null. */
  loadOf(own: Series, seen: Seen): Track | null {
    let best: { readonly track: Track; readonly rank: number } | null = null;
    for (const track of this.#loads.tracks) {
      const near = distance(track.series, own);
      const rank = 10 * near + loadRank(track.series);
      if (near < 0 || (best !== null && rank >= best.rank) || !wasSeen(track, seen)) continue;
      best = { track, rank };
    }
    return best === null ? null : best.track;
  }

  /** The count of replicas of a series' workload, or null. */
  replicasOf(own: Series, seen: Seen): Track | null {
    if (own.workload === null) return null;
    const found = this.#replicas.tracks.find(
      (track) =>
        track.series.namespace === own.namespace &&
        track.series.workload === own.workload &&
        wasSeen(track, seen),
    );
    return found ?? null;
  }

  /** CPU of containers in other pods of the namespace: a few of them where there are many. */
  neighboursOf(own: Series, seen: Seen): Track[] {
    const others = (this.#cpus.get(own.namespace)?.tracks ?? []).filter(
      (track) => track.series.pod !== own.pod && wasSeen(track, seen),
    );
    const every = Math.max(1, Math.ceil(others.length / MOST_NEIGHBOURS));
    return others.filter((_, i) => i % every === 0);
  }
}
