import { expect, test } from 'vitest';
import { lonePath } from '../../../src/report/page/lone-samples.ts';

test('samples without neighbours are dots, others are not', () => {
  expect(lonePath('')).toBe('');
  expect(lonePath('M1.0,2.0')).toBe('M1.0,2.0h0.01');
  expect(lonePath('M1,2L3,4')).toBe('');
  expect(lonePath('M1,2M3,4L5,6M7,8')).toBe('M1,2h0.01M7,8h0.01');
});
