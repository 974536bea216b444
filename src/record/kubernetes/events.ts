import * as v from 'valibot';
import type { Mark } from '../../core/recording.ts';
import { parseTime } from '../../core/time.ts';

/** An event of the core API that is worth a mark: a warning, or a decision to scale. */
export interface ClusterEvent {
  readonly namespace: string;
  /** The event's own name, unique in its namespace. */
  readonly name: string;
  /** How often it happened. */
  readonly count: number;
  /** When it last happened, Unix ms; null: not told. */
  readonly atMs: number | null;
  readonly reason: string;
  readonly message: string;
  /** What it happened to. */
  readonly object: { readonly kind: string; readonly name: string };
}

const text = v.nullish(v.string());
const EVENT = v.object({
  metadata: v.object({ name: v.string(), namespace: v.string() }),
  type: text,
  reason: v.string(),
  message: text,
  count: v.nullish(v.number()),
  series: v.nullish(v.object({ count: v.nullish(v.number()), lastObservedTime: text })),
  lastTimestamp: text,
  eventTime: text,
  involvedObject: v.object({ kind: v.string(), name: v.string() }),
});

/** Of an autoscaler: why it scaled, and to what. */
export const SCALING = 'SuccessfulRescale';

function timeOf(texts: readonly (string | null | undefined)[]): number | null {
  for (const one of texts) {
    try {
      if (one != null) return parseTime(one);
    } catch {
      // The next one may be readable.
    }
  }
  return null;
}

/** An item of an EventList → the event; null where it is malformed, or routine. */
export function readEvent(item: unknown): ClusterEvent | null {
  if (!v.is(EVENT, item)) return null;
  const { metadata, reason, series, involvedObject } = item;
  if (item.type !== 'Warning' && reason !== SCALING) return null;
  return {
    ...{ namespace: metadata.namespace, name: metadata.name, reason },
    count: series?.count ?? item.count ?? 1,
    atMs: timeOf([series?.lastObservedTime, item.lastTimestamp, item.eventTime]),
    message: item.message ?? '',
    object: { kind: involvedObject.kind, name: involvedObject.name },
  };
}

/** Longest text of an event that is kept. */
const LONGEST = 160;
/** Events that say the same of the same object are told again after so long. */
const PAUSE_MS = 300_000;
/** More of a run say nothing new. */
const MOST = 1000;

function nameOf({ object, reason, message }: ClusterEvent): string {
  const clean = message.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  const cut = clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1)}…` : clean;
  return `${object.kind}/${object.name} ${reason}${cut === '' ? '' : `: ${cut}`}`;
}

/** Turns successive lists of events into marks of kind `event`. */
export interface EventWatch {
  /** `isWanted`: whether an event's object is recorded. `atMs`: for events that tell no time. */
  marks(
    events: readonly ClusterEvent[],
    isWanted: (event: ClusterEvent) => boolean,
    atMs: number,
  ): Mark[];
}

/**
 * Starts a watch. What the first list shows was there before and makes no marks; what repeats (a
 * container that is started again and again) makes one every five minutes, and a run 1,000 at most.
 */
export function watchEvents(): EventWatch {
  let known: ReadonlyMap<string, number> | null = null;
  const told = new Map<string, number>();
  let made = 0;

  return {
    marks(events, isWanted, atMs) {
      const marks: Mark[] = [];
      const now = new Map<string, number>();
      for (const event of events) {
        const key = `${event.namespace}/${event.name}`;
        now.set(key, event.count);
        const isNew = known !== null && event.count > (known.get(key) ?? 0);
        if (!isNew || !isWanted(event) || made >= MOST) continue;
        const { namespace, object, reason } = event;
        const what = `${namespace}/${object.kind}/${object.name}/${reason}`;
        const startMs = event.atMs ?? atMs;
        if (startMs - (told.get(what) ?? -Infinity) < PAUSE_MS) continue;
        told.set(what, startMs);
        made += 1;
        const pod = object.kind === 'Pod' ? object.name : '';
        marks.push({ startMs, endMs: null, kind: 'event', name: nameOf(event), namespace, pod });
      }
      known = now;
      return marks;
    },
  };
}
