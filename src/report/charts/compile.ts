import type { Spec } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { TIME_CHARTS } from './time-charts.ts';
import { TUNE_CHARTS } from './tune-charts.ts';

/** A chart's axes over which the page has a say. */
const X_BY_SIGNAL = ['x', 'span', [0, 1]] as const;
const Y_BY_SIGNAL = ['y', 'reach', [0, 1]] as const;

/** The same chart with the domains of some scales in signals that the page sets. */
function withDomains(
  spec: Spec,
  domains: readonly (readonly [scale: string, signal: string, value: readonly number[]])[],
): Spec {
  const bySignal = domains.filter(([name]) => spec.scales?.some((scale) => scale.name === name));
  return {
    ...spec,
    signals: [
      ...(spec.signals ?? []),
      ...bySignal.map(([, name, value]) => ({ name, value: [...value] })),
    ],
    scales: (spec.scales ?? []).map((scale) => {
      const signal = bySignal.find(([name]) => name === scale.name)?.[1];
      return signal === undefined ? scale : { ...scale, domain: { signal } };
    }),
  };
}

/** The same chart with the ticks of an axis in the signal `ticks`. */
function withTicks(spec: Spec, scale: string): Spec {
  return {
    ...spec,
    signals: [...(spec.signals ?? []), { name: 'ticks', value: [] }],
    axes: (spec.axes ?? []).map((axis) =>
      axis.scale === scale ? { ...axis, values: { signal: 'ticks' } } : axis,
    ),
  };
}

/** The score's axis: near linear up to 1, then by decades, with ticks that the page sets. */
function onScoreScale(spec: Spec): Spec {
  const ticked = withTicks(spec, 'y');
  return {
    ...ticked,
    scales: (ticked.scales ?? []).map((scale) =>
      scale.name === 'y'
        ? {
            ...{ name: 'y', type: 'symlog', constant: 1, domain: { signal: 'reach' } },
            range: [{ signal: 'height' }, 0],
          }
        : scale,
    ),
  };
}

function compiled(name: string, template: TopLevelSpec): Spec {
  const complaints: string[] = [];
  const note = (...args: unknown[]) => {
    complaints.push(args.map(String).join(' '));
    return logger;
  };
  const logger = {
    level: () => logger,
    error: note,
    warn: note,
    info: () => logger,
    debug: () => logger,
  };
  const { spec } = compile(template, { logger });
  if (complaints.length > 0) throw new Error(`Chart ${name}: ${complaints.join('; ')}`);
  return spec;
}

/**
 * Vega-Lite templates → Vega specifications by name, so that the page needs no compiler.
 *
 * Throws a plain Error when a template does not compile or warns: that is our mistake.
 */
export function compileCharts(): Readonly<Record<string, Spec>> {
  const overTime = Object.entries(TIME_CHARTS).map(([name, template]): [string, Spec] => {
    const spec = withDomains(compiled(name, template), [X_BY_SIGNAL, Y_BY_SIGNAL]);
    if (name === 'score') return [name, onScoreScale(spec)];
    return [name, name === 'signal' ? withTicks(spec, 'y') : spec];
  });
  const tuning = Object.entries(TUNE_CHARTS).map(([name, template]): [string, Spec] => [
    name,
    name.startsWith('trade') ? withTicks(compiled(name, template), 'x') : compiled(name, template),
  ]);
  return Object.fromEntries([...overTime, ...tuning]);
}
