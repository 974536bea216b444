import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ToolError } from '../../src/core/errors.ts';
import type { RecordingData } from '../../src/core/recording.ts';
import {
  importFiles,
  type ImportOptions,
  type ImportSummary,
} from '../../src/record/import/import-files.ts';
import { readRecording } from '../../src/record/recording/reader.ts';
import { tempFolder } from './temp.ts';

/** What `import` does without any flag. */
export const DEFAULTS: Omit<ImportOptions, 'output'> = {
  ...{ force: false, labels: null, format: null, delimiter: ',', timeUnit: null },
  ...{ metric: 'value', namespace: '' },
};

export interface Imported extends ImportSummary {
  readonly data: RecordingData;
}

/** Imports files as they lie into a recording of its own. */
export async function importPaths(
  paths: readonly string[],
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  const output = join(tempFolder(), 'out.db');
  const summary = await importFiles(paths, { ...DEFAULTS, output, ...options });
  return { ...summary, data: readRecording(output) };
}

/** Writes files of these names into a new folder; returns their paths. */
export function writeFiles(files: Readonly<Record<string, string | Uint8Array>>): string[] {
  const folder = tempFolder();
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  });
}

/** Imports one CSV text. */
export function importText(
  content: string | Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  return importPaths(writeFiles({ 'run.csv': content }), options);
}

/**
 * The code and message of the error that importing these files ends with; fails the test where
 * there is none, or where anything was left in the output's folder.
 */
export async function importError(
  paths: readonly string[],
  options: Partial<ImportOptions> = {},
): Promise<{ readonly code: string; readonly message: string }> {
  const folder = tempFolder();
  const output = join(folder, 'out.db');
  try {
    await importFiles(paths, { ...DEFAULTS, output, ...options });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const left = readdirSync(folder);
    if (left.length > 0) throw new Error(`Left behind: ${left.join(', ')}`, { cause: error });
    return { code: error.code, message: error.message };
  }
  throw new Error(`No error; ${existsSync(output) ? 'a' : 'no'} recording was written.`);
}

/** Series' values by id and time: {'ns/pod/container/metric': {'1767225600000': 0.5}}. */
export function samplesOf({ series }: RecordingData): Record<string, Record<string, number>> {
  return Object.fromEntries(
    series.map(({ series: { id }, times, values }) => [
      id,
      Object.fromEntries(Array.from(times, (t, i) => [String(t), values[i] ?? NaN])),
    ]),
  );
}
