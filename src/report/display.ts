import type { Cause } from '../core/results.ts';
import type { InjectedFault } from '../core/tune-advice.ts';
import { formatValue } from '../core/units.ts';
import type { Series, Unit } from '../core/series.ts';

/** How values of a unit are drawn: divided by `per`, under this name. */
export interface DisplayUnit {
  readonly name: string;
  readonly per: number;
}

const MEBIBYTE = 1024 * 1024;

/** The unit people read on an axis, chosen by the largest value shown. */
export function displayUnit(unit: Unit, largest: number): DisplayUnit {
  if (unit === 'cores') {
    return largest < 2 ? { name: 'millicores', per: 0.001 } : { name: 'cores', per: 1 };
  }
  if (unit === 'bytes') {
    if (largest < MEBIBYTE) return { name: 'KiB', per: 1024 };
    return largest < 8 * 1024 * MEBIBYTE
      ? { name: 'MiB', per: MEBIBYTE }
      : { name: 'GiB', per: 1024 * MEBIBYTE };
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

const joined = (parts: readonly string[], by: string): string =>
  parts.filter((part) => part !== '').join(by);

/**
 * What a series is called on its own: namespace (unless all have the same), pod and, where it adds
 * something, container.
 */
export function seriesName(series: Series, isOneNamespace: boolean): string {
  const namespace = isOneNamespace ? '' : series.namespace;
  return joined([joined([namespace, series.pod], '/'), containerTail(series)], ' / ');
}

/** What a series is called under its workload's name: what tells it from its neighbours. */
export function nameInWorkload(series: Series): string {
  const pod = series.workload === null ? '' : podTail(series);
  return joined([pod, containerTail(series)], ' / ');
}

/** What a series is grouped under: its workload or pod, with the namespace unless all share one. */
export function workloadName(series: Series, isOneNamespace: boolean): string {
  return joined([isOneNamespace ? '' : series.namespace, series.workload ?? series.pod], '/');
}

const CAUSES: Readonly<Record<Cause, readonly [sign: string, words: string]>> = {
  'cpu-without-load': ['⚡', 'CPU without load'],
  'memory-leak': ['↗', 'memory leak'],
  load: ['≈', 'explained by load'],
  retention: ['≡', 'memory kept'],
  restart: ['↻', 'restart'],
  dilution: ['÷', 'a new replica pulled the mean down'],
  unknown: ['', ''],
};

/** A cause in words; '' where there is none. */
export function causeText(cause: Cause): string {
  return CAUSES[cause][1];
}

/** A cause as one sign, beside its words. */
export function causeSign(cause: Cause): string {
  return CAUSES[cause][0];
}

/** A share as a percentage that is never rounded up to all or down to nothing. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (share < 1 && rounded === 100) return 'over 99 %';
  if (share > 0 && rounded === 0) return 'under 1 %';
  return `${String(rounded)} %`;
}

/** A score or threshold as text: four digits, and words for the smallest number there is. */
export function scoreText(value: number): string {
  return value > 0 && value < 1e-9 ? 'above 0' : String(Number(value.toPrecision(4)));
}

/** The size of an injected fault in units that people use: "24m", "1.5 GiB/h". */
export function faultSize(size: number, unit: InjectedFault['unit']): string {
  if (unit === 'millicores') return formatValue(size / 1000, 'cores');
  return formatValue(size * 1024 * 1024, 'bytes') + (unit === 'MiB/h' ? '/h' : '');
}
