import type { RequestOptions } from 'node:https';
import { SourceFailure } from '../source.ts';
import type { HttpAccess } from './get.ts';

/** What a renewal gives. */
export interface Renewed {
  readonly options: RequestOptions;
  /** How long it is good for, ms. */
  readonly usableMs: number;
}

/** Token and certificate files may be replaced under us; client-go looks as often. */
export const REREAD_MS = 60_000;

/**
 * Keeps credentials fresh: `renew` is asked when they are over or were refused (`refused`), once
 * at a time, whoever waits for it. What it throws other than SourceFailure may quote secrets and
 * becomes one without.
 */
export function keepFresh(renew: (refused: boolean) => Promise<Renewed>): HttpAccess {
  let current: { readonly options: RequestOptions; readonly staleAtMs: number } | null = null;
  let pending: Promise<Renewed> | null = null;
  let refused = false;

  const credentials = async (): Promise<RequestOptions> => {
    if (current !== null && performance.now() < current.staleAtMs) return current.options;
    // It may outlive the request that began it.
    pending ??= renew(refused).finally(() => {
      pending = null;
    });
    const { options, usableMs } = await pending.catch((error: unknown) => {
      throw error instanceof SourceFailure
        ? error
        : new SourceFailure('credentials', 'a certificate, key or token cannot be read');
    });
    refused = false;
    current = { options, staleAtMs: performance.now() + usableMs };
    return options;
  };

  return {
    async requestOptions(signal) {
      let onAbort = (): void => undefined;
      const aborted = new Promise<never>((_, reject) => {
        onAbort = () => {
          const kind = signal.reason instanceof SourceFailure ? signal.reason.kind : 'timeout';
          reject(new SourceFailure(kind, 'credentials'));
        };
        signal.addEventListener('abort', onAbort);
        if (signal.aborted) onAbort();
      });
      try {
        return await Promise.race([credentials(), aborted]);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    forgetCredentials() {
      current = null;
      refused = true;
    },
  };
}
