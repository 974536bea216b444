import type { Spec } from 'vega';
import { compile } from 'vega-lite';
import { CHARTS } from './specs.ts';

/**
 * Vega-Lite templates → Vega specifications, so that the page needs no compiler.
 *
 * Throws a plain Error when a template does not compile or warns: that is our mistake.
 */
export function compileCharts(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(CHARTS).map(([name, spec]) => {
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
      const { spec: vega } = compile(spec, { logger: logger });
      if (complaints.length > 0) throw new Error(`Chart ${name}: ${complaints.join('; ')}`);
      return [name, DOMAINS_BY_SIGNAL.has(name) ? withDomainSignals(vega) : vega];
    }),
  );
}

/** Charts whose axes the page sets: all of one series share their stretch of time. */
const DOMAINS_BY_SIGNAL = new Set(['value', 'score', 'signal']);

/** The same chart with its x domain in the signal `span` and its y domain in `reach`. */
function withDomainSignals(spec: Spec): Spec {
  const signalOf = new Map([
    ['x', 'span'],
    ['y', 'reach'],
  ]);
  return {
    ...spec,
    signals: [
      ...(spec.signals ?? []),
      ...[...signalOf.values()].map((name) => ({ name, value: [0, 1] })),
    ],
    scales: (spec.scales ?? []).map((scale) => {
      const name = signalOf.get(scale.name);
      return name === undefined ? scale : { ...scale, domain: { signal: name } };
    }),
  };
}
