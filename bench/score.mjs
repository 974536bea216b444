import { execFileSync } from 'node:child_process';
import { DETECTORS } from '../dist/replay/detect/registry.js';
import { pipelinesFor } from '../dist/replay/pipeline.js';
import { presetSettings } from '../dist/replay/presets.js';
import { SortedWindow } from '../dist/replay/detect/sorted-window.js';
import { rate, seconds, wave } from './measure.mjs';

const SAMPLES = 1_000_000;

/** The second original script's step with scikit-learn: refit on 100 points at every sample. */
const SCRIPT = `
import time, warnings
import numpy as np
from sklearn.ensemble import IsolationForest
warnings.filterwarnings("ignore")
rng = np.random.default_rng(1)
series = [rng.normal(size=140), rng.normal(size=140)]
start = time.perf_counter()
n = 12
for i in range(100, 100 + n):
    for values in series:
        window = values[i - 99:i + 1].reshape(-1, 1)
        np.median(window)
        IsolationForest(contamination=0.1, random_state=42).fit(window).predict(window[-1:])
print(n / (time.perf_counter() - start))
`;

function scikitLearn() {
  try {
    return Number(execFileSync('/usr/bin/python3', ['-c', SCRIPT], { encoding: 'utf8' }));
  } catch {
    return null;
  }
}

function scorer(id, window, rank) {
  const def = DETECTORS.find((one) => one.id === id);
  return def.create({ window, warmup: window, rank, params: {}, unit: 'cores' });
}

function pass(values, one, median = null) {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) {
    const v = values[i];
    if (median !== null) median.push(v);
    const score = one.update(i, median === null ? v : median.median(), v, true);
    if (score > 0) sum += score;
  }
  return sum;
}

/** Samples in so many series of the same length, through the whole pipeline of a preset. */
function streamed(values, preset, series) {
  const settings = presetSettings(preset);
  const length = values.length / series;
  for (let s = 0; s < series; s += 1) {
    const facts = { unit: 'cores', name: String(s), isLabelled: () => false };
    const pipeline = pipelinesFor(settings, facts)(facts);
    for (let i = 0; i < length; i += 1)
      pipeline.update(1.7e12 + i * 15_000, values[s * length + i]);
  }
}

/** Whether a sample costs more in a long series than in a short one. */
function lengthRow(values, preset) {
  const part = values.subarray(0, 400_000);
  const short = seconds(() => streamed(part, preset, 40));
  const long = seconds(() => streamed(part, preset, 1));
  return {
    what: `preset ${preset}, a series of 400,000 samples`,
    figure: rate(part.length, long),
    note: `${(long / short).toFixed(2)} × the time of 40 series of 10,000`,
  };
}

export function scoreBench() {
  const values = wave(SAMPLES);
  const rows = [];
  for (const window of [50, 100, 500]) {
    const part = values.subarray(0, window > 100 ? SAMPLES / 5 : SAMPLES);
    const spent = seconds(() => pass(part, scorer('isolation', window, false)));
    rows.push({
      what: `isolation, window ${window}, threshold`,
      figure: rate(part.length, spent),
    });
  }
  const script = seconds(() =>
    pass(values.subarray(0, SAMPLES / 2), scorer('isolation', 100, true), new SortedWindow(100)),
  );
  const perSecond = SAMPLES / 2 / script;
  const peer = scikitLearn();
  rows.push({
    what: 'isolation, window 100, contamination and rolling median',
    figure: rate(SAMPLES / 2, script),
    note:
      peer === null
        ? '(python3-sklearn is not here)'
        : `${Math.round(perSecond / 2 / peer).toString()} × scikit-learn's refit (${peer.toFixed(1)} points/s of two series)`,
  });
  for (const window of [15, 100, 1000]) {
    const spent = seconds(() => {
      const median = new SortedWindow(window);
      let sum = 0;
      for (let i = 0; i < values.length; i += 1) {
        median.push(values[i]);
        sum += median.median();
      }
      return sum;
    });
    rows.push({ what: `rolling median, window ${window}`, figure: rate(SAMPLES, spent) });
  }
  rows.push(lengthRow(values, 'default'), lengthRow(values, 'isolation-per-pod'));
  return rows;
}
