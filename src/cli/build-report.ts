import type { RecordingData } from '../core/recording.ts';
import type { ReplayResult, TuneResult } from '../core/results.ts';
import { settingsDigest } from '../core/settings-digest.ts';
import type { Settings } from '../core/settings.ts';
import { replay } from '../replay/replay.ts';
import type { SettingInput } from '../report/build-model.ts';
import { buildReport, type Report } from '../report/report.ts';
import { flagsOf } from './flags-of.ts';
import { judgeReplay, rulesFor } from './judge-run.ts';
import { type PlannedSetting, planReport } from './report/plan.ts';

/** Replays that were made elsewhere, by the digest of their settings. */
export type Replayed = ReadonlyMap<string, ReplayResult>;

function settingInput(
  data: RecordingData,
  { name, describe, settings }: PlannedSetting,
  replayed: Replayed,
): SettingInput {
  const result = replayed.get(settingsDigest(settings)) ?? replay(data, settings);
  const { flags, decisionless } = flagsOf(settings);
  return {
    ...{ name, describe, flags, decisionlessFlags: decisionless, result },
    score: judgeReplay(data, result),
  };
}

/**
 * The report of a recording: what `planReport` says is replayed, unless `replayed` has it already.
 */
export function makeReport(
  data: RecordingData,
  settings: Settings,
  tune: TuneResult | null,
  title: string,
  replayed: Replayed = new Map(),
): Report {
  const plan = planReport(data, settings, tune);
  const inputOf = (planned: PlannedSetting): SettingInput => settingInput(data, planned, replayed);
  const recommended = plan.recommended === null ? null : inputOf(plan.recommended);
  return buildReport(
    {
      ...{ title, data, tune, recommended },
      main: inputOf(plan.main),
      others: [...(recommended === null ? [] : [recommended]), ...plan.others.map(inputOf)],
      variants: plan.variants.map(({ of, settings: own }) => ({
        of,
        input: inputOf({ name: '', describe: '', settings: own }),
      })),
    },
    rulesFor(data),
  );
}
