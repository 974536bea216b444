import { evaluateNab, nabFile } from '../../dist/replay/evaluate/nab-corpus.js';
import { NAB_PROFILES, scoreNab } from '../../dist/replay/evaluate/nab.js';
import { presetSettings } from '../../dist/replay/presets.js';
import { scoreRecording } from '../../dist/replay/score.js';
import { imported } from './imported.mjs';
import { changed } from './variations.mjs';

/** What `nab` reaches on a corpus in NAB's layout, and what its numbers are worth. */
export async function chooseNab(folder, temp) {
  const preset = presetSettings('nab');
  const data = await imported(temp, [folder], null, 'nab');
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
