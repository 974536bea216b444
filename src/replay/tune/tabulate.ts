import { digestValue } from '../../core/digest.ts';
import { compareText } from '../../core/order.ts';
import { plural } from '../../core/plural.ts';
import type { RecordingInfo } from '../../core/recording.ts';
import type { TuneResult, TuneRow } from '../../core/results.ts';
import type { Settings } from '../../core/settings.ts';
import { settingsDigest } from '../../core/settings-digest.ts';
import type { TuneGrid } from './grid.ts';
import { type Objective, objectiveText, toleranceOf } from './objective.ts';
import type { Plateau } from './plateau.ts';
import type { PassResult, Trial } from './tune.ts';

/** Narrowest first: what a container shares with no other explains itself. */
const POOLS: readonly Settings['pool'][] = ['container', 'pod', 'workload', 'all'];

/** Best score first; then fewer false alerts, earlier, simpler (less smoothing, shorter window, narrower pool). */
export function compareRows(a: TuneRow, b: TuneRow): number {
  const delay = (row: TuneRow): number => row.medianDelaySeconds ?? Infinity;
  const late = delay(a) === delay(b) ? 0 : delay(a) - delay(b);
  const spread = ({ settings }: TuneRow): number => settings.within ?? 0;
  return (
    b.score - a.score ||
    a.falseAlerts - b.falseAlerts ||
    late ||
    a.settings.smooth - b.settings.smooth ||
    a.settings.consecutive - b.settings.consecutive ||
    spread(a) - spread(b) ||
    a.settings.recover - b.settings.recover ||
    a.settings.window - b.settings.window ||
    POOLS.indexOf(a.settings.pool) - POOLS.indexOf(b.settings.pool) ||
    b.threshold - a.threshold ||
    compareText(settingsDigest(a.settings), settingsDigest(b.settings))
  );
}

/** Series that some pass could not score, by recording and series, with how many passes could not. */
function unscored(
  recordings: readonly RecordingInfo[],
  passes: readonly PassResult[],
): TuneResult['notEvaluated'] {
  const found = new Map<
    string,
    { recording: number; series: string; why: string; passes: number }
  >();
  for (const { notEvaluated } of passes) {
    for (const { recording, series, why } of notEvaluated) {
      const key = JSON.stringify([recording, series]);
      const known = found.get(key) ?? { recording, series, why, passes: 0 };
      known.passes += 1;
      found.set(key, known);
    }
  }
  return [...found.values()]
    .sort((a, b) => a.recording - b.recording || compareText(a.series, b.series))
    .map(({ recording, ...rest }) => ({ recording: recordings[recording]!.digest, ...rest }));
}

/** Passes in the grid's order → a tuning table and a recommendation. */
export function tabulate(
  recordings: readonly RecordingInfo[],
  passes: readonly PassResult[],
  grid: TuneGrid,
  thresholds: readonly number[],
  objective: Objective,
): TuneResult {
  const trials = passes.flatMap((pass) => pass.trials);
  const rows = trials
    .flatMap(({ best, rows: listed }) =>
      best === null
        ? listed
        : [best, ...listed.filter(({ threshold }) => threshold !== best.threshold)],
    )
    .sort(compareRows);
  const result = {
    recordings,
    grid: { ...grid, thresholds, passes: passes.length },
    objective: objectiveText(objective, rows[0]?.labels ?? 0),
    rows,
    notEvaluated: unscored(recordings, passes),
    ...advise(trials, objective),
    ...{ confidence: null, injected: null },
  };
  return withDigest(result);
}

/** A result with the digest of all that it says. */
export function withDigest(result: Omit<TuneResult, 'digest'>): TuneResult {
  const recordings = result.recordings.map(({ digest }) => digest);
  return { ...result, digest: digestValue({ ...result, digest: '', recordings }) };
}

interface Candidate {
  readonly plateau: Plateau;
  readonly row: TuneRow;
}

/** A setting that watched less than this share of what another watched owes its calm to that. */
const LEAST_WATCHED = 0.8;

/** The setting with the widest plateau among those as good as the best, at its middle, or why not. */
function advise(
  trials: readonly Trial[],
  objective: Objective,
): Pick<TuneResult, 'recommended' | 'whyNot'> {
  const most = trials.reduce((days, { watchedDays }) => Math.max(days, watchedDays), 0);
  const candidates = trials
    .filter(({ watchedDays }) => watchedDays >= LEAST_WATCHED * most)
    .flatMap(({ plateau, best: row }): Candidate[] =>
      plateau === null || row === null ? [] : [{ plateau, row }],
    );
  const best = candidates.reduce((top, { row }) => Math.max(top, row.score), -Infinity);
  const good = candidates
    .filter(({ row }) => row.score >= best - toleranceOf(objective, best))
    .sort((a, b) => b.plateau.width - a.plateau.width || compareRows(a.row, b.row));
  const [chosen] = good;
  if (chosen === undefined) {
    const whyNot =
      most === 0
        ? 'no series is long enough to be scored under any setting of the grid'
        : 'no threshold of any setting does what is asked';
    return { recommended: null, whyNot };
  }
  const { row, plateau } = chosen;
  if (objective.kind !== 'budget' && row.detected === 0) {
    const whyNot =
      row.labels === 0
        ? 'no label can be judged'
        : 'no setting of the grid does better than one that never alerts';
    return { recommended: null, whyNot };
  }
  return {
    recommended: {
      settings: row.settings,
      why: whyChosen(chosen, good.length, objective),
      interval: null,
      plateau: { thresholds: [plateau.low, plateau.high], rows: good.length },
    },
    whyNot: '',
  };
}

/** "no alerts", "1 alert". */
export const orNo = (n: number, what: string): string =>
  n === 0 ? `no ${what}s` : plural(n, what);

function whyChosen({ row, plateau }: Candidate, good: number, objective: Objective): string {
  const found =
    objective.kind === 'budget'
      ? `It has ${orNo(row.falseAlerts, 'alert')} there`
      : `It finds ${String(row.detected)} of ${String(row.labels)} labels with ` +
        orNo(row.falseAlerts, 'false alert');
  const alike =
    good === 1
      ? 'No other setting is as good.'
      : `Of ${String(good)} settings as good it has the widest such range.`;
  const range = `${plateau.low.toPrecision(3)} to ${plateau.high.toPrecision(3)}`;
  return `${found}, like every threshold from ${range}. ${alike}`;
}
