import type { Mark } from '../../core/recording.ts';
import { formatDuration } from '../../core/time.ts';
import type { Clock } from '../../record/clock.ts';
import { runPollLoop, type TickReport } from '../../record/poll-loop.ts';
import { eachTick } from '../../record/recording/each-tick.ts';
import { isDiskFull, Moved } from '../../record/recording/failures.ts';
import type { ResumePoint, Resumption } from '../../record/recording/resume.ts';
import { createRecording, type RecordingWriter } from '../../record/recording/writer.ts';
import type { RunLimits } from '../../record/retry.ts';
import type { Source } from '../../record/source.ts';
import { adviseInterval, ageNote, startTally, windowNote } from '../../record/tally.ts';
import { QuietExit, reportFailure } from '../failure.ts';
import { print } from '../output.ts';
import { watchAlerts } from './alerts.ts';
import { signalExitCode } from './child.ts';
import { watchCrashes } from './crashes.ts';
import type { RecordFlags, RecordPlan } from './flags.ts';
import { usageLines } from './lines.ts';
import { startPatience } from './patience.ts';
import { openLivePage } from './live-page.ts';
import { startLoad, type Load } from './load.ts';
import { watchLog } from './log-watch.ts';
import { recordProgress, summaryLines } from './progress.ts';
import { scheduleOf, type Schedule } from './resume.ts';
import { watchStops } from './stops.ts';

/** One recording, ready to start. */
export interface Session {
  readonly source: Source;
  readonly clock: Clock;
  /** What is gone on with; null: a new recording. */
  readonly resumption: Resumption | null;
  readonly limits: RunLimits;
  readonly flags: RecordFlags;
  readonly plan: RecordPlan;
  /** The user's own command; empty: none. */
  readonly command: readonly string[];
  /** Kept in the recording. */
  readonly origin: string;
  /** For the first message. */
  readonly what: string;
  /** For the user, of this kind of source. */
  readonly hints: SourceHints;
}

/** What a user of one kind of source should know. */
export interface SourceHints {
  /** When the first poll brings nothing. */
  readonly nothingYet: string;
  /** Polls more often than every `ms` are worth a word. */
  readonly fast: { readonly ms: number; readonly text: string } | null;
}

/** A source without data is warming up for so long. */
const GRACE_MS = 120_000;
/** How long a stopped command may take to end: while the recording is open, and after that. */
const LOAD_OPEN_MS = 3000;
const LOAD_CLOSED_MS = 10_000;
/** How long the end waits for another program that has the file open. */
const READER_MS = 10_000;
const NOT_RUNNING = 'no recorder was running';

/** Everything that changes while a session goes on. */
interface State {
  writer: RecordingWriter | null;
  load: Load | null;
  /** Trouble with the recording that arose outside the poll loop. */
  trouble: Error | null;
}

/** Whether no tick is wanted any more that is due at `dueMs` from the start. */
function isDone(
  { plan, command, source }: Session,
  { skip }: Schedule,
  { load }: State,
  dueMs: number,
): boolean {
  const ranMs = dueMs - skip * plan.intervalMs;
  const isPast = plan.durationMs === null || ranMs > plan.durationMs;
  if (command.length === 0) return plan.durationMs !== null && isPast;
  const endedAtMs = load?.endedAtMs() ?? null;
  // One poll after the command's end, since samples come later than what they measure.
  const lastMs = plan.intervalMs + (source.lagMs ?? 0);
  return isPast && endedAtMs !== null && dueMs - lastMs >= endedAtMs;
}

/**
 * Records until the duration is over, or the command has ended and one more poll was made, or a
 * signal stops it; then finalises the file and says what it holds.
 *
 * Throws the first poll's SourceFailure before there is a file, STORAGE, and QuietExit with the
 * exit code of a signal or of the command.
 */
export async function recordSession(session: Session): Promise<void> {
  const { flags, plan, clock, command, resumption } = session;
  const { intervalMs, output } = plan;
  const tally = startTally();
  const progress = recordProgress(flags, flags.print || flags.detect || command.length > 0);
  const alerts =
    flags.detect || flags.live
      ? watchAlerts(flags, (text) => {
          progress.message(text);
        })
      : null;
  // Before the schedule: what this takes belongs to the gap.
  if (alerts !== null && resumption !== null) {
    eachTick(output, (tick) => {
      alerts.learn(tick);
    });
  }
  const live = flags.live ? await openLivePage(flags, plan, session.what) : null;
  if (live !== null) progress.message(`Live page, from this machine only: ${live.url}`);
  const schedule = scheduleOf(resumption, plan, clock);
  const { timeline, skip } = schedule;
  const state: State = { writer: null, load: null, trouble: null };

  const stops = watchStops((signal) => {
    // A terminal sends Ctrl-C to the command itself; a second one would cut its own clean end.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) state.load?.kill(signal);
    progress.message(`Stopping on ${signal}; once more to leave at once.`);
  }, progress.stop);

  const recordGap = (writer: RecordingWriter, { ticks }: ResumePoint): void => {
    const due = Array.from({ length: skip }, (_, k) => timeline.startMs + k * intervalMs);
    progress.message(
      `Going on with ${output} after ${String(ticks)} ticks; ${String(skip)} were missed since.`,
    );
    writer.commitMissed(due, NOT_RUNNING).forEach((receipt, k) => {
      const gap = { outcome: 'missed', reason: NOT_RUNNING, rejected: 0 } as const;
      const report = { ...gap, scheduledMs: due[k] ?? 0, receipt, poll: null, failedInARow: 0 };
      tally.add(report);
      progress.tick(report, tally.summary);
    });
  };

  const open = (): RecordingWriter => {
    const meta = { kind: 'recorded', origin: session.origin, intervalMs } as const;
    state.writer =
      resumption?.start() ?? createRecording(output, meta, { mode: 'live', force: flags.force });
    progress.started(output, session.what);
    if (resumption !== null) recordGap(state.writer, resumption.point);
    const { fast } = session.hints;
    if (fast !== null && intervalMs < fast.ms) progress.message(fast.text);
    return state.writer;
  };

  const onLoadEnd = (load: Load): void => {
    const lag = session.source.lagMs ?? 0;
    const late = lag === 0 ? '' : ` when its samples are in, in ${formatDuration(lag)}`;
    const next = stops.signal.aborted ? '' : `; one more poll${late}, then the end`;
    progress.message(`${load.name} ended with exit code ${String(load.exitCode())}${next}.`);
  };

  const wait = { output, waitForSpace: flags.waitForSpace };
  const { holds, patiently } = startPatience(wait, clock, stops.signal, progress.message);

  const checkLog = watchLog(progress.message);
  const onTick = (report: TickReport): void => {
    tally.add(report);
    if (flags.print && report.poll !== null && !stops.isPipeClosed()) {
      const lines = usageLines(report.poll);
      if (lines.length > 0) print(lines.join('\n'));
    }
    if (alerts !== null && report.poll !== null) {
      const taken = alerts.take(report.poll);
      const { lines } = taken;
      if (flags.detect && lines.length > 0 && !stops.isPipeClosed()) print(lines.join('\n'));
      live?.tick(report, taken);
    } else {
      live?.tick(report, null);
    }
    if (report.receipt.seq === 1 && report.outcome === 'empty') {
      progress.message(session.hints.nothingYet);
    }
    progress.tick(report, tally.summary);
    const { writer, load } = state;
    if (writer !== null) checkLog(writer);
    if (command.length === 0 || load !== null || writer === null || stops.signal.aborted) return;
    const mark = (one: Mark): Promise<void> =>
      patiently(() => {
        writer.addMarks([one]);
      });
    state.load = startLoad(command, timeline, mark, onLoadEnd, (error) => {
      state.trouble = error instanceof Error ? error : new Error(String(error));
      stops.stop();
    });
  };

  /** Says what went wrong and, last, how to go on; closes the file. Returns the exit code. */
  const leave = (writer: RecordingWriter, error: unknown): number => {
    const code = reportFailure(error, process.argv);
    state.load?.detach();
    state.load?.kill('SIGTERM');
    writer.abandon();
    if (!(error instanceof Moved)) {
      progress.message(
        `All ticks up to here are safe in ${output}; read it as it is, or go on with --resume ${output}.`,
      );
    }
    return code;
  };
  const stopWatching = watchCrashes((error) => {
    progress.stop();
    return state.writer === null ? reportFailure(error, process.argv) : leave(state.writer, error);
  });

  try {
    await runPollLoop({
      ...{ source: session.source, clock, timeline, skip, intervalMs, limits: session.limits },
      ...{ graceMs: GRACE_MS, seed: timeline.startMs % 2 ** 32, open, onTick },
      done: (dueMs) => isDone(session, schedule, state, dueMs),
      stop: stops.signal,
      holds,
    });
    if (state.load?.endedAtMs() === null) await state.load.waitForEnd(LOAD_OPEN_MS);
    if (state.trouble !== null) throw state.trouble;
    state.load?.detach();
    const lastsMs = clock.monotonicMs() + READER_MS;
    await patiently(
      () => {
        const summary = tally.summary();
        for (const note of [windowNote(summary), ageNote(summary)]) {
          if (note !== null) state.writer?.addNote(note);
        }
        state.writer?.finalise();
      },
      (error) => isDiskFull(error) || clock.monotonicMs() < lastsMs,
    );
  } catch (error) {
    progress.stop();
    if (state.writer === null) throw error;
    throw new QuietExit(leave(state.writer, error));
  } finally {
    stopWatching();
    live?.close(`The recording is over: podtape report ${output}`);
    progress.stop();
  }

  if (state.writer !== null) {
    const summary = tally.summary();
    const advice = adviseInterval(summary, intervalMs);
    const run = { output, intervalMs, lastedMs: timeline.elapsedMs() - skip * intervalMs, advice };
    for (const line of summaryLines(summary, run)) progress.message(line);
  }
  await alerts?.finish();
  if (state.load?.endedAtMs() === null) {
    progress.message(`Waiting for ${state.load.name} to end; Ctrl-C leaves at once.`);
    await state.load.waitForEnd(LOAD_CLOSED_MS);
    state.load.kill('SIGTERM');
  }
  stops.release();
  const signal = stops.by();
  if (signal !== null) throw new QuietExit(signalExitCode(signal));
  const code = state.load?.exitCode() ?? 0;
  if (code !== 0) throw new QuietExit(code);
}
