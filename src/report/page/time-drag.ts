import type { Store } from './store.ts';

/** Where a plot of the whole shown span lies on the screen. */
export interface PlotPlace {
  readonly left: number;
  readonly width: number;
}

/** What is drawn while time is chosen by dragging: a stretch in shares of the plot, or nothing. */
export type ShowStretch = (stretch: readonly [from: number, to: number] | null) => void;

/** Shorter drags, in pixels, are clicks. */
const LEAST_DRAG = 6;

/** Lets a stretch of time be chosen by dragging across an element; Escape gives up. */
export function dragForTime(
  element: HTMLElement,
  store: Store,
  place: () => PlotPlace,
  show: ShowStretch,
  isOurs: (event: PointerEvent) => boolean = () => true,
): void {
  let start: number | null = null;
  const shareAt = (event: PointerEvent): number => {
    const { left, width } = place();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const stop = (): void => {
    start = null;
    show(null);
  };
  element.addEventListener('pointerdown', (event) => {
    // Fingers scroll the page; they choose time by the button that undoes it, not by dragging.
    if (event.button !== 0 || event.pointerType === 'touch' || !isOurs(event)) return;
    start = event.clientX;
  });
  element.addEventListener('pointermove', (event) => {
    if (start === null || Math.abs(event.clientX - start) < LEAST_DRAG) return;
    element.setPointerCapture(event.pointerId);
    const { left, width } = place();
    const first = Math.min(1, Math.max(0, (start - left) / width));
    const now = shareAt(event);
    show([Math.min(first, now), Math.max(first, now)]);
    event.preventDefault();
  });
  element.addEventListener('pointerup', (event) => {
    if (start === null) return;
    const isDrag = Math.abs(event.clientX - start) >= LEAST_DRAG;
    const { left, width } = place();
    const first = Math.min(1, Math.max(0, (start - left) / width));
    const now = shareAt(event);
    stop();
    if (!isDrag) return;
    const { from, to } = store.view;
    const at = (share: number): number => Math.round(from + share * (to - from));
    const [low, high] = [at(Math.min(first, now)), at(Math.max(first, now))];
    if (high - low >= 1000) store.change({ from: low, to: high });
  });
  element.addEventListener('pointercancel', stop);
  element.addEventListener('dblclick', () => {
    store.change({ from: store.home.from, to: store.home.to });
  });
}
