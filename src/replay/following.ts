import type { Series } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';
import { COMBINERS } from './detect/registry.ts';
import { paramOf } from './detect/stage.ts';

/** Samples for which memory says nothing from where CPU began to say 1; 0: it always does. */
export function followSamples({ detector, params }: Settings): number {
  const specs = COMBINERS.find(({ id }) => id === detector)?.params;
  return specs?.['follow'] === undefined ? 0 : paramOf(specs, params, 'follow');
}

/** A text for each container, and no two containers with the same. */
export function containerKey({ namespace, pod, container }: Series): string {
  return JSON.stringify([namespace, pod, container]);
}

/**
 * Whether memory of one container follows its CPU: what goes up at once is one incident, which CPU
 * tells. What is still up some samples later is told of memory, too, even if CPU goes on.
 *
 * `lead` takes what CPU says, up to and including the time of the memory sample that `follows` then
 * is asked about, once each.
 */
export class Following {
  readonly #samples: number;
  #hasLed = false;
  #sinceOnset = Infinity;
  #sinceLead = Infinity;

  constructor(samples: number) {
    this.#samples = samples;
  }

  lead(cpuScore: number): void {
    if (cpuScore >= 1) this.#hasLed = true;
  }

  /** Whether this sample of memory is one of the first after CPU began to say 1. */
  follows(): boolean {
    this.#sinceOnset += 1;
    this.#sinceLead += 1;
    if (this.#hasLed) {
      if (this.#sinceLead > this.#samples) this.#sinceOnset = 0;
      this.#sinceLead = 0;
      this.#hasLed = false;
    }
    return this.#sinceOnset < this.#samples;
  }
}
