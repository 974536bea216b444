/** Round numbers within [low, high], about `wanted` of them, ascending. low < high. */
export function roundTicks(low: number, high: number, wanted: number): number[] {
  const rough = (high - low) / Math.max(1, wanted);
  const decade = Number(`1e${rough.toExponential().split('e')[1] ?? '0'}`);
  const step = [1, 2, 2.5, 5, 10].map((m) => m * decade).find((s) => s >= rough) ?? rough;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step); k * step <= high * (1 + 1e-12); k += 1) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((s) => s * 1000),
  ...[1, 2, 5, 10, 15, 30].map((m) => m * 60_000),
  ...[1, 2, 3, 6, 12, 24, 48, 96, 168].map((h) => h * 3_600_000),
];

/** Round stretches of time within [from, to] ms, at most `most`, ascending. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const last = STEPS_MS[STEPS_MS.length - 1] ?? 1;
  const step =
    STEPS_MS.find((s) => (to - from) / s <= most) ?? Math.ceil((to - from) / most / last) * last;
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step); k * step <= to; k += 1) ticks.push(k === 0 ? 0 : k * step);
  return ticks;
}
