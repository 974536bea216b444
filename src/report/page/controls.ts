import { plural } from '../../core/plural.ts';
import { formatDuration } from '../../core/time.ts';
import { usualStep } from '../decimate.ts';
import { thresholdText } from '../live/threshold-text.ts';
import { wireButtons } from './buttons.ts';
import { byId, make, setText } from './dom.ts';
import type { Store, View } from './store.ts';
import { ThresholdCurve } from './threshold-curve.ts';

/** What the present settings come to, in one line. */
function verdictText({ decided, score, model, live }: Store): string {
  const series = decided.bySeries.filter((alerts) => alerts.length > 0).length;
  const where = series === 0 ? '' : ` in ${String(series)} series`;
  const parts = [`${plural(decided.alerts.length, 'alert')}${where}`];
  if (score !== null && score.events > 0) {
    parts.push(`${String(score.detected)} of ${plural(score.events, 'known fault')} found`);
    parts.push(plural(score.falseAlerts, 'false alert'));
  }
  if (model.listed.length > 0) parts.push(`in the ${String(live.levels.length)} series drawn`);
  return parts.join(' · ');
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

type Axis = 'window' | 'smooth';

/** How long so many samples of the first series take, for people who think in minutes. */
function spanText({ tape }: Store, samples: number): string {
  const step = usualStep(tape.series[0]?.times ?? new Float64Array());
  return step > 0 ? ` · ${formatDuration(step * samples)}` : '';
}

function valueText(store: Store, axis: Axis, value: number): string {
  if (axis === 'smooth') return value === 1 ? 'none' : `${String(value)} samples`;
  return `${String(value)}${spanText(store, value)}`;
}

/** Window or smoothing: the values of this setting's layers, the other of both kept if it can be. */
function mountAxis(store: Store, axis: Axis, other: Axis): void {
  const select = byId(axis, HTMLSelectElement);
  const settingsAt = (layer: number) => store.data.layers[layer]!.settings;
  select.addEventListener('change', () => {
    const now = settingsAt(store.view.layer);
    const fits = store.setting.layers.filter(
      (layer) => settingsAt(layer)[axis] === Number(select.value),
    );
    const layer = fits.find((one) => settingsAt(one)[other] === now[other]) ?? fits[0];
    if (layer !== undefined) store.change(store.inLayer(layer));
  });
  let shown = -1;
  store.watch(({ decisions }) => {
    if (!decisions) return;
    const { setting, view } = store;
    if (view.setting !== shown) {
      shown = view.setting;
      const values = [...new Set(setting.layers.map((layer) => settingsAt(layer)[axis]))];
      select.replaceChildren(
        ...values
          .sort((a, b) => a - b)
          .map((v) => make('option', { value: String(v) }, valueText(store, axis, v))),
      );
      select.disabled = values.length < 2;
    }
    select.value = String(settingsAt(view.layer)[axis]);
  });
}

function mountCounts(store: Store): void {
  for (const name of ['consecutive', 'within', 'recover'] as const) {
    const input = byId(name, HTMLInputElement);
    input.addEventListener('input', () => {
      const value = Math.round(Number(input.value));
      if (value >= 1 && value <= 1000) store.change(counted(store.view, name, value));
    });
    input.addEventListener('change', () => {
      input.value = String(store.view[name]);
    });
    store.watch(({ decisions }) => {
      if (decisions && document.activeElement !== input) input.value = String(store.view[name]);
    });
  }
}

function mountThreshold(store: Store): void {
  const slider = byId('threshold', HTMLInputElement);
  const shown = byId('threshold-value', HTMLElement);
  const plateau = byId('plateau', HTMLElement);
  const svg = document.querySelector<SVGSVGElement>('#curve');
  if (svg === null) throw new Error('The page has no curve.');
  const curve = new ThresholdCurve(store, svg);
  slider.addEventListener('input', () => {
    store.change({ choice: Number(slider.value) });
  });
  store.watch(({ decisions }) => {
    if (!decisions) return;
    const { view, live } = store;
    slider.max = String(live.layer.thresholds.length - 1);
    slider.value = String(view.choice);
    const text = thresholdText(live.layer, view.choice);
    slider.setAttribute('aria-valuetext', text);
    setText(shown, text);
    setText(byId('count', HTMLElement), verdictText(store));
  });
  store.watchLate(({ decisions }) => {
    if (!decisions) return;
    setText(plateau, curve.draw());
    byId('found-key', HTMLElement).classList.toggle('hidden', !curve.hasLabels);
  });
}

/** Fills and wires the bar of settings. */
export function mountControls(store: Store): void {
  const setting = byId('setting', HTMLSelectElement);
  setting.append(
    ...store.data.settings.map(({ name }, at) => make('option', { value: String(at) }, name)),
  );
  setting.addEventListener('change', () => {
    store.change(store.settingsOf(Number(setting.value)));
  });
  store.watch(({ decisions }) => {
    if (decisions) setting.value = String(store.view.setting);
  });
  mountAxis(store, 'window', 'smooth');
  mountAxis(store, 'smooth', 'window');
  mountThreshold(store);
  mountCounts(store);
  wireButtons(store);
  byId('tuner', HTMLElement).classList.remove('hidden');
}
