import { presetSettings } from '../dist/replay/presets.js';
import { replay } from '../dist/replay/replay.js';
import { rate, recordingData, seconds } from './measure.mjs';

export function replayBench() {
  const data = recordingData(20, 5760);
  const samples = 40 * 5760;
  const isolation = presetSettings('isolation-per-pod');
  const rows = [50, 100, 500].map((window) => {
    const settings = { ...isolation, window, warmup: Math.min(window, 60) };
    const spent = seconds(() => replay(data, settings));
    return { what: `replay, isolation, window ${window}`, figure: rate(samples, spent) };
  });
  const spent = seconds(() => replay(data, presetSettings('default')));
  return [...rows, { what: 'replay, default preset', figure: rate(samples, spent) }];
}
