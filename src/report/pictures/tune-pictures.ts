import type { Spec } from 'vega';
import type { InjectedFault } from '../../core/tune-advice.ts';
import {
  heatMeasure,
  heatRows,
  powerRows,
  recommendedCell,
  smallestContent,
  tradeContent,
} from '../live/tune-rows.ts';
import type { TuneModel } from '../model.ts';
import type { Picture } from './picture.ts';
import { pictureSvg, textPiece } from './svg.ts';
import { type ChartContent, vegaPiece } from './vega-piece.ts';

const WIDTH = 640;
/** Beside the charts, for names at their last points. */
const ROOM = 40;

function contents(tune: TuneModel): readonly (readonly [string, string, ChartContent])[] {
  const heat = (cells: TuneModel['windowThreshold'], yName: string): ChartContent => ({
    rows: { cells: heatRows(tune, cells, yName), best: recommendedCell(tune, cells) },
  });
  const measure = heatMeasure(tune);
  const power = (unit: InjectedFault['unit']): ChartContent => ({ rows: powerRows(tune, unit) });
  const hasUnit = (unit: string): boolean =>
    tune.caught.some(({ fault }) => fault.unit === unit && fault.places > 0);
  return [
    [
      'windowThreshold',
      `${measure}, by window and threshold`,
      heat(tune.windowThreshold, 'threshold'),
    ],
    [
      'windowConsecutive',
      `${measure}, by window and flags in a row`,
      heat(tune.windowConsecutive, 'flags in a row'),
    ],
    ...(tune.trade.length === 0
      ? []
      : [['tradeOff', 'What finding more costs', tradeContent(tune)] as const]),
    ...tune.smallest.map(
      (trade) =>
        [
          trade.kind === 'leak' ? 'tradeLeak' : 'tradeHog',
          `What finding smaller ${trade.kind}s costs`,
          smallestContent(tune, trade),
        ] as const,
    ),
    ...(hasUnit('MiB/h') ? [['powerGrowth', 'Leaks found, by size', power('MiB/h')] as const] : []),
    ...(hasUnit('millicores')
      ? [['powerCpu', 'CPU hogs found, by size', power('millicores')] as const]
      : []),
  ];
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/** The charts of a sweep. */
export function tunePictures(
  tune: TuneModel,
  specs: Readonly<Record<string, Spec>>,
): readonly Picture[] {
  return contents(tune).map(([chart, title, content]) => ({
    name: `tuning-${kebab(chart)}`,
    draw: async () =>
      pictureSvg(title, WIDTH + ROOM, [
        textPiece(title, { size: 16, colour: 'text', isBold: true }),
        textPiece(`detector ${tune.detector}, judged by ${tune.objective}`),
        await vegaPiece(specs[chart]!, WIDTH, content),
      ]),
  }));
}
