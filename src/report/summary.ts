import { plural } from '../core/plural.ts';
import type { RecordingData } from '../core/recording.ts';
import type { Cause, ReplayResult, TuneResult } from '../core/results.ts';
import { formatDuration, formatTime } from '../core/time.ts';
import { causeText, percent, seriesName } from './display.ts';
import { whyOf } from './evidence.ts';
import type { CoverageModel, Figure, RunScore } from './model.ts';

/** What the words are made of. */
export interface Findings {
  readonly data: RecordingData;
  readonly result: ReplayResult;
  readonly score: RunScore | null;
  readonly tune: TuneResult | null;
  readonly tuneFlags: string;
  /** What the recommended settings do on this recording; null without any. */
  readonly better: RunScore | null;
  readonly coverage: CoverageModel;
  readonly samples: number;
  readonly pods: number;
}

/** Below this share of what was to be seen, conclusions are weak. */
const LOW_COVERAGE = 0.9;

function alertingSeries({ alerts }: ReplayResult): number {
  return new Set(alerts.map(({ series }) => series)).size;
}

const allOf = (n: number): string => (n === 2 ? 'both' : `all ${String(n)}`);

const isUnjudged = ({ notEvaluated }: ReplayResult['series'][number]): boolean =>
  notEvaluated !== '';

/** The one sentence to take away. */
export function headlineOf({ result, score, samples }: Findings): string {
  const { series, alerts } = result;
  if (samples === 0) return 'Nothing to judge: this recording holds no samples.';
  if (series.length === 0) return 'Nothing to judge: these settings fit none of its series.';
  if (series.every(isUnjudged)) {
    const why = series[0]?.notEvaluated ?? '';
    return `Nothing could be judged: ${why} (${plural(series.length, 'series', 'series')}).`;
  }
  const found =
    alerts.length === 0
      ? `No alert in ${plural(series.length, 'series', 'series')}`
      : `${plural(alerts.length, 'alert')} in ${String(alertingSeries(result))} of ` +
        plural(series.length, 'series', 'series');
  if (score === null || score.events === 0) return `${found}.`;
  const { events, detected } = score;
  if (detected === events) {
    return `${found}; ${events === 1 ? 'the known fault is' : `${allOf(events)} known faults are`} found.`;
  }
  return detected === 0
    ? `${found}; ${events === 1 ? 'the known fault is' : `${allOf(events)} known faults are`} missed.`
    : `${found}; ${String(events - detected)} of ${String(events)} known faults are missed.`;
}

const CAUSES_TOLD = 3;

/** Causes that call for somebody, before those that explain an alert away. */
const URGENT: readonly Cause[] = ['memory-leak', 'cpu-without-load', 'restart', 'retention'];

/** Why alerts opened: the most urgent in their own sentences, all by their number. */
function causeSentences({ alerts, series }: ReplayResult): string[] {
  const counts = new Map<Cause, number>();
  for (const { cause } of alerts) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const isOne = new Set(series.map((one) => one.series.namespace)).size === 1;
  const byId = new Map(series.map((one) => [one.series.id, one.series]));
  const told = new Set<string>();
  const urgent = URGENT.flatMap((cause) => alerts.filter((alert) => alert.cause === cause)).filter(
    ({ series: own, cause }) => {
      const isNew = !told.has(`${cause} ${own}`);
      told.add(`${cause} ${own}`);
      return isNew;
    },
  );
  const sentences = urgent.slice(0, CAUSES_TOLD).flatMap((alert) => {
    const own = byId.get(alert.series);
    const why = whyOf(alert);
    if (own === undefined || why === '') return [];
    return [
      `${seriesName(own, isOne)}: ${causeText(alert.cause)}. ${why.charAt(0).toUpperCase()}${why.slice(1)}`,
    ];
  });
  const known = [...counts].filter(([cause]) => cause !== 'unknown');
  if (alerts.length <= sentences.length || known.length === 0) return sentences;
  const list = known.map(([cause, n]) => `${causeText(cause)} (${String(n)})`).join(', ');
  const others = counts.get('unknown') ?? 0;
  const rest = others === 0 ? '' : `; of ${plural(others, 'alert')} it cannot tell`;
  return [...sentences, `Causes, as far as the recording tells: ${list}${rest}.`];
}

/** When a recording ends that nobody brought to its end. */
function cutOff({ info, ticks }: RecordingData): string {
  const last = ticks[ticks.length - 1]?.scheduledMs ?? info.endMs;
  return (
    `It was cut off, or is still being recorded: its last poll was at ` +
    `${formatTime(last).slice(0, 19).replace('T', ' ')} UTC.`
  );
}

/** What ran and what was found: a few sentences. */
export function summaryOf({ data, result, score, samples, pods }: Findings): string[] {
  if (samples === 0) return [];
  const { series } = result;
  const { startMs, endMs } = data.info;
  const when = endMs > startMs ? `over ${formatDuration(endMs - startMs)}` : 'at one moment';
  const { intervalMs } = data.info;
  const every = intervalMs === null ? '' : `, one every ${formatDuration(intervalMs)}`;
  const silent = series.filter(isUnjudged).length;
  const judged = series.length - silent;
  const known =
    silent === 0
      ? `${String(judged)} judged series`
      : `${judged === 0 ? 'none' : String(judged)} of ${plural(series.length, 'series', 'series')} judged`;
  const sentences = [
    `${plural(pods, 'pod')} ${when}: ${known}, ${plural(samples, 'sample')} in all${every}.`,
  ];
  if (!data.info.finalised) sentences.push(cutOff(data));
  sentences.push(...causeSentences(result));
  if (score !== null && score.events > 0) {
    const { medianDelaySeconds, detected, falseAlerts } = score;
    const delay =
      medianDelaySeconds === null || detected === 0
        ? ''
        : detected === 1
          ? `, ${formatDuration(medianDelaySeconds * 1000)} after it began`
          : `, half of them within ${formatDuration(medianDelaySeconds * 1000)}`;
    sentences.push(
      `Of ${plural(score.events, 'known fault')} these settings find ${String(detected)}${delay}, ` +
        `with ${falseAlerts === 0 ? 'no false alert' : plural(falseAlerts, 'false alert')}.`,
    );
  }
  if (silent > 0 && silent < series.length) {
    sentences.push(`${plural(silent, 'series', 'series')} could not be judged; the page says why.`);
  }
  return sentences;
}

/** Whether the settings of the report do as well on the labels as the recommended ones. */
function isAsGood({ score, better }: Findings): boolean {
  return (
    score !== null &&
    better !== null &&
    score.detected >= better.detected &&
    score.falseAlerts <= better.falseAlerts
  );
}

/** What to do next, the most useful first. */
export function adviceOf(findings: Findings): string[] {
  const { data, result, score, tune, tuneFlags, coverage, samples } = findings;
  const advice: string[] = [];
  if (samples === 0) {
    return [
      'Check the namespace and selector of the recording, and its ticks with “podtape inspect”.',
    ];
  }
  if (result.series.length === 0) {
    return ['See what is in it with “podtape inspect”, and name its metrics with --metrics.'];
  }
  if (!data.info.finalised) {
    advice.push(
      'Go on with it by “podtape record --resume”, or close it as it is by “podtape verify --finalise”.',
    );
  }
  const recommended = tune?.recommended ?? null;
  if (recommended !== null && tuneFlags !== '') {
    const told = isAsGood(findings)
      ? 'Keep these settings: none of those that tuning tried does better on this recording.'
      : `Try the settings that tuning recommends. ${recommended.why}`;
    const isSure = tune?.confidence?.enough ?? true;
    advice.push(isSure ? told : `${told} There is not enough evidence here to rely on that.`);
  } else if (tune !== null) {
    advice.push(
      'Tuning found not enough evidence here to recommend a setting; add runs or labels.',
    );
  } else if (score !== null && (score.detected < score.events || score.falseAlerts > 0)) {
    advice.push(
      'Look for better settings: “podtape report --tune” sweeps them and adds the tables.',
    );
  }
  if (coverage.share !== null && coverage.share < LOW_COVERAGE) {
    advice.push(
      `Only ${percent(coverage.share)} was seen, so an absent alert proves little; see “What was seen”.`,
    );
  }
  if (data.labels.length === 0) {
    advice.push(
      'Nothing is labelled, so found and missed faults cannot be counted; “podtape label” adds known ones.',
    );
  }
  return advice;
}

/** The numbers at the top. */
export function figuresOf({ result, score, coverage, samples }: Findings): Figure[] {
  if (samples === 0) return [];
  const { series, alerts } = result;
  const judged = series.filter((one) => !isUnjudged(one)).length;
  const quiet = judged - alertingSeries(result);
  const figures: Figure[] = [
    {
      ...{ value: String(alerts.length), name: alerts.length === 1 ? 'alert' : 'alerts' },
      remark:
        judged === 0
          ? 'no series could be judged'
          : `${String(quiet)} of ${plural(judged, 'judged series', 'judged series')} stay quiet`,
      tone: 'plain',
    },
  ];
  if (score !== null && score.events > 0) {
    const { detected, events, falseAlerts, medianDelaySeconds } = score;
    figures.push(
      {
        ...{ value: `${String(detected)} of ${String(events)}`, name: 'known faults found' },
        remark:
          medianDelaySeconds === null
            ? 'none was noticed'
            : `${detected === 1 ? '' : 'half of them within '}${formatDuration(medianDelaySeconds * 1000)}${detected === 1 ? ' after it began' : ''}`,
        tone: detected === events ? 'good' : 'bad',
      },
      {
        ...{
          value: String(falseAlerts),
          name: falseAlerts === 1 ? 'false alert' : 'false alerts',
        },
        remark: 'outside labels; one more for each full hour',
        tone: falseAlerts === 0 ? 'good' : 'bad',
      },
    );
  }
  if (coverage.share !== null) {
    figures.push({
      ...{ value: percent(coverage.share), name: 'seen' },
      remark: 'of what was to be seen',
      tone: coverage.share < LOW_COVERAGE ? 'bad' : 'plain',
    });
  }
  return figures;
}
