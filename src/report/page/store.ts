import type { RunScore } from '../model.ts';
import { type Decided, decideLayer, scoreDecided } from '../live/decide.ts';
import type { LiveLayer, Tape } from '../live/tape.ts';
import type { ReportModel } from '../model.ts';
import { nearest } from '../live/tune-rows.ts';
import type { PageData } from '../page-data.ts';
import type { PageSetting } from '../page-layers.ts';

/** What the reader looks at: everything that a link to the page can hold. */
export interface View {
  /** The named setting that was chosen last. */
  readonly setting: number;
  /** One of its layers: another window or smoothing than its own, perhaps. */
  readonly layer: number;
  /** Position in the layer's thresholds. */
  readonly choice: number;
  readonly consecutive: number;
  /** At least `consecutive`, which means: in a row. */
  readonly within: number;
  readonly recover: number;
  /** The stretch of time shown, Unix ms. */
  readonly from: number;
  readonly to: number;
  /** Clocks show UTC plus this. */
  readonly offsetMs: number;
}

/** What a change of the view touched. */
export interface Changes {
  readonly layer: boolean;
  readonly decisions: boolean;
  readonly span: boolean;
  readonly zone: boolean;
}

/** What of a view says how alerts are decided. */
export type ViewedSettings = Pick<
  View,
  'setting' | 'layer' | 'choice' | 'consecutive' | 'within' | 'recover'
>;

const NO_CHANGES: Changes = { layer: false, decisions: false, span: false, zone: false };

/** How long controls rest before what may come later is drawn. */
const REST_MS = 40;

type Watcher = (changes: Changes) => void;

/** The page's one state: what is looked at, and what the detector says of it. */
export class Store {
  readonly model: ReportModel;
  readonly data: PageData;
  readonly tape: Tape;
  readonly home: View;
  #view: View;
  #drawn: View | null = null;
  #decided: Decided = { alerts: [], bySeries: [], alerting: [] };
  #score: RunScore | null = null;
  readonly #watchers: Watcher[] = [];
  #isDue = false;

  constructor(model: ReportModel, data: PageData, tape: Tape, start: Partial<View>) {
    this.model = model;
    this.data = data;
    this.tape = tape;
    const { startMs, endMs } = model.run;
    this.home = {
      ...this.settingsOf(0),
      ...{ from: startMs, to: endMs > startMs ? endMs : startMs + 1000, offsetMs: 0 },
    };
    this.#view = { ...this.home, ...this.settingsOf(start.setting ?? 0), ...start };
  }

  get view(): View {
    return this.#view;
  }

  get live(): LiveLayer {
    return this.tape.layer(this.#view.layer);
  }

  get decided(): Decided {
    return this.#decided;
  }

  /** Alerts held against the labels; null where there are none. */
  get score(): RunScore | null {
    return this.#score;
  }

  get isZoomed(): boolean {
    return this.#view.from !== this.home.from || this.#view.to !== this.home.to;
  }

  /** The named setting of the view. */
  get setting(): PageSetting {
    return this.data.settings[this.#view.setting]!;
  }

  /** A named setting as a part of a view. */
  settingsOf(setting: number): ViewedSettings {
    const { home: layer, choice, consecutive, within, recover } = this.data.settings[setting]!;
    return { setting, layer, choice, consecutive, within, recover };
  }

  /** The same view in another layer: the threshold on offer there that is nearest. */
  inLayer(layer: number): Pick<View, 'layer' | 'choice'> {
    const { layers } = this.data;
    const { thresholds = [] } = layers[layer] ?? {};
    const now = layers[this.#view.layer]?.thresholds[this.#view.choice] ?? 0;
    return { layer, choice: thresholds.indexOf(nearest(thresholds, now) ?? 0) };
  }

  /** Changes the view; watchers hear of it before the next picture. */
  change(part: Partial<View>): void {
    this.#view = { ...this.#view, ...part };
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.flush();
    });
  }

  watch(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  /** Hears of the same changes once there was no other for a moment: for what may come later. */
  watchLate(watcher: Watcher): void {
    let due: Changes = NO_CHANGES;
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.watch((changes) => {
      due = {
        layer: due.layer || changes.layer,
        decisions: due.decisions || changes.decisions,
        span: due.span || changes.span,
        zone: due.zone || changes.zone,
      };
      clearTimeout(timer);
      timer = setTimeout(() => {
        const told = due;
        due = NO_CHANGES;
        watcher(told);
      }, REST_MS);
    });
  }

  /** Decides anew where needed and tells every watcher. */
  flush(): void {
    this.#isDue = false;
    performance.mark('refresh');
    const now = this.#view;
    const then = this.#drawn;
    const differs = (...names: (keyof View)[]): boolean =>
      then === null || names.some((name) => now[name] !== then[name]);
    const changes: Changes = {
      layer: differs('layer'),
      decisions: differs('setting', 'layer', 'choice', 'consecutive', 'within', 'recover'),
      span: differs('from', 'to'),
      zone: differs('offsetMs'),
    };
    this.#drawn = now;
    if (changes.decisions) {
      const { live, tape } = this;
      const { extent, rules } = this.data;
      this.#decided = decideLayer(tape, live, now);
      this.#score = scoreDecided(
        tape.series,
        live,
        this.#decided,
        this.model.labels,
        extent,
        rules,
      );
    }
    for (const watcher of this.#watchers) watcher(changes);
    performance.measure('refreshed', 'refresh');
  }
}
