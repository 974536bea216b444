import { plural } from '../core/plural.ts';
import type { RecordingData, Tick } from '../core/recording.ts';
import { formatDuration } from '../core/time.ts';
import { usualStep } from './decimate.ts';
import { percent } from './display.ts';
import type { CoverageBucket, CoverageModel, CoverageState } from './model.ts';

const BUCKETS = 240;
const WORST: readonly CoverageState[] = ['missed', 'failed', 'empty', 'partial', 'stale'];

/** Outcomes in words. */
export const OUTCOME_WORDS: Readonly<Record<CoverageState, string>> = {
  ok: 'seen',
  repeated: 'nothing new',
  stale: 'older samples',
  partial: 'partial',
  empty: 'empty answer',
  failed: 'failed',
  missed: 'missed',
  gap: 'no samples',
};

/** What a tick came to: an answer may be whole and yet hold nothing new. */
function stateOf({ outcome, samples, repeats, late }: Tick): CoverageState {
  if (outcome !== 'ok') return outcome;
  if (samples === 0 && repeats > 0) return 'repeated';
  return late > 0 && late === samples ? 'stale' : 'ok';
}

/** The state of a stretch: the worst there is, or nothing new where that is so for most of it. */
function worstOf(states: readonly CoverageState[]): CoverageState {
  const worst = WORST.find((state) => states.includes(state));
  if (worst !== undefined) return worst;
  const repeated = states.filter((state) => state === 'repeated').length;
  return repeated * 2 > states.length ? 'repeated' : 'ok';
}

function bucketsOfTicks(all: readonly Tick[]): CoverageBucket[] {
  // Merged recordings hold ticks of several loops, one after the other.
  const ticks = [...all].sort((a, b) => a.scheduledMs - b.scheduledMs || a.seq - b.seq);
  const step = usualStep(Float64Array.from(ticks, ({ scheduledMs }) => scheduledMs)) || 1000;
  const perBucket = Math.max(1, Math.ceil(ticks.length / BUCKETS));
  const buckets: CoverageBucket[] = [];
  for (let i = 0; i < ticks.length; i += perBucket) {
    const part = ticks.slice(i, i + perBucket);
    const state = worstOf(part.map(stateOf));
    const from = part[0]?.scheduledMs ?? 0;
    const to =
      ticks[i + perBucket]?.scheduledMs ?? (part[part.length - 1]?.scheduledMs ?? 0) + step;
    const bad = part.filter((tick) => stateOf(tick) === state);
    const reasons = [...new Set(bad.map(({ reason }) => reason))].filter((reason) => reason !== '');
    const count =
      part.length > 1 ? ` (${String(bad.length)} of ${plural(part.length, 'tick')})` : '';
    const why =
      state === 'ok' ? '' : `${OUTCOME_WORDS[state]}${count} ${reasons.join(', ')}`.trim();
    buckets.push({ from, to, state, why });
  }
  return buckets;
}

function fromTicks({ ticks, info }: RecordingData): CoverageModel {
  const whole = ticks.filter(({ outcome }) => outcome === 'ok').length;
  const every = info.intervalMs === null ? '' : `, one every ${formatDuration(info.intervalMs)}`;
  const total = (count: (tick: Tick) => number): number =>
    ticks.reduce((sum, tick) => sum + count(tick), 0);
  const repeats = total((tick) => tick.repeats);
  const stored = total((tick) => tick.samples);
  const odd = [
    [total((tick) => tick.conflicts), 'came again with another value; the first was kept'],
    [total((tick) => tick.late), 'came late'],
    [total((tick) => tick.rejected), 'could not be read'],
  ] as const;
  const counts = new Map<string, number>();
  for (const { outcome, reason } of ticks) {
    if (outcome === 'ok') continue;
    const key = JSON.stringify([OUTCOME_WORDS[outcome], reason]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return {
    share: whole / ticks.length,
    sentences: [
      `${String(whole)} of ${plural(ticks.length, 'tick')} are whole${every}.`,
      ...(repeats === 0
        ? []
        : [
            `${plural(repeats, 'sample')} (${percent(repeats / (repeats + stored))}) came twice and ` +
              'were kept once: the source moves more slowly than it is asked.',
          ]),
      ...odd.filter(([n]) => n > 0).map(([n, what]) => `${plural(n, 'sample')} ${what}.`),
    ],
    buckets: mergedBuckets(bucketsOfTicks(ticks)),
    reasons: [...counts]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, 12)
      .map(([key, count]) => {
        const [outcome = '', reason = ''] = JSON.parse(key) as string[];
        return [outcome, reason, count];
      }),
  };
}

/** Neighbours of the same state and reason as one. */
function mergedBuckets(buckets: readonly CoverageBucket[]): CoverageBucket[] {
  const merged: CoverageBucket[] = [];
  for (const bucket of buckets) {
    const last = merged[merged.length - 1];
    if (last?.state === bucket.state && last.why === bucket.why && last.to === bucket.from) {
      merged[merged.length - 1] = { ...last, to: bucket.to };
    } else {
      merged.push(bucket);
    }
  }
  return merged;
}

/** Samples that a column would have without holes, at its usual step. */
function expectedSamples(times: Float64Array): number {
  const step = usualStep(times);
  const span = times[times.length - 1]! - times[0]!;
  return step > 0 ? Math.max(times.length, Math.round(span / step) + 1) : times.length;
}

/** For files: from the cadence of the samples themselves. */
function fromSamples({ series, info }: RecordingData): CoverageModel {
  const judged = series.filter(
    ({ series: { kind }, times }) => kind === 'usage' && times.length > 2,
  );
  const span = info.endMs - info.startMs;
  const longest = judged.reduce((most, { times }) => Math.max(most, times.length), 0);
  const count = Math.min(BUCKETS, Math.floor(longest / 3));
  if (span <= 0 || count < 1) {
    const sentences = ['There are too few samples to say how complete this is.'];
    return { share: null, sentences, buckets: [], reasons: [] };
  }
  const seen = new Uint8Array(count);
  let have = 0;
  let expected = 0;
  let step = Infinity;
  for (const { times } of judged) {
    have += times.length;
    expected += expectedSamples(times);
    step = Math.min(step, usualStep(times) || Infinity);
    for (const t of times) {
      seen[Math.min(count - 1, Math.floor(((t - info.startMs) / span) * count))] = 1;
    }
  }
  const holes = seen.filter((one) => one === 0).length;
  const share = have / expected;
  const buckets = Array.from(seen, (isSeen, i): CoverageBucket => ({
    from: info.startMs + (span * i) / count,
    to: info.startMs + (span * (i + 1)) / count,
    state: isSeen === 1 ? 'ok' : 'gap',
    why: isSeen === 1 ? '' : 'no sample of any series',
  }));
  return {
    share,
    sentences: [
      `${percent(share)} of the samples are there that a sample every ` +
        `${formatDuration(Number.isFinite(step) ? step : 0)} would give.`,
      holes === 0
        ? 'There is no hole common to all series.'
        : `In ${percent(holes / count)} of the time no series has a sample.`,
    ],
    buckets: mergedBuckets(buckets),
    reasons: [],
  };
}

/** What was seen, what was not, and why. */
export function coverageModel(data: RecordingData): CoverageModel {
  return data.ticks.length > 0 && data.info.kind === 'recorded'
    ? fromTicks(data)
    : fromSamples(data);
}
