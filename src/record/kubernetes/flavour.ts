import type { ContainerUsage } from './metrics-list.ts';

/** Answers in a row that have to look alike before anything is said. */
const ENOUGH = 4;
/** A sample younger than this, of a rate over longer than that, was made for the answer. */
const FRESH_MS = 2000;
const LONG_WINDOW_MS = 30_000;

const ADAPTER_NOTE =
  'The metrics API looks like prometheus-adapter: its sample times are those of the polls, so a value may come again under a new time, and what it does not know it may fill in as zero.';

/**
 * Watches for an implementation of the metrics API that is not metrics-server: whose samples are all
 * of one moment, that of the answer, and over one window, poll after poll. It gives a note once.
 */
export function watchFlavour(): (usage: readonly ContainerUsage[], serverMs: number) => string[] {
  let alike = 0;
  return (usage, serverMs) => {
    const [first] = usage;
    if (first === undefined || usage.length < 2) return [];
    const isMade =
      Math.abs(serverMs - first.t) <= FRESH_MS &&
      (first.windowMs ?? 0) >= LONG_WINDOW_MS &&
      usage.every(({ t, windowMs }) => t === first.t && windowMs === first.windowMs);
    alike = isMade ? alike + 1 : 0;
    return alike === ENOUGH ? [ADAPTER_NOTE] : [];
  };
}
