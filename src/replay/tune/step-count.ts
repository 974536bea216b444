/**
 * A count as a function of a threshold t: (how many of `plus` are ≥ t) − (how many of `minus`
 * are ≥ t). Both ascending. Counts of several series and runs add up by joining the arrays.
 */
export interface StepCount {
  readonly plus: Float64Array;
  readonly minus: Float64Array;
}

/** Collects the half-open threshold ranges (low, high] in which something counts once. */
export class StepCollector {
  readonly #plus: number[] = [];
  readonly #minus: number[] = [];

  /** Counts one for every threshold t with low < t ≤ high; `low` is −Infinity for "any lower t". */
  add(low: number, high: number): void {
    if (high <= low) return;
    this.#plus.push(high);
    if (low !== -Infinity) this.#minus.push(low);
  }

  /** Takes one away for every threshold t with low < t ≤ high. */
  subtract(low: number, high: number): void {
    if (high <= low) return;
    this.#minus.push(high);
    if (low !== -Infinity) this.#plus.push(low);
  }

  finish(): StepCount {
    return {
      plus: Float64Array.from(this.#plus).sort(),
      minus: Float64Array.from(this.#minus).sort(),
    };
  }
}

/** All entries of several columns, ascending. */
export function joined(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all.sort();
}

/** The sum of step functions. */
export function addSteps(steps: readonly StepCount[]): StepCount {
  return {
    plus: joined(steps.map(({ plus }) => plus)),
    minus: joined(steps.map(({ minus }) => minus)),
  };
}

/** How many entries of an ascending column are ≥ t. */
export function atLeast(column: Float64Array, t: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((column[middle] ?? Infinity) < t) low = middle + 1;
    else high = middle;
  }
  return column.length - low;
}

/** The count at threshold t. */
export function countAt({ plus, minus }: StepCount, t: number): number {
  return atLeast(plus, t) - atLeast(minus, t);
}
