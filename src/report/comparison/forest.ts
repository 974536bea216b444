import type { Html } from '../sections/markup.ts';
import type { ChangeRow, ShownDifference } from './model.ts';

const WIDTH = 200;
const HEIGHT = 22;

/** The shares that intervals are drawn within, the same for every row: −reach to +reach. */
export function forestReach(changes: readonly ChangeRow[]): number {
  let most = 0.1;
  for (const { cells } of changes) {
    const [whole] = cells;
    for (const one of whole == null ? [] : [whole.mean, whole.high, whole.total]) {
      const [low, high] = one.interval ?? [0, 0];
      most = Math.max(most, Math.abs(one.share ?? 0), Math.abs(low), Math.abs(high));
    }
  }
  return Math.min(most, 1);
}

/** A difference as a dot with its interval as a bar, against the line of no change. */
export function forestSvg({ share, interval, verdict }: ShownDifference, reach: number): Html {
  const x = (v: number): number =>
    WIDTH / 2 + (Math.max(-reach, Math.min(reach, v)) / reach) * (WIDTH / 2 - 8);
  const middle = String(HEIGHT / 2);
  const bar =
    interval === null
      ? ''
      : `<path class="bar" d="M${x(interval[0]).toFixed(1)},${middle}H${x(interval[1]).toFixed(1)}"/>`;
  const isBeyond = share !== null && Math.abs(share) > reach;
  const dot =
    share === null
      ? ''
      : isBeyond
        ? `<path class="dot" d="M${x(share).toFixed(1)},${middle}m${share > 0 ? '4,0l-7,-5v10' : '-4,0l7,-5v10'}z"/>`
        : `<circle class="dot" cx="${x(share).toFixed(1)}" cy="${middle}" r="4"/>`;
  return (
    `<svg class="forest ${verdict}" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" aria-hidden="true">` +
    `<path class="none" d="M${String(WIDTH / 2)},0V${String(HEIGHT)}"/>${bar}${dot}</svg>`
  );
}

/** The scale of the forest in words: "−40 %" and "+40 %" at its ends. */
export function reachText(reach: number): readonly [string, string] {
  const percent = `${String(Math.round(reach * 100))} %`;
  return [`−${percent}`, `+${percent}`];
}
