import { ToolError } from '../../core/errors.ts';
import { plural } from '../../core/plural.ts';
import { formatTime, parseDuration, parseTime } from '../../core/time.ts';
import { systemClock } from '../../record/clock.ts';
import { checkNamespace } from '../../record/kubernetes/list.ts';
import { backfill } from '../../record/prometheus/backfill.ts';
import { explainPrometheus } from '../../record/prometheus/explain.ts';
import { type Grid, rangeClient } from '../../record/prometheus/range.ts';
import { createRecording } from '../../record/recording/writer.ts';
import { SourceFailure } from '../../record/source.ts';
import { QuietExit } from '../failure.ts';
import { say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { signalExitCode } from './child.ts';
import { planRecording, type RecordFlags } from './flags.ts';
import { planPrometheus, type PrometheusPlan } from './prometheus.ts';
import { watchStops } from './stops.ts';

const DEFAULT_TIMEOUT_MS = 60_000;

function usage(message: string): ToolError {
  return new ToolError('USAGE', message);
}

/** Flags that only a recording of the present has. */
function checkFlags(flags: RecordFlags, command: readonly string[]): void {
  const present = {
    ...{ '--resume': flags.resume, '--detect': flags.detect, '--live': flags.live },
    ...{ '--print': flags.print, '--dry-run': flags.dryRun, '-- COMMAND': command.length > 0 },
  };
  for (const [name, value] of Object.entries(present)) {
    if (value === undefined || value === false) continue;
    throw usage(`${name} is for a recording of what happens now; leave out either it or --from.`);
  }
  if (flags.to !== undefined && flags.duration !== undefined) {
    throw usage('--to and --duration both say where it ends; give one of them.');
  }
}

/** Multiples of the step from --from up to --to, so that live recordings have the same times. */
function gridOf(flags: RecordFlags, { stepMs, offsetMs }: PrometheusPlan, nowMs: number): Grid {
  const from = parseTime(flags.from ?? '');
  const { to, duration } = flags;
  const wanted =
    to !== undefined
      ? parseTime(to)
      : duration !== undefined
        ? from + parseDuration(duration)
        : nowMs;
  const startMs = Math.ceil(from / stepMs) * stepMs;
  const endMs = Math.floor(Math.min(wanted, nowMs - offsetMs) / stepMs) * stepMs;
  if (endMs >= startMs) return { startMs, endMs, stepMs };
  throw usage(`There is no time between --from ${flags.from ?? ''} and its end to ask for.`);
}

/**
 * `podtape record --source prometheus --from TIME`: records a range of the past, all of it or
 * nothing. Throws USAGE, BAD_VALUE, STORAGE, CLUSTER, NO_DATA; QuietExit for a signal.
 */
export async function runBackfill(flags: RecordFlags, command: readonly string[]): Promise<void> {
  const clock = systemClock();
  checkFlags(flags, command);
  const { intervalMs, output, requestTimeoutMs } = planRecording(flags, clock.wallMs());
  if (flags.namespace !== undefined) checkNamespace(flags.namespace);
  const plan = planPrometheus(flags, intervalMs);
  const { access, queries, origin } = plan;
  const grid = gridOf(flags, plan, clock.wallMs());
  const stops = watchStops(
    () => undefined,
    () => undefined,
  );
  const meta = { kind: 'imported', origin, intervalMs: null } as const;
  const writer = createRecording(output, meta, { mode: 'atomic', force: flags.force });
  const progress = startProgress('Asking', { quiet: flags.quiet, keepSignals: true });
  try {
    const { samples, rejected, parts } = await backfill(writer, {
      ...{ client: rangeClient(access), queries, grid, clock },
      ...{ timeoutMs: requestTimeoutMs ?? DEFAULT_TIMEOUT_MS, signal: stops.signal },
      onProgress(done, total) {
        progress.portion(done, total);
      },
    });
    const range = `${formatTime(grid.startMs)} to ${formatTime(grid.endMs)}`;
    if (samples === 0) {
      throw new ToolError(
        'NO_DATA',
        `The queries have no samples from ${range}; check -n, -l, --query and --rate-window.`,
      );
    }
    const { digest } = writer.finalise();
    progress.stop();
    const odd = rejected === 0 ? '' : `; ${String(rejected)} values could not be kept`;
    say(`Recorded ${String(samples)} samples from ${range} to ${output}${odd}.`, flags);
    say(`Asked for in ${plural(parts, 'part')}. Digest ${digest}`, flags);
  } catch (error) {
    writer.abandon();
    progress.stop();
    const by = stops.by();
    if (by !== null) {
      say('Stopped; nothing was written.', flags);
      throw new QuietExit(signalExitCode(by));
    }
    throw error instanceof SourceFailure ? explainPrometheus(error, access) : error;
  } finally {
    stops.release();
    access.close();
  }
}
