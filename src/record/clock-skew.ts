import { formatDuration } from '../core/time.ts';

/** A difference of clocks that is worth a sentence. */
const SKEW_NOTE_MS = 5000;

/**
 * Watches by how much a server's clock is ahead of ours: the first time that it is five seconds off,
 * it gives one note, which ends with `consequence`.
 */
export function clockSkew(consequence: string): (aheadMs: number) => string[] {
  let told = false;
  return (aheadMs) => {
    if (told || Math.abs(aheadMs) < SKEW_NOTE_MS) return [];
    told = true;
    const where = aheadMs > 0 ? 'ahead of' : 'behind';
    return [
      `The server's clock is ${formatDuration(Math.abs(aheadMs))} ${where} the recorder's: ${consequence}.`,
    ];
  };
}
