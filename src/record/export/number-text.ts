/**
 * The shortest text that reads back as this very double. Whole numbers past 2^53 get an exponent:
 * written out, they would claim digits that a double does not have, and importing refuses those.
 */
export function numberText(value: number): string {
  const isPlain = Number.isSafeInteger(value) || !Number.isInteger(value);
  return isPlain ? String(value) : value.toExponential();
}
