import type { Store, View } from './store.ts';

const NAMES = {
  layer: 'set',
  choice: 'threshold',
  consecutive: 'consecutive',
  within: 'within',
  recover: 'recover',
  from: 'from',
  to: 'to',
  offsetMs: 'offset',
} as const satisfies Record<keyof View, string>;

/** The part of a view that a link's fragment holds; whatever does not make sense is left out. */
export function viewFromLink(fragment: string, store: Pick<Store, 'data'>): Partial<View> {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const whole = (name: string, least: number, most: number): number | undefined => {
    const text = given.get(name);
    const value = Number(text);
    if (text === null || !Number.isSafeInteger(value)) return undefined;
    return value >= least && value <= most ? value : undefined;
  };
  const layer = whole(NAMES.layer, 0, store.data.layers.length - 1) ?? 0;
  const { thresholds = [] } = store.data.layers[layer] ?? {};
  const threshold = Number(given.get(NAMES.choice) ?? NaN);
  const choice = thresholds.indexOf(threshold);
  const from = whole(NAMES.from, 0, 1e14);
  const to = whole(NAMES.to, 0, 1e14);
  const found: Partial<Record<keyof View, number | undefined>> = {
    layer: given.has(NAMES.layer) ? layer : undefined,
    choice: choice === -1 ? undefined : choice,
    consecutive: whole(NAMES.consecutive, 1, 1000),
    within: whole(NAMES.within, 1, 1000),
    recover: whole(NAMES.recover, 1, 1000),
    ...(from !== undefined && to !== undefined && from < to ? { from, to } : {}),
    offsetMs: whole(NAMES.offsetMs, -86_400_000, 86_400_000),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The fragment of a link to what is looked at; '' for the page as it was written. */
export function linkFromView({ view, home, data }: Store): string {
  const given = new URLSearchParams();
  for (const [key, name] of Object.entries(NAMES) as [keyof View, string][]) {
    if (view[key] === home[key] && key !== 'choice') continue;
    const value = key === 'choice' ? data.layers[view.layer]?.thresholds[view.choice] : view[key];
    if (key === 'choice' && view.choice === home.choice && view.layer === home.layer) continue;
    given.set(name, String(value));
  }
  const text = given.toString();
  return text === '' ? '' : `#${text}`;
}
