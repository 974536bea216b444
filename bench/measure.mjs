// Shared ways of measuring: medians over rounds, figures for people, synthetic columns.
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { VERSION } from '../dist/core/version.js';

/** Program, commit, Node and machine in a line: what a figure must be read with. */
export function whatAndWhere() {
  let commit = 'unknown';
  try {
    commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    // No checkout.
  }
  const [cpu] = cpus();
  return (
    `podtape ${VERSION} (${commit}), Node ${process.versions.node}, ` +
    `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB`
  );
}

/** CPU and memory of pods, `count` series in all, defined in a recording; returns their ids. */
export function definePods(writer, count) {
  return Array.from({ length: count }, (_, i) =>
    writer.defineSeries({
      ...{ namespace: 'shop', pod: `pod-${i >> 1}`, container: 'web', kind: 'usage' },
      ...(i % 2 === 0
        ? { metric: 'cpu', unit: 'cores', denominator: 1e9 }
        : { metric: 'memory', unit: 'bytes', denominator: 1 }),
    }),
  );
}

/** Seconds a piece of work takes: the median of `rounds`. */
export function seconds(work, rounds = 3) {
  const spent = Array.from({ length: rounds }, () => {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1000;
  });
  return spent.sort((a, b) => a - b)[rounds >> 1];
}

/** The value below which this share of sorted values lies. */
export const percentile = (sorted, share) => sorted[Math.floor(share * (sorted.length - 1))];

/** "3.26 M samples/s" */
export function rate(count, secondsTaken, unit = 'samples/s') {
  const perSecond = count / secondsTaken;
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(2)} M ${unit}`;
  if (perSecond >= 1e3) return `${(perSecond / 1e3).toFixed(0)} k ${unit}`;
  return `${perSecond.toFixed(1)} ${unit}`;
}

/** A CPU-like column: a slow wave with noise, from a fixed generator. */
export function wave(length, seed = 1) {
  let state = seed;
  return Float64Array.from({ length }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.1 + 0.02 * Math.sin(i / 300) + (state / 2 ** 32) * 0.05;
  });
}

/** A recording as a value: `pods` pods with CPU and memory, `length` samples each. */
export function recordingData(pods, length, stepMs = 15_000) {
  const times = Float64Array.from({ length }, (_, i) => 1_767_225_600_000 + i * stepMs);
  const series = [];
  for (let p = 0; p < pods; p += 1) {
    for (const metric of ['cpu', 'memory']) {
      const pod = `web-${String(p).padStart(5, '0')}`;
      const isCpu = metric === 'cpu';
      const values = wave(length, p * 2 + (isCpu ? 1 : 2)).map((v) =>
        isCpu ? Math.round(v * 1e9) / 1e9 : Math.round(v * 1e9),
      );
      series.push({
        series: {
          ...{ id: `shop/${pod}/web/${metric}`, namespace: 'shop', pod, container: 'web', metric },
          ...{ unit: isCpu ? 'cores' : 'bytes', kind: 'usage', workloadKind: 'Deployment' },
          ...{ workload: 'web', node: null, podUid: null, request: null, limit: null },
        },
        times,
        values,
      });
    }
  }
  const info = {
    ...{ kind: 'synthetic', digest: 'bench', origin: 'bench', version: '0', intervalMs: stepMs },
    ...{ startMs: times[0], endMs: times[length - 1], finalised: true, notes: [] },
  };
  return { info, series, ticks: [], marks: [], labels: [] };
}
