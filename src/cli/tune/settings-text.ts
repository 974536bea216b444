import type { TuneResult } from '../../core/results.ts';
import type { Settings } from '../../core/settings.ts';
import { flagSpan } from '../../replay/detect/decider.ts';
import type { Column } from '../output.ts';

type Grid = TuneResult['grid'];

/** Whether a sweep varied an axis. */
export function isTried(list: readonly unknown[]): boolean {
  return list.length > 1;
}

/** "3", or "3 of 5" where flags may be spread. */
export function flagsText(settings: Settings): string {
  const span = flagSpan(settings);
  const { consecutive } = settings;
  return span > consecutive ? `${String(consecutive)} of ${String(span)}` : String(consecutive);
}

/** Settings in a few words: what a sweep varied, at what threshold. */
export function settingsText(settings: Settings, { detectors, pools }: Grid): string {
  const { detector, pool, window, smooth, threshold } = settings;
  return [
    ...(isTried(detectors) ? [detector] : []),
    ...(isTried(pools) ? [`pool ${pool}`] : []),
    `window ${String(window)}`,
    `smooth ${String(smooth)}`,
    `${flagsText(settings)} flags`,
    `threshold ${String(Number((threshold ?? NaN).toPrecision(3)))}`,
  ].join(', ');
}

/** Columns that tell settings of a sweep apart, the threshold aside. */
export function settingColumns<Row extends { readonly settings: Settings }>(
  grid: Grid,
): readonly Column<Row>[] {
  const n = (title: string, cell: (settings: Settings) => string): Column<Row> => ({
    ...{ title, cell: ({ settings }: Row) => cell(settings), align: 'right' },
  });
  return [
    ...(isTried(grid.detectors)
      ? [{ title: 'DETECTOR', cell: ({ settings }: Row) => settings.detector }]
      : []),
    ...(isTried(grid.pools) ? [{ title: 'POOL', cell: ({ settings }: Row) => settings.pool }] : []),
    n('WINDOW', ({ window }) => String(window)),
    n('SMOOTH', ({ smooth }) => String(smooth)),
    ...(isTried(grid.refractories) ? [n('REFRACT', (one) => String(one.refractory))] : []),
    n('FLAGS', flagsText),
    ...(isTried(grid.recovers) ? [n('RECOVER', ({ recover }) => String(recover))] : []),
  ];
}
