import { parse, type Spec, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';

/** A drawn chart: its data and signals can be set, then drawn again. */
export interface Chart {
  set(name: string, rows: readonly object[]): Chart;
  signal(name: string, value: unknown): Chart;
  draw(): void;
}

/**
 * Draws a chart into an element, without any generated code: the interpreter walks the parsed
 * expressions.
 */
export function drawChart(
  element: HTMLElement,
  spec: Spec,
  data: Readonly<Record<string, readonly object[]>>,
  signals: Readonly<Record<string, unknown>> = {},
): Chart {
  const describe = element.getAttribute('aria-label') ?? '';
  const view = new View(parse({ ...spec, description: describe }, undefined, { ast: true }), {
    renderer: 'svg',
    expr: expressionInterpreter,
    hover: false,
  });
  const chart: Chart = {
    set(name, rows) {
      view.data(name, [...rows]);
      return chart;
    },
    signal(name, value) {
      view.signal(name, value);
      return chart;
    },
    draw() {
      view.run();
    },
  };
  for (const [name, rows] of Object.entries(data)) chart.set(name, rows);
  for (const [name, value] of Object.entries(signals)) chart.signal(name, value);
  view.initialize(element);
  view.width(Math.max(60, element.clientWidth));
  chart.draw();
  return chart;
}
