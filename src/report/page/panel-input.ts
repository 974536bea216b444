import { firstAtOrAfter } from '../../replay/evaluate/events.ts';
import { PLOT_LEFT } from '../charts/layout.ts';
import type { Store } from './store.ts';
import { dragForTime } from './time-drag.ts';
import type { VegaChart } from './vega-chart.ts';

/** What of a panel listens to pointer and keyboard. */
export interface PanelParts {
  readonly store: Store;
  readonly times: Float64Array;
  readonly box: HTMLElement;
  readonly valueAt: HTMLElement;
  readonly scoreAt: HTMLElement;
  readonly brush: HTMLElement;
  readonly value: VegaChart;
  readonly score: VegaChart;
  /** Hears of the time that is pointed at; null: none. */
  readonly onCursor: (t: number | null) => void;
}

/** Room above the plot of a score chart, and how near a pointer must be to take the threshold. */
const SCORE_TOP = 4;
const GRAB_PX = 9;

/** Lets the threshold be dragged in the score chart; says whether a pointer is near enough. */
function dragThreshold({ store, scoreAt, score }: PanelParts): (event: PointerEvent) => boolean {
  const heightAt = (event: PointerEvent): number =>
    event.clientY - scoreAt.getBoundingClientRect().top - SCORE_TOP;
  const isNear = (event: PointerEvent): boolean => {
    const threshold = store.live.layer.thresholds[store.view.choice] ?? 0;
    return (
      scoreAt.contains(event.target as Node) &&
      Math.abs(heightAt(event) - score.heightOf(threshold)) < GRAB_PX
    );
  };
  let isDragging = false;
  scoreAt.addEventListener('pointerdown', (event) => {
    if (!isNear(event)) return;
    isDragging = true;
    scoreAt.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  scoreAt.addEventListener('pointermove', (event) => {
    scoreAt.classList.toggle('grab', isDragging || isNear(event));
    if (!isDragging) return;
    const wanted = score.valueAt(heightAt(event));
    const { thresholds } = store.live.layer;
    let best = 0;
    thresholds.forEach((t, k) => {
      if (Math.abs(t - wanted) < Math.abs(thresholds[best]! - wanted)) best = k;
    });
    store.change({ choice: best });
  });
  for (const kind of ['pointerup', 'pointercancel'] as const) {
    scoreAt.addEventListener(kind, () => {
      isDragging = false;
    });
  }
  return isNear;
}

/** Arrows step through the samples; Escape lets go. */
function stepByKeys({ store, times, box, onCursor }: PanelParts): void {
  const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 } as const;
  let cursor: number | null = null;
  box.addEventListener('keydown', (event) => {
    const step = event.key in steps ? steps[event.key as keyof typeof steps] : null;
    if (event.key === 'Escape') cursor = null;
    else if (step === null) return;
    else {
      const { from, to } = store.view;
      const first = firstAtOrAfter(times, from);
      const last = Math.max(first, firstAtOrAfter(times, to) - 1);
      const wanted = cursor === null ? first : firstAtOrAfter(times, cursor) + step;
      cursor = times[Math.min(last, Math.max(first, wanted))] ?? null;
    }
    event.preventDefault();
    onCursor(cursor);
  });
}

/** Wires a panel: threshold by dragging, time by dragging, cursor by pointer and by keys. */
export function listenToPanel(parts: PanelParts): void {
  const { store, box, valueAt, brush, value, onCursor } = parts;
  const isNear = dragThreshold(parts);
  const place = () => {
    const { left } = valueAt.getBoundingClientRect();
    return { left: left + PLOT_LEFT, width: value.plotWidth };
  };
  dragForTime(
    box,
    store,
    place,
    (stretch) => {
      brush.classList.toggle('hidden', stretch === null);
      if (stretch === null) return;
      const left = valueAt.offsetLeft + PLOT_LEFT + stretch[0] * value.plotWidth;
      brush.style.left = `${left.toFixed(1)}px`;
      brush.style.width = `${((stretch[1] - stretch[0]) * value.plotWidth).toFixed(1)}px`;
    },
    (event) => !isNear(event),
  );
  box.addEventListener('pointermove', (event) => {
    const { left, width } = place();
    const share = (event.clientX - left) / width;
    const { from, to } = store.view;
    onCursor(share < 0 || share > 1 ? null : from + share * (to - from));
  });
  box.addEventListener('pointerleave', () => {
    onCursor(null);
  });
  stepByKeys(parts);
}
