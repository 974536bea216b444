import { type ExpositionName, expositionName } from '../../core/exposition-names.ts';
import { compareText } from '../../core/order.ts';
import type { Series, SeriesColumns, Unit } from '../../core/series.ts';
import { numberText } from './number-text.ts';

/** Units as a name's ending says them; others are told by nothing but the help text. */
const ENDINGS: Partial<Record<Unit, string>> = { cores: 'cores', bytes: 'bytes' };

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** The labels of a series, empty ones left out as Prometheus does. */
function labelText({ namespace, pod, container, metric }: Series, needsLabel: boolean): string {
  const labels = { namespace, pod, container, metric: needsLabel ? metric : '' };
  const parts = Object.entries(labels).flatMap(([name, value]) =>
    value === '' ? [] : [`${name}="${escaped(value)}"`],
  );
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** Whole Unix ms → seconds with three decimals, without a detour over a float. */
function secondsText(ms: number): string {
  const whole = Math.floor(ms / 1000);
  return `${String(whole)}.${String(ms - whole * 1000).padStart(3, '0')}`;
}

function familyHead({ name }: ExpositionName, { metric, unit }: Series): string {
  const ending = ENDINGS[unit];
  const unitLine =
    ending !== undefined && name.endsWith(`_${ending}`) ? `# UNIT ${name} ${ending}\n` : '';
  const what = JSON.stringify(metric).slice(1, -1);
  const help = escaped(`What podtape recorded as ${what}${unit === '' ? '' : ` (${unit})`}.`);
  return `# TYPE ${name} gauge\n${unitLine}# HELP ${name} ${help}\n`;
}

/**
 * Writes samples as OpenMetrics text: gauges, a family after another, in it a series after another,
 * in it by time, `# EOF` at the end. Returns the number of samples.
 *
 * `promtool tsdb create-blocks-from openmetrics` and `import` read it.
 */
export function exportOpenMetrics(
  series: readonly SeriesColumns[],
  write: (text: string) => void,
): number {
  const named = series
    .filter(({ times }) => times.length > 0)
    .map((columns) => ({ columns, own: expositionName(columns.series.metric) }))
    // Stable: series of one family keep their order.
    .sort((a, b) => compareText(a.own.name, b.own.name));
  let family = '';
  let samples = 0;
  for (const { columns, own } of named) {
    if (own.name !== family) write(familyHead(own, columns.series));
    family = own.name;
    const head = own.name + labelText(columns.series, own.needsLabel);
    columns.times.forEach((t, i) => {
      write(`${head} ${numberText(columns.values[i] ?? NaN)} ${secondsText(t)}\n`);
    });
    samples += columns.times.length;
  }
  write('# EOF\n');
  return samples;
}
