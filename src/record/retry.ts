import type { Rng } from '../core/rng.ts';
import type { SourceFailure } from './source.ts';

/** Time limits of one tick, ms. */
export interface TickLimits {
  /** For one attempt: everything from credentials to the last byte. */
  readonly attemptMs: number;
  /** For the tick with its retries, from its scheduled time. */
  readonly tickMs: number;
}

/** Limits of a whole run. */
export interface RunLimits {
  /** The first poll also connects, and may wait for a slow proxy or login plugin. */
  readonly first: TickLimits;
  readonly later: TickLimits;
}

/**
 * Limits for an interval: an attempt may take 60 % of it and at most 10 s (or what the user asked
 * for), a tick all but its last second (its last fifth, where the interval is short). The first
 * tick has 14 s at least; where that is longer than the interval, ticks are missed and not the run.
 */
export function runLimits(intervalMs: number, requestTimeoutMs: number | null): RunLimits {
  const limit = (tickMs: number, usualMs: number): TickLimits => {
    return { attemptMs: Math.min(requestTimeoutMs ?? usualMs, tickMs), tickMs };
  };
  const tickMs = Math.max(intervalMs - 1000, intervalMs * 0.8);
  return {
    first: limit(Math.max(tickMs, 14_000), 10_000),
    later: limit(tickMs, Math.min(10_000, intervalMs * 0.6)),
  };
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
