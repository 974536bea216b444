import { canonicalJson } from '../core/canonical-json.ts';
import type { Cause, ReplayResult, ScoredSeries } from '../core/results.ts';
import type { Settings } from '../core/settings.ts';
import type { ReportInput, SettingInput } from './build-model.ts';
import { packSymbols } from './codec/symbols.ts';
import { gapsOf } from './decimate.ts';
import { whyOf } from './evidence.ts';
import { FEW_SCORES, levelsOf, NOT_READY, thresholdChoices } from './levels.ts';
import { type LineInput, type PackedLines, packLines } from './lines.ts';

/** Why an alert opened: series on the page, when it was open (null: to the end), cause, sentence. */
export type PageCause = readonly [
  series: number,
  detectedMs: number,
  endMs: number | null,
  cause: Cause,
  why: string,
];

/** The scores of one pipeline, so that the page can decide by itself. */
export interface PageLayer {
  /** The settings that it was replayed under; the page sets threshold and counts itself. */
  readonly settings: Settings;
  /** Flags that give the settings, decisions apart; null where only a settings file can. */
  readonly flags: string | null;
  /** Ascending; on offer. */
  readonly thresholds: readonly number[];
  /** The contamination that each threshold stands for; null: they are thresholds. */
  readonly contaminations: readonly number[] | null;
  /** Position in `thresholds` of the one that these settings have. */
  readonly choice: number;
  /** All series run through one stream, as the original scripts had it. */
  readonly isOneStream: boolean;
  /** For each series the positions at which runs are cut; null: not judged under these settings. */
  readonly cuts: readonly (readonly number[] | null)[];
  /** Why its alerts opened, as a replay of these settings says; at most some hundreds. */
  readonly causes: readonly PageCause[];
  /** Levels of all series, one after another. */
  readonly levels: string;
  /** Position in the page's smoothed lines; null: smoothing changes nothing, or there is no room. */
  readonly smoothed: number | null;
}

/** A named setting, and the layers that differ from it in window and smoothing alone. */
export interface PageSetting {
  readonly name: string;
  /** Its own layer, in which its threshold and counts apply. */
  readonly home: number;
  /** Position of its threshold among those of its layer. */
  readonly choice: number;
  readonly consecutive: number;
  /** At least `consecutive`, which means: in a row. */
  readonly within: number;
  readonly recover: number;
  /** Its own layer and its variants, by window, then smoothing. */
  readonly layers: readonly number[];
}

/** What the page can decide by. */
export interface PageLayers {
  /** The first is the setting that the report is about; empty where there is nothing to decide. */
  readonly settings: readonly PageSetting[];
  readonly layers: readonly PageLayer[];
  /** Lines after smoothing, for each kind of it. */
  readonly smoothed: readonly PackedLines[];
}

/** Letters that all layers and smoothed lines may take; the setting of the report always has room. */
const ROOM = 600_000;
const SMOOTHED_POINTS = 60_000;
const FEWEST_POINTS = 300;
/** Alerts of a layer whose causes are kept. */
const MOST_CAUSES = 200;

/** What scores depend on: settings that differ in threshold and counts alone share a layer. */
function scoringKey({ threshold, ...settings }: Settings): string {
  const scoring = { ...settings, consecutive: 0, within: 0, recover: 0, contamination: 0 };
  return canonicalJson([threshold === null, scoring]);
}

/** Contaminations on offer, as thresholds on ranks: the larger the share, the lower the threshold. */
function contaminationChoices(given: readonly number[], isMany: boolean) {
  const shares = new Set(given);
  const most = isMany ? Math.max(...given) * 1000 : 500;
  for (let thousandths = 5; thousandths <= most; thousandths += 5) shares.add(thousandths / 1000);
  const contaminations = [...shares].sort((a, b) => b - a);
  return { contaminations, thresholds: contaminations.map((share) => 1 - share) };
}

const decidingOf = ({ threshold, contamination }: Settings): number =>
  threshold ?? 1 - (contamination ?? 0);

function choicesFor(
  given: readonly Settings[],
  listed: readonly number[],
  scores: readonly Float64Array[],
  isFirst: boolean,
): Pick<PageLayer, 'thresholds' | 'contaminations'> {
  if (given[0]?.threshold === null) {
    const count = scores.reduce((sum, { length }) => sum + length, 0);
    const shares = given.map(({ contamination }) => contamination ?? 0.1);
    return contaminationChoices(shares, !isFirst && count > FEW_SCORES);
  }
  const always = [...given.map(decidingOf), ...listed];
  return { thresholds: thresholdChoices(scores, always, isFirst), contaminations: null };
}

function positionsOf(column: Uint8Array): number[] {
  const positions: number[] = [];
  column.forEach((one, i) => {
    if (one === 1) positions.push(i);
  });
  return positions;
}

function causesOf({ alerts }: ReplayResult, places: ReadonlyMap<string, number>): PageCause[] {
  return alerts
    .flatMap((alert): PageCause[] => {
      const place = places.get(alert.series);
      if (place === undefined || alert.cause === 'unknown') return [];
      return [[place, alert.detectedAt, alert.end, alert.cause, whyOf(alert)]];
    })
    .slice(0, MOST_CAUSES);
}

/** Builds layers until their room is used up, each pipeline once. */
class LayerBook {
  readonly layers: PageLayer[] = [];
  readonly smoothed: PackedLines[] = [];
  readonly #drawn: readonly ScoredSeries[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #known = new Map<string, number>();
  readonly #smoothings = new Map<string, number>();
  #used = 0;

  constructor(drawn: readonly ScoredSeries[]) {
    this.#drawn = drawn;
    this.#places = new Map(drawn.map(({ series }, s) => [series.id, s]));
  }

  /**
   * The place of a replay's layer, null where there is no room; thresholds of `also` that have the
   * same detector are on offer, and `listed`.
   */
  place(input: SettingInput, also: readonly Settings[], listed: readonly number[]): number | null {
    const { settings } = input.result;
    const key = scoringKey(settings);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const own = this.#own(input.result);
    const given = also.filter(
      ({ detector, threshold }) =>
        detector === settings.detector && (threshold === null) === (settings.threshold === null),
    );
    const layer = this.#layerOf(input, own, [settings, ...given], listed);
    if (!this.#hasRoom(JSON.stringify(layer))) return null;
    const smoothed = this.#smoothedOf(own, settings);
    this.#known.set(key, this.layers.length);
    return this.layers.push({ ...layer, smoothed }) - 1;
  }

  #hasRoom(text: string): boolean {
    if (this.layers.length > 0 && this.#used + text.length > ROOM) return false;
    this.#used += text.length;
    return true;
  }

  #own({ series }: ReplayResult): (ScoredSeries | undefined)[] {
    const byId = new Map(series.map((one) => [one.series.id, one]));
    return this.#drawn.map(({ series: { id } }) => byId.get(id));
  }

  #layerOf(
    { result, decisionlessFlags: flags }: SettingInput,
    own: readonly (ScoredSeries | undefined)[],
    given: readonly Settings[],
    listed: readonly number[],
  ): Omit<PageLayer, 'smoothed'> {
    const { settings } = result;
    const scores = own.flatMap((one) => (one === undefined ? [] : [one.scores]));
    const { thresholds, contaminations } = choicesFor(
      given,
      listed,
      scores,
      this.layers.length === 0,
    );
    const total = this.#drawn.reduce((sum, { times }) => sum + times.length, 0);
    const levels = new Uint8Array(total).fill(NOT_READY);
    let at = 0;
    this.#drawn.forEach(({ times }, s) => {
      const one = own[s];
      if (one !== undefined) levels.set(levelsOf(one.scores, thresholds), at);
      at += times.length;
    });
    return {
      ...{ settings, flags, thresholds, contaminations },
      choice: thresholds.indexOf(decidingOf(settings)),
      isOneStream: settings.pool === 'all',
      cuts: own.map((one) => (one === undefined ? null : positionsOf(one.starts))),
      causes: causesOf(result, this.#places),
      levels: packSymbols(levels, 8),
    };
  }

  /** The place of the lines after smoothing: one kind gives the same under every detector. */
  #smoothedOf(
    own: readonly (ScoredSeries | undefined)[],
    { smooth, pool, gapSteps }: Settings,
  ): number | null {
    if (own.every((one) => one === undefined || one.smoothed === one.values)) return null;
    const kind = JSON.stringify([smooth, pool, gapSteps, own.map((one) => one === undefined)]);
    const known = this.#smoothings.get(kind);
    if (known !== undefined) return known;
    const columns = this.#drawn.map(({ times }, s): LineInput => {
      const values = own[s]?.smoothed ?? new Float64Array(times.length).fill(NaN);
      return { values, gaps: gapsOf(times), keep: [] };
    });
    const lines = packLines(columns, SMOOTHED_POINTS, FEWEST_POINTS);
    if (!this.#hasRoom(lines.values)) return null;
    const place = this.smoothed.push(lines) - 1;
    this.#smoothings.set(kind, place);
    return place;
  }
}

/** Finished results → what the page decides by; `drawn` are its series. Pure. */
export function buildLayers(
  { main, others, variants, tune }: ReportInput,
  drawn: readonly ScoredSeries[],
): PageLayers {
  if (drawn.length === 0) return { settings: [], layers: [], smoothed: [] };
  const book = new LayerBook(drawn);
  const isWhole = main.result.series.length === drawn.length;
  // A stream through all series cannot be decided from some of them.
  const named = [main, ...others].filter(({ result }) => isWhole || result.settings.pool !== 'all');
  const given = named.map(({ result }) => result.settings);
  // Cells of a heat map can be chosen in the page, so their thresholds are on offer.
  const listedFor = ({ result }: SettingInput): readonly number[] =>
    tune?.grid.detectors.includes(result.settings.detector) === true ? tune.grid.thresholds : [];
  const homes = named.flatMap((input) => {
    const home = book.place(input, given, listedFor(input));
    return home === null ? [] : [{ input, home, layers: new Set([home]) }];
  });
  for (const { of, input } of variants) {
    const home = homes.find(({ input: { name } }) => name === of);
    if (home === undefined) continue;
    const layer = book.place(input, given, listedFor(input));
    if (layer !== null) home.layers.add(layer);
  }
  const { layers, smoothed } = book;
  const settingAt = (layer: number): Settings => layers[layer]!.settings;
  return {
    settings: homes.map(({ input, home, layers: own }): PageSetting => {
      const { settings } = input.result;
      const { consecutive, within, recover } = settings;
      return {
        ...{ name: input.name, home, consecutive, recover },
        choice: layers[home]!.thresholds.indexOf(decidingOf(settings)),
        within: Math.max(consecutive, within ?? 1),
        layers: [...own].sort(
          (a, b) =>
            settingAt(a).window - settingAt(b).window || settingAt(a).smooth - settingAt(b).smooth,
        ),
      };
    }),
    layers,
    smoothed,
  };
}
