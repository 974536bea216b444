import { execFileSync } from 'node:child_process';
import { IsolationForest } from '../dist/replay/detect/isolation-forest.js';
import { DETECTORS } from '../dist/replay/detect/registry.js';
import { rate, seconds, wave } from './measure.mjs';

const POINTS = 100_000;
const TREES = 100;
const SAMPLE = 256;
const STREAM = 60_000;

/** The same forest with scikit-learn on one thread: seconds to fit and to score. */
const PEER = `
import json, os, time
os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np
from sklearn.ensemble import IsolationForest
points = np.random.default_rng(1).normal(size=(${POINTS}, 2))
def best(work):
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)
make = lambda: IsolationForest(n_estimators=${TREES}, max_samples=${SAMPLE}, n_jobs=1, random_state=1).fit(points)
forest = make()
print(json.dumps([best(make), best(lambda: forest.score_samples(points))]))
`;

function scikitLearn() {
  try {
    const told = execFileSync('/usr/bin/python3', ['-c', PEER], { encoding: 'utf8' });
    return JSON.parse(told);
  } catch {
    return null;
  }
}

/** Two columns of noise side by side. */
function points() {
  const [a, b] = [wave(POINTS, 1), wave(POINTS, 2)];
  return Float64Array.from({ length: 2 * POINTS }, (_, i) => (i % 2 === 0 ? a : b)[i >> 1]);
}

function streamed(id, window, params) {
  const values = wave(STREAM);
  const def = DETECTORS.find((one) => one.id === id);
  const spent = seconds(() => {
    const options = { window, warmup: 40, rank: false, params, unit: 'cores', name: 'bench' };
    const one = def.create(options);
    for (let i = 0; i < STREAM; i += 1) one.update(i, values[i], values[i], true);
  });
  return rate(STREAM, spent);
}

export function forestBench() {
  const data = points();
  const options = { trees: TREES, sample: SAMPLE, seed: 1, name: 'bench' };
  const fit = seconds(() => new IsolationForest(data, POINTS, 2, options), 9);
  const forest = new IsolationForest(data, POINTS, 2, options);
  const score = seconds(() => forest.score(data, POINTS), 9);
  const peer = scikitLearn();
  const none = '(python3-sklearn is not here)';
  return [
    {
      what: `forest, ${TREES} trees × ${SAMPLE}, fit on ${POINTS} × 2 points`,
      figure: `${(fit * 1000).toFixed(1)} ms`,
      note: peer === null ? none : `scikit-learn ${(peer[0] * 1000).toFixed(0)} ms`,
    },
    {
      what: 'forest, score of those points',
      figure: rate(POINTS, score, 'points/s'),
      note:
        peer === null
          ? none
          : `${(peer[1] / score).toFixed(1)} × scikit-learn on one thread (${rate(POINTS, peer[1], 'points/s')})`,
    },
    {
      // Points fade as in the library that is compared with: a mean age of ten samples.
      what: 'random-cut-forest, 50 trees × 256, shingle 8, window 2,560',
      figure: streamed('random-cut-forest', 10 * SAMPLE, {}),
      note: "(AWS's Rust library: 26 k/s on such a machine)",
    },
    { what: 'half-space-trees', figure: streamed('half-space-trees', 250, {}) },
  ];
}
