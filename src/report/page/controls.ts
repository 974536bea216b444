import { plural } from '../display.ts';
import { alertsByThreshold, type LabelCurve, labelsByThreshold } from '../live/curve.ts';
import { thresholdText } from '../live/threshold-text.ts';
import type { PageLayer } from '../page-data.ts';
import { zoneName } from './clock.ts';
import { byId, make, makeSvg, setText } from './dom.ts';
import type { Store, View } from './store.ts';

/** Flags for the command line that give what the page shows; null where only a file can. */
export function flagsFor({ live, view }: Store): string | null {
  const { flags, contaminations, thresholds } = live.layer;
  if (flags === null) return null;
  const threshold =
    contaminations === null
      ? `--threshold ${String(thresholds[view.choice])}`
      : `--contamination ${String(contaminations[view.choice])}`;
  const { consecutive, within, recover } = view;
  const isSpread = within > consecutive || live.layer.settings.within !== undefined;
  const counts = [
    `--consecutive ${String(consecutive)}`,
    ...(isSpread ? [`--within ${String(within)}`] : []),
    `--recover ${String(recover)}`,
  ];
  return [flags, threshold, ...counts].join(' ').trim();
}

/** The settings file that gives what the page shows. */
export function settingsFileFor({ live, view }: Store): string {
  const { settings, contaminations, thresholds } = live.layer;
  const decided = {
    threshold: contaminations === null ? (thresholds[view.choice] ?? null) : null,
    contamination: contaminations === null ? null : (contaminations[view.choice] ?? null),
    ...{ consecutive: view.consecutive, recover: view.recover },
    within: view.within > view.consecutive ? view.within : undefined,
  };
  return `${JSON.stringify({ ...settings, ...decided }, null, 2)}\n`;
}

/** Steps as a path: one unit wide each, heights 0..1 from below. */
function stepPath(heights: readonly number[], isClosed: boolean): string {
  const parts = heights.map((h, i) => `${i === 0 ? 'M' : 'L'}${String(i)},${(1 - h).toFixed(3)}`);
  const last = String(heights.length - 1);
  return parts.join('') + (isClosed ? `L${last},1L0,1Z` : '');
}

class Curve {
  readonly #svg: SVGSVGElement;
  readonly #store: Store;
  #key = '';
  counts: Int32Array = new Int32Array();
  labels: LabelCurve | null = null;

  constructor(store: Store, svg: SVGSVGElement) {
    this.#store = store;
    this.#svg = svg;
  }

  /** Draws how alerts and found faults depend on the threshold, where that has changed. */
  draw(): void {
    const { view, tape, live, model, data } = this.#store;
    const key = [view.layer, view.consecutive, view.within, view.recover].join();
    if (key === this.#key) return;
    this.#key = key;
    this.counts = alertsByThreshold(tape, live, view);
    this.labels = labelsByThreshold(tape, live, view, model.labels, data.extent, data.rules);
    const most = Math.max(1, ...this.counts);
    // The root, since a handful of alerts matters more than the hundreds of a low threshold.
    const heights = [...this.counts].map((n) => Math.sqrt(n / most));
    const { events = 1, detected } = this.labels ?? {};
    this.#svg.setAttribute('viewBox', `0 0 ${String(Math.max(1, heights.length - 1))} 1`);
    this.#svg.replaceChildren(
      makeSvg('path', { class: 'curve-alerts', d: stepPath(heights, true) }),
      makeSvg('path', { class: 'curve-edge', d: stepPath(heights, false) }),
    );
    if (detected === undefined) return;
    const found = stepPath(
      [...detected].map((n) => n / events),
      false,
    );
    this.#svg.append(makeSvg('path', { class: 'curve-found', d: found }));
  }

  /** In words, how far the threshold can move without changing anything that is counted. */
  plateau(choice: number, layer: PageLayer): string {
    const isSame = (k: number): boolean =>
      this.counts[k] === this.counts[choice] &&
      this.labels?.detected[k] === this.labels?.detected[choice];
    let low = choice;
    let high = choice;
    while (low > 0 && isSame(low - 1)) low -= 1;
    while (high < this.counts.length - 1 && isSame(high + 1)) high += 1;
    if (low === high) return 'the next threshold up or down changes this';
    return `the same from ${thresholdText(layer, low)} to ${thresholdText(layer, high)}`;
  }
}

/** What the present settings come to, in one line. */
function verdictText({ decided, score, model, live }: Store): string {
  const series = new Set(decided.alerts.map((alert) => alert.series)).size;
  const where = series === 0 ? '' : ` in ${String(series)} series`;
  const parts = [`${plural(decided.alerts.length, 'alert')}${where}`];
  if (score !== null && score.events > 0) {
    parts.push(`${String(score.detected)} of ${plural(score.events, 'known fault')} found`);
    parts.push(plural(score.falseAlerts, 'false alert'));
  }
  if (model.listed.length > 0) parts.push(`in the ${String(live.levels.length)} series drawn`);
  return parts.join(' · ');
}

function layerOptions(layers: readonly PageLayer[]): HTMLElement[] {
  const option = (layer: PageLayer): HTMLOptionElement =>
    make('option', { value: String(layers.indexOf(layer)) }, layer.name);
  const named = layers.filter(({ kind }) => kind === 'named').map(option);
  const sweep = layers.filter(({ kind }) => kind === 'sweep').map(option);
  if (sweep.length === 0) return named;
  return [...named, make('optgroup', { label: 'Windows and smoothings tried' }, ...sweep)];
}

/** Selects an element's text, for the reader to copy. */
function selectText(element: HTMLElement): void {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}

/** A count's new value; flags that must come in a row still must when there are more of them. */
function counted(
  { consecutive, within }: View,
  name: 'consecutive' | 'within' | 'recover',
  value: number,
): Partial<View> {
  if (name === 'consecutive') {
    const isInARow = within <= consecutive;
    return { consecutive: value, within: isInARow ? value : Math.max(within, value) };
  }
  return { [name]: name === 'within' ? Math.max(consecutive, value) : value };
}

/** Fills and wires the bar of settings. */
export function mountControls(store: Store): void {
  const layer = byId('layer', HTMLSelectElement);
  const threshold = byId('threshold', HTMLInputElement);
  const consecutive = byId('consecutive', HTMLInputElement);
  const within = byId('within', HTMLInputElement);
  const recover = byId('recover', HTMLInputElement);
  const shown = byId('threshold-value', HTMLElement);
  const svg = document.querySelector<SVGSVGElement>('#curve');
  if (svg === null) throw new Error('The page has no curve.');
  const curve = new Curve(store, svg);
  layer.append(...layerOptions(store.data.layers));
  byId('tuner', HTMLElement).classList.remove('hidden');

  layer.addEventListener('change', () => {
    store.change(store.settingsOf(Number(layer.value)));
  });
  threshold.addEventListener('input', () => {
    store.change({ choice: Number(threshold.value) });
  });
  for (const [input, name] of [
    [consecutive, 'consecutive'],
    [within, 'within'],
    [recover, 'recover'],
  ] as const) {
    input.addEventListener('input', () => {
      const value = Math.round(Number(input.value));
      if (value >= 1 && value <= 1000) store.change(counted(store.view, name, value));
    });
    input.addEventListener('change', () => {
      input.value = String(store.view[name]);
    });
  }
  wireButtons(store);

  store.watch((changes) => {
    const { view, live } = store;
    curve.draw();
    if (changes.decisions) {
      layer.value = String(view.layer);
      threshold.max = String(live.layer.thresholds.length - 1);
      threshold.value = String(view.choice);
      const text = thresholdText(live.layer, view.choice);
      threshold.setAttribute('aria-valuetext', text);
      setText(shown, text);
      if (document.activeElement !== consecutive) consecutive.value = String(view.consecutive);
      if (document.activeElement !== within) within.value = String(view.within);
      if (document.activeElement !== recover) recover.value = String(view.recover);
      setText(byId('count', HTMLElement), verdictText(store));
      setText(byId('plateau', HTMLElement), curve.plateau(view.choice, live.layer));
    }
    byId('unzoom', HTMLElement).classList.toggle('hidden', !store.isZoomed);
    const isHome = (['layer', 'choice', 'consecutive', 'within', 'recover'] as const).every(
      (name) => view[name] === store.home[name],
    );
    byId('reset', HTMLButtonElement).disabled = isHome;
  });
}

function wireButtons(store: Store): void {
  const on = (id: string, act: () => void): HTMLButtonElement => {
    const button = byId(id, HTMLButtonElement);
    button.addEventListener('click', act);
    return button;
  };
  const say = (text: string): void => {
    setText(byId('said', HTMLElement), text);
  };
  on('reset', () => {
    store.change(store.settingsOf(0));
  });
  on('unzoom', () => {
    store.change({ from: store.home.from, to: store.home.to });
  });
  const flags = byId('flags', HTMLElement);
  const copy = on('copy', () => {
    const text = flagsFor(store) ?? '';
    navigator.clipboard.writeText(text).then(
      () => {
        setText(copy, 'Copied');
        say(`Copied: ${text}`);
        setTimeout(() => {
          setText(copy, 'Copy flags');
        }, 2500);
      },
      () => {
        flags.classList.remove('hidden');
        selectText(flags);
        say('The flags are selected; copy them with the keyboard.');
      },
    );
  });
  on('download', () => {
    const blob = new Blob([settingsFileFor(store)], { type: 'application/json' });
    const link = make('a', { download: 'podtape-settings.json' });
    link.href = URL.createObjectURL(blob);
    link.click();
    URL.revokeObjectURL(link.href);
    say('Saved podtape-settings.json.');
  });
  const there = -new Date(store.home.from).getTimezoneOffset() * 60_000;
  const zone = on('zone', () => {
    store.change({ offsetMs: store.view.offsetMs === 0 ? there : 0 });
  });
  zone.classList.toggle('hidden', there === 0 && store.view.offsetMs === 0);
  store.watch(({ decisions, zone: isOther }) => {
    if (isOther) setText(zone, store.view.offsetMs === 0 ? 'Local time' : 'Show UTC');
    if (isOther) zone.title = `Times are ${zoneName(store.view.offsetMs)}`;
    if (!decisions) return;
    const text = flagsFor(store);
    copy.disabled = text === null;
    copy.title = text ?? 'These settings need a settings file.';
    setText(flags, text ?? '');
  });
}
