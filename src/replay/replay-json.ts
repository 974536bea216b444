import type { Alert, ReplayResult } from '../core/results.ts';
import { settingsDigest } from '../core/settings-digest.ts';
import { formatTime } from '../core/time.ts';

const alertJson = (alert: Alert) => ({
  ...alert,
  start: formatTime(alert.start),
  detectedAt: formatTime(alert.detectedAt),
  end: alert.end === null ? null : formatTime(alert.end),
});

/** A replay as the machine contract has it: docs/schema/replay.schema.json. */
export function replayJson(result: ReplayResult): unknown {
  const { recording, settings, preset, series, alerts, digest } = result;
  return {
    schemaVersion: 1,
    recording: {
      ...recording,
      start: formatTime(recording.startMs),
      end: formatTime(recording.endMs),
      startMs: undefined,
      endMs: undefined,
    },
    settings: { ...settings, preset, digest: settingsDigest(settings) },
    digest,
    series: series.map(({ series: one, times, alerts: own, notEvaluated }) => ({
      id: one.id,
      namespace: one.namespace,
      pod: one.pod,
      container: one.container,
      metric: one.metric,
      unit: one.unit,
      samples: times.length,
      alerts: own.length,
      notEvaluated: notEvaluated === '' ? undefined : notEvaluated,
    })),
    alerts: alerts.map(alertJson),
  };
}
