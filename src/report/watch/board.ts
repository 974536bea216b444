import type { Alert } from '../../core/results.ts';
import type { Series } from '../../core/series.ts';
import { formatValue } from '../../core/units.ts';
import { seriesName } from '../display.ts';
import type {
  WatchAlert,
  WatchPoint,
  WatchSeries,
  WatchStart,
  WatchStep,
  WatchTick,
} from './events.ts';

/** One sample with what was decided on it; a signal has no score. */
export interface BoardSample {
  readonly series: Series;
  readonly t: number;
  readonly value: number;
  /** NaN: none. */
  readonly score: number;
  readonly alerting: boolean;
  readonly opened: Alert | null;
  readonly closed: Alert | null;
}

/** What the board is about; times are Unix ms. */
export type BoardFacts = Pick<
  WatchStart,
  'title' | 'file' | 'startMs' | 'intervalMs' | 'settings' | 'threshold' | 'consecutive'
>;

/** Series with a picture; of more, only alerts are told. */
const MOST_SERIES = 200;
/** Samples kept for pages that are opened later, and for one series. */
const MOST_POINTS = 80_000;
const MOST_OF_ONE = 2000;
const MOST_TICKS = 2000;
const MOST_ALERTS = 300;

/** Numbers for drawing alone need no more digits. */
const short = (value: number): number => Number(value.toPrecision(5));

/** A signal is named after what it is of. */
function nameOf(series: Series): string {
  return series.kind === 'signal' ? (series.workload ?? series.pod) : seriesName(series, true);
}

/** Keeps what a live page shows: recent samples, scores, ticks and alerts, within fixed bounds. */
export class Board {
  readonly #facts: BoardFacts;
  readonly #numbers = new Map<string, number>();
  readonly #series: WatchSeries[] = [];
  readonly #points: WatchPoint[][] = [];
  /** Time of the newest sample of every series. */
  readonly #newest = new Map<string, number>();
  readonly #open = new Map<string, WatchAlert>();
  #ticks: WatchTick[] = [];
  #alerts: WatchAlert[] = [];
  #lastAlert = 0;

  constructor(facts: BoardFacts) {
    this.#facts = facts;
  }

  /** Takes the samples of a tick and says what is new. */
  add(tick: WatchTick, samples: readonly BoardSample[]): WatchStep {
    const before = this.#series.length;
    const points: WatchPoint[] = [];
    const alerts: WatchAlert[] = [];
    for (const sample of samples) {
      const { t, value, score, alerting } = sample;
      const number = this.#numberOf(sample.series);
      // Sources repeat themselves when they are asked faster than they measure.
      const isNew = t > (this.#newest.get(sample.series.id) ?? -Infinity);
      if (isNew) this.#newest.set(sample.series.id, t);
      if (number !== null && isNew) {
        const point: WatchPoint = [
          ...([number, t - this.#facts.startMs, short(value)] as const),
          Number.isNaN(score) ? null : short(score),
          alerting ? 1 : 0,
        ];
        points.push(point);
        this.#points[number]?.push(point);
      }
      if (sample.closed !== null) alerts.push(this.#alertOf(sample, sample.closed, number));
      if (sample.opened !== null) alerts.push(this.#alertOf(sample, sample.opened, number));
    }
    this.#ticks.push(tick);
    this.#trim();
    const series = this.#series.slice(before);
    return { series, seen: this.#newest.size, points, tick, alerts };
  }

  /** Everything that a page needs which knows nothing. */
  start(): WatchStart {
    return {
      ...this.#facts,
      series: this.#series,
      seen: this.#newest.size,
      points: this.#points.flat(),
      ticks: this.#ticks,
      alerts: this.#alerts,
    };
  }

  #numberOf(series: Series): number | null {
    const known = this.#numbers.get(series.id);
    if (known !== undefined) return known;
    if (this.#series.length >= MOST_SERIES) return null;
    const number = this.#series.length;
    this.#numbers.set(series.id, number);
    this.#series.push({
      ...{ namespace: series.namespace, name: nameOf(series) },
      ...{ metric: series.metric, unit: series.unit, limit: series.limit },
      isSignal: series.kind === 'signal',
    });
    this.#points.push([]);
    return number;
  }

  #alertOf({ series }: BoardSample, alert: Alert, number: number | null): WatchAlert {
    const { start, detectedAt, end, peakValue, peakScore, cause, evidence } = alert;
    const known = this.#open.get(series.id);
    const isSame = known?.detectedAt === detectedAt;
    const { why } = evidence;
    const told: WatchAlert = {
      id: isSame ? known.id : (this.#lastAlert += 1),
      series: number,
      ...{ namespace: series.namespace, name: nameOf(series) },
      ...{ metric: series.metric, start, detectedAt, end },
      peak: formatValue(peakValue, series.unit),
      score: short(peakScore),
      cause,
      why: typeof why === 'string' ? why : '',
    };
    if (end === null) this.#open.set(series.id, told);
    else this.#open.delete(series.id);
    const others = this.#alerts.filter(({ id }) => id !== told.id);
    this.#alerts = [...others, told].slice(-MOST_ALERTS);
    return told;
  }

  #trim(): void {
    const most = Math.min(MOST_OF_ONE, Math.floor(MOST_POINTS / Math.max(1, this.#points.length)));
    for (const points of this.#points) {
      // By halves, so that not every tick moves whole columns.
      if (points.length > most * 1.5) points.splice(0, points.length - most);
    }
    if (this.#ticks.length > MOST_TICKS * 1.5) this.#ticks = this.#ticks.slice(-MOST_TICKS);
  }
}
