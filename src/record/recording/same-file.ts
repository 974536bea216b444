import { lstatSync } from 'node:fs';
import { Moved } from './failures.ts';

/**
 * Returns a check that throws STORAGE when the name stands for another file than now: what is
 * written to a deleted or replaced file is lost without any error.
 */
export function sameFileCheck(path: string): () => void {
  const { dev, ino } = lstatSync(path);
  return () => {
    const now = lstatSync(path, { throwIfNoEntry: false });
    if (now?.ino === ino && now.dev === dev) return;
    throw new Moved(path);
  };
}
