import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { replayDigests } from '../support/digests.ts';
import { tempFolder } from '../support/temp.ts';

const driver = fileURLToPath(new URL('../support/print-digests.ts', import.meta.url));

test(
  'the same digests in any zone, language, clock and process, without a clock or chance',
  { timeout: 120_000 },
  () => {
    const bundle = join(tempFolder(), 'print-digests.mjs');
    buildSync({
      ...{ entryPoints: [driver], outfile: bundle, bundle: true, logLevel: 'error' },
      ...{ platform: 'node', format: 'esm', target: 'node20' },
    });
    const here = replayDigests();
    expect(Object.keys(here).length).toBeGreaterThan(15);
    const places: Record<string, string>[] = [
      { TZ: 'UTC', LANG: 'C' },
      { TZ: 'America/New_York', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' },
      { TZ: 'Asia/Kolkata', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', CLOCK: '0' },
      { TZ: 'Pacific/Chatham', LANG: 'C', CLOCK: '4102444800000' },
    ];
    for (const env of places) {
      const text = execFileSync(process.execPath, [bundle], { env, encoding: 'utf8' });
      expect(JSON.parse(text)).toEqual(here);
    }
  },
);

test('the same digests whatever the order in which series were met', () => {
  const here = replayDigests();
  expect(replayDigests((columns) => columns.reverse())).toEqual(here);
  expect(replayDigests(([first, ...rest]) => (first ? [...rest, first] : rest))).toEqual(here);
});
