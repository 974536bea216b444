import type { Spec } from 'vega';
import { decide } from '../../replay/detect/decider.ts';
import type { DrawnPoint } from '../decimate.ts';
import type { DetailModel, ReportModel, SparkModel } from '../model.ts';
import { type Chart, drawChart } from './chart.ts';
import { unpackDoubles, unpackFlags, unpackTimes } from './unpack.ts';

function embedded(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? 'null');
}

const model = embedded('model') as ReportModel;
const charts = embedded('charts') as Readonly<Record<string, Spec>>;

function specOf(name: string): Spec {
  const spec = charts[name];
  if (spec === undefined) throw new Error(`No chart ${name}.`);
  return spec;
}

const points = (line: readonly DrawnPoint[]): { t: number; v: number | null }[] =>
  line.map(([t, v]) => ({ t, v }));

function reachOf(
  lines: readonly (readonly DrawnPoint[])[],
  also: readonly number[],
): [number, number] {
  let high = 0;
  let low = 0;
  for (const [, v] of lines.flat()) {
    if (v === null) continue;
    if (v > high) high = v;
    if (v < low) low = v;
  }
  for (const v of also) if (v > high) high = v;
  return [low, high === low ? high + 1 : high * 1.05];
}

/** A series that the controls work on, once its exact columns are unpacked. */
interface LiveSeries {
  readonly detail: DetailModel;
  readonly times: Float64Array;
  readonly scores: Float64Array;
  readonly starts: Uint8Array;
  value: Chart | null;
  score: Chart | null;
  readonly countElement: HTMLElement | null;
  alerts: readonly { from: number; to: number }[];
}

interface Decider {
  threshold: number;
  consecutive: number;
  recover: number;
}

const live: LiveSeries[] = [];
const decider: Decider = { ...model.decider };

/** Alert intervals of a series under the present controls: what the command line would say. */
function alertsOf({ times, scores, starts }: LiveSeries): { from: number; to: number }[] {
  const { episodes } = decide(scores, starts, decider);
  return episodes.map(({ first, after }) => ({
    from: times[first] ?? 0,
    to: times[after < times.length && starts[after] !== 1 ? after : after - 1] ?? 0,
  }));
}

const plural = (n: number): string => `${String(n)} alert${n === 1 ? '' : 's'}`;

function refresh(): void {
  let total = 0;
  for (const one of live) {
    one.alerts = alertsOf(one);
    total += one.alerts.length;
    if (one.countElement !== null) one.countElement.textContent = plural(one.alerts.length);
    one.value?.set('alerts', one.alerts).draw();
    one.score
      ?.set('alerts', one.alerts)
      .set('threshold', [{ v: decider.threshold }])
      .draw();
  }
  const count = document.getElementById('count');
  if (count !== null) {
    count.textContent = `${plural(total)} in the ${String(live.length)} series below`;
  }
  const shown = document.getElementById('threshold-value');
  if (shown !== null) shown.textContent = String(Number(decider.threshold.toPrecision(4)));
}

/** The slider is logarithmic where scores are unbounded, so that each step is as noticeable. */
function sliderScale(): { toValue: (step: number) => number; toStep: (value: number) => number } {
  const top = Math.max(...live.map(({ detail }) => detail.scoreTop), model.decider.threshold);
  if (top <= 1) {
    return {
      toValue: (s) => Number((s / 1000).toPrecision(4)),
      toStep: (v) => Math.round(v * 1000),
    };
  }
  const [low, high] = [Math.min(0.5, model.decider.threshold), Math.max(top, 10)];
  const ratio = Math.log(high / low);
  return {
    toValue: (s) => Number((low * Math.exp((ratio * s) / 1000)).toPrecision(4)),
    toStep: (v) => Math.round((1000 * Math.log(Math.max(v, low) / low)) / ratio),
  };
}

function wireControls(): void {
  const slider = document.getElementById('threshold') as HTMLInputElement | null;
  const consecutive = document.getElementById('consecutive') as HTMLInputElement | null;
  const recover = document.getElementById('recover') as HTMLInputElement | null;
  const copy = document.getElementById('copy');
  if (slider === null || consecutive === null || recover === null || copy === null) return;
  const { toValue, toStep } = sliderScale();
  const show = (): void => {
    slider.value = String(toStep(decider.threshold));
    consecutive.value = String(decider.consecutive);
    recover.value = String(decider.recover);
    refresh();
  };
  const whole = (input: HTMLInputElement): number =>
    Math.max(1, Math.round(Number(input.value) || 1));
  slider.addEventListener('input', () => {
    decider.threshold = toValue(Number(slider.value));
    refresh();
  });
  consecutive.addEventListener('input', () => {
    decider.consecutive = whole(consecutive);
    refresh();
  });
  recover.addEventListener('input', () => {
    decider.recover = whole(recover);
    refresh();
  });
  document.getElementById('reset')?.addEventListener('click', () => {
    Object.assign(decider, model.decider);
    show();
  });
  copy.addEventListener('click', () => {
    const flags =
      `${model.flags} --threshold ${String(decider.threshold)} ` +
      `--consecutive ${String(decider.consecutive)} --recover ${String(decider.recover)}`;
    void navigator.clipboard.writeText(flags).then(
      () => (copy.textContent = 'Copied'),
      () => window.prompt('Flags', flags),
    );
  });
  show();
}

function drawDetail(element: HTMLElement, one: LiveSeries, name: 'value' | 'score'): void {
  const { detail } = one;
  const span = [one.times[0] ?? 0, one.times[one.times.length - 1] ?? 1];
  if (name === 'value') {
    const limit = detail.limit;
    // A limit far above would flatten the line; it is then named, not drawn.
    const [low, high] = reachOf([detail.raw, detail.smoothed], []);
    const isNear = limit !== null && limit <= high * 3;
    one.value = drawChart(
      element,
      specOf('value'),
      {
        // Without smoothing the raw line is the one that is judged, so it takes its place.
        raw: detail.smoothed.length === 0 ? [] : points(detail.raw),
        smoothed: points(detail.smoothed.length === 0 ? detail.raw : detail.smoothed),
        alerts: one.alerts,
        labels: detail.labels,
        marks: detail.marks,
        limit: isNear ? [{ v: limit }] : [],
      },
      { span, reach: [low, isNear ? Math.max(high, limit * 1.05) : high] },
    );
    return;
  }
  one.score = drawChart(
    element,
    specOf('score'),
    { score: points(detail.score), alerts: one.alerts, threshold: [{ v: decider.threshold }] },
    { span, reach: reachOf([detail.score], [decider.threshold]) },
  );
}

function drawSpark(element: HTMLElement, spark: SparkModel): void {
  const spans = spark.spans.map(([from, to]) => ({ from, to }));
  drawChart(element, specOf('spark'), { line: points(spark.line), alerts: spans });
}

const cells = (rows: readonly (readonly [number, number, number])[]) =>
  rows.map(([x, y, z]) => ({ x, y, z }));

/** Draws the chart that an element asks for by its data attributes. */
function draw(element: HTMLElement): void {
  const name = element.dataset['chart'] ?? '';
  const [at = 0, inner = 0] = (element.dataset['at'] ?? '').split('.').map(Number);
  const one = live[at];
  switch (name) {
    case 'value':
    case 'score':
      if (one !== undefined) drawDetail(element, one, name);
      break;
    case 'signal': {
      const line = one?.detail.signals[inner]?.line ?? [];
      const span = [one?.times[0] ?? 0, one?.times[one.times.length - 1] ?? 1];
      const data = { signal: points(line) };
      drawChart(element, specOf(name), data, { span, reach: reachOf([line], []) });
      break;
    }
    case 'spark': {
      const spark = model.groups[at]?.sparks[inner];
      if (spark !== undefined) drawSpark(element, spark);
      break;
    }
    case 'coverage':
      drawChart(element, specOf(name), { buckets: model.coverage.buckets });
      break;
    case 'windowThreshold':
      drawChart(element, specOf(name), { cells: cells(model.tune?.windowThreshold ?? []) });
      break;
    case 'windowConsecutive':
      drawChart(element, specOf(name), { cells: cells(model.tune?.windowConsecutive ?? []) });
      break;
    case 'tradeOff': {
      const dots = (model.tune?.tradeOff ?? []).map(([x, y, chosen]) => ({ x, y, chosen }));
      const chosen = dots.filter((dot) => dot.chosen);
      drawChart(element, specOf(name), { dots, chosen });
      break;
    }
    default:
      throw new Error(`No chart ${name}.`);
  }
}

async function start(): Promise<void> {
  for (const [i, detail] of model.details.entries()) {
    const { length, times, scores, starts } = detail.packed;
    live.push({
      detail,
      times: await unpackTimes(times, length),
      scores: await unpackDoubles(scores, length),
      starts: unpackFlags(starts, length),
      ...{ value: null, score: null, alerts: [] },
      countElement: document.querySelector(`[data-alerts="${String(i)}"]`),
    });
  }
  wireControls();
  // A chart is drawn when it comes near the screen, and all of them before printing.
  const waiting = new Set(document.querySelectorAll<HTMLElement>('[data-chart]'));
  const drawNow = (element: HTMLElement): void => {
    if (waiting.delete(element)) draw(element);
  };
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting && target instanceof HTMLElement) drawNow(target);
      }
    },
    { rootMargin: '600px' },
  );
  for (const element of waiting) watcher.observe(element);
  window.addEventListener('beforeprint', () => {
    for (const element of [...waiting]) drawNow(element);
  });
  document.documentElement.dataset['ready'] = 'yes';
}

void start();
