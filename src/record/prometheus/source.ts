import { clockSkew } from '../clock-skew.ts';
import { SourceFailure, type Attempt, type Poll, type Source } from '../source.ts';
import type { PrometheusAccess } from './access.ts';
import type { MetricQuery } from './queries.ts';
import { type Grid, rangeClient, type RangeSamples } from './range.ts';

export interface PrometheusSourceOptions {
  readonly queries: readonly MetricQuery[];
  /** Between the times at which queries are evaluated, ms. */
  readonly stepMs: number;
  /**
   * How old the newest sample is that is asked for, ms: younger ones are not in yet, or are made up
   * from older ones (VictoriaMetrics within its 30 s).
   */
  readonly offsetMs: number;
  /** Up to when there are samples already, Unix ms; null: there are none. */
  readonly sinceMs: number | null;
}

/** What became of one query in one poll: nothing where none of its times was due. */
interface Result {
  readonly found?: RangeSamples;
  readonly failure?: SourceFailure;
}

/** Most times of one query that one poll asks for, as after an outage; the next ones go on. */
const MOST_STEPS = 240;

/** All that the queries brought, as one poll. */
function pollOf(results: readonly Result[], notes: readonly string[]): Poll {
  const failures = results.flatMap(({ failure }) => failure ?? []);
  const found = results.flatMap((result) => result.found ?? []);
  const answer = {
    series: found.flatMap(({ series }) => series),
    times: found.flatMap(({ times }) => times),
    values: found.flatMap(({ values }) => values),
    rejects: found.flatMap(({ rejects }) => rejects),
    ...{ marks: [], windows: new Map<number, number>() },
    notes: [...notes, ...found.flatMap((one) => one.notes)],
  };
  const [failure, ...others] = failures;
  if (failure !== undefined) {
    const more = others.length > 0 ? ` and ${String(others.length)} more` : '';
    return { ...answer, outcome: 'partial', reason: `${failure.message}${more}` };
  }
  if (found.some(({ isPartial }) => isPartial)) {
    return { ...answer, outcome: 'partial', reason: 'the server calls its answer partial' };
  }
  if (answer.times.length === 0 && found.length > 0) {
    return { ...answer, outcome: 'empty', reason: 'no samples in the answers' };
  }
  return { ...answer, outcome: 'ok', reason: '' };
}

/**
 * A Prometheus-compatible server as a source: each poll evaluates the queries at the times that
 * came up since the poll before, multiples of the step by the server's clock. A poll that failed
 * loses nothing, as the next one asks for its times, too.
 */
export function prometheusSource(
  access: PrometheusAccess,
  { queries, stepMs, offsetMs, sinceMs }: PrometheusSourceOptions,
): Source {
  const client = rangeClient(access);
  const skew = clockSkew("samples are on the server's, the load's marks on the recorder's");
  const gridTime = (ms: number): number => Math.floor(ms / stepMs) * stepMs;
  /** The first time of each query that was not had; empty before the first poll. */
  let nextMs: readonly number[] = [];
  let aheadMs: number | null = null;

  const evaluate = async (
    query: MetricQuery,
    grid: Grid | undefined,
    signal: AbortSignal,
  ): Promise<Result> => {
    if (grid === undefined || grid.endMs < grid.startMs) return {};
    try {
      return { found: await client.range(query, grid, signal) };
    } catch (error) {
      if (error instanceof SourceFailure) return { failure: error };
      throw error;
    }
  };

  const firstNotes = (results: readonly Result[]): string[] => [
    ...queries.map(({ metric, expression }) => `Query ${metric}: ${expression}`),
    ...queries.flatMap(({ metric }, i) => {
      if (results[i]?.found?.times.length !== 0) return [];
      return `Query ${metric} had no samples at the start: check -n, -l, and that --rate-window is at least twice the scrape interval.`;
    }),
    ...skew(aheadMs ?? 0),
  ];

  return {
    lagMs: offsetMs,
    async poll({ tick, scheduledMs, signal }: Attempt): Promise<Poll> {
      aheadMs ??= await client.aheadMs(signal);
      const lastMs = gridTime(scheduledMs + aheadMs - offsetMs);
      const firstMs = sinceMs === null ? lastMs : gridTime(sinceMs) + stepMs;
      const grids = queries.map((_, i) => {
        const startMs = nextMs[i] ?? firstMs;
        const endMs = Math.min(lastMs, startMs + (MOST_STEPS - 1) * stepMs);
        return { startMs, endMs, stepMs };
      });
      const results = await Promise.all(
        queries.map((query, i) => evaluate(query, grids[i], signal)),
      );
      const failures = results.flatMap(({ failure }) => failure ?? []);
      const [failure] = failures;
      // A query that fails at the start is wrong: recording without it would waste a load test.
      // What comes after the attempt's time is not taken, and so must be asked for again.
      if (failure !== undefined && (tick === 1 || failures.length === queries.length))
        throw failure;
      if (signal.aborted) throw new SourceFailure('timeout', '');
      const notes = nextMs.length === 0 ? firstNotes(results) : [];
      nextMs = grids.map(({ startMs, endMs }, i) =>
        results[i]?.failure !== undefined ? startMs : Math.max(startMs, endMs + stepMs),
      );
      return pollOf(results, notes);
    },
    close() {
      access.close();
    },
  };
}
