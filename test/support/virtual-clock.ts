import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/record/clock.ts';

/** A clock on which an hour passes at once: time jumps from one sleeper to the next. */
export interface VirtualClock extends Clock {
  /** Runs until `work` is settled. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Sets the wall clock off, as a person or a time service does. */
  shiftWall(ms: number): void;
  /** The process stands still for so long: timers fire late. */
  freeze(ms: number): void;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export function virtualClock(wallStartMs = 1_700_000_000_000): VirtualClock {
  let nowMs = 0;
  let wallOffsetMs = wallStartMs;
  let sleepers: Sleeper[] = [];
  return {
    wallMs: () => nowMs + wallOffsetMs,
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const sleeper: Sleeper = {
          atMs: nowMs + Math.max(0, ms),
          wake: () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        const onAbort = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          sleeper.wake();
        };
        signal.addEventListener('abort', onAbort);
        sleepers.push(sleeper);
      }),
    shiftWall(ms) {
      wallOffsetMs += ms;
    },
    freeze(ms) {
      nowMs += ms;
    },
    async run(work) {
      let settled = false;
      const done = work.finally(() => {
        settled = true;
      });
      done.catch(() => undefined);
      for (;;) {
        await setImmediate();
        if (settled as boolean) return done;
        const next = sleepers.reduce<Sleeper | null>(
          (first, one) => (first === null || one.atMs < first.atMs ? one : first),
          null,
        );
        if (next === null) continue;
        sleepers = sleepers.filter((one) => one !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
    },
  };
}
