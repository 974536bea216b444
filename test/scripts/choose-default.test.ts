import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { rngFor } from '../../src/core/rng.ts';
import { formatTime } from '../../src/core/time.ts';
import { tempFolder } from '../support/temp.ts';

const START = Date.UTC(2026, 0, 1);

test('scripts/choose-default.mjs measures the preset on a folder of labelled CSVs', () => {
  const folder = tempFolder();
  const rng = rngFor(3, 'choose');
  for (const run of ['a', 'b']) {
    const rows = Array.from({ length: 260 }, (_, i) => {
      const isFault = i >= 200 && i < 204;
      const cores = (isFault ? 0.3 : 0.01) * (1 + rng.next() / 10);
      const t = formatTime(START + i * 60_000);
      return `${t},shop,web-${run},web,${String(cores)},104857600`;
    });
    const header = 'timestamp,namespace,pod,container,cpu_cores,memory_bytes';
    writeFileSync(join(folder, `${run}.csv`), `${[header, ...rows].join('\n')}\n`);
    const label = {
      ...{ namespace: 'shop', pod: `web-${run}`, type: 'hog' },
      ...{ start: formatTime(START + 200 * 60_000), end: formatTime(START + 204 * 60_000) },
    };
    writeFileSync(join(folder, `${run}.labels.json`), JSON.stringify([label]));
  }
  const script = resolve('scripts/choose-default.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^a\.csv +1\/1 {2}false 0 /m);
  expect(stdout).toContain('without member 3 (joint-rise)');
  expect(stdout).toMatch(/chosen 2 times: level 5, rise 2\.5 × 5, joint 5/);
}, 90_000);
