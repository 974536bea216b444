import type { Label, Mark } from '../../core/recording.ts';
import { type Rng, rngFor } from '../../core/rng.ts';
import { Autoscaler, MAX_REPLICAS } from './autoscaler.ts';
import { AppPod, CPU_LIMIT, MEMORY_LIMIT, type ModelPod, QuietPod } from './pods.ts';
import type { Fault, SyntheticPhase, SyntheticScenario } from './scenarios.ts';

export interface SyntheticOptions {
  readonly scenario: SyntheticScenario;
  readonly seed: number;
  /** First moment, Unix ms on a whole second. */
  readonly startMs: number;
  readonly durationMs: number;
  /** How often the metrics server of the model has new values. */
  readonly intervalMs: number;
}

/** A series of the model with the samples of it. */
export interface SyntheticSeries {
  readonly pod: string;
  readonly container: string;
  readonly workload: string;
  readonly metric: 'cpu' | 'memory' | 'requests' | 'replicas';
  readonly request: number | null;
  readonly limit: number | null;
  readonly times: number[];
  readonly values: number[];
}

export interface SyntheticRun {
  readonly namespace: string;
  readonly series: readonly SyntheticSeries[];
  readonly marks: readonly Mark[];
  readonly labels: readonly Label[];
}

const NAMESPACE = 'shop';
const MEBIBYTE = 1024 * 1024;
const SYNC_S = 15;
/** What a request leaves behind for good, by fault. */
const LEAK_BYTES = new Map<Fault, number>([
  ['leak', 2.5 * MEBIBYTE],
  ['leak-all', 2.5 * MEBIBYTE],
  ['oom', 14 * MEBIBYTE],
]);
const HOG_CORES = 0.3;
/** From one kill of a crash loop to the next. */
const CRASH_S = 20;
const GRACE_MS = 300_000;
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

const tail = (rng: Rng, n: number): string =>
  Array.from({ length: n }, () => LETTERS[rng.below(LETTERS.length)] ?? 'x').join('');

/** Requests that arrive in a second at a mean rate: the whole part and a chance of one more. */
function arrivals(rate: number, rng: Rng): number {
  const whole = Math.floor(rate);
  return whole + (rng.next() < rate - whole ? 1 : 0);
}

class Simulation {
  readonly #options: SyntheticOptions;
  readonly #rng: Rng;
  readonly #hash: string;
  readonly #series = new Map<string, SyntheticSeries>();
  readonly #cpuBefore = new Map<ModelPod, { readonly cpu: number; readonly second: number }>();
  readonly #scaler = new Autoscaler();
  readonly marks: Mark[] = [];
  readonly labels: Label[] = [];
  #apps: AppPod[] = [];
  readonly #quiet: QuietPod[];
  #fault: Fault = null;
  /** Since when they leak. */
  readonly #leaking = new Map<AppPod, number>();
  #started = 0;
  #turn = 0;
  #requests = 0;

  constructor(options: SyntheticOptions) {
    this.#options = options;
    this.#rng = rngFor(options.seed, 'synthetic');
    this.#hash = tail(this.#rng, 9);
    const stream = (name: string): Rng => rngFor(options.seed, name);
    const web = tail(this.#rng, 5);
    this.#quiet = [
      new QuietPod('web', `${tail(this.#rng, 9)}-${web}`, 42, 60, 0, stream('web')),
      new QuietPod(
        'batch',
        `${tail(this.#rng, 9)}-${tail(this.#rng, 5)}`,
        65,
        600,
        45,
        stream('batch'),
      ),
    ];
    if (!options.scenario.app) {
      for (let i = 0; i < 4; i += 1) {
        const name = `api-${String(i)}`;
        this.#quiet.push(new QuietPod(name, tail(this.#rng, 5), 80 + 20 * i, 60, 0, stream(name)));
      }
    }
    if (options.scenario.app) this.#addApp(0);
  }

  #addApp(second: number): void {
    this.#started += 1;
    const name = `consumememory-${this.#hash}-${tail(this.#rng, 5)}`;
    const rng = rngFor(this.#options.seed, `app ${String(this.#started)}`);
    const pod = new AppPod(name, second, rng);
    this.#apps.push(pod);
    if (this.#fault === 'leak-all') this.#startLeak(pod, second);
  }

  #at(second: number): number {
    return this.#options.startMs + second * 1000;
  }

  #mark(second: number, kind: string, name: string, pod = ''): void {
    const startMs = this.#at(second);
    this.marks.push({ startMs, endMs: null, kind, name, namespace: NAMESPACE, pod });
  }

  run(): SyntheticRun {
    const { scenario, durationMs } = this.#options;
    const total = Math.floor(durationMs / 1000);
    let second = 0;
    let share = 0;
    for (const phase of scenario.phases) {
      share += phase.share;
      const end = Math.min(total, Math.round(total * share));
      this.#phase(phase, second, end);
      second = end;
    }
    const { marks, labels } = this;
    return { namespace: NAMESPACE, series: [...this.#series.values()], marks, labels };
  }

  #phase(phase: SyntheticPhase, from: number, to: number): void {
    this.marks.push({
      ...{ startMs: this.#at(from), endMs: this.#at(to), kind: 'phase', name: phase.name },
      ...{ namespace: NAMESPACE, pod: '' },
    });
    const { fault } = phase;
    const [oldest] = this.#apps;
    const [web] = this.#quiet;
    this.#fault = fault;
    if (fault === 'leak-all') for (const pod of this.#apps) this.#startLeak(pod, from);
    else if (LEAK_BYTES.has(fault) && oldest !== undefined) this.#startLeak(oldest, from);
    if (fault === 'hog' && web !== undefined) web.hogCores = HOG_CORES;
    if (fault === 'idle') this.#addIdle(from);
    for (let second = from; second < to; second += 1) {
      for (const pod of this.#apps) pod.hoards = fault === 'hoard';
      if (fault === 'crash' && (second - from) % CRASH_S === 0) this.#crash(second);
      const rate =
        phase.fromRate + ((second - from) / (to - from)) * (phase.toRate - phase.fromRate);
      this.#second(second, rate);
    }
    for (const pod of [...this.#leaking.keys()]) {
      this.#endLeak(pod, to);
      pod.restart(to);
      this.#mark(to, 'restart', 'consumememory: rolled back', pod.name);
    }
    if (fault === 'hog' && web !== undefined) {
      this.#label('cpu_hog', 'cpu', web, from, to);
      web.hogCores = 0;
    }
    this.#fault = null;
  }

  /** As many replicas as there may be, which get no requests: by hand, so no autoscaler undoes it. */
  #addIdle(second: number): void {
    const before = this.#apps.length;
    for (let n = before; n < MAX_REPLICAS; n += 1) this.#addApp(second);
    for (const pod of this.#apps.slice(before)) pod.isIdle = true;
    this.#markScale(second, before, this.#apps.length);
  }

  #crash(second: number): void {
    const [oldest] = this.#apps;
    oldest?.restart(second);
    this.#mark(second, 'restart', 'consumememory: Error', oldest?.name);
  }

  #startLeak(pod: AppPod, second: number): void {
    pod.leakBytes = LEAK_BYTES.get(this.#fault) ?? 0;
    this.#leaking.set(pod, second);
  }

  /** Labels a leak that ends with its pod, or with the phase; nothing where there is none. */
  #endLeak(pod: AppPod, second: number): void {
    const from = this.#leaking.get(pod);
    if (from === undefined) return;
    this.#leaking.delete(pod);
    pod.leakBytes = 0;
    if (second > from) this.#label('memory_leak', 'memory', pod, from, second);
  }

  #label(type: string, metric: string, pod: ModelPod, from: number, to: number): void {
    const endMs = this.#at(to);
    this.labels.push({
      ...{ namespace: NAMESPACE, pod: pod.name, container: pod.container, metric, type },
      ...{ startMs: this.#at(from), endMs, graceEndMs: endMs + GRACE_MS, visibleIn: [metric] },
    });
  }

  #second(second: number, rate: number): void {
    const ready = this.#apps.filter(({ startS, isIdle }) => second - startS >= 3 && !isIdle);
    for (let n = arrivals(rate, this.#rng); n > 0 && ready.length > 0; n -= 1) {
      ready[this.#turn % ready.length]?.request();
      this.#turn += 1;
      this.#requests += 1;
    }
    for (const pod of [...this.#apps, ...this.#quiet]) {
      const happened = pod.step(second);
      if (happened === 'clear') this.#mark(second, 'clear', '', pod.name);
      if (happened === 'oom')
        this.#mark(second, 'restart', `${pod.container}: OOMKilled`, pod.name);
    }
    const every = Math.max(1, Math.round(this.#options.intervalMs / 1000));
    if (second % every === 0 && second > 0) this.#scrape(second, every);
    const isScaled = this.#options.scenario.app && this.#fault !== 'idle';
    if (isScaled && second % SYNC_S === 7) this.#scale(second);
  }

  #scale(second: number): void {
    const current = this.#apps.length;
    const known = this.#apps.filter((pod) => this.#series.has(`${pod.name} memory`));
    const bytes = known.map(({ memoryBytes }) => memoryBytes);
    const next = this.#scaler.next(second * 1000, current, bytes);
    for (let n = current; n < next; n += 1) this.#addApp(second);
    // The newest pods go first.
    for (const pod of this.#apps.slice(next)) this.#endLeak(pod, second);
    this.#apps = this.#apps.slice(0, next);
    this.#markScale(second, current, next);
  }

  #markScale(second: number, from: number, to: number): void {
    if (to === from) return;
    const kind = to > from ? 'scale-up' : 'scale-down';
    this.#mark(second, kind, `${String(from)} to ${String(to)}`);
  }

  #add(key: string, series: Omit<SyntheticSeries, 'times' | 'values'>, t: number, v: number): void {
    const found = this.#series.get(key) ?? { ...series, times: [], values: [] };
    this.#series.set(key, found);
    found.times.push(t);
    found.values.push(v);
  }

  #scrape(second: number, every: number): void {
    const t = this.#at(second);
    for (const pod of [...this.#apps, ...this.#quiet]) {
      const before = this.#cpuBefore.get(pod);
      this.#cpuBefore.set(pod, { cpu: pod.cpuSeconds, second });
      // Two scrapes make a rate: a new pod is absent for one resolution.
      if (before === undefined) continue;
      const { name, container, workload } = pod;
      const isApp = pod instanceof AppPod;
      const cores = (pod.cpuSeconds - before.cpu) / (second - before.second);
      const cpu = { pod: name, container, workload, metric: 'cpu' } as const;
      const cpuSizes = { request: isApp ? 0.1 : 0.02, limit: CPU_LIMIT };
      this.#add(`${name} cpu`, { ...cpu, ...cpuSizes }, t, Math.round(cores * 1e9));
      const pages = Math.round(pod.memoryBytes / 4096) * 4096;
      const request = (isApp ? 256 : 64) * MEBIBYTE;
      const limit = isApp ? MEMORY_LIMIT : 256 * MEBIBYTE;
      this.#add(`${name} memory`, { ...cpu, metric: 'memory', request, limit }, t, pages);
    }
    if (!this.#options.scenario.app) return;
    const signal = {
      pod: '',
      container: '',
      workload: 'consumememory',
      request: null,
      limit: null,
    };
    this.#add('requests', { ...signal, metric: 'requests' }, t, this.#requests / every);
    this.#add('replicas', { ...signal, metric: 'replicas' }, t, this.#apps.length);
    this.#requests = 0;
  }
}

/**
 * A load run of the demo app and its neighbours, second by second: requests keep memory and cost
 * CPU that grows with what is kept, clears are phase-shifted by replica, an autoscaler on memory
 * adds and removes replicas, a metrics server samples all of it.
 *
 * CPU values are whole nanocores, memory whole bytes. Pure: same options, same run.
 */
export function simulate(options: SyntheticOptions): SyntheticRun {
  return new Simulation(options).run();
}
