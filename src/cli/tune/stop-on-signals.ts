/** The signal that ended a sweep. */
export class Stopped extends Error {
  readonly by: NodeJS.Signals;
  constructor(by: NodeJS.Signals) {
    super(`Stopped by ${by}`);
    this.by = by;
  }
}

/** Aborts at the first Ctrl-C or wish to end; the second ends the program as it always does. */
export function stopOnSignals(): { readonly signal: AbortSignal; release(): void } {
  const stopping = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const handle = (by: NodeJS.Signals): void => {
    release();
    stopping.abort(new Stopped(by));
  };
  const release = (): void => {
    for (const signal of signals) process.off(signal, handle);
  };
  for (const signal of signals) process.on(signal, handle);
  return { signal: stopping.signal, release };
}
