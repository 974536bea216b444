import { plural } from '../../core/plural.ts';
import type { LiveSeries } from '../live/tape.ts';
import { byId, make, makeSvg, setText } from './dom.ts';
import { InView } from './in-view.ts';
import { lonePath } from './lone-samples.ts';
import type { Store } from './store.ts';

const WIDTH = 200;
const HEIGHT = 40;

interface Spark {
  readonly s: number;
  readonly card: HTMLElement;
  readonly badge: HTMLElement;
  readonly path: SVGPathElement;
  readonly dots: SVGPathElement;
  readonly bands: SVGPathElement;
}

/** The line of a series over a span of time, thinned to what so small a picture can show. */
function sparkPath({ times, gaps, line }: LiveSeries, from: number, to: number): string {
  const { positions, values } = line;
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  // Room of a tenth of the height at least, so that a flat line is not blown up into mountains.
  const floor = low > high * 0.7 ? Math.max(0, low - high * 0.15) : Math.min(0, low);
  const range = Math.max(high - floor, Number.MIN_VALUE);
  const points: string[] = [];
  let lastX = -Infinity;
  let least = Infinity;
  let most = -Infinity;
  const y = (v: number): string => (HEIGHT - 1 - ((v - floor) / range) * (HEIGHT - 2)).toFixed(1);
  for (let p = 0; p < positions.length; p += 1) {
    const i = positions[p]!;
    const x = Math.round(((times[i]! - from) / (to - from)) * WIDTH * 2) / 2;
    const v = values[p]!;
    const isBroken = gaps[i] === 1 || lastX === -Infinity;
    if (x === lastX && !isBroken && v <= most && v >= least) continue;
    if (x !== lastX || isBroken) [least, most] = [v, v];
    least = Math.min(least, v);
    most = Math.max(most, v);
    points.push(`${isBroken ? 'M' : 'L'}${String(x)},${y(v)}`);
    lastX = x;
  }
  return points.join('');
}

function newSpark(store: Store, s: number): Spark {
  const series = store.tape.series[s]!;
  const { metric, shortName, peak, last } = series.model;
  const badge = make('span', { class: 'chip' });
  const svg = makeSvg('svg', {
    ...{ viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`, preserveAspectRatio: 'none' },
    'aria-hidden': 'true',
  });
  const bands = makeSvg('path', { class: 'bands' });
  const path = makeSvg('path', { class: 'line' });
  const dots = makeSvg('path', { class: 'dots' });
  svg.append(bands, path, dots);
  const title = shortName === '' ? metric : `${metric} · ${shortName}`;
  const card = make(
    'a',
    { class: 'spark', href: `#s-${String(s)}`, title: `${title}: peak ${peak}, last ${last}` },
    make('div', { class: 'spark-head' }, make('b', {}, metric), badge),
    ...(shortName === '' ? [] : [make('div', { class: 'spark-name' }, shortName)]),
    svg,
  );
  return { s, card, badge, path, dots, bands };
}

/** Series by workload: the workload with the most interesting series first. */
function groupsOf(store: Store): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const s of store.model.byInterest) {
    const name = store.model.series[s]!.group;
    const members = groups.get(name) ?? [];
    groups.set(name, members);
    members.push(s);
  }
  return groups;
}

/** Draws a small picture of every series. */
export function mountSparks(store: Store): void {
  const sparks: Spark[] = [];
  for (const [name, members] of groupsOf(store)) {
    const own = members.map((s) => newSpark(store, s));
    sparks.push(...own);
    byId('sparks', HTMLElement).append(
      make(
        'div',
        { class: members.length > 2 ? 'group wide' : 'group' },
        make('h3', {}, name),
        make('div', { class: 'sparks' }, ...own.map(({ card }) => card)),
      ),
    );
  }
  for (const spark of sparks) mountSpark(store, spark);
}

/** The stretches in which an alert was open, as one path; neighbours closer than a pixel are one. */
function bandsPath(spans: readonly (readonly [left: number, right: number])[]): string {
  let path = '';
  let [from, to] = [NaN, NaN];
  const close = (): void => {
    if (from <= to)
      path += `M${from.toFixed(1)},0H${to.toFixed(1)}V${String(HEIGHT)}H${from.toFixed(1)}Z`;
  };
  for (const [left, right] of spans) {
    if (left <= to + 0.5) {
      to = Math.max(to, right);
      continue;
    }
    close();
    [from, to] = [left, right];
  }
  close();
  return path;
}

/** Keeps one small picture to what is looked at. */
function mountSpark(store: Store, { s, card, badge, path, dots, bands }: Spark): void {
  const series = store.tape.series[s]!;
  let isMoved = true;
  const draw = (): void => {
    const { from, to } = store.view;
    const x = (t: number): number =>
      Math.min(WIDTH, Math.max(0, ((t - from) / (to - from)) * WIDTH));
    if (isMoved) {
      const line = sparkPath(series, from, to);
      path.setAttribute('d', line);
      dots.setAttribute('d', lonePath(line));
    }
    isMoved = false;
    const alerts = store.decided.bySeries[s] ?? [];
    const end = series.times[series.times.length - 1] ?? 0;
    const shown = alerts.filter((alert) => alert.start <= to && (alert.end ?? end) >= from);
    bands.setAttribute(
      'd',
      bandsPath(
        shown.map(({ start, end: closed }) => [x(start), Math.max(x(start) + 2, x(closed ?? end))]),
      ),
    );
    card.classList.toggle('hot', alerts.length > 0);
    badge.classList.toggle('alerting', alerts.length > 0);
    setText(badge, alerts.length > 0 ? plural(alerts.length, 'alert') : series.model.last);
  };
  const inView = new InView(card, draw);
  store.watch(({ decisions, span }) => {
    isMoved ||= span;
    if (decisions || span) inView.refresh();
  });
}
