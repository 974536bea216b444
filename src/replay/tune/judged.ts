import { type Objective, toleranceOf, worthOf } from './objective.ts';
import { type Plateau, widestPlateau } from './plateau.ts';
import type { Surface } from './surface.ts';

/** What a setting comes to over all thresholds. */
export interface Judged {
  /** For each entry of the surface. */
  readonly worth: Float64Array;
  /** Where it is best. */
  readonly plateau: Plateau | null;
}

/** Judges every threshold of a setting, up to the highest score that its detector can give. */
export function judged(surface: Surface, objective: Objective, highest?: number): Judged {
  const worth = worthOf(surface, objective);
  const tolerance = (best: number): number => toleranceOf(objective, best);
  return { worth, plateau: widestPlateau(surface, worth, tolerance, highest) };
}
