/** The middle of some values; the mean of the middle two; NaN of none. */
export function medianOf(values: Float64Array): number {
  if (values.length === 0) return NaN;
  const sorted = values.slice().sort();
  const half = sorted.length >>> 1;
  const upper = sorted[half]!;
  return sorted.length % 2 === 1 ? upper : (sorted[half - 1]! + upper) / 2;
}

/** NaN of none. */
export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? NaN : sum / values.length;
}

/** The smallest of some values; NaN of none. */
export function lowestOf(values: Float64Array): number {
  let lowest = NaN;
  for (const value of values) if (!(lowest <= value)) lowest = value;
  return lowest;
}

/** A number of four digits, as people read it; the rest is noise. */
export function fourDigits(value: number): number {
  return Number(value.toPrecision(4));
}
