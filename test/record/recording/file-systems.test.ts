import { chmodSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUILT, canMount, outputOf, startChild } from '../../support/node-child.ts';
import { smallRecording } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

const child = (name: string) => new URL(`children/${name}.mjs`, import.meta.url);
const mountable = canMount();

// Skipped where the machine does not let a process mount a file system of its own.
test.skipIf(!mountable)(
  'a full disk: STORAGE, earlier ticks whole, more space lets it go on',
  async () => {
    const output = await outputOf(startChild(child('full-disk'), [BUILT, tempFolder()], true));
    const { full, after, finalised } = JSON.parse(output) as {
      full: { told: number; code: string; ticks: number; sound: boolean };
      after: { seq: number; ticks: number; sound: boolean };
      finalised: boolean;
    };
    expect(full.code).toBe('STORAGE');
    expect(full.told).toBeGreaterThan(3);
    expect(full).toMatchObject({ ticks: full.told, sound: true });
    expect(after).toEqual({ seq: full.told + 1, ticks: full.told + 1, sound: true });
    expect(finalised).toBe(true);
  },
);

// Skipped where the machine does not let a process mount a file system of its own.
test.skipIf(!mountable)(
  'read-only media: a finalised recording opens, nothing is changed',
  async () => {
    const folder = join(tempFolder(), 'media');
    mkdirSync(folder);
    const path = join(folder, 'finalised.db');
    const { digest } = smallRecording(path).finalise();
    const live = join(tempFolder(), 'run.db');
    const writer = smallRecording(live);
    // As a killed recorder leaves it: two files.
    for (const tail of ['', '-wal']) copyFileSync(live + tail, join(folder, `cut-off.db${tail}`));
    writer.abandon();
    chmodSync(path, 0o444);
    const before = readFileSync(path);
    const output = await outputOf(startChild(child('read-only'), [BUILT, folder], true));
    expect(JSON.parse(output)).toEqual({
      ...{ digest, sound: true, samples: 4 },
      ...{ cutOff: 'BAD_RECORDING', live: 'STORAGE', atomic: 'STORAGE' },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  },
);
