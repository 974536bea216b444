import { f1Of } from '../evaluate/events.ts';
import { joined, type StepCount } from './step-count.ts';
import { falseAlertsOf, highestLevel, type Surface } from './surface.ts';

/**
 * What a setting is judged by; higher is better.
 *
 * `f1`: event F1 against labels. `budget`: no labels; alerts stay under a rate, and what is
 * ranked is how far the threshold can move without changing the number of alerts.
 */
export type Objective =
  { readonly kind: 'f1' } | { readonly kind: 'budget'; readonly alertsPerSeriesDay: number };

/** A range of thresholds (low, high] that do equally well, and how well. */
export interface Plateau {
  readonly low: number;
  readonly high: number;
  readonly score: number;
}

/** Every threshold at which some count of the surface changes, descending, without repeats. */
function breakpoints(surface: Surface): Float64Array {
  const { falseEpisodes, labels, unexplained, samplesPerHour } = surface;
  // Where one more full hour of alerting outside labels begins.
  const hours: number[] = [];
  for (let hour = 1; ; hour += 1) {
    const level = unexplained[unexplained.length - Math.ceil(hour * samplesPerHour)];
    if (level === undefined) break;
    hours.push(level);
  }
  const reached = labels.map(highestLevel).filter((level) => level !== -Infinity);
  const all = joined([
    falseEpisodes.plus,
    falseEpisodes.minus,
    Float64Array.from(reached),
    Float64Array.from(hours),
  ]).reverse();
  return all.filter((value, i) => i === 0 || value !== all[i - 1]);
}

/** Counts entries ≥ t for descending t, each entry looked at once. */
class DescendingCount {
  readonly #column: Float64Array;
  #left: number;

  constructor(column: Float64Array) {
    this.#column = column;
    this.#left = column.length;
  }

  at(t: number): number {
    while (this.#left > 0 && (this.#column[this.#left - 1] ?? 0) >= t) this.#left -= 1;
    return this.#column.length - this.#left;
  }
}

class DescendingSteps {
  readonly #plus: DescendingCount;
  readonly #minus: DescendingCount;

  constructor({ plus, minus }: StepCount) {
    this.#plus = new DescendingCount(plus);
    this.#minus = new DescendingCount(minus);
  }

  at(t: number): number {
    return this.#plus.at(t) - this.#minus.at(t);
  }
}

/** How much of a threshold range one number spans, relative to its height: wide is robust. */
export function relativeWidth({ low, high }: { low: number; high: number }): number {
  const height = Math.max(Math.abs(low), Math.abs(high));
  return height === 0 ? 0 : (high - low) / height;
}

/** How far above everything a good run shows a threshold may lie and still be of use. */
const MARGIN = 1.5;

/** Where no threshold keeps the budget but those past the highest level: up to half again as high. */
function aboveAll(highest: number): Plateau | null {
  return highest > 0 ? { low: highest, high: highest * MARGIN, score: 0 } : null;
}

/**
 * The widest range of thresholds whose objective is within `tolerance` of the best, found by
 * walking every breakpoint once. null: no threshold differs from another.
 */
export function widestPlateau(
  surface: Surface,
  objective: Objective,
  tolerance: number,
): Plateau | null {
  const marks = breakpoints(surface);
  if (marks.length === 0) return null;
  const falseAlerts = new DescendingSteps(surface.falseEpisodes);
  const detected = new DescendingCount(Float64Array.from(surface.labels, highestLevel).sort());
  // At a threshold in (marks[i + 1], marks[i]] counts are those at marks[i].
  const alerting = new DescendingCount(surface.unexplained);
  const scores = marks.map((t) => {
    const wrong = falseAlertsOf(surface, falseAlerts.at(t), alerting.at(t));
    if (objective.kind === 'f1') return f1Of(detected.at(t), surface.labels.length, wrong) ?? 0;
    const rate = surface.seriesDays > 0 ? wrong / surface.seriesDays : Infinity;
    return rate <= objective.alertsPerSeriesDay ? wrong : -1;
  });
  const best = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  if (best < 0) return aboveAll(marks[0] ?? 0);
  let widest: Plateau | null = null;
  for (let i = 0; i < marks.length;) {
    if ((scores[i] ?? 0) < best - tolerance) {
      i += 1;
      continue;
    }
    const high = marks[i] ?? 0;
    let score = Infinity;
    for (; i < marks.length && (scores[i] ?? 0) >= best - tolerance; i += 1) {
      score = Math.min(score, scores[i] ?? 0);
    }
    const plateau = { low: marks[i] ?? high, high, score };
    if (widest === null || relativeWidth(plateau) > relativeWidth(widest)) widest = plateau;
  }
  return widest;
}

/** The middle of a plateau, at the fewest significant digits (three or more) that stay inside. */
export function middleOf({ low, high }: Plateau): number {
  const middle = (low + high) / 2;
  for (let digits = 2; digits <= 15; digits += 1) {
    const rounded = Number(middle.toPrecision(digits));
    if (rounded > low && rounded <= high) return rounded;
  }
  return high;
}
