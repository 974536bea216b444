import { parse, type Spec, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { PLOT_LEFT, PLOT_RIGHT } from '../charts/layout.ts';

/** A drawn chart: its data and signals can be set, then drawn again. */
export class VegaChart {
  readonly #view: View;
  readonly #margin: number;
  #width = 0;

  /**
   * Draws into an element without any generated code: the interpreter walks parsed expressions.
   * `margin` is what the plot leaves free to its left and right together.
   */
  constructor(element: HTMLElement, spec: Spec, margin = PLOT_LEFT + PLOT_RIGHT) {
    const runtime = parse(spec, undefined, { ast: true });
    this.#view = new View(runtime, {
      renderer: 'svg',
      expr: expressionInterpreter,
      hover: false,
      tooltip: (_handler, _event, _item, value) => {
        const text = value === null || value === undefined ? '' : String(value);
        element.title = text;
      },
    });
    this.#margin = margin;
    this.#view.initialize(element);
    element.querySelector('svg')?.setAttribute('aria-hidden', 'true');
    this.resize(element.clientWidth);
  }

  /** The width in pixels of the element that it stands in. */
  resize(outer: number): this {
    this.#width = Math.max(40, outer - this.#margin);
    this.#view.width(this.#width);
    return this;
  }

  /** Pixels from left to right of the plot. */
  get plotWidth(): number {
    return this.#width;
  }

  set(name: string, rows: readonly object[]): this {
    this.#view.data(name, [...rows]);
    return this;
  }

  signal(name: string, value: unknown): this {
    this.#view.signal(name, value);
    return this;
  }

  draw(): this {
    this.#view.run();
    return this;
  }

  /** The value at a height of the plot, by its y scale. */
  valueAt(y: number): number {
    const scale = this.#view.scale('y') as { invert: (y: number) => number };
    return scale.invert(y);
  }

  /** The height of a value in the plot, by its y scale. */
  heightOf(value: number): number {
    const scale = this.#view.scale('y') as (value: number) => number;
    return scale(value);
  }

  /** The value under a click on a mark, or nothing. */
  onClick(listener: (datum: Readonly<Record<string, unknown>>) => void): void {
    this.#view.addEventListener('click', (_, item) => {
      const datum: unknown = item?.datum;
      if (typeof datum === 'object' && datum !== null) listener(datum as Record<string, unknown>);
    });
  }
}
