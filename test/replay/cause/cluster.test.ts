import { expect, test } from 'vitest';
import type { PartialSettings } from '../../../src/core/settings.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { overrideSettings, presetSettings } from '../../../src/replay/presets.ts';
import { replay } from '../../../src/replay/replay.ts';

const path = new URL('../../../fixtures/recordings/consumememory.db', import.meta.url).pathname;
const data = readRecording(path);
const phases = data.marks.filter(({ kind }) => kind === 'phase');

/** "phase workload metric: cause" of every alert, each once. */
function causesOf(preset: string, changes: PartialSettings): string[] {
  const { alerts } = replay(data, overrideSettings(presetSettings(preset), changes));
  const told = alerts.map(({ series, start, cause }) => {
    const phase = phases.findLast(({ startMs }) => startMs <= start)?.name ?? '';
    const own = data.series.find((one) => one.series.id === series)?.series;
    return `${phase} ${own?.workload ?? ''} ${own?.metric ?? ''}: ${cause}`;
  });
  return [...new Set(told)];
}

test('the default tells the hog and the leak of the recorded cluster for what they are', () => {
  expect(causesOf('default', {})).toEqual([
    'hog web cpu: cpu-without-load',
    'leak consumememory memory: memory-leak',
  ]);
});

test('settings that also see the surge and the crash loop tell those, too', () => {
  const told = causesOf('isolation-per-pod', { startupSeconds: 0 });
  expect(told).toContain('surge consumememory cpu: load');
  expect(told).toContain('surge consumememory memory: load');
  expect(told).toContain('hog web cpu: cpu-without-load');
  expect(told.filter((one) => one.startsWith('after-crash'))).toEqual([
    'after-crash web memory: restart',
  ]);
});
