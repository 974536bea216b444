import type { Spec } from 'vega';
import { byId } from './dom.ts';
import { Panel } from './panel.ts';
import type { Store } from './store.ts';

/** Panels open from the start at most: those with alerts or labels, or else the first two. */
const OPEN_AT_MOST = 6;
const OPEN_ANYWAY = 2;

/** Draws a panel for every series; charts come when a panel is open and near the screen. */
export function mountPanels(store: Store, specs: Readonly<Record<string, Spec>>): void {
  const { byInterest, series } = store.model;
  const telling = byInterest.filter((s) => (series[s]?.alerts ?? 0) + (series[s]?.labels ?? 0) > 0);
  const open = new Set(
    telling.length > 0 ? telling.slice(0, OPEN_AT_MOST) : byInterest.slice(0, OPEN_ANYWAY),
  );
  const panels: Panel[] = [];
  const point = (t: number | null): void => {
    for (const panel of panels) panel.point(t);
  };
  for (const s of byInterest) panels.push(new Panel(store, specs, s, open.has(s), point));
  const root = byId('panels', HTMLElement);
  root.append(...panels.map(({ element }) => element));

  const byElement = new Map<Element, Panel>(panels.map((panel) => [panel.element, panel]));
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) byElement.get(target)?.near(isIntersecting);
    },
    { rootMargin: '500px' },
  );
  for (const { element } of panels) watcher.observe(element);
  window.addEventListener('beforeprint', () => {
    for (const panel of panels) panel.near(true, true);
  });
  let width = root.clientWidth;
  new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    for (const panel of panels) panel.resize();
  }).observe(root);
  store.watch((changes) => {
    for (const panel of panels) panel.refresh(changes);
  });

  // A link to a series opens its panel.
  const follow = (): void => {
    const place = /^#s-(\d+)$/.exec(window.location.hash)?.[1];
    if (place === undefined) return;
    const panel = document.getElementById(`s-${place}`);
    if (!(panel instanceof HTMLDetailsElement)) return;
    panel.open = true;
    panel.scrollIntoView();
  };
  window.addEventListener('hashchange', follow);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#s-"]') : null;
    if (link?.getAttribute('href') === window.location.hash) follow();
  });
  follow();
}
