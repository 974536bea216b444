import type { Config } from 'vega-lite';

/** Colours by role, as CSS variables of the page: light, dark and print follow by themselves. */
export const COLOURS = {
  accent: 'var(--accent)',
  faint: 'var(--faint)',
  alert: 'var(--alert)',
  label: 'var(--label)',
  mark: 'var(--mark)',
  muted: 'var(--muted)',
  text: 'var(--text)',
} as const;

/** Room left of every chart for its axis, so that charts below one another share their time axis. */
export const AXIS_WIDTH = 56;

/** The look of all charts. Time is always UTC. */
export const CONFIG: Config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    domainColor: COLOURS.faint,
    gridColor: COLOURS.faint,
    gridOpacity: 0.5,
    tickColor: COLOURS.faint,
    labelColor: COLOURS.muted,
    titleColor: COLOURS.muted,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
  },
  axisY: {
    minExtent: AXIS_WIDTH,
    maxExtent: AXIS_WIDTH,
    tickCount: 4,
    domain: false,
    ticks: false,
  },
  axisX: { grid: false, labelOverlap: true },
  legend: { labelColor: COLOURS.muted, titleColor: COLOURS.muted, labelFontSize: 11 },
};

/** Hours of the day from 0 to 23, and dates where a day begins. */
export const TIME_AXIS = {
  title: null,
  format: {
    ...{ milliseconds: '.%L', seconds: '%H:%M:%S', minutes: '%H:%M', hours: '%H:%M' },
    ...{ day: '%b %d', date: '%b %d', week: '%b %d', month: '%b %Y', quarter: '%b %Y', year: '%Y' },
  },
};

/** A shared time axis: `domain` is set by the page through the signal `span`. */
export const TIME_X = {
  field: 't',
  type: 'temporal',
  scale: { type: 'utc' },
  axis: TIME_AXIS,
} as const;
