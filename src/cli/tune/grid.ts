import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import type { Settings } from '../../core/settings.ts';
import { DETECTOR_IDS } from '../../replay/detect/registry.ts';
import {
  detectorBases,
  fullGrid,
  gridSize,
  sharedAxes,
  type TuneGrid,
} from '../../replay/tune/grid.ts';

/** What may be in each list of a grid. */
const RANGES = {
  windows: [2, 100_000],
  smooths: [1, 10_001],
  refractories: [0, 100_000],
  consecutives: [1, 1000],
  withins: [1, 1000],
  recovers: [1, 1000],
} as const satisfies Partial<Record<keyof TuneGrid, readonly [number, number]>>;
const WORDS = {
  detectors: DETECTOR_IDS,
  pools: ['container', 'pod', 'workload'],
} as const satisfies Partial<Record<keyof TuneGrid, readonly string[]>>;

type WordList = keyof typeof WORDS;
type NumberList = Exclude<keyof TuneGrid, WordList>;

/** Settings, apart from thresholds, that one sweep may try; rows that its result may have. */
const MOST_SETTINGS = 100_000;
const MOST_ROWS = 400_000;
const MOST_IN_A_LIST = 10_000;

/** Lists of a grid as flags give them: "60,120" or "60:600:60". */
export type GridFlags = Partial<Readonly<Record<keyof TuneGrid, string | undefined>>> & {
  /** A JSON file with such lists. */
  readonly grid?: string | undefined;
};

const WORD_LISTS = Object.keys(WORDS) as WordList[];
const NUMBER_LISTS: readonly NumberList[] = [
  ...(Object.keys(RANGES) as (keyof typeof RANGES)[]),
  'thresholds',
];
const isWords = (name: keyof TuneGrid): name is WordList => name in WORDS;
const NAMES: readonly (keyof TuneGrid)[] = [...WORD_LISTS, ...NUMBER_LISTS];

function bad(where: string, wanted: string): ToolError {
  return new ToolError('USAGE', `${where} takes ${wanted}.`, { where });
}

/** Checks the numbers of one list and puts them in order, each once. Throws USAGE. */
function checkedNumbers(name: NumberList, values: readonly number[], where: string): number[] {
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

/** Checks the words of one list; they stay in their order, each once. Throws USAGE. */
function checkedWords(name: WordList, values: readonly string[], where: string): string[] {
  const known: readonly string[] = WORDS[name];
  if (values.length === 0 || !values.every((value) => known.includes(value))) {
    throw bad(where, `some of ${known.join(', ')}`);
  }
  return [...new Set(values)];
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

function listOf(name: keyof TuneGrid, text: string): readonly (string | number)[] {
  const where = `--${name}`;
  if (isWords(name)) {
    const words = text.split(',').map((part) => part.trim());
    return checkedWords(name, words, where);
  }
  const values = text.split(',').flatMap((part) => {
    const range = name === 'thresholds' ? null : rangeOf(part, where);
    return range ?? [part.trim() === '' ? NaN : Number(part)];
  });
  if (values.some((value) => Number.isNaN(value))) {
    const kind = name === 'thresholds' ? 'numbers' : 'whole numbers or ranges such as 60:600:60';
    throw bad(where, `${kind}, parted by commas, not "${text}"`);
  }
  return checkedNumbers(name, values, where);
}

const words = v.optional(v.array(v.string()));
const list = v.optional(v.array(v.number()));
const gridSchema = v.strictObject({
  ...{ detectors: words, pools: words },
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
  const { output } = result;
  const where = (name: string): string => `${path}: "${name}"`;
  const named = [
    ...WORD_LISTS.flatMap((name) => {
      const values = output[name];
      return values === undefined ? [] : [[name, checkedWords(name, values, where(name))] as const];
    }),
    ...NUMBER_LISTS.flatMap((name) => {
      const values = output[name];
      return values === undefined
        ? []
        : [[name, checkedNumbers(name, values, where(name))] as const];
    }),
  ];
  if (named.length === 0) throw refuse(`it is empty; name a list such as {"windows": [60, 120]}`);
  return Object.fromEntries(named) as Partial<TuneGrid>;
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
  const bases = detectorBases(base, named.detectors ?? []);
  for (const [name, axis] of [
    ['windows', 'window'],
    ['smooths', 'smooth'],
  ] as const) {
    const isShared = bases.some((one) => sharedAxes(one)[axis]);
    if (isShared || (named[name] ?? []).length < 2) continue;
    const hint = 'name its settings without them, or tune one detector such as --preset level';
    const own = `Each member of ${base.detector} has one of its own`;
    throw new ToolError('USAGE', `--${name} would change nothing. ${own}; ${hint}.`);
  }
  const grid = fullGrid({ ...otherwise, ...named }, base);
  checkSize(base, grid);
  return grid;
}

function checkSize(base: Settings, grid: TuneGrid): void {
  const { settings } = gridSize(base, grid);
  const rows = settings * (1 + grid.thresholds.length);
  if (settings <= MOST_SETTINGS && rows <= MOST_ROWS) return;
  const many =
    settings > MOST_SETTINGS
      ? `${String(settings)} settings, over ${String(MOST_SETTINGS)}`
      : `${String(rows)} rows, over ${String(MOST_ROWS)}`;
  const hint = 'name fewer windows, smoothings, counts or thresholds';
  throw new ToolError('USAGE', `The grid has ${many}; ${hint}.`, { settings, rows });
}
