import type { TuneResult, TuneRow } from '../../core/results.ts';
import type { Settings } from '../../core/settings.ts';
import { visible } from '../../core/visible.ts';
import { csvLines } from '../csv.ts';
import { confidenceText, doubt, injectedText } from './advice-text.ts';
import { type Column, markdownTable } from '../output.ts';
import { flagsText, isTried, settingColumns } from './settings-text.ts';
import { wrapped } from '../wrapped.ts';
import { fittingTable } from './fitting-table.ts';

const ROWS_PRINTED = 12;
const SERIES_PRINTED = 3;
/** Left out of a table that would be too wide; CSV and JSON have them. */
const DISPENSABLE = ['MINUTES', 'A DAY', 'ALERTS', 'DELAY S', 'SCORE'];

const optional = (value: number | null, digits: number): string =>
  value === null ? '-' : value.toFixed(digits);

/** A number in few characters: the digits that matter, or powers of ten. */
function short(value: number, digits: number): string {
  const plain = String(Number(value.toPrecision(digits)));
  return plain.length <= digits + 3 ? plain : value.toExponential(digits - 2);
}

/** The best row of each setting, best first, and the recommended one before them. */
function shownRows({ rows, recommended }: TuneResult): TuneRow[] {
  const seen = new Set<string>();
  const chosen = rows.find(({ settings }) => settings === recommended?.settings);
  const best = rows.filter(({ settings }) => {
    const { detector, pool, window, smooth, refractory, recover } = settings;
    const axes = [detector, pool, window, smooth, refractory, recover, flagsText(settings)];
    const key = axes.join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const all = chosen === undefined ? best : [chosen, ...best.filter((row) => row !== chosen)];
  return all.slice(0, ROWS_PRINTED);
}

function columnsFor({ grid, rows }: TuneResult): Column<TuneRow>[] {
  const n = (title: string, cell: (row: TuneRow) => string): Column<TuneRow> => ({
    ...{ title, cell, align: 'right' },
  });
  const isLabelled = (rows[0]?.labels ?? 0) > 0;
  return [
    ...settingColumns<TuneRow>(grid),
    n('THRESHOLD', ({ threshold }) => short(threshold, 5)),
    n('ALERTS', ({ alerts }) => short(alerts, 5)),
    n('MINUTES', ({ alertMinutes }) => short(alertMinutes, 4)),
    n('FALSE', ({ falseAlerts }) => short(falseAlerts, 5)),
    n('A DAY', ({ falseAlertsPerSeriesDay }) => short(falseAlertsPerSeriesDay, 3)),
    ...(isLabelled
      ? [
          n('FOUND', ({ detected, labels }) => `${String(detected)}/${String(labels)}`),
          n('DELAY S', ({ medianDelaySeconds }) => optional(medianDelaySeconds, 0)),
        ]
      : []),
    n('SCORE', ({ score }) => short(score, 4)),
  ];
}

/** What to type for the recommended settings, apart from detector and preset. */
function flagsOfSettings(settings: Settings, { grid }: TuneResult): string {
  const { window, smooth, threshold, consecutive, within, recover, refractory } = settings;
  const parts: (string | number | null)[] = [
    ...(isTried(grid.detectors) ? ['--detector', settings.detector] : []),
    ...(isTried(grid.pools) ? ['--pool', settings.pool] : []),
    ...['--window', window, '--smooth', smooth, '--threshold', threshold],
    ...['--consecutive', consecutive],
    ...(within === undefined ? [] : ['--within', within]),
    ...(isTried(grid.recovers) ? ['--recover', recover] : []),
  ];
  // There is no flag for it; --write-settings has it.
  const extra = isTried(grid.refractories) ? `, refractory ${String(refractory)}` : '';
  return `${parts.map(String).join(' ')}${extra}`;
}

/** What is recommended and why, or why nothing is: one line. */
export function verdict(result: TuneResult): string {
  const { recommended, whyNot } = result;
  if (recommended === null) return `Not enough evidence to recommend a setting: ${whyNot}.`;
  return `Recommended: ${flagsOfSettings(recommended.settings, result)}. ${recommended.why}`;
}

/** Series whose silence means nothing; '' where there are none. */
export function unevaluated({ notEvaluated, grid }: TuneResult): string {
  const [first] = notEvaluated;
  if (first === undefined) return '';
  const never = notEvaluated.filter((one) => one.passes === grid.passes).length;
  const some = notEvaluated.length - never;
  const named = notEvaluated
    .slice(0, SERIES_PRINTED)
    .map(({ series }) => visible(series))
    .join(', ');
  const more = notEvaluated.length > SERIES_PRINTED ? ' and others' : '';
  const counts = [
    ...(never > 0 ? [`${String(never)} series under no setting`] : []),
    ...(some > 0 ? [`${String(some)} series under some settings`] : []),
  ].join(', ');
  const lead = 'Not evaluated, which is no sign of calm:';
  return `${lead} ${counts} (${named}${more}; the first because: ${first.why}).`;
}

/** The best rows and what they lead to, no line over a hundred characters unless a name is. */
function tuneTable(result: TuneResult): string {
  const parts = [
    `Judged by ${result.objective}.`,
    fittingTable(columnsFor(result), shownRows(result), DISPENSABLE),
    verdict(result),
    unevaluated(result),
  ];
  const [objective = '', rows = '', ...texts] = parts;
  return [
    wrapped(objective),
    rows,
    ...texts.filter((text) => text !== '').map((text) => wrapped(text)),
  ].join('\n\n');
}

/** The table, how far it can be relied on, and what injected faults it catches. */
export function tuneText(result: TuneResult): string {
  const parts = [tuneTable(result), confidenceText(result), injectedText(result)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The table for a document. */
export function tuneMarkdown(result: TuneResult): string {
  const texts = [verdict(result), doubt(result), unevaluated(result)].filter((text) => text !== '');
  const rows = markdownTable(columnsFor(result), shownRows(result));
  return [`Judged by ${result.objective}.`, rows, ...texts].join('\n\n');
}

/** Every row, as CSV. */
export function tuneCsv({ rows }: TuneResult): string {
  const header =
    'detector,pool,window,smooth,refractory,consecutive,within,recover,threshold,flags,alerts,' +
    'alertMinutes,falseAlerts,falseAlertsPerSeriesDay,detected,labels,recall,precision,f1,' +
    'medianDelaySeconds,score,evaluated';
  return csvLines([
    header.split(','),
    ...rows.map(({ settings, ...row }) => [
      ...[settings.detector, settings.pool, settings.window, settings.smooth],
      settings.refractory,
      ...[settings.consecutive, settings.within ?? '', settings.recover, row.threshold],
      ...[row.flags, row.alerts, row.alertMinutes, row.falseAlerts, row.falseAlertsPerSeriesDay],
      ...[row.detected, row.labels, row.recall ?? '', row.precision ?? '', row.f1 ?? ''],
      ...[row.medianDelaySeconds ?? '', row.score, row.evaluated],
    ]),
  ]).trimEnd();
}
