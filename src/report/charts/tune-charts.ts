import type { TopLevelSpec } from 'vega-lite';
import { PLOT_LEFT, PLOT_RIGHT } from './layout.ts';
import { COLOURS, CONFIG } from './theme.ts';

const base = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 300,
  config: CONFIG,
  padding: { left: PLOT_LEFT, right: PLOT_RIGHT, top: 6, bottom: 40 },
  autosize: 'none',
} as const;

/** Cells coloured by score; `here` outlines the settings in use, `best` the recommended ones. */
const heatMap = (yTitle: string) => {
  const place = {
    x: { field: 'x', type: 'ordinal', axis: { title: 'window (samples)', labelAngle: 0 } },
    y: { field: 'y', type: 'ordinal', sort: 'descending', axis: { title: yTitle } },
  };
  const outline = (name: string, colour: string, dash: number[]) => ({
    data: { name },
    mark: { type: 'rect', fillOpacity: 0, stroke: colour, strokeWidth: 2, strokeDash: dash },
    encoding: place,
  });
  return {
    ...base,
    height: 220,
    layer: [
      {
        data: { name: 'cells' },
        mark: { type: 'rect', color: COLOURS.accent, tooltip: { signal: 'datum.tip' } },
        encoding: {
          ...place,
          // Strength of one colour carries the number: it reads in light, dark and print.
          opacity: {
            ...{ field: 'z', type: 'quantitative', legend: null },
            scale: { range: [0.06, 1], zero: false, nice: false },
          },
        },
      },
      {
        data: { name: 'cells' },
        mark: { type: 'text', fontSize: 10.5 },
        encoding: {
          ...place,
          text: { field: 'told' },
          color: { field: 'ink', type: 'nominal', scale: null },
        },
      },
      outline('best', COLOURS.text, [1, 0]),
      outline('here', COLOURS.alert, [3, 2]),
    ],
  };
};

const costs = {
  x: {
    ...{ field: 'x', type: 'quantitative', scale: { type: 'symlog', constant: 0.1, nice: false } },
    axis: { title: 'false alerts a series and day', tickCount: 5, grid: false },
  },
};

const recall = {
  ...costs,
  y: {
    ...{ field: 'y', type: 'quantitative', scale: { domain: [0, 1.05], nice: false } },
    axis: { title: 'known faults found', format: '.0%', values: [0, 0.25, 0.5, 0.75, 1] },
  },
};

/** The smallest fault caught, by powers of two as they are injected. */
const smallest = (title: string) => ({
  ...costs,
  y: {
    ...{ field: 'y', type: 'quantitative', scale: { type: 'log', base: 2 } },
    axis: { title, tickCount: 5, format: '~r' },
  },
});

/** False alerts against what is found: what finding more costs. */
const tradeOff = (xy: typeof recall | ReturnType<typeof smallest>, size: number) => ({
  ...base,
  height: 220,
  layer: [
    {
      data: { name: 'dots' },
      mark: {
        ...{ type: 'point', filled: true, size, color: COLOURS.raw, opacity: 0.6 },
        tooltip: { signal: 'datum.tip' },
      },
      encoding: xy,
    },
    {
      data: { name: 'front' },
      mark: { type: 'line', interpolate: 'step-after', color: COLOURS.accent, strokeWidth: 1.8 },
      encoding: xy,
    },
    {
      data: { name: 'best' },
      mark: { type: 'point', filled: true, size: 120, color: COLOURS.accent, opacity: 1 },
      encoding: xy,
    },
    {
      data: { name: 'here' },
      mark: { type: 'point', size: 170, color: COLOURS.alert, strokeWidth: 2.5, opacity: 1 },
      encoding: xy,
    },
    {
      data: { name: 'names' },
      mark: { type: 'text', align: 'left', dx: 11, dy: 1, color: COLOURS.text, fontWeight: 600 },
      encoding: { ...xy, text: { field: 'name' } },
    },
  ],
});

/** Size of an injected fault against the share of places in which it is found. */
const powerCurve = (xTitle: string) => ({
  ...base,
  height: 220,
  layer: [
    {
      data: { name: 'marks' },
      mark: { type: 'rule', color: COLOURS.raw, strokeDash: [3, 3] },
      encoding: { y: { field: 'y', type: 'quantitative' } },
    },
    ...(['line', 'point'] as const).map((type) => ({
      data: { name: 'curves' },
      mark: type === 'line' ? { type } : { type, filled: true, size: 30 },
      encoding: {
        x: {
          ...{ field: 'x', type: 'quantitative', scale: { type: 'log', base: 2, nice: false } },
          axis: { title: xTitle, tickCount: 6, grid: false, format: '~r' },
        },
        y: {
          ...{ field: 'y', type: 'quantitative', scale: { domain: [0, 1.05], nice: false } },
          axis: { title: 'found', format: '.0%', values: [0, 0.25, 0.5, 0.75, 1] },
        },
        color: {
          ...{ field: 'kind', type: 'nominal', legend: null },
          scale: { range: [COLOURS.accent, COLOURS.alert] },
        },
      },
    })),
    {
      data: { name: 'names' },
      mark: {
        ...{ type: 'text', align: { expr: 'datum.align' }, dx: { expr: 'datum.dx' }, dy: -8 },
        ...{ color: COLOURS.text, fontWeight: 600 },
      },
      encoding: {
        x: { field: 'x', type: 'quantitative' },
        y: { field: 'y', type: 'quantitative' },
        text: { field: 'name' },
      },
    },
  ],
});

/** Templates of what tuning shows. */
export const TUNE_CHARTS = {
  windowThreshold: heatMap('threshold'),
  windowConsecutive: heatMap('flags in a row'),
  tradeOff: tradeOff(recall, 36),
  tradeLeak: tradeOff(smallest('leak caught in 50 % of places (MiB/h)'), 36),
  tradeHog: tradeOff(smallest('hog caught in 50 % of places (millicores)'), 36),
  powerGrowth: powerCurve('MiB an hour'),
  powerCpu: powerCurve('millicores'),
} as unknown as Readonly<Record<string, TopLevelSpec>>;
