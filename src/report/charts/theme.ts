import type { Config } from 'vega-lite';

/** Colours by role, as CSS variables of the page: light, dark and print follow by themselves. */
export const COLOURS = {
  accent: 'var(--accent)',
  faint: 'var(--faint)',
  alert: 'var(--alert)',
  label: 'var(--label)',
  mark: 'var(--mark)',
  muted: 'var(--muted)',
  raw: 'var(--raw)',
  text: 'var(--text)',
  panel: 'var(--panel)',
} as const;

/** The look of all charts. Time is always UTC. */
export const CONFIG: Config = {
  background: 'transparent',
  font: 'inherit',
  // Each chart is one picture with one description; its parts need none.
  aria: false,
  view: { stroke: null },
  text: { fontSize: 11, fill: COLOURS.muted },
  axis: {
    domainColor: COLOURS.faint,
    gridColor: COLOURS.faint,
    gridOpacity: 0.6,
    tickColor: COLOURS.faint,
    labelColor: COLOURS.muted,
    titleColor: COLOURS.muted,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    titlePadding: 6,
  },
  axisY: {
    tickCount: 4,
    domain: false,
    ticks: false,
    labelPadding: 8,
  },
  legend: { labelColor: COLOURS.muted, titleColor: COLOURS.muted, labelFontSize: 11 },
};

/** Hours of the day from 0 to 23, and dates where a day begins. */
export const TIME_FORMAT = {
  ...{ milliseconds: '.%L', seconds: '%H:%M:%S', minutes: '%H:%M', hours: '%H:%M' },
  ...{ day: '%b %d', date: '%b %d', week: '%b %d', month: '%b %Y', quarter: '%b %Y', year: '%Y' },
} as const;
