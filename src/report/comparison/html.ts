import type { RunComparison, Verdict } from '../../core/comparison.ts';
import { plural } from '../../core/plural.ts';
import { formatDuration } from '../../core/time.ts';
import { htmlFile } from '../html.ts';
import { e, type Html, section, tableHtml, timeText } from '../sections/markup.ts';
import { STYLES } from '../styles.ts';
import { forestReach, forestSvg, reachText } from './forest.ts';
import { type ChangeRow, type ComparisonModel, intervalText, shareText } from './model.ts';
import { overlaySvg, overlayUnit, type View } from './overlay.ts';
import { COMPARISON_STYLES } from './styles.ts';

const VIEWS: readonly (readonly [View, string, string])[] = [
  ['mean', 'A pod on average', 'mean over the pods that have samples'],
  ['high', 'The busiest pod', 'the pod that uses most; in tables its 95th percentile over time'],
  ['total', 'All pods together', 'the sum over pods'],
];

const CHARTS = 40;
const ROWS = 400;

/** Verdicts as signs and words: never by colour alone. */
const VERDICTS: Readonly<Record<Verdict, readonly [sign: string, words: string]>> = {
  higher: ['▲', 'higher'],
  lower: ['▼', 'lower'],
  same: ['=', 'the same'],
  unclear: ['?', 'unclear'],
  unknown: ['–', 'too few samples'],
};

/** The same piece for each view; the page shows one at a time. */
const perView = (draw: (view: View) => Html, tag = 'span'): Html =>
  VIEWS.map(([view]) => `<${tag} class="v-${view}">${draw(view)}</${tag}>`).join('');

function mast({ title, runs }: ComparisonModel): Html {
  return (
    `<header class="mast"><p class="eyebrow">podtape comparison</p><h1>${e(title)}</h1>` +
    `<p class="quiet">${plural(runs.length, 'run')}; the first is the baseline</p></header>`
  );
}

function runsHtml({ runs, settings }: ComparisonModel): Html {
  const columns = [
    { title: 'Run', kind: 'name' },
    { title: 'From', kind: 'words' },
    { title: 'First sample (UTC)' },
    { title: 'Lasts', kind: 'n' },
    { title: '0 is at (UTC)' },
    { title: 'Alerts', kind: 'n' },
    { title: 'Series judged', kind: 'n' },
  ] as const;
  const rows = runs.map((run, r) => [
    `<i class="swatch r${String(r % 8)}"></i>${e(run.name)}`,
    e(run.origin),
    e(timeText(run.startMs)),
    e(formatDuration(run.endMs - run.startMs)),
    e(timeText(run.originMs)),
    String(run.alerts),
    String(run.series),
  ]);
  return section(
    'runs',
    'The runs',
    `Alerts are those of “${e(settings)}”.`,
    `<div class="panel">${tableHtml('Runs', columns, rows, { stacks: true })}</div>`,
  );
}

function chip(verdict: Verdict): Html {
  const [sign, words] = VERDICTS[verdict];
  return `<span class="chip verdict-${verdict}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}

function phaseCell(row: ChangeRow, p: number): Html {
  const cell = row.cells[p];
  if (cell == null) return '<span class="quiet">–</span>';
  return perView((view) => {
    const { share, interval, baseline, candidate, verdict } = cell[view];
    const title = `${baseline} to ${candidate}${interval === null ? '' : `, ${intervalText(interval)}`}`;
    const tone = verdict === 'higher' ? 'up' : verdict === 'lower' ? 'down' : 'quiet';
    return `<span class="${tone}" title="${e(title)}">${e(shareText(share))}</span>`;
  });
}

function changesHtml(model: ComparisonModel): Html {
  const { changes, phases, runs } = model;
  if (changes.length === 0) return '';
  const isMany = runs.length > 2;
  const reach = forestReach(changes);
  const [left, right] = reachText(reach);
  const columns = [
    { title: 'What', kind: 'name' },
    ...(isMany ? [{ title: 'Run', kind: 'words' } as const] : []),
    { title: '' },
    { title: 'Before', kind: 'n' },
    { title: 'After', kind: 'n' },
    { title: 'Change', kind: 'n' },
    { title: `95 % interval, ${left} to ${right}` },
    ...phases.slice(1).map((title) => ({ title, kind: 'n' as const })),
  ] as const;
  const rows = changes.slice(0, ROWS).map((row) => {
    const [whole] = row.cells;
    if (whole == null) return [`${e(row.name)} <b>${e(row.metric)}</b>`];
    const { pods } = whole;
    const replicas =
      pods[0] === pods[1]
        ? ''
        : ` <span class="quiet">${String(pods[0])} to ${plural(pods[1], 'pod')}</span>`;
    return [
      `${e(row.name)} <b>${e(row.metric)}</b>${replicas}`,
      ...(isMany ? [e(row.runName)] : []),
      perView((view) => chip(whole[view].verdict)),
      perView((view) => e(whole[view].baseline)),
      perView((view) => e(whole[view].candidate)),
      perView((view) => `<b>${e(shareText(whole[view].share))}</b>`),
      perView(
        (view) =>
          forestSvg(whole[view], reach) +
          `<span class="visually-hidden">${e(intervalText(whole[view].interval))}</span>`,
      ),
      ...phases.slice(1).map((_, p) => phaseCell(row, p + 1)),
    ];
  });
  const more =
    changes.length > ROWS
      ? `<p class="quiet">${plural(changes.length - ROWS, 'more metric')} in --format json.</p>`
      : '';
  return section(
    'changes',
    'What changed',
    'The most telling first, over all that the runs have in common; then phase by phase.',
    `<div class="panel">${tableHtml('Changes', columns, rows, { stacks: true })}${more}` +
      `<p class="quiet">A dot is the change, its bar the interval that resampling blocks of neighbouring samples gives: ` +
      `how sure these very runs are, not how much two runs of the same build differ. Of twenty metrics that did not change, about one looks as if it had.</p></div>`,
  );
}

function chartsHtml(model: ComparisonModel, comparison: RunComparison): Html {
  const places = [...new Set(model.changes.map(({ workload }) => workload))];
  const cards = places.slice(0, CHARTS).flatMap((place) => {
    const row = model.changes.find(({ workload }) => workload === place);
    if (row === undefined) return [];
    const title = `${row.name} ${row.metric}`;
    const unit = overlayUnit(comparison.workloads[place]!).name;
    const pictures = VIEWS.flatMap(
      ([view, words]) =>
        overlaySvg(comparison, place, view, `${title} of all runs over time: ${words}`) ?? [],
    );
    const [whole] = row.cells;
    const told = whole == null ? '' : perView((view) => chip(whole[view].verdict));
    return [
      `<figure class="panel overlay"><figcaption><b>${e(row.name)}</b> ${e(row.metric)} <span class="quiet">${e(unit)}</span>${told}</figcaption>${pictures.join('')}</figure>`,
    ];
  });
  if (cards.length === 0) return '';
  const key = model.runs
    .map(({ name }, r) => `<span><i class="swatch r${String(r % 8)}"></i>${e(name)}</span>`)
    .join('');
  const more =
    places.length > CHARTS
      ? `<p class="quiet">${plural(places.length - CHARTS, 'more metric')} without a chart.</p>`
      : '';
  return section(
    'overlays',
    'The runs over one another',
    e(model.aligned),
    `<div class="key">${key}</div><div class="overlays">${cards.join('')}</div>${more}`,
  );
}

function missingHtml({ missing }: ComparisonModel): Html {
  if (missing.length === 0) return '';
  const columns = [
    { title: 'What', kind: 'name' },
    { title: 'Metric' },
    { title: 'Only in', kind: 'words' },
  ] as const;
  const rows = missing
    .slice(0, ROWS)
    .map(({ name, metric, runs }) => [e(name), e(metric), e(runs.join(', '))]);
  return section(
    'missing',
    'Not in every run',
    '',
    `<div class="panel">${tableHtml('Not in every run', columns, rows, { stacks: true })}</div>`,
  );
}

function footHtml({ version, runs }: ComparisonModel): Html {
  const pairs = runs
    .map(({ name, digest }) => `<dt>${e(name)}</dt><dd class="mono">${e(digest)}</dd>`)
    .join('');
  return `<footer class="quiet"><p>Written by podtape ${e(version)}.</p><dl class="pairs">${pairs}</dl></footer>`;
}

/** A comparison as one HTML file without any script. */
export function comparisonHtml(model: ComparisonModel, comparison: RunComparison): string {
  const isOnePod = model.changes.every(({ cells }) =>
    cells.every((cell) => cell === null || (cell.pods[0] <= 1 && cell.pods[1] <= 1)),
  );
  const radios = VIEWS.map(
    ([view, words], i) =>
      `<input class="visually-hidden" type="radio" name="view" id="v-${view}" aria-label="${e(words)}"${i === 0 ? ' checked' : ''}>`,
  ).join('');
  const switches = isOnePod
    ? ''
    : `<div class="views" aria-hidden="true">${VIEWS.map(([view, words, what]) => `<label for="v-${view}" title="${e(what)}">${e(words)}</label>`).join('')}</div>`;
  const sentences = model.summary.map((text) => `<p>${e(text)}</p>`).join('');
  const advice = model.advice.map((text) => `<li>${e(text)}</li>`).join('');
  const body =
    (isOnePod ? '' : radios) +
    mast(model) +
    `<main><section class="told" aria-label="Summary"><p class="headline">${e(model.headline)}</p>${sentences}` +
    `${advice === '' ? '' : `<ul class="advice">${advice}</ul>`}</section>` +
    switches +
    changesHtml(model) +
    chartsHtml(model, comparison) +
    missingHtml(model) +
    runsHtml(model) +
    footHtml(model) +
    `</main>`;
  return htmlFile({
    title: `${model.title} · podtape`,
    ...{ styles: STYLES + COMPARISON_STYLES, body, script: null },
  });
}
