import { medianDeviation } from '../detect/spread.ts';
import { SortedWindow } from '../detect/sorted-window.ts';

/**
 * Values of one container by slot (one evaluation of the rules each), by the name that they have in
 * Prometheus. NaN: there is nothing at that time.
 */
export interface Slots {
  readonly length: number;
  readonly columns: Map<string, Float64Array>;
}

/**
 * A PromQL expression: its text, and what Prometheus makes of it for one container. The second is
 * computed here, from the same object as the first, so that it is known without a server on what
 * a rule fires. Labels of both sides of an operator are always the same three: no matching is written.
 */
export interface Expr {
  readonly text: string;
  readonly of: (slots: Slots) => Float64Array;
}

type RangeFunction = 'min' | 'max' | 'avg' | 'stddev' | 'count';

/** ms → a duration as Prometheus writes it: 1h59m52s500ms. */
export function promDuration(ms: number): string {
  let rest = Math.round(ms);
  let text = '';
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${String(count)}${unit}`;
  }
  return text === '' ? '0s' : text;
}

const absent = ({ length }: Slots): Float64Array => new Float64Array(length).fill(NaN);

/** A series or recorded rule by its name, at the time of evaluation. */
export function named(name: string): Expr {
  return { text: name, of: (slots) => slots.columns.get(name) ?? absent(slots) };
}

/** Combines two expressions slot by slot. */
function both(text: string, a: Expr, b: Expr, join: (x: number, y: number) => number): Expr {
  return {
    text,
    of(slots) {
      const other = b.of(slots);
      return a.of(slots).map((x, i) => join(x, other[i]!));
    },
  };
}

function each(text: string, a: Expr, change: (x: number) => number): Expr {
  return { text, of: (slots) => a.of(slots).map(change) };
}

const inner = (a: Expr): string => (/^[\w:.]+$|^\w+\(.*\)$/s.test(a.text) ? a.text : `(${a.text})`);

export const minus = (a: Expr, b: Expr): Expr =>
  both(`${inner(a)} - ${inner(b)}`, a, b, (x, y) => x - y);
export const over = (a: Expr, b: Expr): Expr =>
  both(`${inner(a)} / ${inner(b)}`, a, b, (x, y) => x / y);
export const times = (factor: number, a: Expr): Expr =>
  each(`${String(factor)} * ${inner(a)}`, a, (x) => factor * x);
export const abs = (a: Expr): Expr => each(`abs(${a.text})`, a, Math.abs);
export const clampMin = (a: Expr, least: number): Expr =>
  each(`clamp_min(${a.text}, ${String(least)})`, a, (x) => Math.max(x, least));

/** The value where it is at least so much, else nothing. */
export const atLeast = (a: Expr, least: number): Expr =>
  each(`${inner(a)} >= ${String(least)}`, a, (x) => (x >= least ? x : NaN));

/** The first where there is something in the second, too. */
export const and = (a: Expr, b: Expr): Expr =>
  both(`(${a.text})\nand (${b.text})`, a, b, (x, y) => (Number.isNaN(y) ? NaN : x));
/** The first where there is nothing in the second. */
export const unless = (a: Expr, b: Expr): Expr =>
  both(`(${a.text})\nunless (${b.text})`, a, b, (x, y) => (Number.isNaN(y) ? x : NaN));
/** The first, or where it has nothing the second. */
export const or = (a: Expr, b: Expr): Expr =>
  both(`(${a.text})\nor (${b.text})`, a, b, (x, y) => (Number.isNaN(x) ? y : x));

/** The largest of several, of those that are there; each needs a name of its own. */
export function largest(parts: Readonly<Record<string, Expr>>): Expr {
  const list = Object.entries(parts).map(
    ([name, part]) => `label_replace(${part.text}, "part", "${name}", "", "")`,
  );
  const exprs = Object.values(parts);
  return {
    text: `max by (namespace, pod, container) (\n  ${list.join('\n  or ')}\n)`,
    of(slots) {
      const columns = exprs.map((part) => part.of(slots));
      return absent(slots).map((_, i) => {
        let most = NaN;
        for (const column of columns) {
          const value = column[i]!;
          if (!Number.isNaN(value) && !(value <= most)) most = value;
        }
        return most;
      });
    },
  };
}

/** Prometheus' quantile of ascending values: linear between the two nearest ranks. */
function quantileOf(sorted: Float64Array, size: number, share: number): number {
  const rank = share * (size - 1);
  const low = Math.max(0, Math.floor(rank));
  const high = Math.min(size - 1, low + 1);
  const weight = rank - Math.floor(rank);
  return sorted[low]! * (1 - weight) + sorted[high]! * weight;
}

/** The share at which `quantileOf` gives the value of this rank, 0 for the smallest, of `count`. */
export function shareOfRank(rank: number, count: number): number {
  return count < 2 ? 0.5 : Math.min(1, rank / (count - 1));
}

/** Expressions over windows, for rules that are evaluated every `stepMs`. */
export function windowsOf(stepMs: number) {
  /**
   * A range that holds exactly so many evaluations: half a step short of them, since Prometheus 2
   * counts both ends of a range and Prometheus 3 only one.
   */
  const range = (samples: number): string => promDuration(samples * stepMs - stepMs / 2);
  const offset = (ago: number): string =>
    ago === 0 ? '' : ` offset ${promDuration(ago * stepMs)}`;

  /** Slides a sorted window of the last `samples` slots, `ago` slots back, over a column. */
  function slide(
    column: Float64Array,
    samples: number,
    ago: number,
    value: (window: SortedWindow, slot: number) => number,
  ): Float64Array {
    const window = new SortedWindow(samples + 1);
    return column.map((_, i) => {
      const entering = column[i - ago];
      const leaving = column[i - ago - samples];
      if (entering !== undefined && !Number.isNaN(entering)) window.insert(entering);
      if (leaving !== undefined && !Number.isNaN(leaving)) window.dropOldest();
      return window.size === 0 ? NaN : value(window, i);
    });
  }

  function moments({ sorted, size }: SortedWindow): { mean: number; deviation: number } {
    let sum = 0;
    for (let i = 0; i < size; i += 1) sum += sorted[i]!;
    const mean = sum / size;
    let squares = 0;
    for (let i = 0; i < size; i += 1) squares += (sorted[i]! - mean) * (sorted[i]! - mean);
    return { mean, deviation: Math.sqrt(squares / size) };
  }

  const RANGE: Record<RangeFunction, (window: SortedWindow) => number> = {
    min: ({ sorted }) => sorted[0]!,
    max: ({ sorted, size }) => sorted[size - 1]!,
    count: ({ size }) => size,
    avg: (window) => moments(window).mean,
    stddev: (window) => moments(window).deviation,
  };

  return {
    /** A function of the last `samples` values, the newest of them `ago` steps old. */
    window(fn: RangeFunction, name: string, samples: number, ago = 0): Expr {
      return {
        text: `${fn}_over_time(${name}[${range(samples)}]${offset(ago)})`,
        of: (slots) => slide(named(name).of(slots), samples, ago, RANGE[fn]),
      };
    },
    quantile(share: number, name: string, samples: number, ago = 0): Expr {
      return {
        text: `quantile_over_time(${String(share)}, ${name}[${range(samples)}]${offset(ago)})`,
        of: (slots) =>
          slide(named(name).of(slots), samples, ago, ({ sorted, size }) =>
            quantileOf(sorted, size, share),
          ),
      };
    },
    /**
     * The median distance of the last values from a recorded centre, that of now: `@ end()` is the
     * time of the evaluation, wherever in the window the value lies.
     */
    deviation(name: string, centre: string, samples: number, ago: number): Expr {
      const share = shareOfRank(samples >>> 1, samples);
      const step = promDuration(stepMs);
      const subquery = `abs(${name} - (${centre} @ end()))[${range(samples)}:${step}]${offset(ago)}`;
      return {
        text: `quantile_over_time(${String(share)}, ${subquery})`,
        of(slots) {
          const centres = named(centre).of(slots);
          return slide(named(name).of(slots), samples, ago, ({ sorted, size }, i) => {
            if (Number.isNaN(centres[i])) return NaN;
            // Of a full window it is the very number that the detector takes.
            if (size === samples) return medianDeviation(sorted, size, centres[i]!);
            const distances = sorted.slice(0, size).map((v) => Math.abs(v - centres[i]!));
            return quantileOf(distances.sort(), size, share);
          });
        },
      };
    },
    /** What a name stood at some steps before. */
    before(name: string, ago: number): Expr {
      return {
        text: `${name}${offset(ago)}`,
        of(slots) {
          const column = named(name).of(slots);
          return column.map((_, i) => column[i - ago] ?? NaN);
        },
      };
    },
  };
}
