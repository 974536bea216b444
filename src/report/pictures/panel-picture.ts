import { plural } from '../../core/plural.ts';
import type { Spec } from 'vega';
import type { LiveAlert } from '../live/decide.ts';
import {
  overRows,
  scoreColumn,
  scoreRows,
  type Shown,
  signalName,
  signalRows,
  signalsOf,
  thresholdName,
  valueRows,
} from '../live/panel-rows.ts';
import { pictureSvg, type Piece, textPiece } from './svg.ts';
import { vegaPiece } from './vega-piece.ts';

const WIDTH = 960;
const SIGNALS_SHOWN = 3;
const BUCKETS = 480;

/** Values, score and signals of one series over time, with alerts, labels and marks. */
export async function panelPicture(
  shown: Shown,
  specs: Readonly<Record<string, Spec>>,
  s: number,
  alerts: readonly LiveAlert[],
): Promise<string> {
  const series = shown.tape.series[s];
  if (series === undefined) throw new Error(`No series ${String(s)}.`);
  const { model, times, unit } = series;
  const { live, view } = shown;
  const span = [view.from, view.to];
  const draw = (name: string, signals: object, rows: Readonly<Record<string, readonly object[]>>) =>
    vegaPiece(specs[name]!, WIDTH, { rows, signals: { span, ...signals } });
  const end = times[times.length - 1] ?? 0;
  const bands = alerts
    .filter((alert) => alert.series === s)
    .map((alert) => ({ from: alert.start, to: alert.end ?? end }));
  const { reach, ...rows } = valueRows(shown, s, live, BUCKETS);
  const scored = scoreRows(shown, s, live, scoreColumn(live, s), BUCKETS);
  const threshold = live.layer.thresholds[view.choice] ?? 0;
  const title = `${model.name}, ${model.metric}`;
  const facts = [plural(bands.length, 'alert'), `peak ${model.peak}`, `last ${model.last}`];
  const pieces: Piece[] = [
    textPiece(title, { size: 16, colour: 'text', isBold: true }),
    textPiece(facts.join(' · ')),
    textPiece(unit === '' ? 'value' : unit),
    await draw('value', { reach }, { ...rows, alerts: bands }),
    textPiece(model.notEvaluated === '' ? 'score' : `not judged: ${model.notEvaluated}`),
    await draw(
      'score',
      { reach: scored.reach, ticks: scored.ticks },
      {
        ...{ score: scored.score, alerts: bands, over: overRows(scored.score, threshold) },
        threshold: [{ v: threshold, name: thresholdName(shown) }],
      },
    ),
  ];
  for (const signal of signalsOf(series, shown.tape.signals).slice(0, SIGNALS_SHOWN)) {
    const drawn = signalRows(shown, signal, BUCKETS);
    pieces.push(
      textPiece(signalName(signal)),
      await draw('signal', { reach: drawn.reach, ticks: drawn.ticks }, { signal: drawn.signal }),
    );
  }
  pieces.push(await draw('axis', {}, {}), textPiece('UTC', { size: 11 }));
  return pictureSvg(title, WIDTH, pieces);
}
