import type { Rng } from '../../core/rng.ts';

const MEBIBYTE = 1024 * 1024;
/** One container may use this much CPU (cores) and memory. */
export const CPU_LIMIT = 0.5;
export const MEMORY_LIMIT = 576 * MEBIBYTE;
const CLEAR_EVERY_S = 300;
/** What a fresh process holds. */
const BASE_BYTES = 55 * MEBIBYTE;
/** What a request keeps: products of random matrices. */
const KEPT_BYTES = 2 * MEBIBYTE;
const WORK_SECONDS = 0.035;
/** The list copies itself on every insertion, so a request costs more the more is kept. */
const COPY_SECONDS_PER_KEPT_MIB = 0.0002;
const IDLE_CORES = 0.002;
/** What a new process needs to start: cores, for seconds. */
const STARTING_CORES = 0.35;
const STARTING_S = 6;

/** A normal deviate from uniform ones (sum of twelve; Irwin–Hall), for noise. */
export function noise(rng: Rng): number {
  let sum = -6;
  for (let i = 0; i < 12; i += 1) sum += rng.next();
  return sum;
}

/** A pod in the model: one second at a time. */
export interface ModelPod {
  readonly name: string;
  readonly container: string;
  readonly workload: string;
  readonly startS: number;
  /** CPU time used since the start, seconds: never falls. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** Carries out one second; returns what happened, '' for nothing. */
  step(second: number): '' | 'clear' | 'oom';
}

/** The demo app: keeps what requests make until its own clear timer fires. */
export class AppPod implements ModelPod {
  readonly container = 'consumememory';
  readonly workload = 'consumememory';
  readonly name: string;
  readonly startS: number;
  readonly #rng: Rng;
  cpuSeconds = 0;
  memoryBytes = BASE_BYTES;
  /** Bytes that a request leaves behind for good. */
  leakBytes = 0;
  /** Cores burnt without any request. */
  hogCores = 0;
  /** Clears do not happen: what requests keep stays. */
  hoards = false;
  /** No request is sent to it. */
  isIdle = false;
  #startingS = 0;
  #kept = 0;
  #leaked = 0;
  #queued = 0;
  #lastClearS: number;

  constructor(name: string, startS: number, rng: Rng) {
    this.name = name;
    this.startS = startS;
    this.#lastClearS = startS;
    this.#rng = rng;
  }

  request(): void {
    this.#kept += KEPT_BYTES;
    this.#leaked += this.leakBytes;
    const copied = (this.#kept / MEBIBYTE) * COPY_SECONDS_PER_KEPT_MIB;
    this.#queued += (WORK_SECONDS + copied) * (1 + 0.1 * noise(this.#rng));
  }

  step(second: number): '' | 'clear' | 'oom' {
    const quiet = IDLE_CORES * (1 + 0.2 * noise(this.#rng));
    const idle = this.#startingS > 0 ? STARTING_CORES : quiet;
    this.#startingS = Math.max(0, this.#startingS - 1);
    const asked = this.#queued + idle + this.hogCores;
    const used = Math.min(CPU_LIMIT, Math.max(0, asked));
    this.#queued = Math.max(0, this.#queued - Math.max(0, used - idle - this.hogCores));
    this.cpuSeconds += used;
    let happened: '' | 'clear' | 'oom' = '';
    if (!this.hoards && second - this.#lastClearS >= CLEAR_EVERY_S) {
      this.#kept = 0;
      this.#lastClearS = second;
      happened = 'clear';
    }
    const wanted = BASE_BYTES + this.#kept + this.#leaked;
    // Growth shows at once; what a clear frees goes back over some seconds of collection.
    const gap = wanted - this.memoryBytes;
    this.memoryBytes += gap > 0 ? gap : gap * 0.35;
    if (this.memoryBytes > MEMORY_LIMIT) {
      this.restart(second);
      happened = 'oom';
    }
    return happened;
  }

  /** A new process: all that was kept, leaked or asked is gone, and starting takes CPU. */
  restart(second: number): void {
    this.#kept = 0;
    this.#leaked = 0;
    this.#queued = 0;
    this.#startingS = STARTING_S;
    this.memoryBytes = BASE_BYTES;
    this.#lastClearS = second;
  }
}

/** A pod beside the app: a steady service, or a job that works for a while on a regular beat. */
export class QuietPod implements ModelPod {
  readonly name: string;
  readonly container: string;
  readonly workload: string;
  readonly startS = 0;
  readonly #rng: Rng;
  readonly #periodS: number;
  readonly #busyS: number;
  cpuSeconds = 0;
  memoryBytes: number;
  hogCores = 0;
  #drift = 0;

  constructor(
    workload: string,
    tail: string,
    mebibytes: number,
    periodS: number,
    busyS: number,
    rng: Rng,
  ) {
    this.workload = workload;
    this.container = workload;
    this.name = `${workload}-${tail}`;
    this.memoryBytes = mebibytes * MEBIBYTE;
    this.#periodS = periodS;
    this.#busyS = busyS;
    this.#rng = rng;
  }

  step(second: number): '' {
    const isBusy = second % this.#periodS < this.#busyS;
    const level = isBusy ? 0.06 : 0.008;
    this.cpuSeconds += Math.max(0, level * (1 + 0.15 * noise(this.#rng))) + this.hogCores;
    // Memory wanders slowly within half a MiB.
    const pull = 0.02 * noise(this.#rng) - 0.01 * this.#drift;
    this.#drift += pull;
    this.memoryBytes += pull * MEBIBYTE;
    return '';
  }
}
