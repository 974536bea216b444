/** Undoes `watchCrashes`. */
export type StopWatching = () => void;

/**
 * From here on an exception, or a rejected promise, that nothing handles ends the program with the
 * code that `lastWords` returns. It must not wait for anything: whatever was going on may be broken.
 */
export function watchCrashes(lastWords: (error: unknown) => number): StopWatching {
  const onCrash = (error: unknown): void => {
    process.exit(lastWords(error));
  };
  process.prependListener('uncaughtException', onCrash);
  return () => process.off('uncaughtException', onCrash);
}
