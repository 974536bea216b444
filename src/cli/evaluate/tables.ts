import { plural } from '../../core/plural.ts';
import { formatDuration } from '../../core/time.ts';
import { visible } from '../../core/visible.ts';
import type { NabCorpusResult } from '../../replay/evaluate/nab-corpus.ts';
import type { RunEvaluation } from '../../replay/evaluate/run.ts';
import { type Column, markdownTable, table } from '../output.ts';

/** One setting held against the labels of one run, or of several. */
export interface Judged {
  readonly setting: string;
  readonly evaluation: RunEvaluation;
}

/** A run's name and every setting that was tried on it, the one asked about first. */
export interface JudgedRun {
  readonly recording: string;
  /** How much of its start is left out; null: several runs. */
  readonly warmupMs: number | null;
  readonly judged: readonly Judged[];
}

/** A setting on a corpus. */
export interface CorpusRow {
  readonly setting: string;
  readonly result: NabCorpusResult;
}

const rate = (value: number | null, digits: number): string =>
  value === null ? '-' : value.toFixed(digits);

const found = ({ detected, events }: { detected: number; events: number }): string =>
  `${String(detected)}/${String(events)}`;

/** Seconds as people say them: 25m, 1h6m, -30s. */
function span(seconds: number | null): string {
  if (seconds === null) return '-';
  const text = formatDuration(Math.round(Math.abs(seconds)) * 1000);
  return seconds < 0 ? `-${text}` : text;
}

const number = <Row>(title: string, cell: (row: Row) => string): Column<Row> => ({
  ...{ title, cell },
  align: 'right',
});

const EVENT_COLUMNS: readonly Column<Judged>[] = [
  { title: 'SETTING', cell: ({ setting }) => setting },
  number('FOUND', ({ evaluation: e }) => found(e)),
  number('FALSE', ({ evaluation: e }) => String(e.falseEpisodes)),
  number('A POD-DAY', ({ evaluation: e }) => rate(e.falsePerPodDay, 3)),
  number('F1', ({ evaluation: e }) => rate(e.f1, 3)),
  number('PR-AUC', ({ evaluation: e }) => rate(e.eventPrAuc, 3)),
  number('OF SAMPLES', ({ evaluation: e }) => rate(e.prAuc, 3)),
  number('DELAY S', ({ evaluation: e }) => rate(e.medianDelaySeconds, 0)),
  number('LONGEST', ({ evaluation: e }) => rate(e.maxDelaySeconds, 0)),
  number('LEAD', ({ evaluation: e }) => span(e.medianLeadSeconds)),
];

/** One type of label under every setting. */
interface TypeRow {
  readonly type: string;
  readonly judged: readonly Judged[];
}

const ofType = (type: string, judged: Judged | undefined) =>
  judged?.evaluation.byType.find((one) => one.type === type);

/** Found, median and longest delay by type for the first setting; found alone for the others. */
function typeColumns(judged: readonly Judged[]): Column<TypeRow>[] {
  const first = ({ type, judged: all }: TypeRow) => ofType(type, all[0]);
  return [
    { title: 'TYPE', cell: ({ type }) => type },
    number('FOUND', (row) => found(first(row) ?? { detected: 0, events: 0 })),
    number('DELAY S', (row) => rate(first(row)?.medianDelaySeconds ?? null, 0)),
    number('LONGEST', (row) => rate(first(row)?.maxDelaySeconds ?? null, 0)),
    ...judged
      .slice(1)
      .map(({ setting }, i) =>
        number<TypeRow>(setting.toUpperCase(), ({ type, judged: all }) =>
          found(ofType(type, all[i + 1]) ?? { detected: 0, events: 0 }),
        ),
      ),
  ];
}

/** What a run is and what its labels are, in a line. */
function headline({ recording, judged: [first] }: JudgedRun): string {
  const { events = 0, podDays = 0, prevalence = null } = first?.evaluation ?? {};
  const share =
    prevalence === null ? '' : `, ${(prevalence * 100).toFixed(2)} % of samples in them`;
  return `${visible(recording)}: ${plural(events, 'label')}${share}, ${podDays.toFixed(2)} pod-days`;
}

/** Every run as a table of settings, and what was found by type over all of them. */
export function eventTables(runs: readonly JudgedRun[], isMarkdown: boolean): string {
  const shown = isMarkdown ? markdownTable : table;
  const title = (text: string): string => (isMarkdown ? `### ${text}\n` : text);
  const parts = runs.map((run) => `${title(headline(run))}\n${shown(EVENT_COLUMNS, run.judged)}`);
  const all = runs[runs.length - 1]?.judged ?? [];
  const rows = (all[0]?.evaluation.byType ?? []).map(({ type }) => ({ type, judged: all }));
  if (rows.length > 0) {
    const heading = `By type${runs.length > 1 ? ', all runs' : ''}: ${all[0]?.setting ?? ''}`;
    parts.push(`${title(heading)}\n${shown(typeColumns(all), rows)}`);
  }
  return parts.join('\n\n');
}

const CORPUS_COLUMNS: readonly Column<CorpusRow>[] = [
  { title: 'SETTING', cell: ({ setting }) => setting },
  number('STANDARD', ({ result: r }) => r.standard.score.toFixed(2)),
  number('LOW FP', ({ result: r }) => r.rewardLowFpRate.score.toFixed(2)),
  number('LOW FN', ({ result: r }) => r.rewardLowFnRate.score.toFixed(2)),
  number('OTHER HALF', ({ result: r }) => r.otherHalf.map((score) => score.toFixed(1)).join(' / ')),
  number('WINDOWS HIT', ({ result: r }) => `${String(r.standard.windowsHit)}/${String(r.windows)}`),
  number('FALSE ROWS', ({ result: r }) => String(r.standard.falseRows)),
];

/** A corpus as a table of settings. */
export const corpusTable = (rows: readonly CorpusRow[], isMarkdown: boolean): string =>
  (isMarkdown ? markdownTable : table)(CORPUS_COLUMNS, rows);
