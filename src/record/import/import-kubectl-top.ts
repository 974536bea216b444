import { ToolError } from '../../core/errors.ts';
import { parseTime } from '../../core/time.ts';
import { parseBytes, parseNanocores } from '../quantity.ts';
import { badInput, shown } from './bad-input.ts';
import { nameFault } from './header.ts';
import type { SampleSink } from './sample-sink.ts';
import { eachLine } from './text-lines.ts';

export interface KubectlTopOptions {
  /** Namespace where no column gives it. */
  readonly namespace: string;
  /** Time of the first table, Unix ms, where no line tells it. */
  readonly startMs?: number | null;
  /** From one table to the next, ms, where no line tells it. */
  readonly intervalMs?: number | null;
  readonly onBytes?: (bytes: number) => void;
}

/** Columns of one table, by position. */
interface Columns {
  readonly namespace: number;
  readonly pod: number;
  readonly container: number;
  readonly cpu: number;
  readonly memory: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DATE = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}:\d{2}:\d{2}) (?:UTC|GMT|Z) (\d{4})$/;

/** The time that a line tells: RFC 3339, epoch seconds, or `date` in UTC; null: it is no date. */
function timeIn(line: string): number | null {
  if (/^\d{9,11}$/.test(line)) return Number(line) * 1000;
  const [, month = '', day = '', clock = '', year = ''] = DATE.exec(line) ?? [];
  const at = MONTHS.indexOf(month);
  if (at !== -1) {
    const date = `${year}-${String(at + 1).padStart(2, '0')}-${day.padStart(2, '0')}`;
    return parseTime(`${date}T${clock}Z`);
  }
  return /^\d{4}-\d{2}-\d{2}[Tt ]/.test(line) ? parseTime(line.replace(' ', 'T')) : null;
}

function columnsOf(cells: readonly string[]): Columns {
  const at = (name: string): number => cells.indexOf(name);
  const hasPod = at('POD') !== -1;
  return {
    ...{ namespace: at('NAMESPACE'), pod: hasPod ? at('POD') : at('NAME') },
    ...{ container: hasPod ? at('NAME') : -1, cpu: at('CPU(cores)'), memory: at('MEMORY(bytes)') },
  };
}

/** Whether a line heads a table of `kubectl top pods`. */
export function isTopHeader(line: string): boolean {
  return /^(?:NAMESPACE +)?(?:POD +)?NAME +CPU\(cores\) +MEMORY\(bytes\) *$/.test(line);
}

/** Reads the tables of one log. */
class TopReader {
  rows = 0;
  readonly #path: string;
  readonly #options: KubectlTopOptions;
  readonly #sink: SampleSink;
  readonly #channels = new Map<string, readonly [number, number]>();
  #columns: Columns | null = null;
  #told: number | null = null;
  #t = 0;
  #tables = 0;
  #where = '';

  constructor(path: string, options: KubectlTopOptions, sink: SampleSink) {
    this.#path = path;
    this.#options = options;
    this.#sink = sink;
  }

  take(raw: string, number: number): void {
    const line = raw.trim();
    this.#where = `${this.#path}:${String(number)}`;
    if (line === '') return;
    if (isTopHeader(line)) {
      this.#columns = columnsOf(line.split(/ +/));
      this.#t = this.#next();
      return;
    }
    const told = this.#date(line);
    if (told === null) this.#row(raw);
    else {
      this.#told = told;
      this.#columns = null;
    }
  }

  #date(line: string): number | null {
    try {
      return timeIn(line);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      throw badInput(this.#where, `${shown(line)} is no time`);
    }
  }

  /** The time of the table that begins. */
  #next(): number {
    const { startMs = null, intervalMs = null } = this.#options;
    this.#tables += 1;
    const told = this.#told;
    this.#told = null;
    if (told !== null) return told;
    if (startMs !== null && (intervalMs !== null || this.#tables === 1)) {
      return startMs + (this.#tables - 1) * (intervalMs ?? 0);
    }
    const how = 'print the date before each table, or give --start and --interval';
    throw badInput(this.#where, `nothing tells the time of this table; ${how}`);
  }

  #row(raw: string): void {
    const columns = this.#columns;
    if (columns === null) {
      throw badInput(this.#where, `${shown(raw)} is neither a date nor in a table of kubectl top`);
    }
    this.rows += 1;
    const cells = [...raw.matchAll(/[^ ]+/g)];
    const count = 3 + Number(columns.namespace !== -1) + Number(columns.container !== -1);
    if (cells.length !== count) {
      throw badInput(
        this.#where,
        `it has ${String(cells.length)} cells, the table ${String(count)}`,
      );
    }
    const cell = (at: number): string => cells[at]?.[0] ?? '';
    const [cpu, memory] = this.#series(columns, cell);
    const read = (at: number, parse: (text: string) => number): number => {
      const place = `${this.#where}:${String((cells[at]?.index ?? 0) + 1)}`;
      let value: number;
      try {
        value = parse(cell(at));
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        throw badInput(place, `${shown(cell(at))} is no quantity such as 250m or 128Mi`);
      }
      if (value >= 0) return value;
      throw badInput(place, `${shown(cell(at))} cannot be: it is never negative`);
    };
    this.#sink.add(cpu, this.#t, read(columns.cpu, parseNanocores));
    this.#sink.add(memory, this.#t, read(columns.memory, parseBytes));
  }

  #series(columns: Columns, cell: (at: number) => string): readonly [number, number] {
    const namespace = columns.namespace === -1 ? this.#options.namespace : cell(columns.namespace);
    const pod = cell(columns.pod);
    const container = columns.container === -1 ? '' : cell(columns.container);
    const key = `${namespace}\n${pod}\n${container}`;
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    for (const name of [namespace, pod, container]) {
      const fault = nameFault(name);
      if (fault !== '') throw badInput(this.#where, `the name ${shown(name)} ${fault}`);
    }
    const names = { namespace, pod, container, kind: 'usage' } as const;
    const made = [
      this.#sink.define({ ...names, metric: 'cpu', unit: 'cores', denominator: 1e9 }),
      this.#sink.define({ ...names, metric: 'memory', unit: 'bytes', denominator: 1 }),
    ] as const;
    this.#channels.set(key, made);
    return made;
  }
}

/**
 * Imports a log of `kubectl top pods [--containers] [-A]` run again and again. A date line before
 * a table tells its time; without one, tables are `intervalMs` apart from `startMs` on.
 *
 * Throws BAD_INPUT naming file, line and column.
 */
export async function importKubectlTop(
  path: string,
  options: KubectlTopOptions,
  sink: SampleSink,
): Promise<{ readonly rows: number }> {
  const reader = new TopReader(path, options, sink);
  await eachLine(path, options.onBytes ?? (() => undefined), (line, number) => {
    reader.take(line, number);
  });
  return { rows: reader.rows };
}
