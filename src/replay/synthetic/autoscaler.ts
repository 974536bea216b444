const UP_PERIOD_MS = 15_000;
const DOWN_PERIOD_MS = 60_000;
const STABLE_MS = 30_000;
const TOLERANCE = 0.1;

export const MIN_REPLICAS = 1;
export const MAX_REPLICAS = 6;
/** 70 % of the requested 256 MiB. */
export const TARGET_BYTES = 0.7 * 256 * 1024 * 1024;

/**
 * The controller's recommendation: pods without metrics count as idle when the mean is high and as
 * on target when it is low, and never turn the direction round.
 */
function recommended(current: number, podBytes: readonly number[]): number {
  const sum = podBytes.reduce((total, bytes) => total + bytes, 0);
  const ratio = sum / podBytes.length / TARGET_BYTES;
  const isNear = (one: number): boolean => Math.abs(one - 1) <= TOLERANCE;
  const missing = current - podBytes.length;
  if (isNear(ratio)) return current;
  if (missing <= 0) return Math.ceil(ratio * podBytes.length);
  const careful = (ratio > 1 ? sum : sum + missing * TARGET_BYTES) / current / TARGET_BYTES;
  if (isNear(careful) || (ratio > 1 && careful < 1) || (ratio < 1 && careful > 1)) return current;
  return Math.ceil(careful * current);
}

/**
 * The demo app's autoscaler on memory, with Kubernetes' rules: 10 % tolerance, up at once by the
 * larger of 100 % and 4 pods a 15 s, down after 30 s by the smaller of 20 % and 1 pod a 60 s.
 */
export class Autoscaler {
  #recommended: { readonly t: number; readonly replicas: number }[] = [];
  #changes: { readonly t: number; readonly delta: number }[] = [];

  /** The count after a synchronisation at `t` (ms), from the memory of the pods with metrics. */
  next(t: number, current: number, podBytes: readonly number[]): number {
    if (podBytes.length === 0) return current;
    const wanted = recommended(current, podBytes);
    this.#recommended = [...this.#recommended, { t, replicas: wanted }].filter(
      (one) => t - one.t <= STABLE_MS,
    );
    const next = this.#limited(t, current, wanted);
    if (next !== current)
      this.#changes = [...this.#changes.slice(-9), { t, delta: next - current }];
    return next;
  }

  #limited(t: number, current: number, wanted: number): number {
    const changed = (periodMs: number, sign: number): number =>
      this.#changes
        .filter((one) => t - one.t < periodMs && Math.sign(one.delta) === sign)
        .reduce((sum, { delta }) => sum + delta, 0);
    let next = current;
    if (wanted > current) {
      const start = current - changed(UP_PERIOD_MS, 1);
      next = Math.min(wanted, Math.max(start * 2, start + 4));
    } else if (wanted < current) {
      const highest = Math.max(...this.#recommended.map(({ replicas }) => replicas));
      const start = current - changed(DOWN_PERIOD_MS, -1);
      next = Math.max(Math.min(current, highest), Math.floor(start * 0.8), start - 1);
    }
    return Math.min(MAX_REPLICAS, Math.max(MIN_REPLICAS, next));
  }
}
