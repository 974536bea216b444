import { rngFor } from '../../core/rng.ts';
import type { Clock } from '../clock.ts';
import { linkedSignal } from '../linked-signal.ts';
import type { RecordingWriter } from '../recording/writer.ts';
import { retryDelay } from '../retry.ts';
import { SourceFailure } from '../source.ts';
import type { MetricQuery } from './queries.ts';
import type { Grid, RangeClient, RangeSamples } from './range.ts';

export interface BackfillOptions {
  readonly client: RangeClient;
  readonly queries: readonly MetricQuery[];
  readonly grid: Grid;
  readonly clock: Clock;
  /** Limit of one request, ms. */
  readonly timeoutMs: number;
  /** Ends it with a SourceFailure `interrupted`. */
  readonly signal: AbortSignal;
  readonly onProgress: (doneMs: number, totalMs: number) => void;
}

/** What a backfill came to. */
export interface BackfillCounts {
  readonly samples: number;
  readonly rejected: number;
  /** Requests for a part of the range. */
  readonly parts: number;
}

/** Servers refuse more than 11,000 points a series; an hour at 15 s is a part to begin with. */
const MOST_STEPS = 10_000;
const FIRST_STEPS = 240;
/** While the answers of a part are smaller than this, the next part is twice as long. */
const SMALL_BYTES = 4 * 1024 * 1024;

/** Whether a shorter range may be answered where this one was not. */
function mayBeTooLong({ kind, status }: SourceFailure): boolean {
  return kind === 'too-large' || kind === 'timeout' || status === 422 || status === 503;
}

/**
 * Records what the queries give for a range of the past, part by part: a tick each, `empty` where
 * nothing was. Parts grow while they are quick to answer and are halved where the server finds them
 * too long. Throws the SourceFailure of a part that cannot be had; the recording is then incomplete.
 */
export async function backfill(
  writer: Pick<RecordingWriter, 'defineSeries' | 'commitTick' | 'addNote'>,
  { client, queries, grid, clock, timeoutMs, signal, onProgress }: BackfillOptions,
): Promise<BackfillCounts> {
  const { stepMs, endMs } = grid;
  const rng = rngFor(0, 'retry');
  const counts = { samples: 0, rejected: 0, parts: 0 };

  const ask = (query: MetricQuery, part: Grid): Promise<RangeSamples> => {
    const limited = linkedSignal([signal], timeoutMs);
    return client.range(query, part, limited.signal).finally(limited.release);
  };

  const askAll = async (part: Grid): Promise<readonly RangeSamples[]> => {
    for (let retries = 0; ; retries += 1) {
      try {
        return await Promise.all(queries.map((query) => ask(query, part)));
      } catch (error) {
        if (!(error instanceof SourceFailure)) throw error;
        if (signal.aborted) throw new SourceFailure('interrupted', '');
        const delayMs = retryDelay(error, retries, Infinity, rng);
        if (delayMs === null) throw error;
        await clock.sleep(delayMs, signal);
      }
    }
  };

  const write = (part: Grid, startedMs: number, answers: readonly RangeSamples[]): void => {
    for (const note of answers.flatMap(({ notes }) => notes)) writer.addNote(note);
    const rejects = answers.flatMap((answer) => answer.rejects);
    const times = answers.flatMap((answer) => answer.times);
    const isPartial = answers.some((answer) => answer.isPartial);
    const { stored } = writer.commitTick({
      ...{ scheduledMs: part.startMs, startedMs, finishedMs: clock.wallMs() },
      outcome: isPartial ? 'partial' : times.length === 0 ? 'empty' : 'ok',
      reason: isPartial
        ? 'the server calls its answer partial'
        : times.length === 0
          ? 'no samples in the answers'
          : '',
      series: answers.flatMap(({ series }) => series.map((one) => writer.defineSeries(one))),
      values: answers.flatMap(({ values }) => values),
      ...{ times, rejects, marks: [] },
    });
    counts.samples += stored;
    counts.rejected += rejects.length;
    counts.parts += 1;
  };

  for (const { metric, expression } of queries) writer.addNote(`Query ${metric}: ${expression}`);
  let steps = FIRST_STEPS;
  for (let startMs = grid.startMs; startMs <= endMs;) {
    const part = { stepMs, startMs, endMs: Math.min(endMs, startMs + (steps - 1) * stepMs) };
    const startedMs = clock.wallMs();
    try {
      const answers = await askAll(part);
      write(part, startedMs, answers);
      startMs = part.endMs + stepMs;
      onProgress(startMs - grid.startMs, endMs + stepMs - grid.startMs);
      const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0);
      if (bytes < SMALL_BYTES) steps = Math.min(MOST_STEPS, steps * 2);
    } catch (error) {
      if (!(error instanceof SourceFailure) || steps === 1 || !mayBeTooLong(error)) throw error;
      steps = Math.ceil(steps / 2);
    }
  }
  return counts;
}
