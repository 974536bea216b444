import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { compareText } from '../../core/order.ts';
import type { PassResult } from '../../replay/tune/tune.ts';
import { appendState, readState, writeState } from './state.ts';

/** Finished passes, and where more of them are put. */
export interface Kept {
  readonly finished: Map<string, PassResult>;
  /** One sentence for each file that had damaged lines. */
  readonly notes: readonly string[];
  /** Adds a pass; it is on disk when this returns. */
  add(key: string, result: PassResult): void;
}

const SUFFIX = '.state';

const damage = (path: string, damaged: number): readonly string[] =>
  damaged === 0
    ? []
    : [`${path}: ${String(damaged)} damaged lines were left out; their passes run again.`];

/** Opens one state file: one that is damaged is written anew without what is. */
function openFile(path: string): Kept {
  const { finished, damaged, isWhole } = readState(path);
  if (!isWhole) writeState(path, finished);
  return {
    ...{ finished, notes: damage(path, damaged) },
    add: (key, result) => {
      appendState(path, key, result);
    },
  };
}

/**
 * Opens a folder that several processes keep their passes in, on any machine. Each writes a file of
 * its own, so that none waits for another and none spoils what another wrote.
 */
function openFolder(folder: string): Kept {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError('STORAGE', `Cannot keep passes in ${folder}: ${why}.`, { folder });
  }
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .sort(compareText)
    .map((name) => join(folder, name));
  const states = files.map(readState);
  const own = join(folder, `${hostname()}-${String(process.pid)}-${String(Date.now())}${SUFFIX}`);
  let isNew = true;
  return {
    finished: new Map(states.flatMap(({ finished }) => [...finished])),
    notes: states.flatMap(({ damaged }, i) => damage(files[i] ?? '', damaged)),
    add: (key, result) => {
      if (isNew) writeState(own, new Map());
      isNew = false;
      appendState(own, key, result);
    },
  };
}

/** Whether a path names a folder: there is one, or it ends as folders do. */
export function isFolder(path: string): boolean {
  return path.endsWith('/') || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Opens what `--resume` names: a state file, or a folder of them. Throws BAD_INPUT, STORAGE. */
export function openKept(path: string): Kept {
  return isFolder(path) ? openFolder(path) : openFile(path);
}
