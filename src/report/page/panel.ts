import { plural } from '../../core/plural.ts';
import type { Spec } from 'vega';
import { formatValue } from '../../core/units.ts';
import { firstAtOrAfter } from '../../replay/evaluate/events.ts';
import { PLOT_LEFT } from '../charts/layout.ts';
import type { DrawnPoint } from '../decimate.ts';
import { scoreText } from '../display.ts';
import {
  overRows,
  scoreColumn,
  scoreRows,
  signalName,
  signalRows,
  signalsOf,
  thresholdName,
  valueRows,
} from '../live/panel-rows.ts';
import type { LiveSignal } from '../live/tape.ts';
import { causeOf, drawnValue } from './alert-table.ts';
import { causeChip } from './cause-chip.ts';
import { clockText, zoneName } from './clock.ts';
import { make, setText } from './dom.ts';
import { listenToPanel } from './panel-input.ts';
import type { Changes, Store } from './store.ts';
import { VegaChart } from './vega-chart.ts';

const SIGNALS_SHOWN = 3;

/** The charts of a panel, once it was opened near the screen. */
interface Drawn {
  readonly value: VegaChart;
  readonly score: VegaChart;
  readonly signals: readonly { readonly signal: LiveSignal; readonly chart: VegaChart }[];
  readonly axis: VegaChart;
}

/** Everything about one series: values, score and signals on one time axis. */
export class Panel {
  readonly element: HTMLDetailsElement;
  readonly #store: Store;
  readonly #specs: Readonly<Record<string, Spec>>;
  readonly #s: number;
  readonly #chip = make('span', { class: 'chip' });
  readonly #causes = make('span');
  readonly #box = make('div', {
    ...{ class: 'charts', tabindex: '0', role: 'group' },
    'aria-roledescription': 'charts over time',
  });
  readonly #valueAt = make('div', { class: 'chart', role: 'img' });
  readonly #scoreAt = make('div', { class: 'chart', role: 'img' });
  readonly #axisAt = make('div', { class: 'chart', 'aria-hidden': 'true' });
  readonly #cursor = make('div', { class: 'cursor hidden' });
  readonly #brush = make('div', { class: 'brush hidden' });
  readonly #window = make('div', { class: 'window-band hidden' });
  readonly #readout = make('span', { class: 'readout', role: 'status' });
  readonly #onCursor: (t: number | null) => void;
  #drawn: Drawn | null = null;
  #scores: Float64Array = new Float64Array();
  #line: readonly DrawnPoint[] = [];
  #isStale = true;

  /** `onCursor` hears of the time that is pointed at, so that other panels can show it, too. */
  constructor(
    store: Store,
    specs: Readonly<Record<string, Spec>>,
    s: number,
    isOpen: boolean,
    onCursor: (t: number | null) => void,
  ) {
    this.#store = store;
    this.#specs = specs;
    this.#s = s;
    this.#onCursor = onCursor;
    const { model } = this.#series;
    const { name, metric, peak, last, samples, limit, notEvaluated, unit } = model;
    const facts = [`peak ${peak}`, `last ${last}`, plural(samples, 'sample')];
    if (limit !== null) facts.splice(1, 0, `limit ${formatValue(limit, unit)}`);
    this.element = make(
      'details',
      { class: 'panel series', id: `s-${String(s)}`, ...(isOpen ? { open: '' } : {}) },
      make(
        'summary',
        {},
        make('span', {}, make('b', {}, name), metric, this.#chip, this.#causes),
        make('span', { class: 'facts' }, facts.join(' · ')),
      ),
      this.#box,
    );
    const told = `${name}, ${metric}`;
    this.#box.setAttribute('aria-label', `${told}. Left and right move through time.`);
    this.#valueAt.setAttribute('aria-label', `Values of ${told}, with alerts, labels and marks`);
    this.#scoreAt.setAttribute('aria-label', `Anomaly scores of ${told}, with the threshold`);
    const judged = notEvaluated === '' ? 'score' : `not judged: ${notEvaluated}`;
    this.#box.append(
      this.#nameLine(this.#series.unit === '' ? 'value' : this.#series.unit, this.#readout),
      this.#valueAt,
      this.#nameLine(judged),
      this.#scoreAt,
    );
    this.element.addEventListener('toggle', () => {
      this.refresh(null);
    });
  }

  get #series() {
    return this.#store.tape.series[this.#s]!;
  }

  /** Whether there is anything to draw at all. */
  get #isShown(): boolean {
    return this.element.open && this.#isNear;
  }

  #isNear = false;

  /** Told when the panel comes near the screen or leaves it; `isPrint` draws it in any case. */
  near(isNear: boolean, isPrint = false): void {
    this.#isNear = isNear || isPrint;
    if (this.#isNear) this.refresh(null);
  }

  /** Follows a change of the view; null: only draws what has become stale. */
  refresh(changes: Changes | null): void {
    if (changes?.decisions === true) this.#showCount();
    if (!this.#isShown) {
      if (changes !== null) this.#isStale = true;
      return;
    }
    const isNew = this.#drawn === null;
    const drawn = (this.#drawn ??= this.#build());
    const isAll = isNew || this.#isStale || changes?.layer === true || changes?.span === true;
    if (isAll || changes?.zone === true) this.#drawLines(drawn);
    if (isAll || changes?.decisions === true || changes?.zone === true) this.#drawDecisions(drawn);
    this.#isStale = false;
  }

  /** Draws everything to a new width. */
  resize(): void {
    if (this.#drawn === null || !this.element.open) return;
    const { value, score, signals, axis } = this.#drawn;
    for (const chart of [value, score, axis, ...signals.map((one) => one.chart)]) {
      chart.resize(this.#valueAt.clientWidth);
    }
    this.#isStale = true;
    this.refresh(null);
  }

  /** Shows the cursor at a time, without telling anybody. */
  point(t: number | null): void {
    const chart = this.#drawn?.value;
    if (chart === undefined || !this.#isShown) return;
    const { from, to } = this.#store.view;
    const isHidden = t === null || t < from || t > to;
    this.#cursor.classList.toggle('hidden', isHidden);
    this.#window.classList.toggle('hidden', isHidden);
    if (isHidden) {
      setText(this.#readout, '');
      return;
    }
    const leftOf = (at: number): number =>
      this.#valueAt.offsetLeft + PLOT_LEFT + ((at - from) / (to - from)) * chart.plotWidth;
    this.#cursor.style.left = `${leftOf(t).toFixed(1)}px`;
    const since = Math.max(from, this.#windowStart(t));
    this.#window.style.left = `${leftOf(since).toFixed(1)}px`;
    this.#window.style.width = `${(leftOf(t) - leftOf(since)).toFixed(1)}px`;
    this.#window.style.top = `${String(this.#valueAt.offsetTop)}px`;
    this.#window.style.height = `${String(this.#valueAt.offsetHeight - 4)}px`;
    setText(this.#readout, this.#textAt(t));
  }

  /** Where the window begins that a sample is judged against. */
  #windowStart(t: number): number {
    const { times } = this.#series;
    const { window } = this.#store.live.layer.settings;
    return times[Math.max(0, firstAtOrAfter(times, t) - window)] ?? t;
  }

  #nameLine(name: string, ...more: readonly HTMLElement[]): HTMLElement {
    return make('div', { class: 'chart-name' }, make('span', {}, name), ...more);
  }

  #showCount(): void {
    const alerts = this.#store.decided.bySeries[this.#s] ?? [];
    this.#chip.classList.toggle('alerting', alerts.length > 0);
    setText(this.#chip, alerts.length === 0 ? '' : plural(alerts.length, 'alert'));
    this.#chip.classList.toggle('hidden', alerts.length === 0);
    const causes = new Set(alerts.flatMap((alert) => causeOf(this.#store, alert)?.[3] ?? []));
    this.#causes.replaceChildren(...[...causes].flatMap((cause) => causeChip(cause)));
  }

  #textAt(t: number): string {
    const { times, model } = this.#series;
    const after = Math.min(times.length - 1, firstAtOrAfter(times, t));
    const i = after > 0 && t - times[after - 1]! < times[after]! - t ? after - 1 : after;
    const at = times[i];
    if (at === undefined) return '';
    const { offsetMs } = this.#store.view;
    const clock = `${clockText(at, offsetMs)} ${zoneName(offsetMs)}`;
    const score = this.#scores[i] ?? NaN;
    const told = Number.isNaN(score) ? 'no score' : `score ${scoreText(score)}`;
    return `${clock} · ${formatValue(drawnValue(this.#series, i), model.unit)} · ${told}`;
  }

  #build(): Drawn {
    const spec = (name: string): Spec => this.#specs[name]!;
    const signals = signalsOf(this.#series, this.#store.tape.signals)
      .slice(0, SIGNALS_SHOWN)
      .map((signal) => {
        const at = make('div', { class: 'chart', role: 'img' });
        at.setAttribute('aria-label', `${signal.metric} at the same time`);
        this.#box.append(this.#nameLine(signalName(signal)), at);
        return { signal, chart: new VegaChart(at, spec('signal')) };
      });
    this.#box.append(this.#axisAt, this.#window, this.#cursor, this.#brush);
    const drawn: Drawn = {
      value: new VegaChart(this.#valueAt, spec('value')),
      score: new VegaChart(this.#scoreAt, spec('score')),
      signals,
      axis: new VegaChart(this.#axisAt, spec('axis')),
    };
    listenToPanel({
      ...{ store: this.#store, times: this.#series.times, box: this.#box, brush: this.#brush },
      ...{ valueAt: this.#valueAt, scoreAt: this.#scoreAt, onCursor: this.#onCursor },
      ...{ value: drawn.value, score: drawn.score },
    });
    return drawn;
  }

  #drawLines({ value, score, signals, axis }: Drawn): void {
    const { from, to, offsetMs } = this.#store.view;
    const { live } = this.#store;
    const span = [from + offsetMs, to + offsetMs];
    const buckets = Math.max(60, Math.ceil(value.plotWidth / 2));
    const { reach, ...rows } = valueRows(this.#store, this.#s, live, buckets);
    value.signal('span', span).signal('reach', reach);
    for (const [name, own] of Object.entries(rows)) value.set(name, own);
    this.#scores = scoreColumn(live, this.#s);
    const scored = scoreRows(this.#store, this.#s, live, this.#scores, buckets);
    this.#line = scored.score;
    score
      .signal('span', span)
      .signal('reach', scored.reach)
      .signal('ticks', scored.ticks)
      .set('score', scored.score);
    for (const { signal, chart } of signals) {
      const drawn = signalRows(this.#store, signal, buckets);
      chart.signal('span', span).signal('reach', drawn.reach).signal('ticks', drawn.ticks);
      chart.set('signal', drawn.signal).draw();
    }
    axis.signal('span', span).draw();
  }

  #drawDecisions({ value, score }: Drawn): void {
    const { times } = this.#series;
    const { offsetMs, choice } = this.#store.view;
    const end = times[times.length - 1] ?? 0;
    const alerts = (this.#store.decided.bySeries[this.#s] ?? []).map((alert) => ({
      from: alert.start + offsetMs,
      to: (alert.end ?? end) + offsetMs,
    }));
    const threshold = this.#store.live.layer.thresholds[choice] ?? 0;
    value.set('alerts', alerts).draw();
    score
      .set('alerts', alerts)
      .set('over', overRows(this.#line, threshold))
      .set('threshold', [{ v: threshold, name: thresholdName(this.#store) }])
      .draw();
  }
}
