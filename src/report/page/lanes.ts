import { plural } from '../../core/plural.ts';
import type { Spec } from 'vega';
import type { LiveSignal } from '../live/tape.ts';
import { byId, make, setText } from './dom.ts';
import { InView } from './in-view.ts';
import type { Lane } from './lane.ts';
import { coverageLane, marksLane, seriesLane, signalLane } from './lane-kinds.ts';
import type { Store } from './store.ts';
import { dragForTime } from './time-drag.ts';
import { VegaChart } from './vega-chart.ts';

/** Lanes at most, and those that quiet series fill up to. */
const MOST_LANES = 24;
const FILLED_LANES = 12;
const MOST_SIGNALS = 2;

/** A signal of the whole run or of a workload that is worth a lane. */
function laneSignals(store: Store): LiveSignal[] {
  const order = ['requests', 'load', 'replicas'];
  const rank = ({ metric }: LiveSignal): number => {
    const at = order.indexOf(metric);
    return at === -1 ? order.length : at;
  };
  const { model, tape } = store;
  const interest = ({ workload, namespace }: LiveSignal): number =>
    model.byInterest.findIndex((i) => {
      const series = model.series[i]!;
      return series.workload === workload && series.namespace === namespace && series.alerts > 0;
    }) >>> 0;
  return [...tape.signals]
    .sort((a, b) => rank(a) - rank(b) || interest(a) - interest(b))
    .slice(0, MOST_SIGNALS);
}

/** Series with a lane: those with alerts or labels, and a few quiet ones beside them. */
function laneSeries({ model }: Store): number[] {
  const telling = model.byInterest.filter((s) => {
    const { alerts = 0, labels = 0 } = model.series[s] ?? {};
    return alerts + labels > 0;
  });
  const count = Math.min(MOST_LANES, Math.max(telling.length, FILLED_LANES));
  return model.byInterest.slice(0, count);
}

function lanesOf(store: Store): Lane[] {
  return [
    ...coverageLane(store),
    ...marksLane(store),
    ...laneSignals(store).map((signal) => signalLane(store, signal)),
    ...laneSeries(store).map((s) => seriesLane(store, s)),
  ];
}

/** Draws everything that happened, a lane each, on one time axis. */
export function mountLanes(store: Store, axisSpec: Spec): void {
  const board = byId('lanes', HTMLElement);
  const more = byId('lanes-more', HTMLElement);
  const lanes = lanesOf(store);
  const axis = make('div', { class: 'chart' });
  const brush = make('div', { class: 'brush hidden' });
  board.append(...lanes.flatMap(({ name, lane }) => [name, lane]), make('div'), axis, brush);
  const chart = new VegaChart(axis, axisSpec, 0);
  const shown = new Set(laneSeries(store));

  const draw = (): void => {
    const { from, to } = store.view;
    const percent = (t: number): number => ((t - from) / (to - from)) * 100;
    const place = (a: number, b: number): string | null => {
      if (b < from || a > to) return null;
      const left = Math.max(0, percent(a));
      const width = Math.min(100, percent(b)) - left;
      return `left:${left.toFixed(3)}%;width:${Math.max(0, width).toFixed(3)}%`;
    };
    for (const lane of lanes) lane.draw(place);
    const { offsetMs } = store.view;
    chart.signal('span', [from + offsetMs, to + offsetMs]).draw();
    const hidden = store.tape.series.length - shown.size;
    const others = store.decided.bySeries.reduce(
      (sum, { length }, s) => sum + (shown.has(s) ? 0 : length),
      0,
    );
    setText(
      more,
      hidden <= 0
        ? ''
        : `${plural(hidden, 'series has', 'more series have')} no lane; ${plural(others, 'alert')} in them.`,
    );
  };
  new ResizeObserver(() => {
    chart.resize(axis.clientWidth).draw();
  }).observe(axis);

  for (const { lane } of lanes) {
    dragForTime(
      lane,
      store,
      () => lane.getBoundingClientRect(),
      (stretch) => {
        brush.classList.toggle('hidden', stretch === null);
        if (stretch === null) return;
        const box = lane.getBoundingClientRect();
        const left = lane.offsetLeft + stretch[0] * box.width;
        brush.style.left = `${String(left)}px`;
        brush.style.width = `${String((stretch[1] - stretch[0]) * box.width)}px`;
      },
    );
  }
  const inView = new InView(board, draw);
  store.watch(({ decisions, span, zone }) => {
    if (decisions || span || zone) inView.refresh();
  });
}
