import { plural } from '../../core/plural.ts';
import { formatDuration, formatTime } from '../../core/time.ts';
import { visible } from '../../core/visible.ts';
import type { TickReport } from '../../record/poll-loop.ts';
import type { RunSummary } from '../../record/tally.ts';
import { say, warn } from '../output.ts';
import { startProgress } from '../progress.ts';
import type { RecordFlags } from './flags.ts';

/** Tells how a recording goes, while it goes. */
export interface RecordProgress {
  started(output: string, what: string): void;
  /** Called when the tick is safe on disk. */
  tick(report: TickReport, summary: () => RunSummary): void;
  readonly message: (text: string) => void;
  /** Ends the live line. */
  readonly stop: () => void;
}

const MINUTE_MS = 60_000;
/** Failed ticks in a row that call for a loud word. */
const LOUD_AFTER = 10;

function counts({ ticks, series, samples }: RunSummary): string {
  return `${plural(ticks, 'tick')}, ${String(series)} series, ${String(samples)} samples`;
}

/** One JSON object a line on stderr: `start`, `tick` (committed: it survives a kill), `message`. */
function jsonProgress(): RecordProgress {
  const write = (event: string, body: object): void => {
    process.stderr.write(`${JSON.stringify({ event, ...body })}\n`);
  };
  return {
    started: (output, what) => {
      write('start', { output, what });
    },
    tick: ({ scheduledMs, outcome, reason, receipt, rejected }) => {
      const { seq, stored, repeats, conflicts, late } = receipt;
      const scheduled = formatTime(scheduledMs);
      const tallies = { samples: stored, repeats, conflicts, late, rejected };
      write('tick', { seq, scheduled, outcome, reason, ...tallies });
    },
    message: (text) => {
      write('message', { text });
    },
    stop: () => undefined,
  };
}

/** One line that moves on a terminal, a line a minute elsewhere; silent where `flags` say so. */
function textProgress(flags: RecordFlags, shared: boolean): RecordProgress {
  const quiet = flags.quiet || flags.progress === 'none';
  // The terminal belongs to what is printed there, or to the user's own command.
  const isLive = process.stderr.isTTY && !shared && !quiet;
  const line = isLive ? startProgress('Recording', { quiet: false, keepSignals: true }) : null;
  let toldAtMs = performance.now();
  const message = (text: string): void => {
    say(text, flags);
  };
  return {
    started(output, what) {
      message(`Recording ${what} to ${output}; Ctrl-C ends it.`);
    },
    tick({ outcome, reason, receipt, failedInARow }, summary) {
      if (receipt.seq === 1 && outcome === 'failed') {
        message(`The first poll failed (${reason}); trying on.`);
      }
      if (failedInARow > 0 && failedInARow % LOUD_AFTER === 0) {
        warn(`${String(failedInARow)} polls in a row failed (${reason}); trying on.`, flags);
      }
      const last = outcome === 'ok' ? '' : `; last: ${outcome}${reason && ` (${reason})`}`;
      line?.text(`${counts(summary())}${visible(last)}`);
      if (line === null && !shared && performance.now() - toldAtMs >= MINUTE_MS) {
        toldAtMs = performance.now();
        if (!quiet) message(`${counts(summary())}${last}`);
      }
    },
    message,
    stop() {
      line?.stop();
    },
  };
}

/** `shared`: lines of others appear on the terminal meanwhile. */
export function recordProgress(flags: RecordFlags, shared: boolean): RecordProgress {
  return flags.progress === 'json' ? jsonProgress() : textProgress(flags, shared);
}

/** What was recorded, what is missing and why, and how well the interval fits: a few lines. */
export function summaryLines(
  summary: RunSummary,
  run: {
    readonly output: string;
    readonly intervalMs: number;
    readonly lastedMs: number;
    readonly advice: { readonly intervalMs: number; readonly because: string } | null;
  },
): string[] {
  const { outcomes, causes, resolutionMs, repeats, conflicts, late, rejected } = summary;
  const lines = [
    `Recorded ${counts(summary)} in ${formatDuration(run.lastedMs)} to ${run.output}.`,
  ];
  const gaps = causes.map(({ cause, ticks }) => `${cause} (${String(ticks)})`).join(', ');
  lines.push(
    gaps === ''
      ? `Every tick brought its samples.`
      : `${String(outcomes.ok)} of ${String(summary.ticks)} ticks are whole; the others: ${gaps}.`,
  );
  const odd = Object.entries({ repeats, conflicts, late, rejected })
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${String(n)} ${name}`);
  if (odd.length > 0) lines.push(`Values set apart or out of order: ${odd.join(', ')}.`);
  if (resolutionMs !== null) {
    const { advice } = run;
    const better = advice === null ? '' : formatDuration(advice.intervalMs);
    const hint =
      advice === null
        ? ''
        : advice.because === 'repeats'
          ? `; --interval ${better} would show them all with fewer polls`
          : `; the source has more than were polled, --interval ${better} shows them all`;
    lines.push(
      `A new value came every ${formatDuration(resolutionMs)} (median), polled every ${formatDuration(run.intervalMs)}${hint}.`,
    );
  }
  return lines;
}
