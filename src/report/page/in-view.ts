/** How long what is out of sight waits for the controls to rest. */
const REST_MS = 150;

/**
 * Draws an element anew: at once where it is near the screen, else once the controls rest. Before
 * printing everything is up to date.
 */
export class InView {
  readonly #draw: () => void;
  #isNear = false;
  #isStale = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(element: Element, draw: () => void) {
    this.#draw = draw;
    new IntersectionObserver(
      ([entry]) => {
        this.#isNear = entry?.isIntersecting === true;
        if (this.#isNear) this.#catchUp();
      },
      { rootMargin: '150px' },
    ).observe(element);
    window.addEventListener('beforeprint', () => {
      this.#catchUp();
    });
  }

  /** What is drawn has changed. */
  refresh(): void {
    this.#isStale = true;
    if (this.#isNear) {
      this.#catchUp();
      return;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#catchUp();
    }, REST_MS);
  }

  #catchUp(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#draw();
  }
}
