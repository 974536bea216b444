import { resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { RecordingData } from '../../core/recording.ts';
import { readRecording } from '../../record/recording/reader.ts';
import { rulesFor } from '../judge-run.ts';
import { checkLabels } from './labels.ts';

/** Files that a sweep reads, and those that it writes. */
interface Files {
  readonly runs: readonly string[];
  readonly output?: string | undefined;
  readonly writeSettings?: string | undefined;
  readonly resume?: string | undefined;
}

/** Refuses to write over what is read, and two results to one file. Throws USAGE. */
export function refuseInputs({ runs, output, writeSettings, resume }: Files): void {
  const inputs = runs.map((path) => resolve(path));
  for (const [flag, path] of Object.entries({ output, 'write-settings': writeSettings, resume })) {
    if (path === undefined || !inputs.includes(resolve(path))) continue;
    throw new ToolError('USAGE', `--${flag} ${path} is a recording to tune on; name another file.`);
  }
  if (output !== undefined && writeSettings !== undefined) {
    if (resolve(output) !== resolve(writeSettings)) return;
    throw new ToolError('USAGE', `-o and --write-settings both name ${output}; name two files.`);
  }
}

/**
 * Reads the recordings to tune on, with labels that can be. Throws USAGE where one is given twice:
 * it would pass for twice the evidence. Throws as the reader and `checkLabels` do.
 */
export function readRuns(paths: readonly string[]): readonly RecordingData[] {
  const seen = new Map<string, string>();
  return paths.map((path) => {
    const data = readRecording(path);
    const { digest } = data.info;
    const first = seen.get(digest);
    if (first !== undefined) {
      const what = first === path ? `${path} is named twice` : `${path} and ${first} are one run`;
      throw new ToolError('USAGE', `${what}; leave one out: it is no more evidence than once.`);
    }
    seen.set(digest, path);
    checkLabels(path, data, rulesFor(data));
    return data;
  });
}
