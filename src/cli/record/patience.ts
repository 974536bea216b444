import type { Clock } from '../../record/clock.ts';
import { REWRITE_MS } from '../../record/poll-loop.ts';
import { isDiskFull, isLocked } from '../../record/recording/failures.ts';

/** Which failures to write a recording are waited out, and how. */
export interface Patience {
  /** Whether what cannot be written now is worth trying again; says so the first time. */
  readonly holds: (error: unknown) => boolean;
  /** Does what writes to the file, again and again while `holds` and `isWorthIt` say so. */
  readonly patiently: (write: () => void, isWorthIt?: (error: unknown) => boolean) => Promise<void>;
}

/**
 * A file that another program locks is waited for, a full disk where the user asked for that;
 * neither once `stop` is aborted.
 */
export function startPatience(
  { output, waitForSpace }: { readonly output: string; readonly waitForSpace: boolean },
  clock: Clock,
  stop: AbortSignal,
  say: (text: string) => void,
): Patience {
  let isTold = false;
  const holds = (error: unknown): boolean => {
    const isFull = isDiskFull(error);
    if (stop.aborted || (isFull ? !waitForSpace : !isLocked(error))) return false;
    const why = isFull
      ? 'The disk is full; waiting for space'
      : 'Another program locks it; waiting';
    if (!isTold) say(`${why} to write ${output}. Polls go on.`);
    isTold = true;
    return true;
  };
  return {
    holds,
    async patiently(write, isWorthIt = () => true) {
      for (;;) {
        try {
          write();
          return;
        } catch (error) {
          if (!isWorthIt(error) || !holds(error)) throw error;
        }
        await clock.sleep(REWRITE_MS, stop);
      }
    },
  };
}
