import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeSynthetic } from '../../dist/cli/write-synthetic.js';
import { readRecording } from '../../dist/record/recording/reader.js';
import { DEFAULT_RULES, evaluateEvents } from '../../dist/replay/evaluate/events.js';
import { runExtent } from '../../dist/replay/evaluate/extent.js';
import { presetSettings } from '../../dist/replay/presets.js';
import { replay } from '../../dist/replay/replay.js';
import { SYNTHETIC_SCENARIOS } from '../../dist/replay/synthetic/scenarios.js';
import { imported } from './imported.mjs';
import { ALONE, changed, grid } from './variations.mjs';

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
function trySynthetic(settings, temp) {
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

/** What `default` reaches on the labelled recordings of a folder, and what its numbers are worth. */
export async function choosePods(folder, temp) {
  const preset = presetSettings('default');
  const runs = [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.csv'));
  for (const name of names.sort()) {
    const labels = join(folder, name.replace(/\.csv$/, '.labels.json'));
    runs.push({ name, data: await imported(temp, [join(folder, name)], labels, 'long') });
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
  trySynthetic(preset, temp);
}
