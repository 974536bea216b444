// Elementary functions from + − × ÷ alone: the platform's own differ between engine versions in
// the last bit, and a decision must not.

const LN2 = 0.6931471805599453;

/** 1/k! for k = 0..19: the Taylor coefficients of e^y. */
const INVERSE_FACTORIALS = ((): Float64Array => {
  const coefficients = new Float64Array(20);
  let factorial = 1;
  for (let k = 0; k < coefficients.length; k += 1) {
    if (k > 0) factorial *= k;
    coefficients[k] = 1 / factorial;
  }
  return coefficients;
})();

/** 2^−n for n = 0..1100, by halving: exact until it reaches 0. */
const HALVINGS = ((): Float64Array => {
  const powers = new Float64Array(1101);
  let power = 1;
  for (let n = 0; n < powers.length; n += 1) {
    powers[n] = power;
    power /= 2;
  }
  return powers;
})();

/**
 * 2^−x for x ≥ 0, within two units in the last place; 0 from x = 1100 on.
 *
 * Split into a whole power, which is exact, and a rest in [−½, ½], whose Taylor series of 20 terms
 * errs by less than 10⁻²⁵.
 */
export function exp2Negative(x: number): number {
  if (!(x < 1100)) return Number.isNaN(x) ? NaN : 0;
  const whole = Math.floor(x + 0.5);
  const y = (whole - x) * LN2;
  let sum = 0;
  for (let k = INVERSE_FACTORIALS.length - 1; k >= 0; k -= 1) {
    sum = sum * y + (INVERSE_FACTORIALS[k] ?? 0);
  }
  return sum * (HALVINGS[whole] ?? 0);
}

/** The harmonic number 1 + 1/2 + … + 1/n, summed from the small end. */
export function harmonic(n: number): number {
  let sum = 0;
  for (let k = n; k >= 1; k -= 1) sum += 1 / k;
  return sum;
}
