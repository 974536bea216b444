import { parse, type Spec, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { PLOT_LEFT, PLOT_RIGHT } from '../charts/layout.ts';
import type { Piece } from './svg.ts';

/** What a chart is drawn from: rows by the name of their data, signals by theirs. */
export interface ChartContent {
  readonly rows: Readonly<Record<string, readonly object[]>>;
  readonly signals?: Readonly<Record<string, unknown>>;
}

/** A chart of the page drawn without a browser, so wide in all; no code is made from its texts. */
export async function vegaPiece(
  spec: Spec,
  width: number,
  { rows, signals = {} }: ChartContent,
): Promise<Piece> {
  const view = new View(parse(spec, undefined, { ast: true }), {
    ...{ renderer: 'none', expr: expressionInterpreter },
  });
  view.width(width - PLOT_LEFT - PLOT_RIGHT);
  for (const [name, value] of Object.entries(signals)) view.signal(name, value);
  for (const [name, own] of Object.entries(rows)) view.data(name, [...own]);
  const svg = await view.toSVG();
  view.finalize();
  const height = Number(/ height="([\d.]+)"/.exec(svg)?.[1] ?? 0);
  // A name at the last point may be longer than the room beside it.
  return { svg: svg.replace('<svg ', '<svg overflow="visible" '), height };
}
