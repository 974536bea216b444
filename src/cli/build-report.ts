import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ToolError } from '../core/errors.ts';
import type { RecordingData } from '../core/recording.ts';
import type { TuneResult } from '../core/results.ts';
import type { Settings } from '../core/settings.ts';
import { decidingThreshold } from '../replay/pipeline.ts';
import { presetNameOf, PRESETS } from '../replay/presets.ts';
import { replay } from '../replay/replay.ts';
import { buildModel, type OtherSetting } from '../report/build-model.ts';
import type { ReportModel } from '../report/model.ts';
import { judgeReplay } from './judge-run.ts';

/** The bundled script of the page, made by the build. Throws a plain Error when it is missing. */
export function pageScript(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (const path of [join(here, '../report/page.js'), join(here, '../../dist/report/page.js')]) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // The next place: the tests run from src, everything else from dist.
    }
  }
  throw new ToolError('STORAGE', 'The page script is missing from dist; run npm run build.');
}

/** Presets that are shown beside the main setting: the original scripts, and the default. */
const COMPARED = ['default', 'fetch-metrics', 'fetch-metrics-graph'];

/** Presets need CPU and memory; files of plain values have neither. */
function applies(data: RecordingData, settings: Settings): boolean {
  return data.series.some(({ series }) => settings.metrics.includes(series.metric));
}

/** Replays a recording under the settings and those to compare with, and makes the report's model. */
export function reportModel(
  data: RecordingData,
  settings: Settings,
  tune: TuneResult | null,
  title: string,
): ReportModel {
  const result = replay(data, settings);
  const main = PRESETS.find(({ name }) => name === presetNameOf(settings));
  const others = COMPARED.filter((name) => name !== main?.name).flatMap((name): OtherSetting[] => {
    const preset = PRESETS.find((one) => one.name === name);
    if (preset === undefined || !applies(data, preset.settings)) return [];
    const other = replay(data, preset.settings);
    const { describe } = preset;
    return [{ name, describe, result: other, score: judgeReplay(data, other) }];
  });
  const recommended = tune?.recommended ?? null;
  if (recommended !== null) {
    const other = replay(data, recommended.settings);
    others.unshift({
      name: 'recommended',
      describe: 'what tuning on this recording recommends',
      result: other,
      score: judgeReplay(data, other),
    });
  }
  return buildModel({
    ...{ title, data, result, others, tune },
    threshold: decidingThreshold(settings),
    score: judgeReplay(data, result),
    name: main?.name ?? 'these settings',
    describe: main?.describe ?? 'as given on the command line',
  });
}
