import { existsSync } from 'node:fs';
import { ToolError } from '../../core/errors.ts';
import { formatDuration, formatTime } from '../../core/time.ts';
import { startTimeline, type Clock, type Timeline } from '../../record/clock.ts';
import { resumeRecording, type Resumption } from '../../record/recording/resume.ts';
import type { RecordFlags, RecordPlan } from './flags.ts';

/** A recording's schedule: a new one, or one that is gone on with. */
export interface Schedule {
  readonly timeline: Timeline;
  /** Ticks from the timeline's start that nobody can make any more. */
  readonly skip: number;
}

/** A longer gap than this is no gap of one run any more. */
const MOST_MISSED = 100_000;

/**
 * Takes the right to go on with the recording that `--resume` names; null: a new one is made.
 * Throws USAGE for another interval, BAD_RECORDING and STORAGE.
 */
export function resumptionOf(flags: RecordFlags, plan: RecordPlan): Resumption | null {
  if (flags.resume === undefined || !existsSync(flags.resume)) return null;
  const resumption = resumeRecording(flags.resume);
  const { intervalMs } = resumption.point;
  if (flags.interval === undefined || plan.intervalMs === intervalMs) return resumption;
  resumption.release();
  throw new ToolError(
    'USAGE',
    `${flags.resume} is polled every ${formatDuration(intervalMs)}; leave out --interval, or record to another file.`,
  );
}

/** Throws USAGE where the recording is of something else than is asked for now. */
export function checkSameOrigin({ point }: Resumption, origin: string, output: string): void {
  if (point.origin === origin) return;
  throw new ToolError(
    'USAGE',
    `${output} is a recording of ${point.origin}, not of ${origin}; give the same flags or another file.`,
  );
}

/** The schedule of a recording from now on. Throws USAGE where the clock forbids to go on. */
export function scheduleOf(
  resumption: Resumption | null,
  { intervalMs, output }: RecordPlan,
  clock: Clock,
): Schedule {
  const lastMs = resumption?.point.lastDueMs ?? null;
  if (lastMs === null) return { timeline: startTimeline(clock), skip: 0 };
  const timeline = startTimeline(clock, lastMs + intervalMs);
  const lateMs = timeline.elapsedMs();
  const skip = Math.max(0, Math.ceil(lateMs / intervalMs - 1 / 2));
  const until = `${output} was recorded until ${formatTime(lastMs)}`;
  if (lateMs < -2 * intervalMs) {
    throw new ToolError('USAGE', `${until}, which the clock has not reached; set it right first.`);
  }
  if (skip > MOST_MISSED) {
    throw new ToolError('USAGE', `${until}, too long ago to go on; record to another file.`);
  }
  return { timeline, skip };
}
