import { basename } from 'node:path';
import type { ReplayResult } from '../../core/results.ts';
import { settingsDigest } from '../../core/settings-digest.ts';
import type { Settings } from '../../core/settings.ts';
import { readRecording } from '../../record/recording/reader.ts';
import { presetSettings, TUNED_PRESET } from '../../replay/presets.ts';
import { replay } from '../../replay/replay.ts';
import { roundThresholdsOf } from '../../report/levels.ts';
import { reportHtml } from '../../report/html.ts';
import { reportMarkdown } from '../../report/markdown.ts';
import { reportPictures } from '../../report/pictures/report-pictures.ts';
import { makeReport } from '../build-report.ts';
import { jobsOf } from '../jobs.ts';
import { pageScript } from '../page-script.ts';
import { replayInWorkers, worthwhileJobs } from '../replay/run.ts';
import { DEFAULT_GRID, objectiveFor, planSweep, runSweep, sweepable } from '../tune-run.ts';
import type { MadeReport } from './made-report.ts';
import { planReport, settingsOf } from './plan.ts';

/** What to report on. */
export interface RunRequest {
  readonly path: string;
  readonly settings: Settings;
  /** null: the file's name. */
  readonly title: string | null;
  readonly isTuned: boolean;
}

/** Reads a recording, sweeps settings where asked to, and makes its report. */
export async function madeReport(
  { path, settings, title, isTuned }: RunRequest,
  onPass: (done: number, total: number) => void,
): Promise<MadeReport> {
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
  const jobs = worthwhileJobs(data, jobsOf(undefined));
  const tune = isTuned
    ? await runSweep(planSweep([data], tuned, grid(), objectiveFor([data])), {
        advice: { inject: ['leak', 'hog'], seed: 1 },
        ...(jobs > 1 ? { place: { paths: [path], jobs } } : {}),
        onDone: onPass,
      })
    : null;
  const replayed = new Map<string, ReplayResult>();
  if (jobs > 1) {
    const planned = settingsOf(planReport(data, settings, tune));
    for (const [at, one] of planned.entries()) {
      onPass(at, planned.length);
      replayed.set(settingsDigest(one), await replayInWorkers(data, one, jobs));
    }
  }
  const report = makeReport(data, settings, tune, title ?? basename(path), replayed);
  return {
    json: () => `${JSON.stringify(report.model, null, 2)}\n`,
    markdown: () => reportMarkdown(report.model),
    html: () => reportHtml(report, pageScript()),
    pictures: () => reportPictures(report),
  };
}
