import { COMPARE_DEFAULTS, compareRuns } from '../../replay/compare/compare-runs.ts';
import { replay } from '../../replay/replay.ts';
import { presetNameOf } from '../../replay/presets.ts';
import { readRecording } from '../../record/recording/reader.ts';
import { comparisonHtml } from '../../report/comparison/html.ts';
import { comparisonMarkdown } from '../../report/comparison/markdown.ts';
import { comparisonModel } from '../../report/comparison/model.ts';
import { comparisonPictures } from '../../report/pictures/comparison-pictures.ts';
import type { Settings } from '../../core/settings.ts';
import type { MadeReport } from './made-report.ts';
import { runNames } from '../run-names.ts';

/** What to compare, and how. */
export interface CompareRequest {
  readonly paths: readonly string[];
  readonly settings: Settings;
  /** null: made of the runs' names. */
  readonly title: string | null;
  /** A mark's name or kind, `start`, or null: see `alignRuns`. */
  readonly mark: string | null;
}

/** Recordings → a comparison, as texts and as charts. */
export function madeComparison({ paths, settings, title, mark }: CompareRequest): MadeReport {
  const names = runNames(paths);
  const runs = paths.map((path, r) => ({ name: names[r] ?? path, data: readRecording(path) }));
  const comparison = compareRuns(runs, { ...COMPARE_DEFAULTS, mark });
  const [first = '', ...later] = names;
  const preset = presetNameOf(settings);
  const model = comparisonModel({
    ...{ comparison, title: title ?? `${later.join(', ')} against ${first}` },
    settings: preset === '' ? 'these settings' : preset,
    alerts: runs.map(({ data }) => {
      const { alerts, series } = replay(data, settings);
      return { alerts: alerts.length, series: series.length };
    }),
  });
  return {
    json: () => `${JSON.stringify(model, null, 2)}\n`,
    markdown: () => comparisonMarkdown(model),
    html: () => comparisonHtml(model, comparison),
    pictures: () => comparisonPictures(model, comparison),
  };
}
