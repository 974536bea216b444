import type { Spec } from 'vega';
import type { LiveAlert } from '../live/decide.ts';
import type { Shown } from '../live/panel-rows.ts';
import type { CoverageState } from '../model.ts';
import { e } from '../sections/markup.ts';
import { pictureSvg, type Piece, textPiece } from './svg.ts';
import { vegaPiece } from './vega-piece.ts';

const WIDTH = 960;
const NAMES = 290;
const LANE = 20;
const MOST_LANES = 40;
const LONGEST_NAME = 44;
/** States of coverage without a colour of their own. */
const COVERAGE_COLOUR: Partial<Record<CoverageState, string>> = {
  ...{ gap: 'faint', repeated: 'line', stale: 'partial' },
};

/** Series that are worth a lane, the most interesting first. */
function lanes({ model }: Shown): number[] {
  const telling = model.byInterest.filter((s) => {
    const { alerts = 0, labels = 0 } = model.series[s] ?? {};
    return alerts + labels > 0;
  });
  return (telling.length > 0 ? telling : model.byInterest).slice(0, MOST_LANES);
}

const cut = (text: string): string =>
  text.length <= LONGEST_NAME
    ? text
    : `${text.slice(0, LONGEST_NAME / 2 - 1)}…${text.slice(-LONGEST_NAME / 2)}`;

const number = (v: number): string => v.toFixed(1);

/** What happened when: coverage, marks, alerts and known faults of the telling series, a lane each. */
export async function timelinePicture(
  shown: Shown,
  specs: Readonly<Record<string, Spec>>,
  alerts: readonly LiveAlert[],
): Promise<string> {
  const { model, tape, view } = shown;
  const plot = WIDTH - NAMES;
  const x = (t: number): number =>
    NAMES + Math.max(0, Math.min(1, (t - view.from) / (view.to - view.from))) * plot;
  const bar = (from: number, to: number, colour: string, inset: number): string =>
    `<rect x="${number(x(from))}" y="${String(inset)}" width="${number(Math.max(2, x(to) - x(from)))}" ` +
    `height="${String(LANE - 2 * inset)}" rx="2" fill="var(--${colour})"/>`;
  const lane = (name: string, bars: string): Piece => ({
    svg: `<text x="0" y="14" font-size="12" fill="var(--text)">${e(cut(name))}</text>${bars}`,
    height: LANE,
  });
  const coverage = model.coverage.buckets.map(({ from, to, state }) =>
    bar(from, to, COVERAGE_COLOUR[state] ?? state, 5),
  );
  const marks = model.marks.filter(({ pod }) => pod === '');
  const pieces = [
    textPiece(model.headline, { size: 16, colour: 'text', isBold: true }),
    textPiece(`${model.title}: alerts and known faults by series; UTC`),
    ...(coverage.length === 0 ? [] : [lane('what was seen', coverage.join(''))]),
    ...(marks.length === 0
      ? []
      : [lane('marks', marks.map(({ startMs }) => bar(startMs, startMs, 'mark', 3)).join(''))]),
    ...lanes(shown).map((s) => {
      const series = tape.series[s];
      if (series === undefined) return lane('', '');
      const { model: own, times } = series;
      const end = times[times.length - 1] ?? 0;
      const faults = model.labels
        .filter(
          (label) =>
            label.namespace === own.namespace &&
            label.pod === own.pod &&
            (label.metric === '' || label.metric === own.metric),
        )
        .map(({ startMs, endMs }) => bar(startMs, endMs, 'label', 8));
      const found = alerts
        .filter(({ series: of }) => of === s)
        .map((alert) => bar(alert.start, alert.end ?? end, 'alert', 4));
      const alive = times.length === 0 ? '' : bar(times[0] ?? 0, end, 'sunk', 2);
      return lane(`${own.name} ${own.metric}`, [alive, ...found, ...faults].join(''));
    }),
  ];
  const axis = await vegaPiece(specs['axis']!, plot + 66, {
    ...{ rows: {}, signals: { span: [view.from, view.to] } },
  });
  pieces.push({
    svg: `<g transform="translate(${String(NAMES - 56)},0)">${axis.svg}</g>`,
    height: 24,
  });
  const key = `<g font-size="11" fill="var(--muted)"><rect y="2" width="14" height="9" rx="2" fill="var(--alert)"/><text x="20" y="10">alert</text><rect x="70" y="4" width="14" height="4" rx="2" fill="var(--label)"/><text x="90" y="10">known fault (label)</text></g>`;
  return pictureSvg(`${model.title}: what happened when`, WIDTH, [
    ...pieces,
    { svg: key, height: 12 },
  ]);
}
