// How the presets `default` and `nab` were chosen, to be rerun with any labelled data:
//   npm run build
//   node scripts/choose-default.mjs FOLDER          NAME.csv with NAME.labels.json, long format
//   node scripts/choose-default.mjs --nab FOLDER    the layout of NAB, windows file beside or above
// It prints what the preset reaches, what each of its numbers is worth, and what is left when the
// numbers are chosen without the recording (or the category) that they are reported on.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFiles } from '../dist/record/import/import-files.js';
import { readRecording } from '../dist/record/recording/reader.js';
import { writeSynthetic } from '../dist/cli/write-synthetic.js';
import { DEFAULT_RULES, evaluateEvents } from '../dist/replay/evaluate/events.js';
import { runExtent } from '../dist/replay/evaluate/extent.js';
import { evaluateNab, nabFile } from '../dist/replay/evaluate/nab-corpus.js';
import { NAB_PROFILES, scoreNab } from '../dist/replay/evaluate/nab.js';
import { presetSettings } from '../dist/replay/presets.js';
import { replay } from '../dist/replay/replay.js';
import { scoreRecording } from '../dist/replay/score.js';
import { SYNTHETIC_SCENARIOS } from '../dist/replay/synthetic/scenarios.js';

const args = process.argv.slice(2);
const isNab = args[0] === '--nab';
const folder = args[isNab ? 1 : 0];
if (folder === undefined) {
  console.error('Give a folder: node scripts/choose-default.mjs [--nab] FOLDER');
  process.exit(2);
}
const temp = mkdtempSync(join(tmpdir(), 'podtape-choose-'));
process.on('exit', () => rmSync(temp, { recursive: true, force: true }));

async function imported(paths, labels, format) {
  const output = join(temp, 'run.db');
  const options = { delimiter: ',', timeUnit: null, metric: 'value', namespace: '' };
  await importFiles(paths, { output, force: true, labels, format, ...options });
  return readRecording(output);
}

/** The settings with some parameters of one member, or some of its own members, replaced. */
function changed(settings, { member, params, ...others }) {
  if (member === undefined) {
    return { ...settings, ...others, params: { ...settings.params, ...params } };
  }
  const members = settings.members.map((one, i) =>
    i === member ? { ...one, ...others, params: { ...one.params, ...params } } : one,
  );
  return { ...settings, members };
}

const MIB = 1024 * 1024;
const [LEVEL, RISE, JOINT, TROUGH] = [0, 1, 2, 3];

/** One number at a time: what it is worth. */
const ALONE = [
  ...[240, 360, 720].map((window) => [`window ${window}`, { window }]),
  ...[20, 120].map((lag) => [`level: lag ${lag}`, { member: LEVEL, params: { lag } }]),
  ...[20, 120].map((lag) => [`rise: lag ${lag}`, { member: RISE, params: { lag } }]),
  ...[3, 3.5, 4, 6, 8].map((threshold) => [
    `level: threshold ${threshold}`,
    { member: LEVEL, threshold },
  ]),
  ...[1, 3].map((consecutive) => [
    `level: consecutive ${consecutive}`,
    { member: LEVEL, consecutive },
  ]),
  ...[1.5, 2, 3, 3.5, 4].map((threshold) => [
    `rise: threshold ${threshold}`,
    { member: RISE, threshold },
  ]),
  ...[3, 4, 6, 8].map((consecutive) => [
    `rise: consecutive ${consecutive}`,
    { member: RISE, consecutive },
  ]),
  ...[0.04, 0.1].map((relative) => [
    `rise: relative ${relative}`,
    { member: RISE, params: { relativeBytes: relative } },
  ]),
  ...[1, 4, 8].map((mib) => [
    `rise: floor ${mib} MiB`,
    { member: RISE, params: { floorBytes: mib * MIB } },
  ]),
  ...[3, 4, 8, 12].map((threshold) => [
    `joint: threshold ${threshold}`,
    { member: JOINT, threshold },
  ]),
  ...[1, 2, 6].map((mib) => [
    `joint: rise ${mib} MiB`,
    { member: JOINT, params: { riseBytes: mib * MIB } },
  ]),
  ...[30, 240].map((span) => [`joint: span ${span}`, { member: JOINT, params: { span } }]),
  ...[3, 4, 8].map((threshold) => [
    `trough: threshold ${threshold}`,
    { member: TROUGH, threshold },
  ]),
  ...[10, 30].map((span) => [`trough: span ${span}`, { member: TROUGH, params: { span } }]),
  ...[0, 5, 8, 30, 60].map((follow) => [`follow ${follow}`, { params: { follow } }]),
];

/** The grid that is searched without the recording that is reported on; the preset's own first. */
function grid(preset) {
  const around = (first, ...others) => [first, ...others];
  return around(5, 3.5, 4, 6, 7).flatMap((level) =>
    around(2.5, 2, 3, 3.5).flatMap((rise) =>
      around(5, 3, 4, 6).flatMap((consecutive) =>
        around(5, 3, 8).map((joint) => {
          let settings = changed(preset, { member: LEVEL, threshold: level });
          settings = changed(settings, { member: RISE, threshold: rise, consecutive });
          settings = changed(settings, { member: JOINT, threshold: joint });
          const name = `level ${level}, rise ${rise} × ${consecutive}, joint ${joint}`;
          return { name, settings };
        }),
      ),
    ),
  );
}

function sumUp(evaluations) {
  const sum = (of) => evaluations.reduce((total, one) => total + of(one), 0);
  const [detected, events] = [sum((e) => e.detected), sum((e) => e.events)];
  const [falses, podDays] = [sum((e) => e.falseEpisodes), sum((e) => e.podDays)];
  return { detected, events, falses, podDays, f1: (2 * detected) / (detected + falses + events) };
}

const delayOf = (evaluations) =>
  evaluations.map((e) => e.medianDelaySeconds?.toFixed(0) ?? '-').join(' / ');

function line(name, evaluations) {
  const { detected, events, falses, podDays, f1 } = sumUp(evaluations);
  const shown = events === 0 ? '-' : f1.toFixed(3);
  // Of more than a few parts each for itself nobody wants to read.
  const delay = evaluations.length > 4 ? '' : `  delay ${delayOf(evaluations)} s`;
  const counts = `${detected}/${events}  false ${falses} (${(falses / podDays).toFixed(3)} a pod-day)`;
  console.log(`${name.padEnd(34)} ${counts}  F1 ${shown}${delay}`);
}

/** Pods in five parts by name, so that no service is in two of them. */
function byPod({ data }) {
  const pods = [...new Set(data.series.map(({ series }) => series.pod))].sort();
  return [0, 1, 2, 3, 4].map((part) => {
    const own = new Set(pods.filter((_, i) => i % 5 === part));
    return (series, labels, extent) => ({
      series: series.filter((one) => own.has(one.series.pod)),
      labels: labels.filter(({ pod }) => own.has(pod)),
      extent: { ...extent, pods: own.size },
    });
  });
}

/** Stretches of four hours; the warm-up is cut off only once. */
function byHours({ data }) {
  const { startMs, endMs } = runExtent(data);
  const hours = 4 * 3_600_000;
  const blocks = Math.ceil((endMs - startMs) / hours);
  return Array.from({ length: blocks }, (_, k) => {
    const [from, to] = [startMs + k * hours, Math.min(endMs, startMs + (k + 1) * hours)];
    const isIn = (t) => from <= t && (t < to || to === endMs);
    const inside = ({ times, alerting, ...one }) => ({
      ...{ ...one, times },
      alerting: alerting.map((is, i) => (isIn(times[i]) ? is : 0)),
    });
    return (series, labels, extent) => ({
      // A label at the end of the stretch may be found after it.
      ...{ series, falseIn: series.map(inside) },
      labels: labels.map((label) => (isIn(label.startMs) ? label : { ...label, visibleIn: [] })),
      extent: { ...extent, startMs: Math.max(startMs, from - DEFAULT_RULES.warmupMs), endMs: to },
    });
  });
}

/** Every recording as one part. */
const whole = () => [(series, labels, extent) => ({ series, labels, extent })];

/**
 * Chooses on all parts but one and reports on that one, for every part: the sum over the parts of
 * what was never looked at when its setting was chosen. `tried` are settings with their replays.
 */
function leaveOneOut(title, cut, runs, tried) {
  const parts = runs.flatMap((run) => cut(run).map((take) => ({ run, take })));
  const results = tried.map(({ series }) =>
    parts.map(({ run, take }) => {
      const part = take(series.get(run), run.data.labels, runExtent(run.data));
      const on = (some) => evaluateEvents(some, part.labels, part.extent, DEFAULT_RULES);
      const found = on(part.series);
      return part.falseIn === undefined
        ? found
        : { ...found, falseEpisodes: on(part.falseIn).falseEpisodes };
    }),
  );
  const chosen = new Map();
  const left = parts.map((_, left) => {
    const f1 = (own) => sumUp(own.filter((_, j) => j !== left)).f1;
    const best = results.reduce((a, own, i) => (f1(own) > f1(results[a]) + 1e-9 ? i : a), 0);
    chosen.set(tried[best].name, (chosen.get(tried[best].name) ?? 0) + 1);
    return results[best][left];
  });
  line(`${title}, ${parts.length} parts`, left);
  for (const [name, times] of chosen) console.log(`  chosen ${times} times: ${name}`);
}

/** What the settings say of load models whose faults are known; the warm-up is 15 minutes. */
function trySynthetic(settings) {
  const rules = { ...DEFAULT_RULES, warmupMs: 900_000 };
  const [hours, interval] = [7_200_000, 15_000];
  for (const scenario of SYNTHETIC_SCENARIOS) {
    const results = [1, 2, 3].map((seed) => {
      const path = join(temp, 'synthetic.db');
      const times = { startMs: 1_767_225_600_000, durationMs: hours, intervalMs: interval };
      writeSynthetic(path, { scenario, seed, ...times }, true);
      const data = readRecording(path);
      return evaluateEvents(replay(data, settings).series, data.labels, runExtent(data), rules);
    });
    line(scenario.name, results);
  }
}

async function choosePods() {
  const preset = presetSettings('default');
  const runs = [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.csv'));
  for (const name of names.sort()) {
    const labels = join(folder, name.replace(/\.csv$/, '.labels.json'));
    runs.push({ name, data: await imported([join(folder, name)], labels, 'long') });
  }
  const evaluate = (settings) =>
    runs.map(({ data }) => {
      const { series } = replay(data, settings);
      return evaluateEvents(series, data.labels, runExtent(data), DEFAULT_RULES);
    });
  const own = evaluate(preset);
  console.log('The preset');
  runs.forEach(({ name }, i) => {
    line(name, [own[i]]);
    for (const { pod, type } of own[i].missed) console.log(`  missed: ${type} of ${pod}`);
  });
  line('all', own);
  console.log('\nOne number changed');
  for (const [name, change] of ALONE) line(name, evaluate(changed(preset, change)));
  preset.members.forEach(({ detector }, member) => {
    const members = preset.members.filter((_, i) => i !== member);
    line(`without member ${member + 1} (${detector})`, evaluate({ ...preset, members }));
  });
  console.log('\nChosen without the part that is reported on');
  const tried = grid(preset).map(({ name, settings }) => ({
    name,
    series: new Map(
      runs.map((run) => [
        run,
        replay(run.data, settings).series.map(({ series, times, alerting }) => ({
          ...{ series, times, alerting },
        })),
      ]),
    ),
  }));
  leaveOneOut('recordings', whole, runs, tried);
  leaveOneOut('services', byPod, runs, tried);
  leaveOneOut('stretches of 4 hours', byHours, runs, tried);
  console.log('\nOn load models, seeds 1 to 3');
  trySynthetic(preset);
}

async function chooseNab() {
  const preset = presetSettings('nab');
  const data = await imported([folder], null, 'nab');
  const scored = (settings) =>
    scoreRecording(data, settings).flatMap(({ members }) =>
      members.map(({ series, times, scores }) =>
        nabFile({ namespace: series.namespace, pod: series.pod, times, scores }, data),
      ),
    );
  const show = (name, files) => {
    const { standard, rewardLowFpRate, rewardLowFnRate, otherHalf } = evaluateNab(files);
    const three = [standard, rewardLowFpRate, rewardLowFnRate].map((s) => s.score.toFixed(2));
    const halves = otherHalf.map((score) => score.toFixed(1)).join(' / ');
    const hit = `${standard.windowsHit} windows hit, ${standard.falseRows} false rows`;
    console.log(`${name.padEnd(44)} ${three.join('  ')}  other half ${halves}  ${hit}`);
  };
  const files = scored(preset);
  console.log(`${''.padEnd(44)} standard  low FP  low FN`);
  show('the preset', files);
  console.log('\nOne number changed');
  const short = ({ detector, params, refractory }) =>
    [detector, ...Object.entries(params).flat(), refractory ? `refractory ${refractory}` : ''].join(
      ' ',
    );
  preset.members.forEach((own, member) => {
    for (const factor of [0, 0.5, 2]) {
      const members =
        factor === 0
          ? preset.members.filter((_, i) => i !== member)
          : changed(preset, { member, weight: own.weight * factor }).members;
      show(`${short(own).trim()}, weight × ${factor}`, scored({ ...preset, members }));
    }
  });
  for (const refractory of [50, 75, 150]) {
    show(`refractory ${refractory}`, scored({ ...preset, refractory }));
  }
  for (const window of [2000, 3000, 6000]) show(`window ${window}`, scored({ ...preset, window }));
  for (const reach of [1, 2, 4, 5]) {
    const members = preset.members.map((one) =>
      one.detector === 'seasonal-extreme' ? { ...one, params: { ...one.params, reach } } : one,
    );
    show(`seasonal-extreme: reach ${reach}`, scored({ ...preset, members }));
  }
  console.log('\nThreshold from the other categories, score on the one left out');
  const categoryOf = ({ name }) => name.split('/').at(-2);
  for (const category of [...new Set(files.map(categoryOf))].sort()) {
    const inside = files.filter((file) => categoryOf(file) === category);
    const outside = files.filter((file) => categoryOf(file) !== category);
    if (inside.every(({ windows }) => windows.length === 0)) continue;
    const { threshold } = scoreNab(outside, NAB_PROFILES.standard);
    const there = scoreNab(inside, NAB_PROFILES.standard, threshold ?? Infinity).score;
    const best = scoreNab(inside, NAB_PROFILES.standard).score;
    console.log(`${category.padEnd(44)} ${there.toFixed(2)} (own threshold: ${best.toFixed(2)})`);
  }
}

await (isNab ? chooseNab() : choosePods());
