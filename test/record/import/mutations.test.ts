import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { type Rng, rngFor } from '../../../src/core/rng.ts';
import type { ImportOptions } from '../../../src/record/import/import-files.ts';
import { importPaths, writeFiles } from '../../support/imports.ts';

const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), '../../../fixtures');
const SPICE = [',', '"', '\n', '\r', '-', '.', 'e', '0', 'Z', '\u0000', '\ufeff', 'é', '{', ']'];

/** One change of a few bytes: removed, repeated, overwritten, or something sharp put in. */
function mutated(bytes: Buffer, rng: Rng): Buffer {
  const at = rng.below(bytes.length + 1);
  const length = 1 + rng.below(rng.next() < 0.2 ? 60 : 3);
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(at + length);
  switch (rng.below(4)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 2:
      return Buffer.concat([before, Buffer.from([rng.below(256)]), bytes.subarray(at + 1)]);
    default:
      return Buffer.concat([before, Buffer.from(SPICE[rng.below(SPICE.length)] ?? ','), after]);
  }
}

test.each<[string, Partial<ImportOptions>]>([
  ['csv/good/pods-long.csv', {}],
  ['csv/good/pods-long-quoted-crlf.csv', {}],
  ['csv/good/wide-epoch-semicolon.csv', { delimiter: ';', timeUnit: 'ms' }],
  ['prometheus/memory.json', {}],
])('%s, damaged at random, is imported or refused in words', async (name, options) => {
  const original = readFileSync(join(FIXTURES, name));
  const rng = rngFor(7, name);
  let refused = 0;
  for (let i = 0; i < 150; i += 1) {
    let bytes: Buffer = original;
    for (let n = rng.below(3); n >= 0; n -= 1) bytes = mutated(bytes, rng);
    const paths = writeFiles({ file: bytes });
    try {
      const { data } = await importPaths(paths, options);
      expect(data.info.finalised).toBe(true);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      expect(error.code).toMatch(/^(BAD_INPUT|NO_DATA)$/);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(20);
  expect(refused).toBeLessThan(150);
  expect(Object.keys(Object.prototype)).toEqual([]);
});
