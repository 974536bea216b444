// Twenty real minutes at one poll a second, one in twenty of them failing in some way: does
// anything grow?
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rngFor } from '../dist/core/rng.js';
import { readRecording } from '../dist/record/recording/reader.js';
import { compare, damageOf, unaccounted } from './ledger.mjs';
import { faultOf, manyPods } from './model.mjs';
import { filesOf, memoryOf, slope, startApi, startPodtape } from './recorder.mjs';

const PROBE = fileURLToPath(new URL('heap-probe.mjs', import.meta.url));
const MIB = 1024 * 1024;
const [PODS, CONTAINERS] = [20, 2];

function walBytes(file) {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

export async function soak({ folder, seed, quick, log }) {
  const minutes = quick ? 1 : 20;
  const api = await startApi();
  api.pods = manyPods(PODS, CONTAINERS);
  const rng = rngFor(seed, 'soak');
  let faults = 0;
  api.fault = () => {
    if (rng.next() >= 0.05) return undefined;
    faults += 1;
    return faultOf(rng);
  };
  const probe = join(folder, 'heap.txt');
  const file = join(folder, 'run.db');
  const podtape = startPodtape(
    ['record', '-o', 'run.db', '--interval', '1s', '--duration', `${minutes}m`, '--quiet'],
    {
      cwd: folder,
      // What the compiler keeps of code that it optimises, bit by bit, would look like a leak.
      node: ['--expose-gc', '--no-opt', `--import=${PROBE}`],
      env: {
        KUBECONFIG: api.kubeconfig(folder),
        ...{ HEAP_PROBE: probe, HEAP_PROBE_MS: String(quick ? 2000 : 15_000) },
      },
    },
  );
  const files = [];
  const rss = [];
  let wal = 0;
  const timer = setInterval(() => {
    files.push(filesOf(podtape.child.pid));
    rss.push(memoryOf(podtape.child.pid));
    wal = Math.max(wal, walBytes(file));
    if (files.length % 60 === 0) {
      log(`${files.length * 5} s: ${rss.at(-1).toFixed(0)} MiB, ${files.at(-1)} descriptors`);
    }
  }, 5000);
  const { code, stderr } = await podtape.ended;
  clearInterval(timer);
  await api.close();
  if (code !== 0) throw new Error(`record ended with ${code}: ${stderr}`);

  const heap = readFileSync(probe, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  // The first quarter is start-up: memory of what was seen fills.
  const later = heap.slice(heap.length >> 2).map(([ms, bytes]) => [ms / 3_600_000, bytes / MIB]);
  const growth = slope(later);
  const steady = files.slice(2, -1).sort((a, b) => a - b);
  const spread = steady.at(-1) - steady[0];
  const { ticks } = readRecording(file);
  const gone = unaccounted(ticks, 1000) + Math.abs(ticks.length - (minutes * 60 + 1));
  const { wrong, missing } = compare(file, api.ledger);
  const timeouts = ticks.filter(({ reason }) => reason.startsWith('timeout')).length;
  const lost = Math.max(0, missing - timeouts * PODS * CONTAINERS * 2);
  const differing = wrong + lost + damageOf(file);
  return [
    {
      what: `heap growth over ${minutes} min at 1 s`,
      ...{
        measured: `${growth.toFixed(2)} MiB/h`,
        target: '< 1 MiB/h',
        met: quick ? null : growth < 1,
      },
    },
    {
      what: 'spread of open descriptors',
      ...{ measured: spread, target: '≤ 4 (± 2)', met: spread <= 4 },
    },
    {
      what: 'largest write-ahead log',
      measured: `${(wal / MIB).toFixed(1)} MiB`,
      ...{ target: '≤ 64 MiB', met: wal <= 64 * MIB },
    },
    {
      what: `answers made to fail, of ${api.requests.length} requests`,
      ...{ measured: faults, target: '> 0', met: faults > 0 },
    },
    {
      what: `unaccounted of ${minutes * 60 + 1} ticks`,
      ...{ measured: gone, target: '0', met: gone === 0 },
    },
    {
      what: 'samples that differ from those delivered',
      ...{ measured: differing, target: '0', met: differing === 0 },
    },
  ];
}
