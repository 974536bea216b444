import type { RecordingData } from '../core/recording.ts';
import { readRecording } from '../record/recording/reader.ts';
import { scoreMembers } from '../replay/score.ts';
import { type PassResult, runPass } from '../replay/tune/tune.ts';
import type { PassRequest } from './tune-pool.ts';

let known: { readonly key: string; readonly recordings: readonly RecordingData[] } | null = null;

/** Runs one pass in a worker thread; recordings are read once a worker. */
export default function work({ paths, pass }: PassRequest): PassResult {
  const key = JSON.stringify(paths);
  if (known?.key !== key) known = { key, recordings: paths.map(readRecording) };
  return runPass(known.recordings, pass, scoreMembers);
}
