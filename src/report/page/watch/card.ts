import { formatValue } from '../../../core/units.ts';
import { drawnPositions, gapsOf } from '../../decimate.ts';
import { scoreText } from '../../display.ts';
import { clockText } from '../clock.ts';
import { make, makeSvg, setText } from '../dom.ts';
import { lonePath } from '../lone-samples.ts';
import type { Shown } from './state.ts';

const WIDTH = 400;
const VALUE_HEIGHT = 60;
const SCORE_TOP = 66;
const HEIGHT = 92;

const n1 = (v: number): string => v.toFixed(1);

/** What is drawn: a stretch of time, the threshold, and by how much clocks are ahead of UTC. */
export interface CardView {
  readonly from: number;
  readonly to: number;
  readonly threshold: number;
  readonly offsetMs: number;
  readonly name: string;
}

/** One series: its line, its score with the threshold, and where alerts were open. */
export class Card {
  readonly element: HTMLElement;
  readonly #shown: Shown;
  readonly #value = make('span', { class: 'value' });
  readonly #score = make('span');
  readonly #chip = make('span', { class: 'chip alerting hidden' }, '▲ alerting');
  readonly #line = makeSvg('path', { class: 'line' });
  readonly #dots = makeSvg('path', { class: 'dots' });
  readonly #area = makeSvg('path', { class: 'score' });
  readonly #rule = makeSvg('path', { class: 'threshold' });
  readonly #bands = makeSvg('g');
  readonly #name = make('span');
  readonly #from = make('span');
  readonly #range = make('span');
  readonly #to = make('span');
  readonly #svg: SVGSVGElement;

  constructor(shown: Shown) {
    this.#shown = shown;
    const { metric } = shown.series;
    this.#svg = makeSvg('svg', { viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}` });
    this.#svg.setAttribute('preserveAspectRatio', 'none');
    this.#svg.setAttribute('role', 'img');
    const base = makeSvg('path', { class: 'base', d: `M0,${String(HEIGHT)}H${String(WIDTH)}` });
    this.#svg.append(this.#bands, base, this.#area, this.#rule, this.#line, this.#dots);
    this.element = make(
      'article',
      { class: 'card' },
      make('div', { class: 'card-head' }, make('b', {}, metric), this.#chip, this.#value),
      make('div', { class: 'card-sub' }, this.#name, this.#score),
      this.#svg,
      make('div', { class: 'ends' }, this.#from, this.#range, this.#to),
    );
  }

  /** Whether an alert is open at the last sample. */
  get isHot(): boolean {
    return this.#shown.alerting[this.#shown.alerting.length - 1] === true;
  }

  /** The latest score; −1 without any. */
  get score(): number {
    const last = this.#shown.scores[this.#shown.scores.length - 1] ?? NaN;
    return Number.isNaN(last) ? -1 : last;
  }

  draw({ from, to, threshold, offsetMs, name }: CardView): void {
    const { times, values, scores, series } = this.#shown;
    const last = values[values.length - 1];
    const told = last === undefined ? '–' : formatValue(last, series.unit);
    const score = this.score;
    const room = series.limit === null ? '' : ` of ${formatValue(series.limit, series.unit)}`;
    setText(this.#value, told);
    setText(this.#name, name + room);
    this.#name.title = name;
    const judged = series.isSignal ? '' : score < 0 ? 'no score yet' : `score ${scoreText(score)}`;
    setText(this.#score, judged);
    this.element.classList.toggle('hot', this.isHot);
    this.#chip.classList.toggle('hidden', !this.isHot);
    this.#svg.setAttribute('aria-label', `${name} ${series.metric}: ${told}, ${judged}`);
    setText(this.#from, clockText(from, offsetMs));
    setText(this.#to, clockText(to, offsetMs));
    const first = Math.max(0, times.findIndex((t) => t >= from) - 1);
    const own = Float64Array.from(values.slice(first));
    const ownTimes = Float64Array.from(times.slice(first));
    const gaps = gapsOf(ownTimes);
    const [low, high] = reachOf(own);
    setText(
      this.#range,
      low < high ? `${formatValue(low, series.unit)} to ${formatValue(high, series.unit)}` : '',
    );
    const x = (t: number): number => ((t - from) / Math.max(1, to - from)) * WIDTH;
    const line = linePath(own, ownTimes, gaps, x);
    this.#line.setAttribute('d', line);
    this.#dots.setAttribute('d', lonePath(line));
    const ownScores = Float64Array.from(scores.slice(first));
    let top = threshold * 1.6;
    for (const s of ownScores) if (s > top) top = s;
    const y = (s: number): number =>
      HEIGHT - (Math.sqrt(Math.max(0, s) / top) || 0) * (HEIGHT - SCORE_TOP);
    this.#area.setAttribute('d', areaPath(ownScores, ownTimes, gaps, x, y));
    this.#rule.setAttribute('d', series.isSignal ? '' : `M0,${n1(y(threshold))}H${String(WIDTH)}`);
    this.#bands.replaceChildren(...this.#bandsFrom(first, x));
  }

  #bandsFrom(first: number, x: (t: number) => number): SVGElement[] {
    const { times, alerting } = this.#shown;
    const bands: SVGElement[] = [];
    for (let i = first; i < times.length; i += 1) {
      if (alerting[i] !== true) continue;
      const start = i;
      while (i + 1 < times.length && alerting[i + 1] === true) i += 1;
      const left = Math.max(0, x(times[start] ?? 0));
      const width = Math.max(2, x(times[i] ?? 0) - left);
      bands.push(
        makeSvg('rect', { class: 'band', x: n1(left), y: 0, width: n1(width), height: HEIGHT }),
      );
    }
    return bands;
  }
}

/** Lowest and highest value; the wrong way round without any. */
function reachOf(values: Float64Array): readonly [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [low, high];
}

function linePath(
  values: Float64Array,
  times: Float64Array,
  gaps: Uint8Array,
  x: (t: number) => number,
): string {
  const [low, high] = reachOf(values);
  if (low > high) return '';
  const floor = low > high * 0.7 ? low - (high - low) * 0.2 : Math.min(0, low);
  const y = (v: number): number =>
    VALUE_HEIGHT - (high > floor ? (v - floor) / (high - floor) : 0.5) * (VALUE_HEIGHT - 4);
  return drawnPositions(values, gaps, WIDTH / 2)
    .map(
      (i, p) => `${p === 0 || gaps[i] === 1 ? 'M' : 'L'}${n1(x(times[i]!))},${n1(y(values[i]!))}`,
    )
    .join('');
}

function areaPath(
  scores: Float64Array,
  times: Float64Array,
  gaps: Uint8Array,
  x: (t: number) => number,
  y: (s: number) => number,
): string {
  let path = '';
  let last = '';
  for (const i of drawnPositions(scores, gaps, WIDTH / 2)) {
    const s = scores[i]!;
    const isBreak = Number.isNaN(s) || gaps[i] === 1;
    if (isBreak && last !== '') {
      path += `L${last},${String(HEIGHT)}Z`;
      last = '';
    }
    if (Number.isNaN(s)) continue;
    const at = n1(x(times[i]!));
    path += `${last === '' ? `M${at},${String(HEIGHT)}` : ''}L${at},${n1(y(s))}`;
    last = at;
  }
  return last === '' ? path : `${path}L${last},${String(HEIGHT)}Z`;
}
