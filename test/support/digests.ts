import { rngFor } from '../../src/core/rng.ts';
import type { SeriesColumns } from '../../src/core/series.ts';
import { COMBINERS, DETECTORS } from '../../src/replay/detect/registry.ts';
import { overrideSettings, presetSettings, PRESETS } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from './series.ts';

/** The digest of every preset and detector on one made-up recording, by name. */
export function replayDigests(
  arrange: (columns: SeriesColumns[]) => SeriesColumns[] = (columns) => columns,
): Record<string, string> {
  const columns = ['web-1', 'web-2', 'Älter-3', 'ırak-4'].flatMap((pod) =>
    ['cpu', 'memory'].map((metric) => {
      const rng = rngFor(2, `${pod} ${metric}`);
      const values = Array.from({ length: 400 }, (_, i) => rng.next() + (i % 90 > 86 ? 7 : 1));
      return columnsOf(aSeries({ pod, metric, unit: metric === 'cpu' ? 'cores' : '' }), values);
    }),
  );
  const data = aRecording(arrange(columns));
  const base = presetSettings('default');
  const single = { members: [], params: {}, window: 80, warmup: 30, threshold: 1 };
  const settings = [
    ...PRESETS.map((preset) => [preset.name, preset.settings] as const),
    ...DETECTORS.map(
      ({ id }) => [id, overrideSettings(base, { ...single, detector: id })] as const,
    ),
    ...COMBINERS.map(({ id }) => {
      const members = ['level', 'ewma'].map((detector) => ({ detector, params: {}, threshold: 3 }));
      return [id, { ...overrideSettings(base, single), detector: id, members }] as const;
    }),
  ];
  return Object.fromEntries(settings.map(([name, one]) => [name, replay(data, one).digest]));
}
