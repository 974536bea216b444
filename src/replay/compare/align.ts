import type { ComparedPhase } from '../../core/comparison.ts';
import { ToolError } from '../../core/errors.ts';
import type { Mark, RecordingData } from '../../core/recording.ts';

/** Runs laid over one another. */
export interface Alignment {
  /** Unix ms of every run's 0. */
  readonly origins: readonly number[];
  /** What they were aligned by, one sentence. */
  readonly aligned: string;
  /** The first covers all that the runs have in common. */
  readonly phases: readonly ComparedPhase[];
}

/** A name for the phase that covers everything. */
const WHOLE = 'whole run';
const LOAD = 'load';

const isOfRun = ({ pod }: Mark): boolean => pod === '';

function firstOf(data: RecordingData, fits: (mark: Mark) => boolean): Mark | undefined {
  let first: Mark | undefined;
  for (const mark of data.marks) {
    if (fits(mark) && (first === undefined || mark.startMs < first.startMs)) first = mark;
  }
  return first;
}

/** The first mark of each run that fits; null unless all have one. */
function inAll(
  runs: readonly RecordingData[],
  fits: (mark: Mark) => boolean,
): readonly Mark[] | null {
  const found = runs.flatMap((run) => firstOf(run, fits) ?? []);
  return found.length === runs.length ? found : null;
}

function namedMarks(runs: readonly RecordingData[], wanted: string): readonly Mark[] {
  const fits = (mark: Mark): boolean => mark.name === wanted || mark.kind === wanted;
  return runs.map((run, r) => {
    const mark = firstOf(run, fits);
    if (mark !== undefined) return mark;
    const known = [...new Set(run.marks.filter(isOfRun).map(({ kind, name }) => name || kind))];
    const hint = known.length === 0 ? 'it has no marks' : `it has ${known.slice(0, 8).join(', ')}`;
    throw new ToolError(
      'USAGE',
      `Run ${String(r + 1)} has no mark named ${JSON.stringify(wanted)}; ${hint}.`,
    );
  });
}

/** Phases that every run has by name, in the order of the first; each run's first of a name. */
function sharedPhases(runs: readonly RecordingData[], origins: readonly number[]): ComparedPhase[] {
  const names = new Set(
    [...(runs[0]?.marks ?? [])]
      .filter((mark) => mark.kind === 'phase' && mark.endMs !== null)
      .sort((a, b) => a.startMs - b.startMs)
      .map(({ name }) => name),
  );
  return [...names].flatMap((name) => {
    const fits = (mark: Mark): boolean =>
      mark.kind === 'phase' && mark.endMs !== null && mark.name === name;
    const marks = inAll(runs, fits);
    if (marks === null) return [];
    const spans = marks.map(({ startMs, endMs }, r): [number, number] => {
      const origin = origins[r] ?? 0;
      return [startMs - origin, (endMs ?? startMs) - origin];
    });
    return [{ name, spans }];
  });
}

/** From load start to load end, where every run has both. */
function loadPhase(runs: readonly RecordingData[], origins: readonly number[]): ComparedPhase[] {
  const starts = inAll(runs, ({ kind }) => kind === 'load-start');
  const ends = inAll(runs, ({ kind }) => kind === 'load-end');
  if (starts === null || ends === null) return [];
  const spans = starts.map(({ startMs }, r): [number, number] => {
    const origin = origins[r] ?? 0;
    return [startMs - origin, (ends[r]?.startMs ?? startMs) - origin];
  });
  return [{ name: LOAD, spans }];
}

/** Where each run begins to be like the others, and by which words that was found. */
function originsOf(runs: readonly RecordingData[], mark: string | null) {
  const startOf = ({ startMs }: Mark): number => startMs;
  if (mark === 'start') {
    return { origins: runs.map(({ info }) => info.startMs), aligned: 'by their first samples' };
  }
  if (mark !== null) {
    return {
      origins: namedMarks(runs, mark).map(startOf),
      aligned: `by their first mark “${mark}”`,
    };
  }
  const loads = inAll(runs, ({ kind }) => kind === 'load-start');
  if (loads !== null) return { origins: loads.map(startOf), aligned: 'by the start of the load' };
  const [first] = sharedPhases(
    runs,
    runs.map(() => 0),
  );
  if (first !== undefined) {
    const origins = first.spans.map(([from]) => from);
    return { origins, aligned: `by the start of the phase “${first.name}”` };
  }
  return { origins: runs.map(({ info }) => info.startMs), aligned: 'by their first samples' };
}

/**
 * Lays runs over one another: by the first mark of a name or kind, by their first samples
 * (`start`), or (null) by the start of the load, else of the first phase that all have, else of the
 * samples.
 *
 * Throws USAGE when a run has no such mark, NO_DATA when a run has no samples or the runs have no
 * moment in common.
 */
export function alignRuns(runs: readonly RecordingData[], mark: string | null): Alignment {
  runs.forEach(({ series }, r) => {
    if (series.every(({ times }) => times.length === 0)) {
      throw new ToolError('NO_DATA', `Run ${String(r + 1)} has no samples to compare.`);
    }
  });
  const { origins, aligned } = originsOf(runs, mark);
  const starts = runs.map(({ info }, r) => info.startMs - (origins[r] ?? 0));
  const ends = runs.map(({ info }, r) => info.endMs + 1 - (origins[r] ?? 0));
  const from = Math.max(...starts);
  const to = Math.min(...ends);
  if (to <= from) {
    throw new ToolError(
      'NO_DATA',
      `Aligned ${aligned}, the runs have no moment in common; try another mark, or start.`,
    );
  }
  const whole = { name: WHOLE, spans: runs.map((): [number, number] => [from, to]) };
  const phases = [...loadPhase(runs, origins), ...sharedPhases(runs, origins)];
  return { origins, aligned: `Aligned ${aligned}.`, phases: [whole, ...phases] };
}
