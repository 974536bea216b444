import type { RunScore } from '../model.ts';
import { type Decided, decideLayer, scoreDecided } from '../live/decide.ts';
import type { LiveLayer, Tape } from '../live/tape.ts';
import type { ReportModel } from '../model.ts';
import type { PageData } from '../page-data.ts';

/** What the reader looks at: everything that a link to the page can hold. */
export interface View {
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

type Watcher = (changes: Changes) => void;

/** The page's one state: what is looked at, and what the detector says of it. */
export class Store {
  readonly model: ReportModel;
  readonly data: PageData;
  readonly tape: Tape;
  readonly home: View;
  #view: View;
  #drawn: View | null = null;
  #decided: Decided = { alerts: [], alerting: [] };
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
    this.#view = { ...this.home, ...this.settingsOf(start.layer ?? 0), ...start };
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

  /** A layer's own settings as a part of a view. */
  settingsOf(layer: number): Pick<View, 'layer' | 'choice' | 'consecutive' | 'within' | 'recover'> {
    const { choice, settings } = this.data.layers[layer]!;
    const { consecutive, within, recover } = settings;
    return { layer, choice, consecutive, within: Math.max(consecutive, within ?? 1), recover };
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
      decisions: differs('layer', 'choice', 'consecutive', 'within', 'recover'),
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
