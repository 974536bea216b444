// What the settings of --sensitivity mean, in false alerts a day and in the smallest faults found, on
// simulated runs without a fault of their own (docs/tuning.md has the table):
//   npm run build
//   node scripts/measure-sensitivity.mjs [SEEDS]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecording } from '../dist/record/recording/reader.js';
import { writeSynthetic } from '../dist/cli/write-synthetic.js';
import { rulesFor } from '../dist/cli/judge-run.js';
import { runExtent } from '../dist/replay/evaluate/extent.js';
import { presetSettings } from '../dist/replay/presets.js';
import { scoreMembers } from '../dist/replay/score.js';
import { SYNTHETIC_SCENARIOS } from '../dist/replay/synthetic/scenarios.js';
import { planFaults } from '../dist/replay/tune/inject/plan.js';
import { powersOf } from '../dist/replay/tune/inject/power.js';
import { rankRuns } from '../dist/replay/tune/scored-run.js';
import { buildSurface, entryOf, falseAlertsAt } from '../dist/replay/tune/surface.js';

const FACTORS = [0.4, 0.5, 0.6, 0.67, 0.75, 0.8, 0.9, 1, 1.25, 1.5, 2, 3];
const SCENARIOS = SYNTHETIC_SCENARIOS.filter(({ name }) =>
  ['consumememory', 'steady'].includes(name),
);
const TIME = { startMs: Date.UTC(2026, 0, 1), durationMs: 8 * 3_600_000, intervalMs: 15_000 };
const seeds = Number(process.argv[2] ?? 4);
const folder = mkdtempSync(join(tmpdir(), 'podtape-sensitivity-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const settings = presetSettings('default');
const { consecutive, recover, threshold } = settings;
const runs = [];
for (const scenario of SCENARIOS) {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const path = join(folder, `${scenario.name}-${seed}.db`);
    writeSynthetic(path, { scenario, seed, ...TIME }, false);
    const data = readRecording(path);
    runs.push({ data, rules: rulesFor(data) });
  }
}
const recordings = runs.map(({ data }) => data);
const pass = rankRuns(
  runs.map(({ data, rules }) => ({
    columns: scoreMembers(data, settings),
    ...{ labels: data.labels, extent: runExtent(data), rules },
  })),
);
const surface = buildSurface(pass, { consecutive, recover });
const { faults } = planFaults(runs, settings, ['leak', 'hog'], 1, 40);
const decided = FACTORS.map((factor) => ({
  counts: { consecutive, recover },
  threshold: threshold * factor,
}));
const powers = powersOf(recordings, settings, faults, decided, scoreMembers);
console.log(
  `${recordings.length} runs of 8 h, ${pass.exposure.days.pod.toFixed(1)} pod-days, ` +
    `${pass.exposure.days.workload.toFixed(1)} workload-days`,
);
const told = (caught) =>
  caught === null ? '-' : `${caught.size.toFixed(1)} after ${Math.round(caught.delaySeconds)} s`;
console.table(
  decided.map(({ threshold: t }, d) => {
    const wrong = falseAlertsAt(surface, entryOf(surface, t));
    const of = (kind) => powers[d].find((one) => one.kind === kind);
    return {
      factor: FACTORS[d],
      'false a pod-day': (wrong / pass.exposure.days.pod).toFixed(2),
      'leak 50 %': told(of('leak').half),
      'leak 90 %': told(of('leak').most),
      'hog 50 %': told(of('hog').half),
      'hog 90 %': told(of('hog').most),
      'alerts anyway': of('leak').alertsAnyway + of('hog').alertsAnyway,
    };
  }),
);
