import { formatTime } from '../../core/time.ts';
import type { EventRules } from '../../replay/evaluate/events.ts';
import type { Lead } from '../../replay/evaluate/lead-time.ts';
import type { RunEvaluation } from '../../replay/evaluate/run.ts';
import type { CorpusRow, JudgedRun } from './tables.ts';

const leadJson = (lead: Lead | undefined) =>
  lead === undefined
    ? {}
    : {
        leadSeconds: lead.leadSeconds,
        limitAt: formatTime(lead.limitMs),
        isLimitProjected: lead.isProjected,
      };

/** An evaluation for machines: no times in ms, no objects twice. */
function evaluationJson({ missed, leads, detections, ...rest }: RunEvaluation) {
  return {
    ...rest,
    missed: missed.length,
    detections: detections.map(({ label, detectedMs }) => ({
      ...{ namespace: label.namespace, pod: label.pod, container: label.container },
      ...{ metric: label.metric, type: label.type },
      ...{ start: formatTime(label.startMs), end: formatTime(label.endMs) },
      detectedAt: detectedMs === null ? null : formatTime(detectedMs),
      delaySeconds: detectedMs === null ? null : (detectedMs - label.startMs) / 1000,
      ...leadJson(leads.find((lead) => lead.label === label)),
    })),
  };
}

/** What `evaluate --format json` prints of labelled recordings: docs/schema/evaluate.schema.json. */
export function eventsJson(
  { toleranceMs, mergeMs }: Pick<EventRules, 'toleranceMs' | 'mergeMs'>,
  runs: readonly JudgedRun[],
) {
  const rows = runs.flatMap(({ recording, warmupMs, judged }) =>
    judged.map(({ setting, evaluation }) => ({
      ...{ recording, setting, warmupMs },
      evaluation: evaluationJson(evaluation),
    })),
  );
  return { schemaVersion: 1, rules: { toleranceMs, mergeMs }, rows };
}

/** What `evaluate --corpus nab --format json` prints: docs/schema/evaluate-nab.schema.json. */
export function corpusJson(first: CorpusRow, others: readonly CorpusRow[]) {
  const { standard, rewardLowFpRate, rewardLowFnRate, otherHalf, perFile } = first.result;
  return {
    schemaVersion: 1,
    standard: standard.score,
    rewardLowFpRate: rewardLowFpRate.score,
    rewardLowFnRate: rewardLowFnRate.score,
    thresholds: {
      standard: standard.threshold,
      rewardLowFpRate: rewardLowFpRate.threshold,
      rewardLowFnRate: rewardLowFnRate.threshold,
    },
    otherHalf,
    perFile,
    beside: others.map(({ setting, result: r }) => ({
      ...{ setting, standard: r.standard.score },
      ...{ rewardLowFpRate: r.rewardLowFpRate.score, rewardLowFnRate: r.rewardLowFnRate.score },
    })),
  };
}
