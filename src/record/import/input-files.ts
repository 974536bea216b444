import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { compareText } from '../../core/order.ts';
import { badInput } from './bad-input.ts';
import { type FileKind, fileKind } from './file-kind.ts';

/** A file to import. */
export interface InputFile {
  readonly path: string;
  readonly bytes: number;
  /** As its content tells. */
  readonly kind: FileKind;
}

function filesOf(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw badInput(path, 'there is no such file; check the path');
  if (stat.isFile()) return [path];
  if (!stat.isDirectory()) throw badInput(path, 'it is no regular file; save the data first');
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.csv$/i.test(name))
    .sort(compareText)
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile());
  if (found.length > 0) return found;
  throw new ToolError('NO_DATA', `There is no CSV file in ${path}; name the files.`, { path });
}

/**
 * Files as they are named, folders as all CSV files below them, in code-unit order.
 *
 * Throws BAD_INPUT on a file that is not there, cannot be read or is named twice, NO_DATA on a
 * folder without CSV files.
 */
export function inputFiles(paths: readonly string[]): readonly InputFile[] {
  const files = paths.flatMap(filesOf);
  const twice = files.find((path, i) => files.indexOf(path) !== i);
  if (twice !== undefined) throw badInput(twice, 'it is named twice; name it once');
  return files.map((path) => {
    const bytes = statSync(path).size;
    return { path, bytes, kind: fileKind(path, bytes) };
  });
}

const WINDOWS = ['windows.json', 'combined_windows.json', 'labels/combined_windows.json'];

/** The windows file that NAB keeps beside its data folder; null: there is none. */
export function nabWindowsNear(paths: readonly string[]): string | null {
  for (const path of paths) {
    const start = statSync(path).isDirectory() ? path : dirname(path);
    for (const folder of [start, join(start, '..'), join(start, '../..')]) {
      const found = WINDOWS.map((name) => join(folder, name)).find((name) => existsSync(name));
      if (found !== undefined) return found;
    }
  }
  return null;
}
