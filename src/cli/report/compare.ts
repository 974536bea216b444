import { COMPARE_DEFAULTS, compareRuns } from '../../replay/compare/compare-runs.ts';
import { replay } from '../../replay/replay.ts';
import { presetNameOf } from '../../replay/presets.ts';
import { readRecording } from '../../record/recording/reader.ts';
import { comparisonHtml } from '../../report/comparison/html.ts';
import { comparisonMarkdown } from '../../report/comparison/markdown.ts';
import { comparisonModel } from '../../report/comparison/model.ts';
import type { Settings } from '../../core/settings.ts';
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

/** Recordings → a comparison as one text: HTML without any script, JSON or Markdown. */
export function compareText(request: CompareRequest, format: 'html' | 'json' | 'markdown'): string {
  const { paths, settings, title, mark } = request;
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
  if (format === 'json') return `${JSON.stringify(model, null, 2)}\n`;
  return format === 'markdown' ? comparisonMarkdown(model) : comparisonHtml(model, comparison);
}
