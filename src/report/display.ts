import type { Series, Unit } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';

/** How values of a unit are drawn: divided by `per`, under this name. */
export interface DisplayUnit {
  readonly name: string;
  readonly per: number;
}

/** The unit people read on an axis, chosen by the largest value shown. */
export function displayUnit(unit: Unit, largest: number): DisplayUnit {
  if (unit === 'cores')
    return largest < 2 ? { name: 'millicores', per: 0.001 } : { name: 'cores', per: 1 };
  if (unit === 'bytes') {
    if (largest < 1024 * 1024) return { name: 'KiB', per: 1024 };
    return largest < 8 * 1024 * 1024 * 1024
      ? { name: 'MiB', per: 1024 * 1024 }
      : { name: 'GiB', per: 1024 * 1024 * 1024 };
  }
  return { name: unit, per: 1 };
}

/** A pod's name without its workload's, where that is how it begins. */
function podTail({ pod, workload }: Series): string {
  const isPrefix = workload !== null && pod.startsWith(`${workload}-`);
  return isPrefix ? pod.slice(workload.length + 1) : pod;
}

/** A container's name, unless its pod or workload says it already. */
function containerTail({ container, pod, workload }: Series): string {
  const isTold = container === workload || pod === container || pod.startsWith(`${container}-`);
  return isTold ? '' : container;
}

/** What a series is called on its own: namespace, pod and, where it adds something, container. */
export function seriesName(series: Series): string {
  const pod = [series.namespace, series.pod].filter((part) => part !== '').join('/');
  return [pod, containerTail(series)].filter((part) => part !== '').join(' / ');
}

/** What a series is called under its workload's name: what tells it from its neighbours. */
export function nameInWorkload(series: Series): string {
  const pod = series.workload === null ? '' : podTail(series);
  return [pod, containerTail(series)].filter((part) => part !== '').join(' / ');
}

/** What a series is grouped under: namespace/workload, or its pod's. */
export function workloadName({ namespace, workload, pod }: Series): string {
  const name = workload ?? pod;
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The command-line flags that give these settings. */
export function settingsFlags(settings: Settings, preset: string): string {
  if (preset !== '') return `--preset ${preset}`;
  const { detector, window, warmup, smooth, threshold, contamination, consecutive, recover, pool } =
    settings;
  const parts = [`--detector ${detector} --window ${String(window)} --warmup ${String(warmup)}`];
  parts.push(`--smooth ${String(smooth)}`);
  if (threshold !== null) parts.push(`--threshold ${String(threshold)}`);
  if (contamination !== null) parts.push(`--contamination ${String(contamination)}`);
  parts.push(`--consecutive ${String(consecutive)} --recover ${String(recover)} --pool ${pool}`);
  for (const [name, value] of Object.entries(settings.params)) {
    parts.push(`--param ${name}=${String(value)}`);
  }
  return parts.join(' ');
}
