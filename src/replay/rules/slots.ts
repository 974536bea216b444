import { expositionName } from '../../core/exposition-names.ts';
import type { Series, SeriesColumns } from '../../core/series.ts';
import { sizeOf } from '../pipeline.ts';
import { resourceOf, sizeName } from './detector-rules.ts';
import type { Slots } from './promql.ts';

/** One container's samples on the grid of evaluations. */
export interface ContainerSlots {
  readonly series: readonly SeriesColumns[];
  /** By series, in their order: the slot of each sample. */
  readonly places: readonly Int32Array[];
  readonly slots: Slots;
}

/** The usual distance of neighbouring samples, whole seconds where it is some; ms. */
export function usualStepMs(columns: readonly SeriesColumns[]): number {
  const steps: number[] = [];
  for (const { times } of columns) {
    for (let i = 1; i < times.length; i += 1) steps.push(times[i]! - times[i - 1]!);
  }
  const sorted = Float64Array.from(steps).sort();
  const step = sorted[(sorted.length - 1) >> 1] ?? 15_000;
  return step >= 2000 ? Math.round(step / 1000) * 1000 : Math.max(1, step);
}

const keyOf = ({ namespace, pod, container }: Series): string =>
  JSON.stringify([namespace, pod, container]);

/**
 * Puts samples on a grid as a server would have scraped them. A container's next sample is in the
 * next slot, or as many slots on as usual steps have passed: a source whose period is not quite
 * the step leaves no holes. Containers come in the order of their first series.
 */
export function containerSlots(
  columns: readonly SeriesColumns[],
  stepMs: number,
): readonly ContainerSlots[] {
  const startMs = columns.reduce((min, { times }) => Math.min(min, times[0] ?? min), Infinity);
  const byKey = new Map<string, SeriesColumns[]>();
  for (const one of columns) {
    const list = byKey.get(keyOf(one.series)) ?? [];
    byKey.set(keyOf(one.series), list);
    list.push(one);
  }
  const placed = [...byKey.values()].map((series) => {
    const all = [...new Set(series.flatMap(({ times }) => [...times]))].sort((a, b) => a - b);
    const slotOf = new Map<number, number>();
    let slot = 0;
    all.forEach((t, i) => {
      const passed = Math.round((t - (i === 0 ? startMs : all[i - 1]!)) / stepMs);
      slot = i === 0 ? passed : slot + Math.max(1, passed);
      slotOf.set(t, slot);
    });
    const places = series.map(({ times }) => Int32Array.from(times, (t) => slotOf.get(t) ?? 0));
    return { series, places, last: slot };
  });
  const length = placed.reduce((most, { last }) => Math.max(most, last), 0) + 2;
  return placed.map(({ series, places }) => {
    const found = new Map<string, Float64Array>();
    series.forEach((one, s) => {
      const column = new Float64Array(length).fill(NaN);
      one.values.forEach((value, i) => (column[places[s]![i]!] = value));
      found.set(expositionName(one.series.metric).name, column);
      const size = sizeOf(one.series);
      if (size === null || resourceOf(one.series.unit) === null) return;
      found.set(sizeName(one.series.metric), new Float64Array(length).fill(size));
    });
    return { series, places, slots: { length, columns: found } };
  });
}
