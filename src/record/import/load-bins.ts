import type { Unit } from '../../core/series.ts';
import type { SampleSink } from './sample-sink.ts';

/** Bits of a double's fraction that tell durations apart: steps of 0.8 %. */
const STEP_BITS = 7;
const STEP = 2 ** (20 - STEP_BITS);

/** Requests and users of a load in one interval of time. */
interface Bin {
  requests: number;
  failed: number;
  /** Last number of users in it, and when; null: not told. */
  users: number | null;
  usersAt: number;
  /** Counts of durations by the leading bits of their double: memory does not grow with them. */
  readonly durations: Map<number, number>;
}

const cell = new DataView(new ArrayBuffer(8));

function stepOf(seconds: number): number {
  cell.setFloat64(0, seconds);
  return Math.floor(cell.getUint32(0) / STEP);
}

/** The middle of a step. */
function secondsOf(step: number): number {
  cell.setUint32(0, step * STEP + STEP / 2);
  cell.setUint32(4, 0);
  return cell.getFloat64(0);
}

/** The duration that 95 % do not exceed, within 0.4 %. */
function p95({ durations }: Bin): number | null {
  const total = [...durations.values()].reduce((sum, n) => sum + n, 0);
  let passed = 0;
  for (const [step, n] of [...durations].sort(([a], [b]) => a - b)) {
    passed += n;
    if (passed >= total * 0.95) return secondsOf(step);
  }
  return null;
}

const SIGNALS: Readonly<Record<string, Unit>> = {
  requests: 'requests/s',
  failed: 'requests/s',
  vus: '',
  duration_p95: 'seconds',
};

/** Adds up single requests of a load into signals, one sample an interval. */
export class LoadBins {
  readonly #intervalMs: number;
  readonly #bins = new Map<number, Bin>();
  #firstMs = Infinity;
  #lastMs = -Infinity;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  #at(t: number): Bin {
    const k = Math.floor(t / this.#intervalMs);
    let bin = this.#bins.get(k);
    if (bin === undefined) {
      bin = { requests: 0, failed: 0, users: null, usersAt: -Infinity, durations: new Map() };
      this.#bins.set(k, bin);
    }
    if (t < this.#firstMs) this.#firstMs = t;
    if (t > this.#lastMs) this.#lastMs = t;
    return bin;
  }

  /** A request that ended at `t`, Unix ms. */
  request(t: number): void {
    this.#at(t).requests += 1;
  }

  failed(t: number): void {
    this.#at(t).failed += 1;
  }

  /** How long a request took that ended at `t`; seconds, 0 or more. */
  duration(t: number, seconds: number): void {
    const { durations } = this.#at(t);
    const step = stepOf(seconds);
    durations.set(step, (durations.get(step) ?? 0) + 1);
  }

  /** How many users there were at `t`. */
  users(t: number, users: number): void {
    const bin = this.#at(t);
    if (t < bin.usersAt) return;
    bin.usersAt = t;
    bin.users = users;
  }

  /**
   * Writes the signals `requests`, `failed` (a second), `vus` and `duration_p95`, each at the end
   * of its interval, as a mean rate is. An interval in the middle without a request is a rate of 0;
   * one of which the load covers less than half is left out, as its rate says little, unless all of
   * the load is shorter than an interval.
   */
  write(sink: SampleSink, namespace: string): void {
    const step = this.#intervalMs;
    const channels = new Map<string, number>();
    const put = (metric: string, t: number, value: number | null): void => {
      if (value === null) return;
      let channel = channels.get(metric);
      if (channel === undefined) {
        channel = sink.define({
          ...{ namespace, pod: '', container: '', metric, kind: 'signal', denominator: 1 },
          unit: SIGNALS[metric] ?? '',
        });
        channels.set(metric, channel);
      }
      sink.add(channel, t, value);
    };
    const first = Math.floor(this.#firstMs / step);
    const last = Math.floor(this.#lastMs / step);
    const least = this.#lastMs - this.#firstMs < step ? 1 : step / 2;
    for (let k = first; k <= last; k += 1) {
      const bin = this.#bins.get(k);
      const coveredMs = Math.min((k + 1) * step, this.#lastMs) - Math.max(k * step, this.#firstMs);
      if (coveredMs >= least) {
        put('requests', (k + 1) * step, ((bin?.requests ?? 0) / coveredMs) * 1000);
        put('failed', (k + 1) * step, ((bin?.failed ?? 0) / coveredMs) * 1000);
      }
      if (bin === undefined) continue;
      put('vus', (k + 1) * step, bin.users);
      put('duration_p95', (k + 1) * step, p95(bin));
    }
  }

  /** How many intervals there are from the first to the last. */
  get spread(): number {
    return this.#bins.size === 0 ? 0 : (this.#lastMs - this.#firstMs) / this.#intervalMs;
  }
}
