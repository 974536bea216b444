import { ToolError } from '../core/errors.ts';
import type { Unit } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';
import { DETECTORS } from './detect/registry.ts';
import { SortedWindow } from './detect/sorted-window.ts';
import type { Scorer } from './detect/stage.ts';
import { GapWatch } from './detect/steps.ts';

/** The threshold that decides: contamination is a threshold on ranks. */
export function decidingThreshold({ threshold, contamination }: Settings): number {
  return threshold ?? 1 - (contamination ?? 0);
}

/** A scorer as the settings describe it. Throws USAGE when the detector does not exist. */
export function createScorer(settings: Settings, unit: Unit): Scorer {
  const def = DETECTORS.find(({ id }) => id === settings.detector);
  if (def === undefined) {
    throw new ToolError('USAGE', `There is no detector "${settings.detector}".`);
  }
  const { window, warmup, params } = settings;
  return def.create({ window, warmup, params, unit, rank: settings.contamination !== null });
}

/**
 * Gap policy → rolling median → scorer, for one stream; the scorer may be shared with others.
 *
 * `update` takes the next sample and sets `smoothed`, `score` (NaN: not ready) and `isCut`.
 */
export class Pipeline {
  readonly #gaps: GapWatch;
  readonly #median: SortedWindow | null;
  readonly #scorer: Scorer;
  readonly #learnsRaw: boolean;
  smoothed = NaN;
  score = NaN;
  isCut = true;

  constructor(settings: Settings, scorer: Scorer) {
    this.#gaps = new GapWatch(settings.gapSteps);
    this.#median = settings.smooth > 1 ? new SortedWindow(settings.smooth) : null;
    this.#learnsRaw = settings.reference === 'raw';
    this.#scorer = scorer;
  }

  update(t: number, value: number): void {
    this.isCut = this.#gaps.update(t);
    this.smoothed = value;
    if (this.#median !== null) {
      if (this.isCut) this.#median.clear();
      this.#median.push(value);
      this.smoothed = this.#median.median();
    }
    const reference = this.#learnsRaw ? value : this.smoothed;
    this.score = this.#scorer.update(t, this.smoothed, reference, true);
  }
}
