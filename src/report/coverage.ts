import type { RecordingData, Tick } from '../core/recording.ts';
import { formatDuration } from '../core/time.ts';
import type { CoverageBucket, CoverageModel } from './model.ts';

const BUCKETS = 240;
const WORST: readonly CoverageBucket['state'][] = ['missed', 'failed', 'empty', 'partial', 'ok'];

function bucketsOfTicks(ticks: readonly Tick[]): CoverageBucket[] {
  const first = ticks[0]?.scheduledMs ?? 0;
  const last = ticks[ticks.length - 1]?.scheduledMs ?? 0;
  const step = ticks.length > 1 ? (last - first) / (ticks.length - 1) : 1000;
  const perBucket = Math.max(1, Math.ceil(ticks.length / BUCKETS));
  const buckets: CoverageBucket[] = [];
  for (let i = 0; i < ticks.length; i += perBucket) {
    const part = ticks.slice(i, i + perBucket);
    const state = WORST.find((outcome) => part.some((tick) => tick.outcome === outcome)) ?? 'ok';
    const from = part[0]?.scheduledMs ?? 0;
    const to = (part[part.length - 1]?.scheduledMs ?? from) + step;
    const why = part.find((tick) => tick.outcome === state)?.reason ?? '';
    buckets.push({ from, to, state, why });
  }
  return buckets;
}

/** For files: a bucket is seen when any series has a sample in it. */
function bucketsOfSamples({ series, info }: RecordingData): CoverageBucket[] {
  const span = info.endMs - info.startMs;
  const longest = series.reduce((most, { times }) => Math.max(most, times.length), 0);
  const count = Math.min(BUCKETS, Math.floor(longest / 3));
  if (span <= 0 || count < 1) return [];
  const seen = new Uint8Array(count);
  for (const { times } of series) {
    for (const t of times)
      seen[Math.min(count - 1, Math.floor(((t - info.startMs) / span) * count))] = 1;
  }
  return Array.from(seen, (isSeen, i) => ({
    from: info.startMs + (span * i) / count,
    to: info.startMs + (span * (i + 1)) / count,
    state: isSeen === 1 ? 'ok' : 'gap',
    why: isSeen === 1 ? '' : 'no sample of any series',
  }));
}

/** What was seen, what was not, and why. */
export function coverageModel(data: RecordingData): CoverageModel {
  const { ticks, info } = data;
  if (info.kind !== 'recorded' || ticks.length === 0) {
    const buckets = bucketsOfSamples(data);
    const gaps = buckets.filter(({ state }) => state === 'gap').length;
    const share = buckets.length === 0 ? 0 : Math.round((100 * gaps) / buckets.length);
    return {
      sentence:
        buckets.length === 0
          ? 'There are too few samples to say how complete this is.'
          : gaps === 0
            ? 'Samples run through without a hole common to all series.'
            : `In ${String(share)} % of the time no series has a sample.`,
      buckets,
    };
  }
  const counts = WORST.map((outcome) => ({
    outcome,
    n: ticks.filter((tick) => tick.outcome === outcome).length,
  }));
  const ok = counts.find(({ outcome }) => outcome === 'ok')?.n ?? 0;
  const rest = counts
    .filter(({ outcome, n }) => outcome !== 'ok' && n > 0)
    .map(({ outcome, n }) => `${String(n)} ${outcome}`);
  const repeats = ticks.reduce((sum, tick) => sum + tick.repeats, 0);
  const every = info.intervalMs === null ? '' : `, one every ${formatDuration(info.intervalMs)}`;
  return {
    sentence:
      `${String(ok)} of ${String(ticks.length)} ticks are whole${every}` +
      `${rest.length > 0 ? `; ${rest.join(', ')}` : ''}. ` +
      `${String(repeats)} samples came twice and were kept once.`,
    buckets: bucketsOfTicks(ticks),
  };
}
