import type { RecordingData } from '../../core/recording.ts';
import { readRecording } from '../../record/recording/reader.ts';
import { scoreMembers } from '../../replay/score.ts';
import type { TunePass } from '../../replay/tune/grid.ts';
import { type PassResult, runPass } from '../../replay/tune/tune.ts';

/** What a worker is asked: which recordings, and one pass over them. */
export interface PassRequest {
  readonly paths: readonly string[];
  readonly pass: TunePass;
}

let known: { readonly key: string; readonly recordings: readonly RecordingData[] } | null = null;

/** Runs one pass in a worker thread; recordings are read once a worker. */
export default function work({ paths, pass }: PassRequest): PassResult {
  const key = JSON.stringify(paths);
  if (known?.key !== key) known = { key, recordings: paths.map(readRecording) };
  return runPass(known.recordings, pass, scoreMembers);
}
