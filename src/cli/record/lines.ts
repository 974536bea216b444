import type { Poll } from '../../record/source.ts';
import { visible } from '../../core/visible.ts';

interface Usage {
  readonly name: string;
  cores?: number;
  bytes?: number;
}

/** The containers of a poll with what they used, in base units, in the order of the poll. */
function usages(poll: Poll): Usage[] {
  const byName = new Map<string, Usage>();
  poll.series.forEach(({ namespace, pod, container, metric, kind, denominator }, i) => {
    if (kind !== 'usage') return;
    const name = `${namespace}/${pod}/${container}`;
    const usage = byName.get(name) ?? { name };
    byName.set(name, usage);
    const value = (poll.values[i] ?? 0) / denominator;
    if (metric === 'cpu') usage.cores = value;
    if (metric === 'memory') usage.bytes = value;
  });
  return [...byName.values()];
}

/**
 * One line for each container, as the script that this tool grew from prints them (MB is 1024²
 * bytes, the ratio cores ÷ (MB + 1e-10)), with the container's name before it:
 * `shop/web-1/app CPU Usage: 0.000750 cores, Memory Usage: 59.08 MB, Ratio: 0.000013`
 */
export function usageLines(poll: Poll): string[] {
  return usages(poll).map(({ name, cores, bytes }) => {
    const mb = bytes === undefined ? undefined : bytes / (1024 * 1024);
    const ratio = cores === undefined || mb === undefined ? undefined : cores / (mb + 1e-10);
    return (
      `${visible(name)} CPU Usage: ${cores?.toFixed(6) ?? '-'} cores, ` +
      `Memory Usage: ${mb?.toFixed(2) ?? '-'} MB, Ratio: ${ratio?.toFixed(6) ?? '-'}`
    );
  });
}
