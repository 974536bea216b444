import type { Store, View } from './store.ts';

const COUNTS = ['consecutive', 'within', 'recover'] as const;

/** The part of a view that a link's fragment holds; whatever does not make sense is left out. */
export function viewFromLink(fragment: string, { data }: Pick<Store, 'data'>): Partial<View> {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const whole = (name: string, least: number, most: number): number | undefined => {
    const text = given.get(name);
    const value = Number(text);
    if (text === null || !Number.isSafeInteger(value)) return undefined;
    return value >= least && value <= most ? value : undefined;
  };
  const setting = Math.max(
    0,
    data.settings.findIndex(({ name }) => name === given.get('settings')),
  );
  const named = data.settings[setting];
  const own = data.layers[named?.home ?? 0]?.settings;
  const [window, smooth] = (['window', 'smooth'] as const).map(
    (name) => whole(name, 1, 1e6) ?? own?.[name],
  );
  const layer =
    named?.layers.find((at) => {
      const { settings } = data.layers[at] ?? {};
      return settings?.window === window && settings?.smooth === smooth;
    }) ?? named?.home;
  const thresholds = data.layers[layer ?? 0]?.thresholds ?? [];
  const choice = thresholds.indexOf(Number(given.get('threshold') ?? NaN));
  const counts = COUNTS.map((name) => [name, whole(name, 1, 1000)] as const);
  const from = whole('from', 0, 1e14);
  const to = whole('to', 0, 1e14);
  const found: Partial<Record<keyof View, number | undefined>> = {
    setting,
    layer,
    choice: choice === -1 ? undefined : choice,
    ...Object.fromEntries(counts),
    ...(from !== undefined && to !== undefined && from < to ? { from, to } : {}),
    offsetMs: whole('offset', -86_400_000, 86_400_000),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The fragment of a link to what is looked at; '' for the page as it was written. */
export function linkFromView({ view, home, data, setting }: Store): string {
  const given = new URLSearchParams();
  const { layer, choice } = view;
  if (view.setting !== home.setting) given.set('settings', setting.name);
  if (layer !== setting.home) {
    const { window, smooth } = data.layers[layer]!.settings;
    given.set('window', String(window));
    given.set('smooth', String(smooth));
  }
  if (layer !== setting.home || choice !== setting.choice) {
    given.set('threshold', String(data.layers[layer]?.thresholds[choice]));
  }
  for (const name of COUNTS) if (view[name] !== setting[name]) given.set(name, String(view[name]));
  if (view.from !== home.from || view.to !== home.to) {
    given.set('from', String(view.from));
    given.set('to', String(view.to));
  }
  if (view.offsetMs !== home.offsetMs) given.set('offset', String(view.offsetMs));
  const text = given.toString();
  return text === '' ? '' : `#${text}`;
}
