import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import type { Settings } from '../../core/settings.ts';
import { fullGrid, gridSize, sharedAxes, type TuneGrid } from '../../replay/tune/grid.ts';

/** What may be in each list of a grid. */
const RANGES: Readonly<Record<Exclude<keyof TuneGrid, 'thresholds'>, readonly [number, number]>> = {
  windows: [2, 100_000],
  smooths: [1, 10_001],
  refractories: [0, 100_000],
  consecutives: [1, 1000],
  withins: [1, 1000],
  recovers: [1, 1000],
};

/** Settings, apart from thresholds, that one sweep may try; rows that its result may have. */
const MOST_SETTINGS = 100_000;
const MOST_ROWS = 400_000;
const MOST_IN_A_LIST = 10_000;

/** Lists of a grid as flags give them: "60,120" or "60:600:60". */
export type GridFlags = Partial<Readonly<Record<keyof TuneGrid, string | undefined>>> & {
  /** A JSON file with such lists. */
  readonly grid?: string | undefined;
};

const NAMES = [
  ...(Object.keys(RANGES) as (keyof typeof RANGES)[]),
  'thresholds',
] as const satisfies readonly (keyof TuneGrid)[];

function bad(where: string, wanted: string): ToolError {
  return new ToolError('USAGE', `${where} takes ${wanted}.`, { where });
}

/** Checks the numbers of one list and puts them in order, each once. Throws USAGE. */
function checkedList(name: keyof TuneGrid, values: readonly number[], where: string): number[] {
  if (values.length === 0) throw bad(where, 'at least one number; leave it out for the default');
  if (values.length > MOST_IN_A_LIST) throw bad(where, `at most ${String(MOST_IN_A_LIST)} numbers`);
  if (name === 'thresholds') {
    if (!values.every((value) => Number.isFinite(value))) throw bad(where, 'numbers');
  } else {
    const [low, high] = RANGES[name];
    const isFine = (n: number): boolean => Number.isInteger(n) && n >= low && n <= high;
    if (!values.every(isFine)) {
      throw bad(where, `whole numbers from ${String(low)} to ${String(high)}`);
    }
  }
  return [...new Set(values)].sort((a, b) => a - b);
}

/** "60:600:60" → 60, 120 … 600; the step may be left out. null: it is no such range. */
function rangeOf(text: string, where: string): number[] | null {
  const [, from, to, step = '1'] = /^\s*(\d+):(\d+)(?::(\d+))?\s*$/.exec(text) ?? [];
  if (from === undefined || to === undefined) return null;
  const first = Number(from);
  const stride = Number(step);
  const count = stride > 0 ? Math.floor((Number(to) - first) / stride) + 1 : 0;
  if (count < 1) throw bad(where, 'a range from low to high by a step, such as 60:600:60');
  if (count > MOST_IN_A_LIST) throw bad(where, `at most ${String(MOST_IN_A_LIST)} numbers`);
  return Array.from({ length: count }, (_, i) => first + i * stride);
}

function listOf(name: keyof TuneGrid, text: string): number[] {
  const where = `--${name}`;
  const values = text.split(',').flatMap((part) => {
    const range = name === 'thresholds' ? null : rangeOf(part, where);
    return range ?? [part.trim() === '' ? NaN : Number(part)];
  });
  if (values.some((value) => Number.isNaN(value))) {
    const kind = name === 'thresholds' ? 'numbers' : 'whole numbers or ranges such as 60:600:60';
    throw bad(where, `${kind}, parted by commas, not "${text}"`);
  }
  return checkedList(name, values, where);
}

const list = v.optional(v.array(v.number()));
const gridSchema = v.strictObject({
  ...{ windows: list, smooths: list, refractories: list, consecutives: list, withins: list },
  ...{ recovers: list, thresholds: list },
});

/** Reads a grid file: JSON, an object of lists. Throws BAD_INPUT. */
function readGrid(path: string): Partial<TuneGrid> {
  const refuse = (why: string): ToolError =>
    new ToolError('BAD_INPUT', `Cannot use the grid file ${path}: ${why}.`, { path });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  const result = v.safeParse(gridSchema, Array.isArray(value) ? null : value);
  if (!result.success) {
    const [issue] = result.issues;
    const place = v.getDotPath(issue) ?? 'the whole';
    throw refuse(`${place}: ${issue.message}; it takes lists named ${NAMES.join(', ')}`);
  }
  const named = NAMES.flatMap((name): [keyof TuneGrid, number[]][] => {
    const values = result.output[name];
    return values === undefined ? [] : [[name, checkedList(name, values, `${path}: "${name}"`)]];
  });
  if (named.length === 0) throw refuse(`it is empty; name a list such as {"windows": [60, 120]}`);
  return Object.fromEntries(named);
}

/**
 * The grid to sweep: flags, then the grid file, then the default, then the settings themselves.
 * Throws USAGE or BAD_INPUT for lists that cannot be used, for those that would change nothing,
 * and for a grid that is too large.
 */
export function gridFrom(flags: GridFlags, otherwise: TuneGrid, base: Settings): TuneGrid {
  const file = flags.grid === undefined ? {} : readGrid(flags.grid);
  const given = Object.fromEntries(
    NAMES.flatMap((name) => {
      const text = flags[name];
      return text === undefined ? [] : [[name, listOf(name, text)]];
    }),
  ) as Partial<TuneGrid>;
  const named = { ...file, ...given };
  const shared = sharedAxes(base);
  for (const [name, isShared] of [
    ['windows', shared.window],
    ['smooths', shared.smooth],
  ] as const) {
    if (isShared || (named[name] ?? []).length < 2) continue;
    const hint = 'name its settings without them, or tune one detector such as --preset level';
    const own = `Each member of ${base.detector} has one of its own`;
    throw new ToolError('USAGE', `--${name} would change nothing. ${own}; ${hint}.`);
  }
  const grid = fullGrid({ ...otherwise, ...named }, base);
  checkSize(grid);
  return grid;
}

function checkSize(grid: TuneGrid): void {
  const { settings } = gridSize(grid);
  const rows = settings * (1 + grid.thresholds.length);
  if (settings <= MOST_SETTINGS && rows <= MOST_ROWS) return;
  const many =
    settings > MOST_SETTINGS
      ? `${String(settings)} settings, over ${String(MOST_SETTINGS)}`
      : `${String(rows)} rows, over ${String(MOST_ROWS)}`;
  const hint = 'name fewer windows, smoothings, counts or thresholds';
  throw new ToolError('USAGE', `The grid has ${many}; ${hint}.`, { settings, rows });
}
