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
import { DEFAULT_RULES, evaluateEvents } from '../dist/replay/evaluate/events.js';
import { runExtent } from '../dist/replay/evaluate/extent.js';
import { evaluateNab, nabFile } from '../dist/replay/evaluate/nab-corpus.js';
import { NAB_PROFILES, scoreNab } from '../dist/replay/evaluate/nab.js';
import { presetSettings } from '../dist/replay/presets.js';
import { replay } from '../dist/replay/replay.js';
import { scoreRecording } from '../dist/replay/score.js';

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
  if (member === undefined) return { ...settings, ...others };
  const members = settings.members.map((one, i) =>
    i === member ? { ...one, ...others, params: { ...one.params, ...params } } : one,
  );
  return { ...settings, members };
}

const MIB = 1024 * 1024;
const [LEVEL, RISE, JOINT] = [0, 1, 2];

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
  ...[2, 2.5, 3.5, 4].map((threshold) => [
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
];

/** The grid that is searched without the recording that is reported on; the preset's own first. */
function grid(preset) {
  const around = (first, ...others) => [first, ...others];
  return around(5, 3.5, 4, 6, 7).flatMap((level) =>
    around(3, 2.5, 3.5).flatMap((rise) =>
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
  const counts = `${detected}/${events}  false ${falses} (${(falses / podDays).toFixed(3)} a pod-day)`;
  console.log(`${name.padEnd(34)} ${counts}  F1 ${f1.toFixed(3)}  delay ${delayOf(evaluations)} s`);
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
  console.log('\nChosen on the others, reported on the one left out');
  const tried = grid(preset).map(({ name, settings }) => ({ name, result: evaluate(settings) }));
  const left = runs.map((run, i) => {
    const f1 = ({ result }) => sumUp(result.filter((_, j) => j !== i)).f1;
    const best = tried.reduce((a, b) => (f1(b) > f1(a) + 1e-9 ? b : a));
    line(`${run.name}`, [best.result[i]]);
    console.log(`  chosen: ${best.name}`);
    return best.result[i];
  });
  line('all', left);
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
