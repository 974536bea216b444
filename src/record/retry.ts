import type { Rng } from '../core/rng.ts';
import type { SourceFailure } from './source.ts';

/** Time limits of one tick, ms. */
export interface TickLimits {
  /** For one attempt: everything from credentials to the last byte. */
  readonly attemptMs: number;
  /** For the tick with its retries, from its scheduled time. */
  readonly tickMs: number;
}

/**
 * Limits for an interval: an attempt may take 60 % of it and at most 10 s (or what the user asked
 * for), a tick all but its last second (its last fifth, where the interval is short).
 */
export function tickLimits(intervalMs: number, requestTimeoutMs: number | null): TickLimits {
  const tickMs = Math.max(intervalMs - 1000, intervalMs * 0.8);
  const attemptMs = requestTimeoutMs ?? Math.min(10_000, intervalMs * 0.6);
  return { attemptMs: Math.min(attemptMs, tickMs), tickMs };
}

/** Waits before the first and the second retry, ms. */
const DELAYS = [500, 1000];

function mayPass(failure: SourceFailure): boolean {
  switch (failure.kind) {
    case 'timeout':
    case 'network':
    case 'truncated':
    case 'parse':
      return true;
    case 'http':
      return failure.status === 429 || (failure.status ?? 0) >= 500;
    case 'tls':
    case 'redirect':
    case 'schema':
    case 'too-large':
    case 'credentials':
    case 'interrupted':
      return false;
  }
}

/**
 * How long to wait before trying again within the tick, ms; null: no more tries.
 *
 * `retries` were made already and `leftMs` are left of the tick. At most two retries, after 0.5 s
 * and 1 s, each ± 20 % by `rng`, so that many recorders do not return in step. A Retry-After is
 * kept to where it fits; what cannot pass by waiting (a refusal, a redirect) is not repeated.
 */
export function retryDelay(
  failure: SourceFailure,
  retries: number,
  leftMs: number,
  rng: Rng,
): number | null {
  const usual = DELAYS[retries];
  if (usual === undefined || !mayPass(failure)) return null;
  const jittered = usual * (0.8 + 0.4 * rng.next());
  const delay = Math.max(jittered, failure.retryAfterMs ?? 0);
  // A retry that could not last a moment would only add load.
  return delay + 50 < leftMs ? delay : null;
}
