import { expect, test } from 'vitest';
import { parseDuration, parseTime } from '../../src/core/time.ts';
import { checkNamespace } from '../../src/record/kubernetes/list.ts';
import { labelMatchers } from '../../src/record/prometheus/label-selector.ts';
import { parseQuery } from '../../src/record/prometheus/queries.ts';
import { parseBytes, parseNanocores } from '../../src/record/quantity.ts';

const N = 100_000;
const PIECES = [
  ...[
    '1',
    '0',
    '.',
    ',',
    '(',
    ')',
    ' ',
    '-',
    'a',
    '=',
    '!',
    '/',
    '\n',
    '1h',
    '1.',
    'a=b,',
    '/a',
    '+',
    'e',
  ],
  ...['a in (b),', 'b,'],
];
const HEADS = ['', 'a in (', '1.', '2026-01-01T00:00:00.', 'a', '(', ' '];
const TAILS = ['', '!', ')', 'x'];

/** Each reads a text of the command line, a file or the API, or throws. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  parseDuration,
  parseTime,
  parseNanocores,
  parseBytes,
  labelMatchers,
  parseQuery,
  checkNamespace,
};

test.each(Object.entries(READERS))('%s looks at no long text for long', (_, read) => {
  for (const head of HEADS) {
    for (const piece of PIECES) {
      for (const tail of TAILS) {
        const text = head + piece.repeat(N / piece.length) + tail;
        const startMs = performance.now();
        try {
          read(text);
        } catch {
          // Refused, which is fine.
        }
        expect(performance.now() - startMs, JSON.stringify([head, piece, tail])).toBeLessThan(300);
      }
    }
  }
});
