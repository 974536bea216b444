import Tinypool from 'tinypool';
import type { RecordingData } from '../../core/recording.ts';
import type { Settings } from '../../core/settings.ts';
import { scoreRecording } from '../../replay/score.ts';

/** What a worker is asked: to score a part of a recording. */
export interface ScoreRequest {
  readonly part: RecordingData;
  readonly settings: Settings;
  /** Time of the whole recording's first sample, Unix ms. */
  readonly runStartMs: number;
}

/** What it answers for every series of the part's streams, in their order: see `ScoredColumns`. */
export interface ScoreAnswer {
  readonly scores: Float64Array;
  readonly starts: Uint8Array;
  /** null: the values themselves. */
  readonly smoothed: Float64Array | null;
}

/** Scores a part of a recording in a worker thread; the columns are handed over, not copied. */
export default function work({ part, settings, runStartMs }: ScoreRequest) {
  const answer = scoreRecording(part, settings, runStartMs).flatMap(({ members }) =>
    members.map(({ scores, starts, smoothed, values }): ScoreAnswer => {
      return { scores, starts, smoothed: smoothed === values ? null : smoothed };
    }),
  );
  const buffers = answer.flatMap(({ scores, starts, smoothed }) =>
    [scores, starts, smoothed].flatMap((column) => (column === null ? [] : [column.buffer])),
  );
  return Tinypool.move({
    [Tinypool.transferableSymbol]: buffers,
    [Tinypool.valueSymbol]: answer,
  } as unknown as Parameters<typeof Tinypool.move>[0]);
}
