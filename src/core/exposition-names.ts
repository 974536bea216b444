/** Every metric that podtape exports, or that its rules record, has a name that begins so. */
const PREFIX = 'podtape_';

/** Metrics whose names say their unit, as Prometheus has it. */
const WITH_UNIT = new Map([
  ['cpu', 'podtape_cpu_cores'],
  ['memory', 'podtape_memory_bytes'],
]);

/** What a name may look like that stands for itself: no ending that a counter or histogram has. */
const PLAIN = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const RESERVED = /_(?:total|created|bucket|sum|count|info|gsum|gcount)$/;

/** A metric's name in Prometheus. */
export interface ExpositionName {
  readonly name: string;
  /** The label `metric` must say which metric it is, since the name alone does not. */
  readonly needsLabel: boolean;
}

/** The name of a metric in Prometheus; `metricOfExposition` is the inverse. */
export function expositionName(metric: string): ExpositionName {
  const known = WITH_UNIT.get(metric);
  if (known !== undefined) return { name: known, needsLabel: false };
  const name = PREFIX + metric;
  const isPlain = PLAIN.test(metric) && !RESERVED.test(metric);
  if (isPlain && metricOfExposition(name, '') === metric) return { name, needsLabel: false };
  return { name: `${PREFIX}${metric.replace(/[^a-zA-Z0-9]+/g, '_')}_value`, needsLabel: true };
}

/** The metric that a name and its label `metric` ('': none) stand for; null: not one of ours. */
export function metricOfExposition(name: string, label: string): string | null {
  if (!name.startsWith(PREFIX)) return null;
  if (label !== '') return label;
  return [...WITH_UNIT].find(([, own]) => own === name)?.[0] ?? name.slice(PREFIX.length);
}
