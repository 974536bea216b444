import { SourceFailure } from './source.ts';

/** A signal of one's own, and how to let go of those that it listens to. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  readonly release: () => void;
}

/**
 * A signal that is aborted when one of `others` is, for its reason, or after `ms` milliseconds.
 * Release it when what it guards is over.
 *
 * AbortSignal.any() and AbortSignal.timeout() are not for what goes on for days: a signal keeps a
 * trace of every one that was made from it, and the timer of one that was made from a time limit
 * may be collected before it fires (nodejs/node issues 54614 and 57736).
 */
export function linkedSignal(others: readonly AbortSignal[], ms?: number): LinkedSignal {
  const own = new AbortController();
  const listening = others.map((other) => {
    const onAbort = (): void => {
      own.abort(other.reason);
    };
    if (other.aborted) onAbort();
    else other.addEventListener('abort', onAbort);
    return () => {
      other.removeEventListener('abort', onAbort);
    };
  });
  const timer =
    ms === undefined
      ? undefined
      : setTimeout(() => {
          own.abort(new SourceFailure('timeout', ''));
        }, ms);
  return {
    signal: own.signal,
    release() {
      clearTimeout(timer);
      for (const stop of listening) stop();
    },
  };
}
