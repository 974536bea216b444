/**
 * What of a column is compared: its mean, its sum, its standard deviation, a quantile (0..1), or its
 * slope on another column, one for each run (least squares).
 */
export type Statistic =
  | 'mean'
  | 'sum'
  | 'deviation'
  | { readonly quantile: number }
  | { readonly slopeOn: readonly [Float64Array, Float64Array] };

/** A column's statistic, ready to be computed again and again on resamples of its samples. */
export interface Weighted {
  /** For samples drawn `counts[i]` times each, as many in all as there are. */
  readonly at: (counts: Uint32Array) => number;
  /** How much each sample has a part in it: what blocks must keep together. */
  readonly influence: Float64Array;
}

function mean(values: Float64Array, times: number): Weighted {
  const n = values.length;
  const at = (counts: Uint32Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i += 1) sum += values[i]! * counts[i]!;
    return (sum * times) / n;
  };
  return { at, influence: values };
}

function quantile(values: Float64Array, share: number): Weighted {
  const n = values.length;
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const wanted = Math.min(n - 1, Math.floor(share * n));
  const at = (counts: Uint32Array): number => {
    let seen = 0;
    for (const i of order) {
      seen += counts[i]!;
      if (seen > wanted) return values[i]!;
    }
    return NaN;
  };
  return { at, influence: values };
}

const once = (n: number): Uint32Array => new Uint32Array(n).fill(1);

function deviation(values: Float64Array): Weighted {
  const n = values.length;
  const middle = mean(values, 1).at(once(n));
  const rest = values.map((v) => v - middle);
  const at = (counts: Uint32Array): number => {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i += 1) {
      sum += rest[i]! * counts[i]!;
      squares += rest[i]! * rest[i]! * counts[i]!;
    }
    return Math.sqrt(Math.max(0, squares / n - (sum / n) * (sum / n)));
  };
  return { at, influence: rest.map((v) => v * v) };
}

function slope(values: Float64Array, on: Float64Array): Weighted {
  const n = values.length;
  const [middle, base] = [mean(values, 1).at(once(n)), mean(on, 1).at(once(n))];
  const at = (counts: Uint32Array): number => {
    let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0];
    for (let i = 0; i < n; i += 1) {
      const [x, y, c] = [on[i]! - base, values[i]! - middle, counts[i]!];
      sumX += c * x;
      sumY += c * y;
      sumXX += c * x * x;
      sumXY += c * x * y;
    }
    const spread = sumXX - (sumX * sumX) / n;
    return spread > 0 ? (sumXY - (sumX * sumY) / n) / spread : 0;
  };
  const whole = at(once(n));
  const influence = values.map((v, i) => {
    const x = on[i]! - base;
    return x * (v - middle - whole * x);
  });
  return { at, influence };
}

/** A statistic of the baseline's (run 0) or the candidate's (run 1) column. */
export function weighted(values: Float64Array, statistic: Statistic, run: 0 | 1): Weighted {
  if (statistic === 'mean') return mean(values, 1);
  if (statistic === 'sum') return mean(values, values.length);
  if (statistic === 'deviation') return deviation(values);
  if ('quantile' in statistic) return quantile(values, statistic.quantile);
  return slope(values, statistic.slopeOn[run]);
}
