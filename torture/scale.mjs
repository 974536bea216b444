// 5,000 pods of three containers at every poll: memory, and the time from answer to disk.
import { readFileSync } from 'node:fs';
import { manyPods } from './model.mjs';
import { percentile } from '../bench/measure.mjs';
import { recordPolls, startApi } from './recorder.mjs';

const PODS = 5000;
const INTERVAL_MS = 2000;

/** The core list of these pods, as the API server has it: a few kilobytes a pod. */
function corePods() {
  const startedAt = new Date(Date.now() - 3_600_000).toISOString();
  return {
    kind: 'PodList',
    items: Array.from({ length: PODS }, (_, i) => ({
      metadata: {
        ...{ name: `web-7d4b9c6f5d-${String(i).padStart(5, '0')}`, namespace: 'shop' },
        ...{ uid: `uid-${i}`, labels: { app: 'web', 'pod-template-hash': '7d4b9c6f5d' } },
        annotations: { note: 'x'.repeat(800) },
        ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7d4b9c6f5d', controller: true }],
      },
      spec: {
        nodeName: `node-${i % 100}`,
        containers: ['app', 'proxy', 'logs'].map((name) => ({
          name,
          image: `registry.example/shop/${name}:1.2.3`,
          env: Array.from({ length: 10 }, (_, k) => ({ name: `VARIABLE_${k}`, value: 'value' })),
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        })),
      },
      status: {
        phase: 'Running',
        startTime: startedAt,
        containerStatuses: ['app', 'proxy', 'logs'].map((name) => ({
          ...{ name, restartCount: 0, state: { running: { startedAt } } },
        })),
      },
    })),
  };
}

export async function scale({ folder, quick, log }) {
  const ticks = quick ? 30 : 240;
  const api = await startApi();
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
  api.pods = manyPods(PODS, 3, 15_000, startMs);
  const pods = corePods();
  // When the metrics were delivered, and when the last page of the core list was asked for.
  let [metricsMs, listMs] = [0, 0];
  api.lists.set('/api/v1/namespaces/shop/pods', () => {
    listMs = performance.now();
    return pods;
  });
  const { push } = api.ledger;
  api.ledger.push = (...items) => {
    metricsMs = performance.now();
    return push.call(api.ledger, items.length);
  };
  const [spent, withList] = [[], []];
  const { rss, peak } = await recordPolls(api, {
    ...{ folder, polls: ticks, intervalMs: INTERVAL_MS, log },
    onTick({ outcome }) {
      if (outcome !== 'ok' && outcome !== 'partial') return;
      const nowMs = performance.now();
      spent.push(nowMs - Math.max(metricsMs, listMs));
      if (listMs > metricsMs) withList.push(nowMs - metricsMs);
    },
  });
  const half = (list) => list.reduce((sum, mib) => sum + mib, 0) / list.length;
  const growth = half(rss.slice(-10)) - half(rss.slice(rss.length >> 1, (rss.length >> 1) + 10));
  const ascending = (list) => list.toSorted((a, b) => a - b);
  const p99 = percentile(ascending(spent), 0.99);
  const waited = percentile(ascending(withList), 0.5);
  const bytes = readFileSync(`${folder}/run.db`).length / (spent.length * PODS * 6);
  return [
    {
      what: `peak memory, ${PODS} pods × 3`,
      measured: `${peak.toFixed(0)} MiB`,
      target: '≤ 400 MiB',
      met: peak <= 400,
    },
    {
      what: 'its growth over the second half',
      measured: `${growth.toFixed(0)} MiB`,
      target: '≤ 20 MiB',
      met: growth <= 20,
    },
    {
      what: 'last answer to tick told, p99',
      measured: `${p99.toFixed(0)} ms`,
      target: '≤ 500 ms',
      met: p99 <= 500,
    },
    {
      what: `metrics to tick told where pods are listed, ${withList.length}, p50`,
      measured: `${waited.toFixed(0)} ms`,
      target: 'their pages included',
      met: null,
    },
    {
      what: 'bytes a sample, on disk',
      measured: bytes.toFixed(1),
      target: '≤ 30',
      // In a short run the names of 30,000 series weigh too much.
      met: quick ? null : bytes <= 30,
    },
  ];
}
