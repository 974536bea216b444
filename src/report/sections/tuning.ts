import { formatDuration } from '../../core/time.ts';
import { heatMeasure } from '../live/tune-rows.ts';
import { caughtHtml, confidenceHtml } from './advice.ts';
import type { ReportModel, TuneModel, TuneTableRow } from '../model.ts';
import { e, type Html, section, tableHtml } from './markup.ts';

function tuneRow(row: TuneTableRow): Html[] {
  return [
    String(row.window),
    String(row.smooth),
    String(row.consecutive),
    String(row.threshold),
    String(row.alerts),
    row.labels === 0 ? '–' : `${String(row.detected)} of ${String(row.labels)}`,
    String(row.falseAlerts),
    row.falsePerDay.toFixed(2),
    row.delay === null ? '–' : formatDuration(row.delay * 1000),
    row.f1 === null ? '–' : row.f1.toFixed(2),
  ];
}

const COLUMNS = [
  'Window',
  'Smoothing',
  'In a row',
  'Threshold',
  'Alerts',
  'Faults found',
  'False alerts',
  'False a series and day',
  'Median delay',
  'F1',
].map((title) => ({ title, kind: 'n' as const }));

const picture = (name: string, title: string, describe: string): Html =>
  `<figure class="panel"><h3>${e(title)}</h3>` +
  `<div class="chart" data-chart="${name}" role="img" aria-label="${e(describe)}"></div></figure>`;

const inWords = (value: number): string => String(Number(value.toPrecision(3)));

/** What is recommended, in figures: the settings, how far they can move, how sure that is. */
function recommendationHtml({ recommended, plateau, confidence, why, flags }: TuneModel): Html {
  const told = `<p>${e(why)}</p>`;
  if (recommended === null) return `<div class="panel">${told}</div>`;
  const { window, smooth, consecutive, threshold } = recommended;
  const figure = (name: string, value: string, remark: string): Html =>
    `<div><dt>${e(name)}</dt><dd class="value">${e(value)}</dd><dd>${e(remark)}</dd></div>`;
  const { measure = '', value = null, interval = null } = confidence ?? {};
  const figures =
    figure(
      'threshold',
      inWords(threshold),
      plateau === null ? '' : `as good from ${inWords(plateau[0])} to ${inWords(plateau[1])}`,
    ) +
    figure(
      'window',
      String(window),
      `samples; smoothing: ${smooth === 1 ? 'none' : String(smooth)}`,
    ) +
    figure('flags in a row', String(consecutive), 'open an alert') +
    (value === null
      ? ''
      : figure(
          measure,
          inWords(value),
          interval === null
            ? 'how sure that is cannot be told'
            : `${inWords(interval[0])} to ${inWords(interval[1])} in 95 % of resamples`,
        ));
  return (
    `<dl class="figures four">${figures}</dl><div class="panel">${told}` +
    (flags === '' ? '' : `<code class="block">${e(flags)}</code>`) +
    `<button type="button" id="show-recommended" class="hidden">Show it in every chart</button></div>`
  );
}

/** What a sweep found: recommendation, heat maps, what recall costs, the best rows. */
export function tuningHtml({ tune }: ReportModel): Html {
  if (tune === null) {
    return section(
      'tuning',
      'Tuning',
      '',
      `<div class="panel"><p>Nothing was tuned for this report. <code>podtape report --tune</code> ` +
        `sweeps windows, smoothings, thresholds and counts, and adds what it finds here.</p></div>`,
    );
  }
  const measure = heatMeasure(tune);
  const pictures =
    picture(
      'windowThreshold',
      `${measure}, by window and threshold`,
      `Heat map: ${measure}, by window and threshold; the table below has the numbers`,
    ) +
    picture(
      'windowConsecutive',
      `${measure}, by window and flags in a row`,
      `Heat map: ${measure}, by window and flags in a row`,
    ) +
    (tune.trade.length === 0
      ? ''
      : picture(
          'tradeOff',
          'What finding more costs',
          'Share of known faults found against false alerts, for every setting tried',
        )) +
    tune.smallest
      .map(({ kind }) =>
        picture(
          kind === 'leak' ? 'tradeLeak' : 'tradeHog',
          `What finding smaller ${kind}s costs`,
          `The smallest injected ${kind} caught in half of places against false alerts, for the best settings`,
        ),
      )
      .join('');
  // The recommended row comes first where there is one.
  const best = tune.recommended === null ? -1 : 0;
  return section(
    'tuning',
    'Which settings are better',
    `${String(tune.tried)} settings of the detector “${e(tune.detector)}” were tried, judged by ${e(tune.objective)}.`,
    `${recommendationHtml(tune)}${confidenceHtml(tune)}` +
      `<p class="quiet" id="tune-note"></p><div class="two">${pictures}</div>` +
      `<div class="panel">${tableHtml('Best settings', COLUMNS, tune.rows.map(tuneRow), { chosen: best })}` +
      `<p class="quiet">The best threshold of each window, smoothing and count. A false alert counts once more ` +
      `for every full hour that it stays open.</p></div>` +
      caughtHtml(tune, picture),
  );
}
