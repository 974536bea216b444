import { expect, test } from 'vitest';
import { presetSettings, PRESETS } from '../../src/replay/presets.ts';
import { SENSITIVITIES, withSensitivity } from '../../src/replay/sensitivity.ts';

test('medium leaves settings as they are', () => {
  for (const { settings } of PRESETS) expect(withSensitivity(settings, 'medium')).toEqual(settings);
});

test('low asks for more than medium, high for less, by the same factor', () => {
  const { threshold } = presetSettings('default');
  expect(withSensitivity(presetSettings('default'), 'low').threshold).toBe((threshold ?? 0) * 1.5);
  expect(withSensitivity(presetSettings('default'), 'high').threshold).toBeCloseTo(
    (threshold ?? 0) / 1.5,
  );
});

test('where scores end at 1 a higher threshold stays below it', () => {
  const settings = presetSettings('isolation-per-pod');
  expect(withSensitivity(settings, 'low').threshold).toBeCloseTo(1 - 0.25 / 1.5);
  expect(withSensitivity(settings, 'high').threshold).toBeCloseTo(0.5);
});

test('a share of samples to flag grows with sensitivity, up to a half', () => {
  const settings = { ...presetSettings('default'), threshold: null, contamination: 0.4 };
  expect(withSensitivity(settings, 'low').contamination).toBeCloseTo(0.4 / 1.5);
  expect(withSensitivity(settings, 'high').contamination).toBe(0.5);
});

test('a higher position may spend more false alerts', () => {
  const rates = SENSITIVITIES.map(({ budget }) => budget.alerts / budget.days);
  expect(rates).toEqual([...rates].sort((a, b) => a - b));
  expect(new Set(rates).size).toBe(3);
});
