import type { Spec } from 'vega';
import { scoreText } from '../display.ts';
import {
  cellAt,
  heatRows,
  nearest,
  powerRows,
  recommendedCell,
  recommendedPoint,
  tradeTicks,
} from '../live/tune-rows.ts';
import type { TuneModel } from '../model.ts';
import type { Store } from './store.ts';
import { VegaChart } from './vega-chart.ts';

/** False alerts a series and day, and share of faults found, under the present settings. */
function tradePoint({ score, data, tape }: Store): { x: number; y: number }[] {
  if (score === null || score.events === 0) return [];
  const { startMs, endMs } = data.extent;
  const days = Math.max(0, endMs - startMs - data.rules.warmupMs) / 86_400_000;
  const seriesDays = days * tape.series.length;
  if (seriesDays === 0) return [];
  return [{ x: score.falseAlerts / seriesDays, y: score.detected / score.events }];
}

/** Chooses the settings that a cell stands for, where the page can decide them. */
function choose(store: Store, x: number, threshold: number | null): void {
  const { layers } = store.data;
  const fits = layers.findIndex(
    ({ settings, contaminations }) => settings.window === x && contaminations === null,
  );
  const layer = layers[store.view.layer]?.settings.window === x ? store.view.layer : fits;
  const chosen = layers[layer];
  if (chosen === undefined) return;
  const near = threshold === null ? null : nearest(chosen.thresholds, threshold);
  const base = layer === store.view.layer ? {} : store.settingsOf(layer);
  store.change({ ...base, ...(near === null ? {} : { choice: chosen.thresholds.indexOf(near) }) });
}

type Update = () => void;

function mountHeatMap(store: Store, tune: TuneModel, name: string, chart: VegaChart): Update {
  const isThreshold = name === 'windowThreshold';
  const cells = isThreshold ? tune.windowThreshold : tune.windowConsecutive;
  chart.set('cells', heatRows(cells, isThreshold ? 'threshold' : 'flags in a row'));
  chart.set('best', recommendedCell(tune, cells));
  chart.onClick(({ x, y }) => {
    if (typeof x !== 'number' || typeof y !== 'number') return;
    choose(store, x, isThreshold ? y : null);
    if (!isThreshold) store.change({ consecutive: y, within: y });
  });
  return () => {
    const { live, view } = store;
    const { settings, thresholds, contaminations } = live.layer;
    const isSame = settings.detector === tune.detector && contaminations === null;
    const y = isThreshold ? (thresholds[view.choice] ?? 0) : view.consecutive;
    chart.set('here', isSame ? cellAt(cells, settings.window, y) : []).draw();
  };
}

function mountTradeOff(store: Store, tune: TuneModel, chart: VegaChart): Update {
  const rows = (points: TuneModel['trade']) => points.map(([x, y]) => ({ x, y }));
  const best = recommendedPoint(tune);
  chart.signal('ticks', tradeTicks(Math.max(...tune.trade.map(([x]) => x))));
  chart.set('dots', rows(tune.trade)).set('front', rows(tune.front)).set('best', best);
  return () => {
    const here = tradePoint(store);
    const names = [
      ...best.map((point) => ({ ...point, name: 'recommended' })),
      ...here
        .filter(({ x, y }) =>
          best.every((b) => Math.abs(b.x - x) > 0.3 || Math.abs(b.y - y) > 0.06),
        )
        .map((point) => ({
          ...point,
          name: `now, ${scoreText(store.live.layer.thresholds[store.view.choice] ?? 0)}`,
        })),
    ];
    chart.set('here', here).set('names', names).draw();
  };
}

/** Share found by size, for the faults of one unit. */
function mountPower(tune: TuneModel, unit: string, chart: VegaChart): Update {
  for (const [name, rows] of Object.entries(powerRows(tune, unit))) chart.set(name, rows);
  return () => {
    chart.draw();
  };
}

/** Draws what tuning found, with the settings in use marked in every picture. */
export function mountTuning(store: Store, specs: Readonly<Record<string, Spec>>): void {
  const { tune } = store.model;
  if (tune === null) return;
  const updates: Update[] = [];
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        watcher.unobserve(target);
        draw(target);
      }
    },
    { rootMargin: '500px' },
  );
  const updateOf = (name: string, chart: VegaChart): Update => {
    if (name === 'powerGrowth') return mountPower(tune, 'MiB/h', chart);
    if (name === 'powerCpu') return mountPower(tune, 'millicores', chart);
    return name === 'tradeOff'
      ? mountTradeOff(store, tune, chart)
      : mountHeatMap(store, tune, name, chart);
  };
  const waiting = new Set(document.querySelectorAll<HTMLElement>('[data-chart]'));
  const draw = (element: HTMLElement): void => {
    if (!waiting.delete(element)) return;
    const name = element.dataset['chart'] ?? '';
    const spec = specs[name];
    if (spec === undefined) return;
    const chart = new VegaChart(element, spec);
    const update = updateOf(name, chart);
    updates.push(update);
    update();
    new ResizeObserver(() => {
      chart.resize(element.clientWidth).draw();
    }).observe(element);
  };
  for (const element of waiting) watcher.observe(element);
  window.addEventListener('beforeprint', () => {
    for (const element of [...waiting]) draw(element);
  });
  store.watch(({ decisions }) => {
    if (decisions) for (const update of updates) update();
  });
}
