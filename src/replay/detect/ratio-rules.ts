import type { PairDetectorDef, PairScorer } from './stage.ts';

const MEBIBYTE = 1024 * 1024;

/** The last `capacity` numbers and the z-score of the newest among them. */
class ZWindow {
  readonly #values: Float64Array;
  #size = 0;
  #next = 0;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Learns v; returns (v − mean) / population standard deviation, 0 without spread. */
  update(v: number): number {
    this.#values[this.#next] = v;
    this.#next = (this.#next + 1) % this.#values.length;
    this.#size = Math.min(this.#size + 1, this.#values.length);
    let sum = 0;
    for (let i = 0; i < this.#size; i += 1) sum += this.#values[i]!;
    const mean = sum / this.#size;
    let squares = 0;
    for (let i = 0; i < this.#size; i += 1) {
      const gap = this.#values[i]! - mean;
      squares += gap * gap;
    }
    const deviation = Math.sqrt(squares / this.#size);
    return deviation > 0 ? (v - mean) / deviation : 0;
  }
}

/**
 * The first original script's rules on CPU, memory and their ratio, as scores.
 *
 * z is over the window including the value. High CPU without memory: z(cpu) > 2, z(memory) < 1 and
 * z(ratio) > 2; its score is by how much the tightest of the three holds. High memory without CPU:
 * z(memory) > 2, z(cpu) < 1, z(ratio) < −2. Flag where a score is above 0, so the threshold is the
 * smallest positive number. Ratio: cores / (MiB + 10⁻¹⁰).
 */
export const ratioRules: PairDetectorDef = {
  id: 'ratio-rules',
  summary: 'z-score rules on CPU, memory and their ratio (the first original script)',
  source: 'containers-anomaly-detection, fetch-metrics',
  params: {},
  threshold: Number.MIN_VALUE,
  pools: true,
  create({ window, warmup }): PairScorer {
    const cpuWindow = new ZWindow(window);
    const memoryWindow = new ZWindow(window);
    const ratioWindow = new ZWindow(window);
    return {
      cpuScore: NaN,
      memoryScore: NaN,
      update(cpuCores, memoryBytes) {
        const mebibytes = memoryBytes / MEBIBYTE;
        const cpu = cpuWindow.update(cpuCores);
        const memory = memoryWindow.update(mebibytes);
        const ratio = ratioWindow.update(cpuCores / (mebibytes + 1e-10));
        const isReady = cpuWindow.size >= warmup;
        const highCpu = Math.min(cpu - 2, 1 - memory, ratio - 2);
        const highMemory = Math.min(memory - 2, 1 - cpu, -2 - ratio);
        this.cpuScore = isReady ? highCpu : NaN;
        // The second rule is asked only where the first does not hold.
        this.memoryScore = isReady ? (highCpu > 0 ? Math.min(highMemory, 0) : highMemory) : NaN;
      },
    };
  },
};
