import { formatDuration } from '../core/time.ts';

/** A difference of clocks that is worth a sentence. */
const SKEW_NOTE_MS = 5000;

/**
 * Watches the difference between a server's clock and ours: the first time that it is over five
 * seconds, it gives one note, which ends with `consequence`.
 */
export function clockSkew(consequence: string): (serverMs: number) => string[] {
  let told = false;
  return (serverMs) => {
    const aheadMs = serverMs - Date.now();
    if (told || Math.abs(aheadMs) < SKEW_NOTE_MS) return [];
    told = true;
    const where = aheadMs > 0 ? 'ahead of' : 'behind';
    return [
      `The server's clock is ${formatDuration(Math.abs(aheadMs))} ${where} the recorder's: ${consequence}.`,
    ];
  };
}
