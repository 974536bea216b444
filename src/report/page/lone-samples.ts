/** Of a line's path, the moves that no line follows: samples without neighbours. */
const LONE = /M[^ML]+(?=M|$)/g;

/** The path of dots, under a round stroke, for samples that a line's path has no line to. */
export function lonePath(path: string): string {
  return (path.match(LONE) ?? []).map((move) => `${move}h0.01`).join('');
}
