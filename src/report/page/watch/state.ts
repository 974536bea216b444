import type {
  WatchAlert,
  WatchPoint,
  WatchSeries,
  WatchStart,
  WatchStep,
  WatchTick,
} from '../../watch/events.ts';

/** A series with its samples, as far as the page keeps them. Times are Unix ms. */
export interface Shown {
  readonly series: WatchSeries;
  readonly times: number[];
  readonly values: number[];
  /** NaN: no score. */
  readonly scores: number[];
  readonly alerting: boolean[];
}

const MOST_SAMPLES = 4000;
const MOST_TICKS = 4000;

/** What the page knows of the recording. */
export class WatchState {
  facts: WatchStart | null = null;
  seen = 0;
  shown: Shown[] = [];
  ticks: WatchTick[] = [];
  /** By id. */
  alerts = new Map<number, WatchAlert>();

  /** Begins anew: after a reload, or when too much was missed. */
  begin(start: WatchStart): void {
    this.facts = start;
    this.shown = [];
    this.ticks = [...start.ticks];
    this.alerts = new Map(start.alerts.map((alert) => [alert.id, alert]));
    this.#take(start.series, start.seen, start.points);
  }

  /** Takes one tick. */
  step({ series, seen, points, tick, alerts }: WatchStep): void {
    this.#take(series, seen, points);
    this.ticks.push(tick);
    if (this.ticks.length > MOST_TICKS) this.ticks.splice(0, this.ticks.length - MOST_TICKS);
    for (const alert of alerts) this.alerts.set(alert.id, alert);
  }

  /** Time of the newest sample; null before the first. */
  get newest(): number | null {
    let newest = -Infinity;
    for (const { times } of this.shown)
      newest = Math.max(newest, times[times.length - 1] ?? newest);
    return newest === -Infinity ? null : newest;
  }

  /** A name with its namespace, unless all series have the same. */
  nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
    const isOne = this.shown.every(
      ({ series }) => series.namespace === this.shown[0]?.series.namespace,
    );
    if (name === '') return namespace === '' ? 'whole run' : namespace;
    return isOne || namespace === '' ? name : `${namespace}/${name}`;
  }

  #take(series: readonly WatchSeries[], seen: number, points: readonly WatchPoint[]): void {
    this.seen = seen;
    for (const one of series) {
      this.shown.push({ series: one, times: [], values: [], scores: [], alerting: [] });
    }
    const startMs = this.facts?.startMs ?? 0;
    for (const [number, t, value, score, alerting] of points) {
      const own = this.shown[number];
      if (own === undefined) continue;
      own.times.push(startMs + t);
      own.values.push(value);
      own.scores.push(score ?? NaN);
      own.alerting.push(alerting === 1);
      if (own.times.length > MOST_SAMPLES * 1.2) {
        const drop = own.times.length - MOST_SAMPLES;
        for (const column of [own.times, own.values, own.scores, own.alerting])
          column.splice(0, drop);
      }
    }
  }
}
