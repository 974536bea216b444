import { badInput } from './bad-input.ts';

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
const KNOWN = new Set(['namespace', 'pod', 'container', 'cpu_cores', 'memory_bytes']);
const TIME = /^(timestamp|time|date|ts)$/i;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/u;

/** Kubernetes' longest name; a name of anything else need not be longer. */
const LONGEST_NAME = 253;

/** Why a text cannot name a series, or '' where it can. */
export function nameFault(text: string): string {
  if (text.length > LONGEST_NAME) return `is over ${String(LONGEST_NAME)} letters long`;
  return CONTROL.test(text) ? 'holds control characters' : '';
}

/** Why a text cannot name a column, or ''. */
export function columnFault(name: string): string {
  if (name.trim() === '') return 'has no name; name it or take it out';
  if (FORBIDDEN.has(name)) return `is called ${name}, which is not allowed; rename it`;
  const fault = nameFault(name);
  if (fault !== '') return `has a name that ${fault}; rename it`;
  if (name.trim() !== name) return `has blanks around its name "${name}"; take them out`;
  const lower = name.toLowerCase();
  if (name !== lower && KNOWN.has(lower)) return `is called ${name}; write ${lower}`;
  return '';
}

function checkNames(cells: readonly string[], where: string): void {
  const seen = new Set<string>();
  cells.forEach((name, i) => {
    const fault = columnFault(name);
    if (fault !== '') throw badInput(where, `column ${String(i + 1)} ${fault}`);
    if (seen.has(name)) throw badInput(where, `two columns are called "${name}"; rename one`);
    seen.add(name);
  });
}

/** The column of times: the first that is called so. */
function timeColumn(cells: readonly string[], where: string): number {
  const time = cells.findIndex((name) => TIME.test(name));
  if (time !== -1) return time;
  const [first = ''] = cells;
  const other = cells.length === 1 ? /[;\t|]/.exec(first)?.[0] : undefined;
  const hint =
    other === undefined
      ? 'name the column of times "timestamp"'
      : `the cells seem to be parted by ${JSON.stringify(other)}; give --delimiter`;
  throw badInput(where, `there is no timestamp column; ${hint}`);
}

/**
 * Reads a header. `format: null` tells by the names: `timestamp,value` is NAB, a `pod` column
 * means long, everything else is wide.
 *
 * Throws BAD_INPUT on a name that is empty, doubled, forbidden or known in another spelling, and
 * where a column that the format needs is missing.
 */
export function readHeader(
  cells: readonly string[],
  format: CsvFormat | null,
  where: string,
): Layout {
  // Told first, since with the wrong delimiter the one name there is may break any rule.
  const time = timeColumn(cells, where);
  checkNames(cells, where);
  const at = (name: string): number => cells.indexOf(name);
  const isNab = cells.length === 2 && at('value') !== -1;
  const found = format ?? (isNab ? 'nab' : at('pod') === -1 ? 'wide' : 'long');
  const names =
    found === 'long'
      ? { namespace: at('namespace'), pod: at('pod'), container: at('container') }
      : { namespace: -1, pod: -1, container: -1 };
  if (found === 'long' && names.pod === -1) {
    throw badInput(where, 'long format needs a pod column; try --format wide');
  }
  if (found === 'nab' && at('value') === -1) {
    throw badInput(where, 'NAB format needs a column called value');
  }
  const taken = new Set([time, names.namespace, names.pod, names.container]);
  const numbers = cells
    .map((name, i) => ({ at: i, name }))
    .filter(({ at: i, name }) => !taken.has(i) && (found !== 'nab' || name === 'value'));
  if (numbers.length === 0) {
    throw badInput(where, 'there is no column of numbers besides the time');
  }
  return { format: found, time, ...names, numbers };
}
