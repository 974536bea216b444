import { Judge } from '../../src/replay/detect/judge.ts';
import type { DeciderOptions } from '../../src/replay/detect/decider.ts';

/** An alert as positions in its column: its first flag, the sample that opened it, its end. */
export interface Episode {
  readonly first: number;
  readonly detected: number;
  /** One past the last alerting sample. */
  readonly after: number;
}

/** Decides a whole column, by the judge that decides a replay. */
export function decide(scores: Float64Array, starts: Uint8Array, options: DeciderOptions) {
  const judge = new Judge(options);
  const flags = new Uint8Array(scores.length);
  const alerting = new Uint8Array(scores.length);
  const episodes: Episode[] = [];
  scores.forEach((score, i) => {
    // Time and value are the position, so that alerts say where they are.
    judge.update('', i, i, score, starts[i] === 1);
    flags[i] = judge.flag ? 1 : 0;
    alerting[i] = judge.alerting ? 1 : 0;
    const { closed } = judge;
    if (closed === null) return;
    episodes.push({ first: closed.start, detected: closed.detectedAt, after: i });
  });
  const open = judge.pending;
  if (open !== null) {
    episodes.push({ first: open.start, detected: open.detectedAt, after: scores.length });
  }
  return { flags, alerting, episodes };
}
