import type { TopLevelSpec } from 'vega-lite';
import { PLOT_LEFT, PLOT_RIGHT } from './layout.ts';
import { COLOURS, CONFIG, TIME_FORMAT } from './theme.ts';

// Charts are templates: fields have fixed names and every name, time and number arrives as data,
// so no text from outside ever becomes part of an expression.

const base = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 600,
  config: CONFIG,
  padding: { left: PLOT_LEFT, right: PLOT_RIGHT, top: 4, bottom: 4 },
  // The page gives the width of the plot itself, so that a moved threshold lays nothing out anew.
  autosize: 'none',
} as const;

const TEMPORAL = { type: 'temporal', scale: { type: 'utc' } } as const;
const RULED = { title: null, labels: false, ticks: false, domain: false, tickCount: 8 } as const;

/** Without a rest on narrow screens, labels of neighbouring ticks are left out. */
const LABELLED = {
  title: null,
  format: TIME_FORMAT,
  labelOverlap: true,
  tickCount: 8,
  grid: false,
};

const x = (field: string) => ({ ...TEMPORAL, field, axis: RULED });
const y = (field: string) => ({
  ...{ field, type: 'quantitative' },
  axis: { title: null },
  scale: { nice: false },
});

const bands = (name: string, colour: string, opacity: number) => ({
  data: { name },
  mark: { type: 'rect', color: colour, opacity, clip: true },
  encoding: { x: x('from'), x2: { field: 'to' } },
});

/** A bar along an edge: where a band lies when it is too narrow to be seen. */
const edges = (name: string, colour: string, y1: number, y2: number) => ({
  data: { name },
  mark: {
    type: 'rect',
    color: colour,
    clip: true,
    minBandSize: 2,
    stroke: colour,
    strokeWidth: 1.5,
  },
  encoding: { x: x('from'), x2: { field: 'to' }, y: { value: y1 }, y2: { value: y2 } },
});

const line = (name: string, colour: string, width: number, change: object = {}) => ({
  data: { name },
  mark: {
    ...{ type: 'line', color: colour, strokeWidth: width, clip: true, strokeJoin: 'round' },
    ...{ invalid: 'break-paths-show-path-domains', ...change },
  },
  encoding: { x: x('t'), y: y('v') },
});

const texts = (name: string, mark: object, encoding: object) => ({
  data: { name },
  mark: { type: 'text', clip: true, ...mark },
  encoding: { ...encoding, text: { field: 'name' } },
});

/** A horizontal line with its name at the right end. */
const ruled = (name: string, colour: string, dash: number[]) => [
  {
    data: { name },
    mark: { type: 'rule', color: colour, strokeDash: dash, clip: true },
    encoding: { y: y('v') },
  },
  texts(
    name,
    { align: 'right', baseline: 'bottom', dy: -3, color: colour, fontWeight: 600 },
    { y: y('v'), x: { value: 'width' } },
  ),
];

const VALUE_HEIGHT = 176;

/** Raw and smoothed values with alerts, labels, marks, request and limit. */
const value = {
  ...base,
  height: VALUE_HEIGHT,
  // Names of marks stand above the plot, where no line runs.
  padding: { ...base.padding, top: 20 },
  layer: [
    bands('labels', COLOURS.label, 0.1),
    bands('alerts', COLOURS.alert, 0.15),
    {
      data: { name: 'marks' },
      mark: { type: 'rule', color: COLOURS.mark, strokeDash: [1, 3], opacity: 0.9, clip: true },
      encoding: { x: x('t') },
    },
    line('raw', COLOURS.raw, 1),
    line('smoothed', COLOURS.accent, 1.8),
    ...ruled('limits', COLOURS.muted, [6, 3]),
    edges('alerts', COLOURS.alert, 0, 3),
    edges('labels', COLOURS.label, VALUE_HEIGHT - 3, VALUE_HEIGHT),
    texts(
      'marks',
      { align: 'left', baseline: 'bottom', dx: 1, dy: -5, color: COLOURS.mark, clip: false },
      { x: x('t'), y: { value: 0 } },
    ),
    texts(
      'labels',
      {
        ...{ align: { expr: 'datum.align' }, dx: { expr: 'datum.dx' }, dy: -6 },
        ...{ baseline: 'bottom', color: COLOURS.label, fontWeight: 600 },
      },
      { x: x('at'), y: { value: 'height' } },
    ),
  ],
};

/** The score with the threshold that flags, and what reaches it. */
const score = {
  ...base,
  height: 96,
  layer: [
    bands('alerts', COLOURS.alert, 0.17),
    {
      data: { name: 'over' },
      mark: {
        ...{ type: 'area', color: COLOURS.alert, opacity: 0.55, clip: true },
        invalid: 'break-paths-show-path-domains',
      },
      encoding: { x: x('t'), y: y('v'), y2: { field: 'b' } },
    },
    line('score', COLOURS.accent, 1.2),
    ...ruled('threshold', COLOURS.alert, [4, 2]),
  ],
};

/** A signal beneath: replicas or load. */
const signal = {
  ...base,
  height: 46,
  layer: [
    {
      data: { name: 'signal' },
      mark: {
        ...{ type: 'area', color: COLOURS.muted, opacity: 0.15, clip: true },
        ...{ interpolate: 'step-after', invalid: 'break-paths-show-path-domains' },
      },
      encoding: { x: x('t'), y: y('v') },
    },
    line('signal', COLOURS.muted, 1.2, { interpolate: 'step-after' }),
  ],
};

/** Nothing but the time axis, below charts that share it. */
const axis = (left: number, right: number) => ({
  ...base,
  height: 1,
  padding: { left, right, top: 0, bottom: 20 },
  layer: [
    {
      data: { name: 'ends' },
      mark: { type: 'point', opacity: 0 },
      encoding: { x: { ...TEMPORAL, field: 't', axis: LABELLED } },
    },
  ],
});

/** Templates of charts over time; their x domain is the signal `span`, their y domain `reach`. */
export const TIME_CHARTS = {
  ...{ value, score, signal },
  axis: axis(PLOT_LEFT, PLOT_RIGHT),
  wideAxis: axis(0, 0),
} as unknown as Readonly<Record<string, TopLevelSpec>>;
