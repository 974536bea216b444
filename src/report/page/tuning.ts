import type { Spec } from 'vega';
import { scoreText } from '../display.ts';
import type { InjectedFault } from '../../core/tune-advice.ts';
import { seriesDays } from '../live/decide.ts';
import {
  cellAt,
  heatRows,
  nearest,
  powerRows,
  recommendedCell,
  recommendedPoint,
  smallestContent,
  smallestRows,
  tradeContent,
} from '../live/tune-rows.ts';
import type { SettingPoint, SmallestModel, TuneModel } from '../model.ts';
import { byId, setText } from './dom.ts';
import { InView } from './in-view.ts';
import type { Store } from './store.ts';
import { VegaChart } from './vega-chart.ts';

/** Rows and signals of a chart of settings as points. */
type PointContent = ReturnType<typeof tradeContent> | ReturnType<typeof smallestContent>;

/** False alerts a series and day, and share of faults found, under the present settings. */
function tradePoint({ score, data, tape, live }: Store): { x: number; y: number }[] {
  if (score === null || score.events === 0) return [];
  const days = seriesDays(tape.series, live, data.extent, data.rules);
  return days === 0 ? [] : [{ x: score.falseAlerts / days, y: score.detected / score.events }];
}

/** Where the page can decide a window and smoothing of the detector that was tuned. */
function placeOf(
  { data, view }: Store,
  detector: string,
  window: number,
  smooth: number,
): { setting: number; layer: number } | null {
  const order = [view.setting, ...data.settings.keys()];
  for (const setting of order) {
    const layer = data.settings[setting]?.layers.find((at) => {
      const { settings, contaminations } = data.layers[at]!;
      return (
        contaminations === null &&
        settings.detector === detector &&
        settings.window === window &&
        settings.smooth === smooth
      );
    });
    if (layer !== undefined) return { setting, layer };
  }
  return null;
}

/** What a click on a cell or a point asks for. */
interface Chosen {
  readonly window: number;
  readonly smooth: number;
  readonly consecutive: number;
  readonly threshold: number;
}

/** Chooses the settings that a cell or a point stands for, where the page can decide them. */
function choose(
  store: Store,
  { detector }: TuneModel,
  { window, smooth, consecutive, threshold }: Chosen,
): void {
  const place = placeOf(store, detector, window, smooth);
  if (place === null) {
    setText(byId('said', HTMLElement), 'This window and smoothing are not in this page.');
    return;
  }
  const { thresholds = [] } = store.data.layers[place.layer] ?? {};
  const choice = thresholds.indexOf(nearest(thresholds, threshold) ?? 0);
  const { recover } = store.settingsOf(place.setting);
  store.change({ ...place, choice, consecutive, within: consecutive, recover });
}

type Update = () => void;

function mountHeatMap(store: Store, tune: TuneModel, name: string, chart: VegaChart): Update {
  const isThreshold = name === 'windowThreshold';
  const cells = isThreshold ? tune.windowThreshold : tune.windowConsecutive;
  chart.set('cells', heatRows(tune, cells, isThreshold ? 'threshold' : 'flags in a row'));
  chart.set('best', recommendedCell(tune, cells));
  chart.onClick(({ x, y }) => {
    const cell = cells.find((one) => one[0] === x && one[1] === y);
    if (cell === undefined) return;
    const [window, , , smooth, consecutive, threshold] = cell;
    choose(store, tune, { window, smooth, consecutive, threshold });
  });
  return () => {
    const { live, view } = store;
    const { settings, thresholds, contaminations } = live.layer;
    const isSame = settings.detector === tune.detector && contaminations === null;
    const y = isThreshold ? (thresholds[view.choice] ?? 0) : view.consecutive;
    chart.set('here', isSame ? cellAt(cells, settings.window, y) : []).draw();
  };
}

/** Fills a chart of settings as points, and lets a click on one choose it. */
function fillPoints(
  store: Store,
  tune: TuneModel,
  points: readonly SettingPoint[],
  { rows, signals }: PointContent,
  chart: VegaChart,
): void {
  chart.signal('ticks', signals.ticks);
  for (const [name, own] of Object.entries(rows)) chart.set(name, own);
  chart.onClick(({ x, y }) => {
    const point = points.find((one) => one[0] === x && one[1] === y);
    if (point === undefined) return;
    const [, , window, smooth, consecutive, threshold] = point;
    choose(store, tune, { window, smooth, consecutive, threshold });
  });
}

function mountTradeOff(store: Store, tune: TuneModel, chart: VegaChart): Update {
  const best = recommendedPoint(tune);
  fillPoints(store, tune, tune.trade, tradeContent(tune), chart);
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

/** The point of the settings in use, where it is one of those tried. */
function smallestHere({ live, view }: Store, tune: TuneModel, { points, unit }: SmallestModel) {
  const { settings, thresholds, contaminations } = live.layer;
  if (settings.detector !== tune.detector || contaminations !== null) return [];
  const here = points.find(
    ([, , window, smooth, consecutive, threshold]) =>
      window === settings.window &&
      smooth === settings.smooth &&
      consecutive === view.consecutive &&
      nearest(thresholds, threshold) === thresholds[view.choice],
  );
  return here === undefined ? [] : smallestRows([here], unit);
}

function mountSmallest(
  store: Store,
  tune: TuneModel,
  trade: SmallestModel,
  chart: VegaChart,
): Update {
  fillPoints(store, tune, trade.points, smallestContent(tune, trade), chart);
  return () => {
    chart.set('here', smallestHere(store, tune, trade)).draw();
  };
}

/** Share found by size, for the faults of one unit. */
function mountPower(tune: TuneModel, unit: InjectedFault['unit'], chart: VegaChart): Update {
  for (const [name, rows] of Object.entries(powerRows(tune, unit))) chart.set(name, rows);
  return () => {
    chart.draw();
  };
}

/** The button that shows what is recommended, and a word where the pictures are of other settings. */
function mountRecommended(store: Store, { detector }: TuneModel): void {
  const at = store.data.settings.findIndex(({ name }) => name === 'recommended');
  const button = document.getElementById('show-recommended');
  button?.classList.toggle('hidden', at === -1);
  button?.addEventListener('click', () => {
    store.change(store.settingsOf(at));
  });
  store.watch(({ decisions }) => {
    if (!decisions) return;
    const isOther = store.live.layer.settings.detector !== detector;
    const note = isOther
      ? `These pictures are of the detector “${detector}”; the settings above, “${store.setting.name}”, have another. ` +
        'A click on a cell or a point shows its settings in every chart.'
      : 'The dashed frame and the ring are the settings above; a click on a cell or a point shows others.';
    setText(byId('tune-note', HTMLElement), note);
  });
}

/** Draws what tuning found, with the settings in use marked in every picture. */
export function mountTuning(store: Store, specs: Readonly<Record<string, Spec>>): void {
  const { tune } = store.model;
  if (tune === null) return;
  const updateOf = (name: string, chart: VegaChart): Update => {
    if (name === 'powerGrowth') return mountPower(tune, 'MiB/h', chart);
    if (name === 'powerCpu') return mountPower(tune, 'millicores', chart);
    const trade = tune.smallest.find(
      ({ kind }) => name === (kind === 'leak' ? 'tradeLeak' : 'tradeHog'),
    );
    if (trade !== undefined) return mountSmallest(store, tune, trade, chart);
    return name === 'tradeOff'
      ? mountTradeOff(store, tune, chart)
      : mountHeatMap(store, tune, name, chart);
  };
  mountRecommended(store, tune);
  for (const element of document.querySelectorAll<HTMLElement>('[data-chart]')) {
    const name = element.dataset['chart'] ?? '';
    const spec = specs[name];
    if (spec === undefined) continue;
    let update: Update | null = null;
    const inView = new InView(element, () => {
      if (update === null) {
        const chart = new VegaChart(element, spec);
        update = updateOf(name, chart);
        new ResizeObserver(() => {
          chart.resize(element.clientWidth).draw();
        }).observe(element);
      }
      update();
    });
    store.watch(({ decisions }) => {
      if (decisions) inView.refresh();
    });
  }
}
