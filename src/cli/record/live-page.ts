import type { TickReport } from '../../record/poll-loop.ts';
import { presetNameOf } from '../../replay/presets.ts';
import { decidingThreshold } from '../../replay/pipeline.ts';
import { Board } from '../../report/watch/board.ts';
import { watchHtml } from '../../report/watch/html.ts';
import { ToolError } from '../../core/errors.ts';
import { watchScript } from '../page-script.ts';
import { settingsFrom } from '../settings-flags.ts';
import type { Taken } from './alerts.ts';
import type { RecordFlags, RecordPlan } from './flags.ts';
import { startLiveServer } from './live-server.ts';

/** The live page of one recording. */
export interface LivePage {
  readonly url: string;
  /** Shows a tick; `taken` is null where it brought nothing. */
  tick(report: TickReport, taken: Taken | null): void;
  /** Says that nothing more will come. */
  close(text: string): void;
}

/** Opens the live page for a recording of `what`. Throws USAGE when its port cannot be had. */
export async function openLivePage(
  flags: RecordFlags,
  { output, intervalMs }: RecordPlan,
  what: string,
): Promise<LivePage> {
  const { livePort } = flags;
  if (!Number.isInteger(livePort) || livePort < 0 || livePort > 65_535) {
    throw new ToolError('USAGE', '--live-port takes a port from 1 to 65535, or 0 for any.');
  }
  const settings = settingsFrom(flags);
  const preset = presetNameOf(settings);
  const board = new Board({
    ...{ title: what, file: output, startMs: Date.now(), intervalMs },
    settings: preset === '' ? settings.detector : preset,
    threshold: decidingThreshold(settings),
    consecutive: settings.consecutive,
  });
  const server = await startLiveServer(
    watchHtml(`Recording ${what}`, watchScript()),
    () => board.start(),
    livePort,
  );
  return {
    url: server.url,
    tick({ scheduledMs, outcome, reason }, taken) {
      const decided = new Map(taken?.decisions.map((one) => [one.series.id, one]));
      const samples = (taken?.samples ?? []).map((sample) => {
        const {
          score = NaN,
          alerting = false,
          opened = null,
          closed = null,
        } = decided.get(sample.series.id) ?? {};
        return { ...sample, score, alerting, opened, closed };
      });
      server.send('step', board.add([scheduledMs, outcome, reason], samples));
    },
    close(text) {
      server.close('over', { text });
    },
  };
}
