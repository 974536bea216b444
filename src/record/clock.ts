import { uptime } from 'node:os';

/** Time for the recorder, so that tests can run a day of it in a second. */
export interface Clock {
  /** Unix ms of the machine's clock, which may be set to anything at any moment. */
  wallMs(): number;
  /** Milliseconds from some start; never goes back, and counts the time a machine sleeps. */
  monotonicMs(): number;
  /** Resolves after `ms`, or as soon as `signal` is aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** More than the whole-second steps of `uptime` can explain. */
const SUSPENDED_MS = 2500;

/** The machine's own time. */
export function systemClock(): Clock {
  const startMs = performance.now();
  const startUptimeMs = uptime() * 1000;
  let suspendedMs = 0;
  return {
    wallMs: () => Date.now(),
    monotonicMs() {
      const ran = performance.now() - startMs;
      // The engine's monotonic clock stands still while a laptop sleeps; the uptime does not.
      const slept = uptime() * 1000 - startUptimeMs - ran;
      if (slept - suspendedMs > SUSPENDED_MS) suspendedMs = slept;
      return ran + suspendedMs;
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        // Timers cut fractions off, and would be early by them.
        const timer = setTimeout(done, Math.max(0, Math.ceil(ms)));
        signal.addEventListener('abort', done);
      }),
  };
}

/** One timeline for a whole recording: the wall clock as it was at the start, then monotonic. */
export interface Timeline {
  /** Unix ms at which it started. */
  readonly startMs: number;
  /** Milliseconds since the start. */
  elapsedMs(): number;
  /** Unix ms on this timeline, whole; a clock that is set while recording does not bend it. */
  nowMs(): number;
}

/** Starts a timeline now, or goes on with one that started at `startMs`, Unix ms. */
export function startTimeline(clock: Clock, startMs = clock.wallMs()): Timeline {
  const monotonicStartMs = clock.monotonicMs();
  const beforeMs = clock.wallMs() - startMs;
  const elapsedMs = (): number => beforeMs + clock.monotonicMs() - monotonicStartMs;
  return { startMs, elapsedMs, nowMs: () => startMs + Math.round(elapsedMs()) };
}
