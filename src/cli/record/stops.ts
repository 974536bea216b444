import { signalExitCode } from './child.ts';

/** Watches for the wish to stop: signals, and a reader of stdout that went away. */
export interface Stops {
  /** Aborted at the first wish to stop. */
  readonly signal: AbortSignal;
  /** The signal that it came by; null: none came, or the reader of stdout went away. */
  by(): NodeJS.Signals | null;
  isPipeClosed(): boolean;
  stop(): void;
  /** Ends the watch of signals: they do again what they always do. */
  release(): void;
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** A terminal and a wrapper (npm) may both deliver one Ctrl-C; no finger is as fast. */
const SAME_PRESS_MS = 150;

/**
 * The first signal asks to stop cleanly (`onSignal` is told); the second ends the program after
 * `onLeave`.
 */
export function watchStops(onSignal: (signal: NodeJS.Signals) => void, onLeave: () => void): Stops {
  const stopping = new AbortController();
  let first: { readonly signal: NodeJS.Signals; readonly atMs: number } | null = null;
  let pipeClosed = false;
  const handle = (signal: NodeJS.Signals): void => {
    if (first !== null) {
      if (performance.now() - first.atMs <= SAME_PRESS_MS) return;
      onLeave();
      process.exit(signalExitCode(signal));
    }
    first = { signal, atMs: performance.now() };
    stopping.abort();
    onSignal(signal);
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  // Elsewhere a closed pipe ends the program at once; a recording is finalised first.
  process.stdout.removeAllListeners('error');
  process.stdout.on('error', () => {
    pipeClosed = true;
    stopping.abort();
  });
  return {
    signal: stopping.signal,
    by: () => first?.signal ?? null,
    isPipeClosed: () => pipeClosed,
    stop: () => {
      stopping.abort();
    },
    release() {
      for (const signal of SIGNALS) process.off(signal, handle);
    },
  };
}
