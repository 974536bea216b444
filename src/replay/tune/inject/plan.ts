import type { Label, RecordingData } from '../../../core/recording.ts';
import { rngFor } from '../../../core/rng.ts';
import type { SeriesColumns } from '../../../core/series.ts';
import type { Settings } from '../../../core/settings.ts';
import { type EventRules, firstAtOrAfter, samePod } from '../../evaluate/events.ts';
import { judgedSeries } from '../../streams.ts';
import { FAULT_KINDS, type FaultId, type FaultKind } from './faults.ts';

/** Where a fault is put: into which series, from which of its samples on. */
export interface Place {
  /** Position of its recording. */
  readonly recording: number;
  readonly series: string;
  readonly startMs: number;
}

/** One kind of fault, how long it is watched, and where it is put. */
export interface FaultPlan {
  readonly kind: FaultId;
  readonly lastsMs: number;
  /** Empty: the runs have no room for it. */
  readonly places: readonly Place[];
}

/** What is injected; the same for every setting, so that they can be compared. */
export interface InjectPlan {
  readonly seed: number;
  readonly faults: readonly FaultPlan[];
}

/** A run as a plan needs it. */
export interface PlannedRun {
  readonly data: RecordingData;
  readonly rules: EventRules;
}

export const PLACES = 20;

/** A fault is watched for at most this share of the time that the longest series is judged. */
const MOST_OF_RUN = 1 / 3;
const LEAST_SAMPLES = 5;

/** A series and the times at which a fault may start in it. */
interface Room {
  readonly recording: number;
  readonly columns: SeriesColumns;
  readonly fromMs: number;
}

function roomsOf(runs: readonly PlannedRun[], settings: Settings, { metric }: FaultKind): Room[] {
  return runs.flatMap(({ data, rules }, recording) =>
    judgedSeries(data, settings)
      .filter(({ series, times }) => series.metric === metric && times.length > LEAST_SAMPLES)
      .map((columns) => ({
        ...{ recording, columns },
        // A pod that comes later warms its detector up later.
        fromMs: Math.max(data.info.startMs, columns.times[0]!) + rules.warmupMs,
      })),
  );
}

/** Whether a label or what follows it reaches into a fault's time. */
function isTaken(labels: readonly Label[], startMs: number, endMs: number, mergeMs: number) {
  return labels.some(
    (label) =>
      label.startMs <= endMs && startMs <= Math.max(label.endMs, label.graceEndMs) + mergeMs,
  );
}

/** All samples at which a fault of this length may start: after the warm-up, clear of labels. */
function startsIn(room: Room, { data, rules }: PlannedRun, lastsMs: number): Place[] {
  const { series, times } = room.columns;
  const labels = data.labels.filter((label) => samePod(label, series));
  const lastMs = times[times.length - 1]! - lastsMs;
  const starts: Place[] = [];
  for (let i = firstAtOrAfter(times, room.fromMs); i < times.length; i += 1) {
    const startMs = times[i]!;
    if (startMs > lastMs) break;
    if (isTaken(labels, startMs, startMs + lastsMs, rules.mergeMs)) continue;
    starts.push({ recording: room.recording, series: series.id, startMs });
  }
  return starts;
}

/**
 * Chooses where each kind of fault is put: `count` samples spread over all that are free, one
 * drawn from each of as many equal parts of them.
 *
 * Chance comes from a substream of the seed for each kind and place, so that asking for other
 * kinds moves nothing.
 */
export function planFaults(
  runs: readonly PlannedRun[],
  settings: Settings,
  kinds: readonly FaultId[],
  seed: number,
  count: number = PLACES,
): InjectPlan {
  const faults = FAULT_KINDS.filter(({ id }) => kinds.includes(id)).map((kind): FaultPlan => {
    const rooms = roomsOf(runs, settings, kind);
    const longest = rooms.reduce(
      (most, { columns: { times }, fromMs }) => Math.max(most, times[times.length - 1]! - fromMs),
      0,
    );
    const lastsMs = Math.min(kind.longestMs, Math.floor(longest * MOST_OF_RUN));
    const free =
      lastsMs > 0 ? rooms.flatMap((room) => startsIn(room, runs[room.recording]!, lastsMs)) : [];
    const places = Array.from({ length: Math.min(count, free.length) }, (_, k) => {
      const rng = rngFor(seed, `inject ${kind.id} ${String(k)}`);
      return free[Math.floor(((k + rng.next()) * free.length) / Math.min(count, free.length))]!;
    });
    return { kind: kind.id, lastsMs, places };
  });
  return { seed, faults };
}
