import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { digestSeries, digestText, digestValue } from '../../core/digest.ts';
import { ToolError } from '../../core/errors.ts';
import type { RecordingData } from '../../core/recording.ts';
import { VERSION } from '../../core/version.ts';
import type { TunePass } from '../../replay/tune/grid.ts';
import type { PassResult } from '../../replay/tune/tune.ts';
import { writeWhole } from '../write-file.ts';

/** The first line of a state file; what follows is one finished pass a line. */
const HEADER = '{"podtape":"tune","version":1}';

/** Finished passes by the digest of everything that they depend on. */
export type Finished = ReadonlyMap<string, PassResult>;

/** What a state file holds. */
export interface StateFile {
  readonly finished: Map<string, PassResult>;
  /** Lines that were damaged. */
  readonly damaged: number;
  /** Whether lines can be added as it is. */
  readonly isWhole: boolean;
}

/** The digest of all that a sweep reads of its recordings. */
export function inputsDigest(recordings: readonly RecordingData[]): string {
  return digestValue(
    recordings.map(({ info, series, labels }) => ({
      content: digestSeries(series),
      series: series.map((one) => one.series),
      ...{ startMs: info.startMs, endMs: info.endMs, labels },
    })),
  );
}

/** The name of a pass among finished ones: same inputs, settings and version, same result. */
export function passKey(inputs: string, pass: TunePass): string {
  return digestValue({ version: VERSION, inputs, pass });
}

const lineOf = (key: string, result: PassResult): string => {
  const text = JSON.stringify({ key, result });
  return `${digestText(text)} ${text}\n`;
};

/** A line of a state file; null where its checksum is not that of its text. */
function readLine(line: string): { key: string; result: PassResult } | null {
  const at = line.indexOf(' ');
  const text = line.slice(at + 1);
  if (at !== 64 || digestText(text) !== line.slice(0, at)) return null;
  // The checksum says that this program wrote it.
  return JSON.parse(text) as { key: string; result: PassResult };
}

/**
 * Reads a state file; nothing where there is none yet. Lines that are damaged or cut short are left
 * out, so that their passes run again. Throws BAD_INPUT for a file that is no state file at all.
 */
export function readState(path: string): StateFile {
  if (!existsSync(path)) return { finished: new Map(), damaged: 0, isWhole: false };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError('BAD_INPUT', `Cannot read ${path}: ${why}.`, { path }, { cause: error });
  }
  const [header, ...lines] = text.split('\n');
  if (header !== HEADER) {
    throw new ToolError(
      'BAD_INPUT',
      `${path} is not a file that tune --resume wrote; name another, or remove it.`,
      { path },
    );
  }
  const finished = new Map<string, PassResult>();
  let damaged = 0;
  for (const line of lines) {
    if (line === '') continue;
    const one = readLine(line);
    if (one === null) damaged += 1;
    else finished.set(one.key, one.result);
  }
  return { finished, damaged, isWhole: damaged === 0 && text.endsWith('\n') };
}

/** Writes a state file anew, whole. Throws STORAGE. */
export function writeState(path: string, finished: Finished): void {
  writeWhole(path, true, (write) => {
    write(`${HEADER}\n`);
    for (const [key, result] of finished) write(lineOf(key, result));
  });
}

/** Adds a finished pass to a state file that is whole. */
export function appendState(path: string, key: string, result: PassResult): void {
  appendFileSync(path, lineOf(key, result));
}
