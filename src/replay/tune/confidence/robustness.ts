import type { RecordingData } from '../../../core/recording.ts';
import type { Settings } from '../../../core/settings.ts';
import type { Robustness } from '../../../core/tune-advice.ts';
import type { EventRules } from '../../evaluate/events.ts';
import { runExtent } from '../../evaluate/extent.ts';
import type { Objective } from '../objective.ts';
import { rankAgainst } from '../ranks.ts';
import {
  type RankedPass,
  rankRuns,
  type ScoredRun,
  type ScoreRecording,
  scoresOf,
} from '../scored-run.ts';
import { alertingSamples } from './alerting.ts';
import { cellsOf } from './cells.ts';
import { chanceValue } from './chance.ts';
import { everyNth, usualStepMs, withoutPod, withoutSome } from './mutations.ts';
import { falseAlertsOf, isWithinBudget, totalOf, type Totals, valueOf } from './totals.ts';
import type { Exposure } from '../exposure.ts';

const LOST = 0.1;
const COARSE_MS = 60_000;
/** Pods that are taken away in turn; where there are more, evenly spread ones. */
const MOST_PODS = 6;
/** A value this close to the one on the whole run holds, as a share of the scale. */
const NEAR = 0.1;

/** A change that every run undergoes. */
interface Change {
  readonly change: string;
  readonly apply: (data: RecordingData) => RecordingData;
}

function podsOf(recordings: readonly RecordingData[]): { namespace: string; pod: string }[] {
  const pods = new Map<string, { namespace: string; pod: string }>();
  for (const { series } of recordings.flatMap((data) => data.series)) {
    const { namespace, pod, kind } = series;
    if (kind === 'usage') pods.set(JSON.stringify([namespace, pod]), { namespace, pod });
  }
  const all = [...pods.values()];
  if (all.length < 2) return [];
  const count = Math.min(MOST_PODS, all.length);
  return Array.from({ length: count }, (_, k) => all[Math.floor((k * all.length) / count)]!);
}

/** The changes of samples that a recommendation is tried on. */
function changesOf(recordings: readonly RecordingData[], seed: number): readonly Change[] {
  const coarse = (data: RecordingData): number => Math.round(COARSE_MS / usualStepMs(data));
  return [
    { change: 'a tenth of the samples lost', apply: (data) => withoutSome(data, LOST, seed) },
    { change: 'every other sample', apply: (data) => everyNth(data, 2, 0) },
    { change: 'the samples between those', apply: (data) => everyNth(data, 2, 1) },
    ...(recordings.some((data) => coarse(data) > 2)
      ? [
          {
            change: 'one sample a minute',
            apply: (data: RecordingData) => everyNth(data, Math.max(1, coarse(data)), 0),
          },
        ]
      : []),
  ];
}

function holds(
  totals: Totals,
  exposure: Exposure,
  objective: Objective,
  { value, whole }: { readonly value: number | null; readonly whole: number | null },
): boolean {
  if (!isWithinBudget(totals, exposure, objective)) return false;
  if (objective.kind === 'budget') return true;
  if (value === null || whole === null) return value === whole;
  const scale = objective.kind === 'nab' ? 100 : objective.kind === 'cost' ? Math.abs(whole) : 1;
  return value >= whole - NEAR * scale;
}

/** Runs decided by settings. */
interface Decided {
  readonly pass: RankedPass;
  readonly alerting: readonly Int32Array[];
  /** All counts in one. */
  readonly totals: Totals;
  readonly exposure: Exposure;
}

function decide(runs: readonly ScoredRun[], settings: Settings, withNab: boolean): Decided {
  const threshold = settings.threshold ?? Infinity;
  const pass = rankRuns(runs, withNab, rankAgainst([threshold], scoresOf(runs)));
  const alerting = alertingSamples(pass, settings, threshold);
  const totals = totalOf(cellsOf(runs, pass, alerting));
  return { pass, alerting, totals, exposure: pass.exposure };
}

/** A scored run without one of its pods. */
function runWithout(run: ScoredRun, namespace: string, pod: string): ScoredRun {
  const isOther = (one: { readonly namespace: string; readonly pod: string }): boolean =>
    one.namespace !== namespace || one.pod !== pod;
  return {
    ...run,
    columns: run.columns.filter(({ series }) => isOther(series)),
    labels: run.labels.filter(isOther),
  };
}

/**
 * What settings come to by chance, and on changed copies of the runs: one scoring pass for each
 * change of the samples, and one without each of a few pods where pods share a window.
 */
export function robustnessOf(
  recordings: readonly RecordingData[],
  rules: readonly EventRules[],
  settings: Settings,
  objective: Objective,
  seed: number,
  score: ScoreRecording,
): { readonly robustness: readonly Robustness[]; readonly chance: number | null } {
  const scored = (apply: (data: RecordingData) => RecordingData): ScoredRun[] =>
    recordings.map((data, r) => {
      const changed = apply(data);
      return {
        columns: score(changed, settings),
        ...{ labels: changed.labels, extent: runExtent(data), rules: rules[r]! },
      };
    });
  const runs = scored((data) => data);
  const countedOn = (some: readonly ScoredRun[]): Decided =>
    decide(some, settings, objective.kind === 'nab');
  const own = countedOn(runs);
  const whole = valueOf(own.totals, own.exposure, objective);
  const judge = (change: string, { totals, exposure }: Decided): Robustness => {
    const value = valueOf(totals, exposure, objective);
    const wrong = falseAlertsOf(totals, exposure);
    const isGone = totals.labels === 0 && own.totals.labels > 0;
    return {
      ...{ change, value, detected: totals.detected, labels: totals.labels, falseAlerts: wrong },
      // Where the only labels went with a pod there is nothing to find, but much to alert wrongly.
      holds: isGone
        ? wrong <= falseAlertsOf(own.totals, own.exposure)
        : holds(totals, exposure, objective, { value, whole }),
    };
  };
  const chance =
    objective.kind === 'budget' ? null : chanceValue(runs, own.pass, own.alerting, objective, seed);
  const isAlone = settings.pool === 'container' || settings.pool === 'pod';
  const robustness = [
    ...changesOf(recordings, seed).map(({ change, apply }) =>
      judge(change, countedOn(scored(apply))),
    ),
    ...podsOf(recordings).map(({ namespace, pod }) => {
      const left = isAlone
        ? runs.map((run) => runWithout(run, namespace, pod))
        : scored((data) => withoutPod(data, namespace, pod));
      return judge(`without pod ${pod}`, countedOn(left));
    }),
  ];
  return { robustness, chance };
}
