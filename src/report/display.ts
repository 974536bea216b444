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

/** What a series is called under its workload. */
export function seriesName({ pod, container, workload }: Series): string {
  const short = workload !== null && pod.startsWith(`${workload}-`) ? pod : pod || (workload ?? '');
  return container === '' || container === pod || container === workload
    ? short
    : `${short} / ${container}`;
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
