import { basename } from 'node:path';
import type { Settings } from '../../core/settings.ts';
import { readRecording } from '../../record/recording/reader.ts';
import { presetSettings, TUNED_PRESET } from '../../replay/presets.ts';
import { replay } from '../../replay/replay.ts';
import { roundThresholdsOf } from '../../report/levels.ts';
import type { Report } from '../../report/report.ts';
import { makeReport } from '../build-report.ts';
import { DEFAULT_GRID, objectiveFor, sweepable, tuneRecordings } from '../tune-run.ts';

/** What to report on. */
export interface RunRequest {
  readonly path: string;
  readonly settings: Settings;
  /** null: the file's name. */
  readonly title: string | null;
  readonly isTuned: boolean;
}

/** Reads a recording, sweeps settings where asked to, and makes its report. */
export async function reportOn(
  { path, settings, title, isTuned }: RunRequest,
  onPass: (done: number, total: number) => void,
): Promise<Report> {
  const data = readRecording(path);
  // An ensemble has no window of its own to tune.
  const tuned = settings.members.length > 0 ? presetSettings(TUNED_PRESET) : settings;
  const grid = (): typeof DEFAULT_GRID => ({
    ...DEFAULT_GRID,
    // Heat maps are read at round thresholds, close together where they decide most.
    thresholds: roundThresholdsOf(
      replay(data, sweepable(tuned)).series.map(({ scores }) => scores),
    ),
  });
  const tune = isTuned
    ? await tuneRecordings([data], tuned, grid(), objectiveFor([data]), onPass, {
        inject: ['leak', 'hog'],
        seed: 1,
      })
    : null;
  return makeReport(data, settings, tune, title ?? basename(path));
}
