import type { TopLevelSpec } from 'vega-lite';
import { COLOURS, CONFIG, TIME_AXIS, TIME_X } from './theme.ts';

// Charts are templates: fields have fixed names and every name, time and number arrives as data,
// so no text from outside ever becomes part of an expression.

const base = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 'container',
  config: CONFIG,
  autosize: { type: 'fit-x', contains: 'padding' },
} as const;

const x = {
  ...TIME_X,
  scale: { type: 'utc' },
} as const;

const interval = { x: { field: 'from' }, x2: { field: 'to' } } as const;

const bands = (name: string, colour: string, opacity: number) => ({
  data: { name },
  transform: [{ filter: 'isValid(datum.from)' }],
  mark: { type: 'rect', color: colour, opacity, tooltip: { content: 'data' } },
  encoding: {
    x: { ...x, ...interval.x },
    x2: interval.x2,
  },
});

const line = (name: string, colour: string, width: number, opacity = 1) => ({
  data: { name },
  mark: {
    type: 'line',
    color: colour,
    strokeWidth: width,
    opacity,
    invalid: 'break-paths-show-path-domains',
    clip: true,
  },
  encoding: {
    x,
    y: {
      field: 'v',
      type: 'quantitative',
      axis: { title: null },
      scale: { nice: true },
    },
  },
});

const rule = (name: string, colour: string, dash: number[]) => ({
  data: { name },
  mark: { type: 'rule', color: colour, strokeDash: dash, clip: true },
  encoding: { y: { field: 'v', type: 'quantitative' } },
});

/** Raw and smoothed values with alerts, labels, marks and the limit. */
export const valueChart = {
  ...base,
  height: 170,
  layer: [
    bands('labels', COLOURS.label, 0.22),
    bands('alerts', COLOURS.alert, 0.28),
    {
      data: { name: 'marks' },
      mark: {
        type: 'rule',
        color: COLOURS.mark,
        strokeDash: [2, 3],
        opacity: 0.7,
        tooltip: { content: 'data' },
      },
      encoding: { x: { ...x, field: 'from' } },
    },
    rule('limit', COLOURS.text, [6, 3]),
    line('raw', COLOURS.muted, 1, 0.8),
    line('smoothed', COLOURS.accent, 1.8),
  ],
} as unknown as TopLevelSpec;

/** The score with the threshold that flags. */
export const scoreChart = {
  ...base,
  height: 90,
  layer: [
    bands('alerts', COLOURS.alert, 0.28),
    line('score', COLOURS.accent, 1.2),
    rule('threshold', COLOURS.alert, [4, 2]),
  ],
} as unknown as TopLevelSpec;

/** A signal beneath: replicas or load. */
export const signalChart = {
  ...base,
  height: 50,
  layer: [
    {
      ...line('signal', COLOURS.muted, 1.2),
      mark: { type: 'line', interpolate: 'step-after', color: COLOURS.muted, strokeWidth: 1.2 },
    },
  ],
} as unknown as TopLevelSpec;

/** A small picture: line and alerts, no axes. */
export const sparkChart = {
  ...base,
  height: 38,
  padding: 1,
  config: { ...CONFIG, axis: { disable: true } },
  layer: [
    {
      data: { name: 'alerts' },
      mark: { type: 'rect', color: COLOURS.alert, opacity: 0.35 },
      encoding: {
        x: { field: 'from', type: 'temporal', scale: { type: 'utc' } },
        x2: { field: 'to' },
      },
    },
    {
      data: { name: 'line' },
      mark: {
        type: 'line',
        color: COLOURS.accent,
        strokeWidth: 1.2,
        invalid: 'break-paths-show-path-domains',
      },
      encoding: {
        x: { field: 't', type: 'temporal', scale: { type: 'utc' } },
        y: { field: 'v', type: 'quantitative', scale: { zero: true } },
      },
    },
  ],
} as unknown as TopLevelSpec;

/** What was seen and what was not. */
export const coverageChart = {
  ...base,
  height: 26,
  data: { name: 'buckets' },
  mark: { type: 'rect', tooltip: { content: 'data' } },
  encoding: {
    x: {
      field: 'from',
      type: 'temporal',
      scale: { type: 'utc' },
      axis: TIME_AXIS,
    },
    x2: { field: 'to' },
    color: {
      field: 'state',
      type: 'nominal',
      scale: {
        domain: ['ok', 'partial', 'empty', 'failed', 'missed', 'gap'],
        range: [
          'var(--ok)',
          'var(--partial)',
          'var(--empty)',
          'var(--alert)',
          'var(--missed)',
          'var(--missed)',
        ],
      },
      legend: null,
    },
  },
} as unknown as TopLevelSpec;

const heatMap = (xTitle: string, yTitle: string): TopLevelSpec =>
  ({
    ...base,
    height: 190,
    data: { name: 'cells' },
    mark: { type: 'rect', tooltip: { content: 'data' } },
    encoding: {
      x: { field: 'x', type: 'ordinal', axis: { title: xTitle, labelAngle: 0 } },
      y: { field: 'y', type: 'ordinal', sort: 'descending', axis: { title: yTitle } },
      color: {
        field: 'z',
        type: 'quantitative',
        scale: { scheme: 'viridis' },
        legend: { title: 'best score', gradientLength: 120 },
      },
    },
  }) as unknown as TopLevelSpec;

export const windowThresholdChart = heatMap('window (samples)', 'threshold');
export const windowConsecutiveChart = heatMap('window (samples)', 'consecutive');

/** False alerts against recall; the recommendation stands out. */
export const tradeOffChart = {
  ...base,
  height: 190,
  layer: [
    {
      data: { name: 'dots' },
      mark: { type: 'point', filled: true, size: 22, color: COLOURS.muted, opacity: 0.5 },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          scale: { type: 'symlog', constant: 0.1 },
          axis: { title: 'false alerts a series and day', tickCount: 5 },
        },
        y: { field: 'y', type: 'quantitative', axis: { title: 'recall', format: '.0%' } },
      },
    },
    {
      data: { name: 'chosen' },
      mark: { type: 'point', filled: true, size: 140, color: COLOURS.accent },
      encoding: {
        x: { field: 'x', type: 'quantitative' },
        y: { field: 'y', type: 'quantitative' },
      },
    },
  ],
} as unknown as TopLevelSpec;

/** Every template by the name under which the page finds it. */
export const CHARTS = {
  value: valueChart,
  score: scoreChart,
  signal: signalChart,
  spark: sparkChart,
  coverage: coverageChart,
  windowThreshold: windowThresholdChart,
  windowConsecutive: windowConsecutiveChart,
  tradeOff: tradeOffChart,
} as const;
