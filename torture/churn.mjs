// Pods that come and go: 1,000 at a time, and at every poll half of them are others. What does a
// recorder keep of those that are gone?
import { readRecording } from '../dist/record/recording/reader.js';
import { damageOf } from './ledger.mjs';
import { recordPolls, startApi } from './recorder.mjs';

const [AT_ONCE, NEW] = [1000, 500];
const INTERVAL_MS = 500;

/** At the n-th request: the pods numbered from (n − 1) × NEW on, each of one container. */
function comingAndGoing(startMs) {
  return (n) => {
    const timestamp = new Date(startMs + n * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
    return Array.from({ length: AT_ONCE }, (_, i) => {
      const number = (n - 1) * NEW + i;
      return {
        metadata: { name: `job-${String(number).padStart(6, '0')}-x7k2p`, namespace: 'shop' },
        ...{ timestamp, window: '15.012s' },
        containers: [
          { name: 'app', usage: { cpu: `${1_000_000 + number}n`, memory: `${60_000 + number}Ki` } },
        ],
      };
    });
  };
}

export async function churn({ folder, quick, log }) {
  const polls = quick ? 20 : 200;
  const api = await startApi();
  api.pods = comingAndGoing(Math.floor(Date.now() / 1000) * 1000 - 600_000);
  const { rss, peak } = await recordPolls(api, { folder, polls, intervalMs: INTERVAL_MS, log });
  const file = `${folder}/run.db`;
  const { series } = readRecording(file);
  const pods = new Set(series.map(({ series: one }) => one.pod)).size;
  const early = rss.length >> 2;
  const kibAPod = ((rss.at(-1) - rss[early]) * 1024) / ((rss.length - 1 - early) * NEW);
  const delivered = (api.ledger.length - 1) * NEW + AT_ONCE;
  return [
    {
      what: `pods recorded of ${delivered} that came and went`,
      measured: pods,
      target: 'all',
      met: pods === delivered && damageOf(file) === 0,
    },
    {
      what: 'memory that a pod costs which is gone',
      measured: `${kibAPod.toFixed(1)} KiB`,
      target: '≤ 4 KiB',
      // In a short run the heap has not come to rest.
      met: quick ? null : kibAPod <= 4,
    },
    {
      what: 'peak memory over them all, finalising included',
      measured: `${peak.toFixed(0)} MiB`,
      target: '≤ 700 MiB',
      met: peak <= 700,
    },
  ];
}
