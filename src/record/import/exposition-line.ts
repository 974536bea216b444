/** One sample line of the Prometheus or OpenMetrics text format, its parts still text. */
export interface SampleLine {
  /** Name and labels as they are written: equal texts are of one series. */
  readonly series: string;
  readonly value: string;
  /** Column of the value, from 1. */
  readonly valueAt: number;
  /** '' where the line has none. */
  readonly time: string;
  readonly timeAt: number;
}

/** Why a line cannot be read, and at which column, from 1. */
export class LineFault extends Error {
  readonly column: number;

  constructor(column: number, why: string) {
    super(why);
    this.column = column;
  }
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;

/** The end of a match at a position, or −1. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Where the series of a line ends: behind its name, or behind the brace that closes its labels. */
function seriesEnd(line: string): number {
  const name = endOf(NAME, line, 0);
  if (name === -1) throw new LineFault(1, 'a metric name should begin here');
  if (line[name] !== '{') return name;
  let isQuoted = false;
  for (let i = name + 1; i < line.length; i += 1) {
    const letter = line[i];
    if (letter === '"') isQuoted = !isQuoted;
    else if (isQuoted && letter === '\\') i += 1;
    else if (!isQuoted && letter === '}') return i + 1;
  }
  throw new LineFault(name + 1, 'the brace that opens here is not closed');
}

/**
 * Splits a sample line. An exemplar (after ` # `) is passed over. Throws LineFault where there is
 * no value, or more than a time behind it.
 */
export function splitSample(line: string): SampleLine {
  const end = seriesEnd(line);
  const exemplar = line.indexOf(' # ', end);
  const rest = exemplar === -1 ? line : line.slice(0, exemplar);
  const parts = [...rest.slice(end).matchAll(/[^ \t]+/g)];
  const [value, time, more] = parts;
  if (value === undefined) throw new LineFault(line.length + 1, 'there is no value');
  if (value.index === 0) throw new LineFault(end + 1, 'a space should come before the value');
  if (more !== undefined) throw new LineFault(end + more.index + 1, 'nothing should follow');
  return {
    ...{ series: line.slice(0, end), value: value[0], valueAt: end + value.index + 1 },
    ...{ time: time?.[0] ?? '', timeAt: end + (time?.index ?? 0) + 1 },
  };
}

const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

/** Name and labels of a series, with the name as `__name__`. Throws LineFault. */
export function labelsOfSeries(series: string): ReadonlyMap<string, string> {
  const open = endOf(NAME, series, 0);
  const labels = new Map([['__name__', series.slice(0, open)]]);
  if (open === series.length) return labels;
  let at = open + 1;
  const blanks = (): void => {
    while (series[at] === ' ') at += 1;
  };
  for (;;) {
    blanks();
    if (series[at] === '}') return labels;
    const end = endOf(LABEL, series, at);
    if (end === -1) throw new LineFault(at + 1, 'a label name should begin here');
    const name = series.slice(at, end);
    if (labels.has(name)) throw new LineFault(at + 1, `the label ${name} comes twice`);
    const quoted = /\s*=\s*"((?:[^"\\]|\\.)*)"/y;
    const close = endOf(quoted, series, end);
    if (close === -1) throw new LineFault(end + 1, '="…" should follow here');
    const raw = series.slice(series.indexOf('"', end) + 1, close - 1);
    labels.set(
      name,
      raw.replace(/\\[n"\\]/g, (escape) => ESCAPES[escape] ?? escape),
    );
    at = close;
    blanks();
    if (series[at] === ',') at += 1;
    else if (series[at] !== '}') throw new LineFault(at + 1, 'a comma or } should follow here');
  }
}
