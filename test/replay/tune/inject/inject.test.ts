import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordingData } from '../../../../src/core/recording.ts';
import { rngFor } from '../../../../src/core/rng.ts';
import type { Settings } from '../../../../src/core/settings.ts';
import { DEFAULT_RULES } from '../../../../src/replay/evaluate/events.ts';
import { presetSettings } from '../../../../src/replay/presets.ts';
import { replay } from '../../../../src/replay/replay.ts';
import { scoreMembers } from '../../../../src/replay/score.ts';
import { copyAt, withFault } from '../../../../src/replay/tune/inject/copies.ts';
import { FAULT_KINDS, faultKind } from '../../../../src/replay/tune/inject/faults.ts';
import { planFaults } from '../../../../src/replay/tune/inject/plan.ts';
import { powersOf, smallestCaught } from '../../../../src/replay/tune/inject/power.ts';
import { aRecording, aSeries, columnsOf } from '../../../support/series.ts';

const STEP = 15_000;
const START = 1_700_000_000_000;
const MIB = 1024 * 1024;
const SETTINGS: Settings = { ...presetSettings('level'), window: 60, warmup: 30 };
const ALL = FAULT_KINDS.map(({ id }) => id);
const rules = { ...DEFAULT_RULES, warmupMs: 900_000 };

const label = (pod: string, fromRow: number, toRow: number) => ({
  ...{ namespace: 'shop', pod, container: '', metric: '', type: 'leak', visibleIn: null },
  startMs: START + fromRow * STEP,
  endMs: START + toRow * STEP,
  graceEndMs: START + toRow * STEP,
});

/** Two pods whose CPU and memory only tremble, for `rows` samples. */
function calm(rows: number, seed = 1): RecordingData {
  const columns = ['web-1', 'web-2'].flatMap((pod) =>
    (['cpu', 'memory'] as const).map((metric) => {
      const rng = rngFor(seed, `${pod} ${metric}`);
      const [base, noise] = metric === 'cpu' ? [0.1, 0.01] : [100 * MIB, MIB];
      const values = Array.from({ length: rows }, () => base + noise * rng.next());
      return columnsOf(aSeries({ pod, metric }), values, STEP, START);
    }),
  );
  return aRecording(columns);
}

const CALM = calm(700);

test('places are free of labels and of the warm-up, and leave room for the whole fault', () => {
  const data = { ...CALM, labels: [label('web-1', 200, 300), label('web-2', 400, 420)] };
  const { faults } = planFaults([{ data, rules }], SETTINGS, ALL, 7);
  expect(faults.map(({ kind }) => kind)).toEqual(ALL);
  for (const { places, lastsMs } of faults) {
    expect(places.length).toBe(20);
    for (const { series, startMs } of places) {
      const pod = series.split('/')[1] ?? '';
      expect(startMs).toBeGreaterThanOrEqual(data.info.startMs + rules.warmupMs);
      expect(startMs + lastsMs).toBeLessThanOrEqual(data.info.endMs);
      const own = data.labels.filter((one) => one.pod === pod);
      expect(own.some((one) => one.startMs <= startMs + lastsMs && startMs <= one.endMs)).toBe(
        false,
      );
    }
  }
});

test('places depend on the seed and on nothing else that is asked for', () => {
  const runs = [{ data: CALM, rules }];
  const all = planFaults(runs, SETTINGS, ALL, 7);
  expect(planFaults(runs, SETTINGS, ALL, 7)).toEqual(all);
  expect(planFaults(runs, SETTINGS, ['hog'], 7).faults[0]).toEqual(
    all.faults.find(({ kind }) => kind === 'hog'),
  );
  expect(planFaults(runs, SETTINGS, ALL, 8)).not.toEqual(all);
});

test('a run without room has no places, and its faults are left out of the result', () => {
  const data = calm(40);
  const plan = planFaults([{ data, rules }], SETTINGS, ALL, 1);
  expect(plan.faults.every(({ places }) => places.length === 0)).toBe(true);
  const decided = [{ counts: { consecutive: 1, recover: 1 }, threshold: 5 }];
  expect(powersOf([data], SETTINGS, plan.faults, decided, scoreMembers)).toEqual([[]]);
});

test('a fault of size 0 changes nothing; any other only its own series, from its start on', () => {
  const { faults } = planFaults([{ data: CALM, rules }], SETTINGS, ALL, 3);
  for (const { kind, places, lastsMs } of faults) {
    const [place] = places;
    if (place === undefined) throw new Error('no place');
    const copy = copyAt(CALM, place, lastsMs, SETTINGS);
    expect(withFault(copy, place, faultKind(kind), 0, lastsMs)).toEqual(copy);
    const grown = withFault(copy, place, faultKind(kind), 64, lastsMs);
    grown.series.forEach((columns, s) => {
      const plain = copy.series[s];
      columns.values.forEach((value, i) => {
        const isAfter = (columns.times[i] ?? 0) >= place.startMs;
        const isOwn = columns.series.id === place.series;
        if (isAfter && isOwn) expect(value).toBeGreaterThanOrEqual(plain?.values[i] ?? NaN);
        else expect(value).toBe(plain?.values[i]);
      });
    });
  }
});

test('a larger fault adds more at every time', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FAULT_KINDS),
      fc.double({ min: 0.1, max: 1000, noNaN: true }),
      fc.integer({ min: 0, max: 7_200_000 }),
      (kind, size, sinceMs) => {
        const small = kind.added(size, sinceMs, 7_200_000);
        const large = kind.added(2 * size, sinceMs, 7_200_000);
        expect(small).toBeGreaterThanOrEqual(0);
        expect(large).toBeGreaterThanOrEqual(small);
      },
    ),
  );
});

test('what is found is what a replay of each copy finds', () => {
  const { faults } = planFaults([{ data: CALM, rules }], SETTINGS, ['leak', 'hog'], 5, 4);
  const threshold = 4;
  const settings = { ...SETTINGS, threshold, consecutive: 2 };
  const decided = [{ counts: { consecutive: 2, recover: 1 }, threshold }];
  const [powers = []] = powersOf([CALM], SETTINGS, faults, decided, scoreMembers);
  for (const { kind, curve, alertsAnyway } of powers) {
    const plan = faults.find((one) => one.kind === kind);
    if (plan === undefined) throw new Error('no plan');
    const firstAlert = (place: (typeof plan.places)[number], size: number): number | null => {
      const copy = copyAt(CALM, place, plan.lastsMs, settings);
      const { series } = replay(
        withFault(copy, place, faultKind(plan.kind), size, plan.lastsMs),
        settings,
      );
      const times = series.flatMap((one) =>
        [...one.times].filter((t, i) => one.alerting[i] === 1 && t >= place.startMs),
      );
      return times.length === 0 ? null : Math.min(...times) - place.startMs;
    };
    expect(alertsAnyway).toBe(plan.places.filter((p) => firstAlert(p, 0) !== null).length);
    for (const { size, share, medianDelaySeconds } of curve) {
      const delays = plan.places
        .filter((place) => firstAlert(place, 0) === null)
        .flatMap((place) => firstAlert(place, size) ?? [])
        .sort((a, b) => a - b);
      expect(share).toBe(delays.length / plan.places.length);
      const median = delays[delays.length >> 1];
      expect(medianDelaySeconds).toBe(median === undefined ? null : median / 1000);
    }
  }
});

test('what is caught at other thresholds is what each of them catches as a setting', () => {
  const { faults } = planFaults([{ data: CALM, rules }], SETTINGS, ['leak', 'hog'], 5, 4);
  const counts = { consecutive: 2, recover: 1 };
  const others = [1, 2, 4, 8, 1e9];
  const decided = [
    { counts, threshold: 4, others },
    ...others.map((threshold) => ({ counts, threshold })),
  ];
  const [first = [], ...rest] = powersOf([CALM], SETTINGS, faults, decided, scoreMembers);
  expect(first.map(({ kind }) => kind)).toEqual(['leak', 'hog']);
  first.forEach(({ halfAt }, k) => {
    expect(halfAt).toEqual(rest.map((powers) => powers[k]?.half?.size ?? null));
    expect(halfAt.some((size) => size !== null)).toBe(true);
  });
});

test('on trembling series large faults are found everywhere, and leaks by a detector for them', () => {
  const decided = [{ counts: { consecutive: 2, recover: 1 }, threshold: 5 }];
  const lagging = { ...SETTINGS, params: { lag: 60 }, window: 240 };
  const plan = planFaults([{ data: CALM, rules }], SETTINGS, ALL, 5, 8);
  const [powers = []] = powersOf([CALM], lagging, plan.faults, decided, scoreMembers);
  expect(powers.map(({ kind }) => kind)).toEqual(ALL);
  for (const { curve, half, most, alertsAnyway, kind } of powers) {
    expect(alertsAnyway).toBe(0);
    expect(curve[curve.length - 1]?.share).toBe(1);
    expect(curve[0]?.share).toBeLessThan(0.5);
    expect(half?.size).toBeLessThanOrEqual(most?.size ?? 0);
    expect(half?.grownMiB === null).toBe(!['leak', 'stair'].includes(kind));
  }
});

test('an alert that comes anyway is not found', () => {
  const { faults } = planFaults([{ data: CALM, rules }], SETTINGS, ['hog'], 5);
  const decided = [{ counts: { consecutive: 1, recover: 1 }, threshold: 0 }];
  const [powers = []] = powersOf([CALM], SETTINGS, faults, decided, scoreMembers);
  expect(powers[0]).toMatchObject({ alertsAnyway: 20, half: null, most: null });
  expect(powers[0]?.curve.every(({ share }) => share === 0)).toBe(true);
});

test('the smallest size is that from which on all larger ones are caught', () => {
  const points = (...shares: number[]) =>
    shares.map((share, i) => ({ size: 2 ** i, share, medianDelaySeconds: null }));
  expect(smallestCaught(points(0, 0.5, 1), 0.5)).toBe(2);
  expect(smallestCaught(points(0, 0.6, 0.4, 1), 0.5)).toBeCloseTo(4 + 4 / 6);
  expect(smallestCaught(points(1, 1), 0.9)).toBe(1);
  expect(smallestCaught(points(0, 0.8), 0.9)).toBeNull();
  expect(smallestCaught(points(0, 1, 0.8), 0.9)).toBeNull();
});
