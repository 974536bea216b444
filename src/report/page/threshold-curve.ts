import { alertsByThreshold, type LabelCurve, labelsByThreshold } from '../live/curve.ts';
import { thresholdText } from '../live/threshold-text.ts';
import { makeSvg } from './dom.ts';
import type { Store } from './store.ts';

/** Steps as a path: one unit wide each, heights 0..1 from below. */
function stepPath(heights: readonly number[], isClosed: boolean): string {
  const parts = heights.map((h, i) => `${i === 0 ? 'M' : 'L'}${String(i)},${(1 - h).toFixed(3)}`);
  const last = String(heights.length - 1);
  return parts.join('') + (isClosed ? `L${last},1L0,1Z` : '');
}

/** What every threshold would come to, drawn behind the slider. */
export class ThresholdCurve {
  readonly #svg: SVGSVGElement;
  readonly #store: Store;
  readonly #plateau = makeSvg('rect', { class: 'curve-plateau', y: 0, height: 1 });
  #key = '';
  #counts: Int32Array = new Int32Array();
  #labels: LabelCurve | null = null;

  constructor(store: Store, svg: SVGSVGElement) {
    this.#store = store;
    this.#svg = svg;
  }

  /** Whether found faults are drawn, too. */
  get hasLabels(): boolean {
    return this.#labels !== null;
  }

  /** Draws it, anew where the counts changed, and says how far the threshold can move. */
  draw(): string {
    const { view, tape, live, model, data } = this.#store;
    const key = [view.layer, view.consecutive, view.within, view.recover].join();
    if (key !== this.#key) {
      this.#key = key;
      this.#counts = alertsByThreshold(tape, live, view);
      this.#labels = labelsByThreshold(tape, live, view, model.labels, data.extent, data.rules);
      this.#drawCurves();
    }
    return this.#drawPlateau();
  }

  #drawCurves(): void {
    const most = Math.max(1, ...this.#counts);
    // The root, since a handful of alerts matters more than the hundreds of a low threshold.
    const heights = [...this.#counts].map((n) => Math.sqrt(n / most));
    const { events = 1, detected = [] } = this.#labels ?? {};
    this.#svg.setAttribute('viewBox', `0 0 ${String(Math.max(1, heights.length - 1))} 1`);
    this.#svg.replaceChildren(
      this.#plateau,
      makeSvg('path', { class: 'curve-alerts', d: stepPath(heights, true) }),
      makeSvg('path', { class: 'curve-edge', d: stepPath(heights, false) }),
    );
    if (this.#labels === null) return;
    const found = [...detected].map((n) => n / events);
    this.#svg.append(makeSvg('path', { class: 'curve-found', d: stepPath(found, false) }));
  }

  /** Marks the thresholds that do the same as the one chosen, and names their ends. */
  #drawPlateau(): string {
    const { view, live } = this.#store;
    const { choice } = view;
    const isSame = (k: number): boolean =>
      this.#counts[k] === this.#counts[choice] &&
      this.#labels?.detected[k] === this.#labels?.detected[choice];
    let low = choice;
    let high = choice;
    while (low > 0 && isSame(low - 1)) low -= 1;
    while (high < this.#counts.length - 1 && isSame(high + 1)) high += 1;
    this.#plateau.setAttribute('x', String(low));
    this.#plateau.setAttribute('width', String(high - low));
    if (low === high) return 'the next threshold up or down changes this';
    return `the same from ${thresholdText(live.layer, low)} to ${thresholdText(live.layer, high)}`;
  }
}
