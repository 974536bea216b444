import type { TickOutcome } from '../core/recording.ts';
import { rngFor, type Rng } from '../core/rng.ts';
import type { Clock, Timeline } from './clock.ts';
import { linkedSignal } from './linked-signal.ts';
import { retryDelay, type RunLimits } from './retry.ts';
import { SourceFailure, type Poll, type Source } from './source.ts';
import { tickQueue, type TickReport, type TickSink } from './tick-queue.ts';

export type { TickReport, TickSink } from './tick-queue.ts';

export interface PollLoopOptions {
  readonly source: Source;
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly intervalMs: number;
  /** Ticks of the schedule that are accounted for already; default 0. */
  readonly skip?: number;
  readonly limits: RunLimits;
  /** Until then a source without data is warming up, not failing; ms from the first poll. */
  readonly graceMs: number;
  /** Seeds the jitter of retries. */
  readonly seed: number;
  /**
   * Called once, when the first poll has shown that the source can be recorded, or only has to
   * warm up; whatever it throws ends the loop.
   */
  readonly open: () => TickSink;
  /** Whether no tick is wanted that is due at this many ms from the start. */
  readonly done: (dueMs: number) => boolean;
  /** Aborted to stop: no further tick; a poll under way has 2 s to come to its end. */
  readonly stop: AbortSignal;
  readonly onTick: (report: TickReport) => void;
  /**
   * Asked when a tick cannot be written: whether it may wait, polls going on, until it can.
   * Default: never.
   */
  readonly holds?: (error: unknown) => boolean;
}

/** How long a poll under way may go on after a stop. */
const STOP_GRACE_MS = 2000;
/** How long a source may take to notice that its time is over, before it is left alone. */
const BACKSTOP_MS = 200;
/** Pause before what could not be written is tried again. */
export const REWRITE_MS = 1000;

/** Whether a failed first poll means that trying on would only waste a load test. */
function isFatalAtStart(failure: SourceFailure): boolean {
  if (failure.kind === 'interrupted') return false;
  return failure.kind !== 'http' || (failure.status !== 429 && (failure.status ?? 0) < 500);
}

/** One attempt that ends in time whatever the source does. */
async function attemptPoll(
  { source, clock }: PollLoopOptions,
  tick: { readonly tick: number; readonly scheduledMs: number },
  timeoutMs: number,
  halt: AbortSignal,
): Promise<Poll> {
  const settled = new AbortController();
  const over = new AbortController();
  const awake = linkedSignal([settled.signal, halt]);
  const limit = async (): Promise<never> => {
    await clock.sleep(timeoutMs, awake.signal);
    const failure = new SourceFailure(halt.aborted ? 'interrupted' : 'timeout', '');
    over.abort(failure);
    await clock.sleep(BACKSTOP_MS, settled.signal);
    throw failure;
  };
  try {
    return await Promise.race([source.poll({ ...tick, timeoutMs, signal: over.signal }), limit()]);
  } finally {
    settled.abort();
    awake.release();
  }
}

/** A tick's poll with its retries: what came of it, never an exception for a failing source. */
async function pollWithRetries(
  options: PollLoopOptions,
  tick: number,
  dueMs: number,
  halt: AbortSignal,
  rng: Rng,
  warming: boolean,
): Promise<Poll | SourceFailure> {
  const { clock, timeline, stop } = options;
  const limits = tick === 1 ? options.limits.first : options.limits.later;
  const due = { tick, scheduledMs: timeline.startMs + Math.round(dueMs) };
  const leftMs = (): number => dueMs + limits.tickMs - timeline.elapsedMs();
  for (let retries = 0; ; retries += 1) {
    const timeoutMs = Math.max(1, Math.min(limits.attemptMs, leftMs()));
    try {
      return await attemptPoll(options, due, timeoutMs, halt);
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      // A source that warms up needs longer than a tick has.
      if (warming && error.status === 503) return error;
      const delay = retryDelay(error, retries, leftMs(), rng);
      if (delay === null || isOver(stop)) return error;
      await clock.sleep(delay, stop);
      // A busy machine may wake us when the tick is over.
      if (isOver(stop) || leftMs() <= 0) return error;
    }
  }
}

/** A function, since the answer changes while we wait. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

interface Verdict {
  readonly outcome: TickOutcome;
  readonly reason: string;
}

function judge(answer: Poll | SourceFailure, warming: boolean): Verdict {
  if (!(answer instanceof SourceFailure)) {
    const { outcome, reason } = answer;
    return outcome === 'empty' && warming
      ? { outcome, reason: 'warming: no samples yet' }
      : { outcome, reason };
  }
  return warming && answer.status === 503
    ? { outcome: 'empty', reason: `warming: ${answer.message}` }
    : { outcome: 'failed', reason: answer.message };
}

const NOT_STARTED = 'not started in time: asleep, stopped or busy';
const WAITED = 'not started: the recording could not be written for too long';

/**
 * Polls `source` at start + k × interval until `done` or `stop`, and commits exactly one outcome
 * for every tick of that schedule.
 *
 * Polls never overlap and the schedule never drifts: a tick that cannot start within half an
 * interval of its time (sleep, a stopped process) is committed as `missed`. Throws the first
 * poll's SourceFailure where it means that nothing can be recorded (then `open` was not called),
 * and whatever the sink throws, unless `holds` has it wait.
 */
export async function runPollLoop(options: PollLoopOptions): Promise<void> {
  const { clock, timeline, intervalMs, stop, skip = 0 } = options;
  const rng = rngFor(options.seed, 'retry');
  const halt = new AbortController();
  const over = new AbortController();
  const onStop = (): void => {
    void clock.sleep(STOP_GRACE_MS, over.signal).then(() => {
      halt.abort();
    });
  };
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop);

  const opened: { sink?: TickSink } = {};
  let hasData = false;
  const open = (): TickSink => (opened.sink = options.open());
  const queue = tickQueue(open, options.onTick, (error) => options.holds?.(error) ?? false);

  /** Waits for a tick's time; meanwhile what waits to be written is tried again. */
  const waitUntil = async (dueMs: number): Promise<void> => {
    for (;;) {
      const leftMs = dueMs - timeline.elapsedMs();
      await clock.sleep(queue.isEmpty() ? leftMs : Math.min(leftMs, REWRITE_MS), stop);
      if (isOver(stop) || timeline.elapsedMs() >= dueMs) return;
      queue.flush();
    }
  };
  /** At the end, nothing may be left. */
  const writeRest = async (): Promise<void> => {
    queue.flush();
    while (!queue.isEmpty()) {
      await clock.sleep(REWRITE_MS, over.signal);
      queue.flush();
    }
  };

  try {
    for (let k = skip; ; k += 1) {
      const dueMs = k * intervalMs;
      if (isOver(stop) || options.done(dueMs)) break;
      await waitUntil(dueMs);
      if (isOver(stop)) break;
      const lateMs = timeline.elapsedMs() - dueMs;
      const scheduledMs = timeline.startMs + Math.round(dueMs);
      if (k > skip && (lateMs > intervalMs / 2 || queue.isFull())) {
        const reason = queue.isFull() ? WAITED : NOT_STARTED;
        queue.add({ scheduledMs, outcome: 'missed', reason, started: null, poll: null });
        continue;
      }
      const startedMs = timeline.nowMs();
      const warming = !hasData && dueMs - skip * intervalMs < options.graceMs;
      const answer = await pollWithRetries(options, k + 1 - skip, dueMs, halt.signal, rng, warming);
      const finishedMs = timeline.nowMs();
      if (opened.sink === undefined && answer instanceof SourceFailure) {
        if (isFatalAtStart(answer)) throw answer;
        if (answer.kind === 'interrupted') break;
      }
      const poll = answer instanceof SourceFailure ? null : answer;
      const started = { startedMs, finishedMs };
      queue.add({ scheduledMs, ...judge(answer, warming), started, poll });
      hasData ||= poll !== null && poll.outcome !== 'empty';
    }
    await writeRest();
  } finally {
    over.abort();
    stop.removeEventListener('abort', onStop);
  }
}
