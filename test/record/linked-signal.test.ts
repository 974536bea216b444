import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { linkedSignal } from '../../src/record/linked-signal.ts';
import { SourceFailure } from '../../src/record/source.ts';

test('it is aborted with any of the others, for the same reason', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const { signal } = linkedSignal([first.signal, second.signal]);
  expect(signal.aborted).toBe(false);
  const reason = new Error('enough');
  second.abort(reason);
  expect(signal.reason).toBe(reason);
  first.abort(new Error('later'));
  expect(signal.reason).toBe(reason);
  expect(linkedSignal([first.signal]).signal.aborted).toBe(true);
});

test('it is aborted when its time is over, as a poll that timed out', () => {
  vi.useFakeTimers();
  try {
    const { signal } = linkedSignal([], 500);
    vi.advanceTimersByTime(499);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toBeInstanceOf(SourceFailure);
    expect(signal.reason).toMatchObject({ kind: 'timeout' });
  } finally {
    vi.useRealTimers();
  }
});

test('released, it leaves nothing behind: no listener, no timer', () => {
  vi.useFakeTimers();
  try {
    const other = new AbortController();
    const { signal, release } = linkedSignal([other.signal], 500);
    expect(getEventListeners(other.signal, 'abort')).toHaveLength(1);
    release();
    expect(getEventListeners(other.signal, 'abort')).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
    other.abort();
    expect(signal.aborted).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
