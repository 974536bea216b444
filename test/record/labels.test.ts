import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import type { Label } from '../../src/core/recording.ts';
import { labelsJson, parseLabels } from '../../src/record/labels.ts';

const START = Date.UTC(2026, 0, 31, 8);
const one = {
  ...{ namespace: 'shop', pod: 'web-1', type: 'memory_leak' },
  ...{ start: '2026-01-31T08:00:00Z', end: '2026-01-31T08:05:00+00:00' },
};

function failure(text: string): string {
  try {
    parseLabels(text, 'labels.json');
  } catch (error) {
    if (error instanceof ToolError && error.code === 'BAD_INPUT') return error.message;
    throw error;
  }
  return '';
}

describe('labels JSON', () => {
  const expected: Label = {
    ...{ namespace: 'shop', pod: 'web-1', container: '', metric: '', type: 'memory_leak' },
    ...{ startMs: START, endMs: START + 300_000, graceEndMs: START + 300_000, visibleIn: null },
  };

  test('is an array, or an object with labels and anything else', () => {
    expect(parseLabels(JSON.stringify([one]), 'x')).toEqual([expected]);
    const object = { source: 'here', labels: [{ ...one, pod_in_csv: true }], day: 7 };
    expect(parseLabels(`\uFEFF${JSON.stringify(object)}`, 'x')).toEqual([expected]);
    expect(parseLabels('[]', 'x')).toEqual([]);
  });

  test('takes grace, container, metric and where it can be seen', () => {
    const full = { ...one, grace_end: '2026-01-31T08:10:00Z', container: 'c', metric: 'cpu' };
    const [label] = parseLabels(JSON.stringify([{ ...full, visible_in: [] }]), 'x');
    expect(label).toEqual({
      ...expected,
      ...{ container: 'c', metric: 'cpu', graceEndMs: START + 600_000, visibleIn: [] },
    });
    const nulls = { ...one, grace_end: null, visible_in: null };
    expect(parseLabels(JSON.stringify([nulls]), 'x')).toEqual([expected]);
  });

  test.each<[string, string, RegExp]>([
    ['no JSON', '[', /not JSON/],
    ['a number', '7', /labels/],
    ['another object', '{"foo": 1}', /labels/],
    ['labels that are no list', '{"labels": 1}', /labels/],
    ['no pod', JSON.stringify([one, { ...one, pod: undefined }]), /label 2 pod/],
    ['no start', JSON.stringify([{ ...one, start: undefined }]), /label 1 start/],
    ['a number for a time', JSON.stringify([{ ...one, end: 5 }]), /label 1 end/],
    ['no zone', JSON.stringify([{ ...one, end: '2026-01-31T08:05:00' }]), /label 1, end/],
    ['a grace before the end', JSON.stringify([{ ...one, grace_end: one.start }]), /label 1: /],
    ['no length', JSON.stringify([one, one, { ...one, end: one.start }]), /label 3: /],
    ['metrics as text', JSON.stringify([{ ...one, visible_in: 'cpu' }]), /label 1 visible_in/],
  ])('with %s is refused, naming the file and the label', (_, text, message) => {
    expect(failure(text)).toMatch(/^labels.json/);
    expect(failure(text)).toMatch(message);
  });

  test('that was exported reads back the same', () => {
    const name = fc.string({ maxLength: 10 });
    const label = fc
      .record({
        ...{ namespace: name, pod: name, container: name, metric: name, type: name },
        startMs: fc.nat({ max: 2 ** 41 }),
        length: fc.integer({ min: 1, max: 1e9 }),
        grace: fc.nat({ max: 1e9 }),
        visibleIn: fc.option(fc.array(name, { maxLength: 3 })),
      })
      .map(({ length, grace, ...rest }): Label => {
        const endMs = rest.startMs + length;
        return { ...rest, endMs, graceEndMs: endMs + grace };
      });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 5 }), (labels) => {
        expect(parseLabels(labelsJson(labels), 'x')).toEqual(labels);
      }),
    );
  });
});

describe('NAB windows', () => {
  test('are labels of the files named, both ends inside', () => {
    const text = JSON.stringify({
      'data/realKnownCause/taxi.csv': [['2014-11-01 01:00:00.000000', '2014-11-01 02:00:00']],
      'art/flat.csv': [],
    });
    expect(parseLabels(text, 'x')).toEqual([
      {
        ...{ namespace: 'realKnownCause', pod: 'taxi', container: '', metric: 'value' },
        ...{ type: 'anomaly', visibleIn: null, startMs: Date.UTC(2014, 10, 1, 1) },
        ...{ endMs: Date.UTC(2014, 10, 1, 2) + 1, graceEndMs: Date.UTC(2014, 10, 1, 2) + 1 },
      },
    ]);
  });

  test.each([
    ['{"a/b.csv": [["2014-11-01 01:00:00"]]}', /windows/],
    ['{"a/b.csv": [["2014-02-30 01:00:00", "2014-11-01 01:00:00"]]}', /a\/b.csv/],
    ['{"a/b.csv": [["2014-11-02 01:00:00", "2014-11-01 01:00:00"]]}', /a\/b.csv/],
  ])('%s is refused', (text, message) => {
    expect(failure(text)).toMatch(message);
  });
});
