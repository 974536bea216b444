import type { Mark } from '../../core/recording.ts';
import type { LiveSignal } from '../live/tape.ts';
import { clockText } from './clock.ts';
import { make, makeSvg } from './dom.ts';
import { bar, cutName, type Lane, newLane } from './lane.ts';
import type { Store } from './store.ts';

const MOST_MARKS = 300;
const LETTER_PX = 6.5;
/** Of more alerts in a lane, neighbours are drawn as one. */
const MOST_BARS = 200;

const clockOf =
  (store: Store) =>
  (t: number): string =>
    clockText(t, store.view.offsetMs);

/** What was seen and what was not, as a ribbon. */
export function coverageLane(store: Store): Lane[] {
  const { buckets } = store.model.coverage;
  if (buckets.length === 0) return [];
  const clock = clockOf(store);
  const { name, lane } = newLane('what was seen', 'ribbon');
  return [
    {
      ...{ name, lane },
      draw: (place) => {
        lane.replaceChildren(
          ...buckets.flatMap(({ from, to, state, why }) =>
            bar(place(from, to), state, why === '' ? '' : `${clock(from)} ${why}`),
          ),
        );
      },
    },
  ];
}

/** Marks of the whole run, and of a pod those that are never routine. */
function isTelling({ kind, pod }: Mark): boolean {
  return pod === '' ? kind !== 'clear' : kind === 'restart' || kind === 'oom';
}

/** Marks with their names, where those find room. */
export function marksLane(store: Store): Lane[] {
  const marks = store.model.marks.filter(isTelling).slice(0, MOST_MARKS);
  if (marks.length === 0) return [];
  const clock = clockOf(store);
  const { name, lane } = newLane('marks', 'tall');
  return [
    {
      ...{ name, lane },
      draw: (place) => {
        let free = -Infinity;
        const { from, to } = store.view;
        const at = (t: number): number => ((t - from) / (to - from)) * 100;
        lane.replaceChildren(
          ...marks.flatMap((mark, m) => {
            const style = place(mark.startMs, mark.startMs);
            if (style === null) return [];
            const told = mark.name === '' ? mark.kind : mark.name;
            const title = `${clock(mark.startMs)} ${mark.kind} ${mark.name} ${mark.pod}`.trim();
            const items = bar(style, 'mark', title);
            const x = at(mark.startMs);
            const next = marks[m + 1];
            // Names that would overlap, or run out of the lane, stay in the tooltip.
            const width = ((told.length * LETTER_PX + 8) / Math.max(1, lane.clientWidth)) * 100;
            const isCrowded = next !== undefined && at(next.startMs) < x + width * 0.6;
            if (x < free || x + width > 100 || isCrowded) return items;
            free = x + width;
            return [...items, make('span', { style, title }, told)];
          }),
        );
      },
    },
  ];
}

function signalPath(signal: LiveSignal, from: number, to: number): string {
  const { column, line, gaps } = signal;
  let most = 0;
  for (const v of line.values) if (v > most) most = v;
  if (most === 0) most = 1;
  let path = '';
  let last = '';
  for (let p = 0; p < line.positions.length; p += 1) {
    const i = line.positions[p]!;
    const x = (((column[i]! - from) / (to - from)) * 1000).toFixed(1);
    const y = (100 * (1 - line.values[p]! / most)).toFixed(1);
    if (path === '' || gaps[i] === 1) path += `${path === '' ? '' : `L${last},100Z`}M${x},100`;
    path += `L${x},${y}`;
    last = x;
  }
  return path === '' ? '' : `${path}L${last},100Z`;
}

/** A signal of the whole run or of a workload: load, replicas. */
export function signalLane(store: Store, signal: LiveSignal): Lane {
  const parts = [signal.metric, signal.workload ?? ''].filter((part) => part !== '');
  const { name, lane } = newLane(parts.join(' of '), 'tall');
  const svg = makeSvg('svg', { viewBox: '0 0 1000 100', preserveAspectRatio: 'none' });
  const path = makeSvg('path');
  svg.append(path);
  lane.append(svg);
  return {
    ...{ name, lane },
    draw: () => {
      path.setAttribute('d', signalPath(signal, store.view.from, store.view.to));
    },
  };
}

type Span = readonly [from: number, to: number, detectedAt: number];

/** At most so many stretches: those nearest to each other become one. */
function fewer(spans: readonly Span[], shownMs: number): Span[] {
  if (spans.length <= MOST_BARS) return [...spans];
  const least = shownMs / MOST_BARS;
  const merged: [number, number, number][] = [];
  for (const [from, to, detectedAt] of spans) {
    const last = merged[merged.length - 1];
    if (last !== undefined && from - last[1] < least) last[1] = Math.max(last[1], to);
    else merged.push([from, to, detectedAt]);
  }
  return merged;
}

/** When a series was there, its known faults, and its alerts. */
export function seriesLane(store: Store, s: number): Lane {
  const { model: series, times } = store.tape.series[s]!;
  const clock = clockOf(store);
  const link = make('a', { href: `#s-${String(s)}` }, ...cutName(series.name));
  const { name, lane } = newLane(`${series.name} ${series.metric}`, '', [
    link,
    make('span', { class: 'metric' }, series.metric),
  ]);
  const isFiller = series.alerts + series.labels === 0;
  name.classList.toggle('filler', isFiller);
  lane.classList.toggle('filler', isFiller);
  const labels = store.model.labels.filter(
    (label) =>
      label.namespace === series.namespace &&
      label.pod === series.pod &&
      (label.metric === '' || label.metric === series.metric) &&
      (label.visibleIn === null || label.visibleIn.includes(series.metric)),
  );
  return {
    ...{ name, lane },
    draw: (place) => {
      const { from, to } = store.view;
      const end = times[times.length - 1] ?? 0;
      const alerts = store.decided.bySeries[s] ?? [];
      for (const element of [name, lane]) element.classList.toggle('busy', alerts.length > 0);
      const spans = alerts.map(({ start, end: closed, detectedAt }): Span => [
        start,
        closed ?? end,
        detectedAt,
      ]);
      lane.replaceChildren(
        ...bar(place(times[0] ?? 0, end), 'alive', ''),
        ...labels.flatMap(({ startMs, endMs, type }) =>
          bar(place(startMs, endMs), 'label', `known fault: ${type}`),
        ),
        ...fewer(spans, to - from).flatMap(([start, until, detectedAt]) =>
          bar(place(start, until), 'alert', `alert detected ${clock(detectedAt)}`),
        ),
      );
    },
  };
}
