import { ToolError } from '../../core/errors.ts';

export type CsvFormat = 'long' | 'wide' | 'nab';

/** What the columns of a CSV file are, by position. */
export interface Layout {
  readonly format: CsvFormat;
  readonly time: number;
  /** −1 where the column is not there. */
  readonly namespace: number;
  readonly pod: number;
  readonly container: number;
  /** Columns of numbers: their position and name. */
  readonly numbers: readonly { readonly at: number; readonly name: string }[];
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
// Control characters and bidirectional overrides have no place in a name.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;

/** Whether a text may be a name of a series. */
export function isName(text: string): boolean {
  return text.length <= 253 && !UNPRINTABLE.test(text);
}

function checkNames(cells: readonly string[], where: string): void {
  const fail = (why: string): never => {
    throw new ToolError('BAD_INPUT', `${where}: ${why}.`, { where });
  };
  const seen = new Set<string>();
  cells.forEach((name, i) => {
    const column = `column ${String(i + 1)}`;
    if (name === '') fail(`${column} has no name; name it or take it out`);
    if (FORBIDDEN.has(name)) fail(`${column} is called ${name}, which is not allowed; rename it`);
    if (!isName(name)) fail(`${column} has a name with control characters or over 253 letters`);
    if (seen.has(name)) fail(`two columns are called "${name}"; rename one`);
    seen.add(name);
  });
}

/**
 * Reads a header. `format: null` tells by the names: `timestamp,value` is NAB, a `pod` column
 * means long, everything else is wide. Throws BAD_INPUT.
 */
export function readHeader(
  cells: readonly string[],
  format: CsvFormat | null,
  where: string,
): Layout {
  checkNames(cells, where);
  const time = cells.findIndex((name) => /^(timestamp|time|date|ts)$/i.test(name));
  if (time === -1) {
    const [first = ''] = cells;
    const other = cells.length === 1 ? /[;\t|]/.exec(first)?.[0] : undefined;
    const hint =
      other === undefined
        ? 'name the column of times "timestamp"'
        : `the cells seem to be parted by ${JSON.stringify(other)}; give --delimiter`;
    throw new ToolError('BAD_INPUT', `${where}: there is no timestamp column; ${hint}.`, { where });
  }
  const at = (name: string): number => cells.indexOf(name);
  const isNab = cells.length === 2 && at('value') !== -1;
  const found = format ?? (isNab ? 'nab' : at('pod') === -1 ? 'wide' : 'long');
  const names =
    found === 'long'
      ? { namespace: at('namespace'), pod: at('pod'), container: at('container') }
      : { namespace: -1, pod: -1, container: -1 };
  if (found === 'long' && names.pod === -1) {
    throw new ToolError(
      'BAD_INPUT',
      `${where}: long format needs a pod column; try --format wide.`,
    );
  }
  if (found === 'nab' && at('value') === -1) {
    throw new ToolError('BAD_INPUT', `${where}: NAB format needs a column called value.`);
  }
  const taken = new Set([time, names.namespace, names.pod, names.container]);
  const numbers = cells
    .map((name, i) => ({ at: i, name }))
    .filter(({ at: i, name }) => !taken.has(i) && (found !== 'nab' || name === 'value'));
  if (numbers.length === 0) {
    throw new ToolError('BAD_INPUT', `${where}: there is no column of numbers besides the time.`);
  }
  return { format: found, time, ...names, numbers };
}
