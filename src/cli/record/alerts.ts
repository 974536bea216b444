import { seriesId, type Series } from '../../core/series.ts';
import { formatDuration, formatTime } from '../../core/time.ts';
import { formatValue } from '../../core/units.ts';
import type { RecordedTick } from '../../record/recording/each-tick.ts';
import type { SeriesDefinition } from '../../record/recording/writer.ts';
import type { Poll } from '../../record/source.ts';
import type { Alert } from '../../core/results.ts';
import { visible } from '../../core/visible.ts';
import { type LiveDecision, LiveDetector, type LiveSample } from '../../replay/live.ts';
import { settingsFrom } from '../settings-flags.ts';
import type { RecordFlags } from './flags.ts';
import { openWebhook, webhookUrl } from './webhook.ts';

/** A poll's samples with what was decided on them. */
export interface Taken {
  readonly samples: readonly LiveSample[];
  /** Of those that are judged. */
  readonly decisions: readonly LiveDecision[];
  /** One for each alert that opened or closed. */
  readonly lines: readonly string[];
}

/** Finds alerts while a recording is made. */
export interface AlertWatch {
  /** Decides a poll's samples. */
  take(poll: Poll): Taken;
  /** Takes in what was recorded before, of which nothing is told again. */
  learn(tick: RecordedTick): void;
  /** Says how many are open and waits, for a while, until the webhook has them all. */
  finish(): Promise<void>;
}

function seriesOf(definition: SeriesDefinition): Series {
  const { namespace, pod, container, metric, unit, kind } = definition;
  return {
    ...{ namespace, pod, container, metric, unit, kind, id: seriesId(definition) },
    workloadKind: definition.workloadKind ?? null,
    workload: definition.workload ?? null,
    node: definition.node ?? null,
    podUid: definition.podUid ?? null,
    request: definition.request ?? null,
    limit: definition.limit ?? null,
  };
}

/** An alert as machines read it, one JSON object. */
function alertJson(event: 'open' | 'close', facts: Alert): string {
  const { start, detectedAt, end } = facts;
  const times = {
    start: formatTime(start),
    detectedAt: formatTime(detectedAt),
    end: end === null ? null : formatTime(end),
  };
  return JSON.stringify({ event, ...facts, ...times });
}

/** `2026-01-31T08:15:00Z open  shop/web-1/web memory: 512 MiB, score 6.21` */
function alertLine(event: 'open' | 'close', facts: Alert, { series }: LiveSample): string {
  const { start, detectedAt, end, peakValue, peakScore, cause } = facts;
  const t = formatTime(end ?? detectedAt).replace('.000Z', 'Z');
  const name = visible(`${series.namespace}/${series.pod}/${series.container} ${series.metric}`);
  const value = formatValue(peakValue, series.unit);
  const why = cause === 'unknown' ? '' : `, ${cause}`;
  const score = `score ${peakScore.toPrecision(3)}${why}`;
  return event === 'open'
    ? `${t} open  ${name}: ${value}, ${score}`
    : `${t} close ${name}: lasted ${formatDuration((end ?? detectedAt) - start)}, peak ${value}, ${score}`;
}

/** Throws USAGE, BAD_INPUT for settings or a webhook that cannot be used. */
export function checkWatch(flags: RecordFlags): void {
  new LiveDetector(settingsFrom(flags));
  if (flags.webhook !== undefined) webhookUrl(flags.webhook);
}

/**
 * Watches with the settings of the flags. Throws USAGE, BAD_INPUT for settings, format or webhook
 * that cannot be used; `message` hears of a webhook that does not answer.
 */
export function watchAlerts(flags: RecordFlags, message: (text: string) => void): AlertWatch {
  const detector = new LiveDetector(settingsFrom(flags));
  const webhook = flags.webhook === undefined ? null : openWebhook(flags.webhook, message);
  const known = new WeakMap<SeriesDefinition, Series>();
  const told = (event: 'open' | 'close', facts: Alert, sample: LiveSample): string => {
    const json = alertJson(event, facts);
    webhook?.post(json);
    return flags.format === 'json' ? json : alertLine(event, facts, sample);
  };
  const decide = ({ series, times, values, marks }: RecordedTick) => {
    const batch = series.map((definition, i): LiveSample => {
      const own = known.get(definition) ?? seriesOf(definition);
      known.set(definition, own);
      return {
        series: own,
        t: times[i] ?? NaN,
        value: (values[i] ?? NaN) / definition.denominator,
      };
    });
    return { batch, decisions: detector.update(batch, marks) };
  };
  return {
    learn(tick) {
      decide(tick);
    },
    take(poll) {
      const { batch, decisions } = decide(poll);
      const lines = decisions.flatMap((decision) => {
        const { opened, closed } = decision;
        return [
          ...(closed === null ? [] : [told('close', closed, decision)]),
          ...(opened === null ? [] : [told('open', opened, decision)]),
        ];
      });
      return { samples: batch, decisions, lines };
    },
    async finish() {
      const open = detector.pending().length;
      if (open > 0) message(`${String(open)} alerts are still open.`);
      if (detector.late > 0) {
        message(`${String(detector.late)} samples came too late to be judged while recording.`);
      }
      await webhook?.drain();
    },
  };
}
