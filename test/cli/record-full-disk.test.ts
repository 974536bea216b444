import { expect, test } from 'vitest';
import { makeCertificate } from '../support/certificates.ts';
import { CLI_MAIN } from '../support/cli.ts';
import { startFakeApi, type WirePod } from '../support/fake-api.ts';
import { BUILT, canMount, outputOf, startChild } from '../support/node-child.ts';
import { tempFolder } from '../support/temp.ts';

interface Run {
  readonly code: number;
  /** Ticks that it told. */
  readonly told: readonly number[];
  readonly finalised: boolean;
  /** What it said, line by line. */
  readonly lines: readonly string[];
  readonly ticks: readonly { readonly seq: number; readonly outcome: string }[];
  /** Milliseconds from each tick to the next. */
  readonly steps: readonly number[];
  readonly damage: readonly unknown[];
  /** Whether it said that it waits for space. */
  readonly hasWaited: boolean;
}

/** 1,200 pods with a new time and value at every request. */
function manyPods(n: number): WirePod[] {
  const timestamp = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
  return Array.from({ length: 1200 }, (_, i) => ({
    metadata: { name: `web-${String(i)}`, namespace: 'shop' },
    ...{ timestamp, window: '15s' },
    containers: [
      { name: 'app', usage: { cpu: `${String(n * 7919 + i)}n`, memory: `${String(n + i)}Ki` } },
    ],
  }));
}

// Skipped where the machine does not let a process mount a file system of its own.
test.skipIf(!canMount())(
  'a full disk ends a recording with 6 and every told tick in it, or is waited out without a gap',
  { timeout: 60_000 },
  async () => {
    const api = await startFakeApi(await makeCertificate());
    api.pods = manyPods;
    api.nowMs = () => Date.UTC(2026, 0, 1);
    const program = new URL('children/record-full-disk.mjs', import.meta.url);
    const args = [CLI_MAIN, BUILT, api.kubeconfig(tempFolder()), tempFolder()];
    const output = await outputOf(startChild(program, args, true));
    const { ended, waited } = JSON.parse(output) as { ended: Run; waited: Run };

    expect(ended.code).toBe(6);
    expect(ended.lines.at(-2)).toMatch(/disk is full/);
    expect(ended.lines.at(-1)).toMatch(/safe in .*ended\.db.*--resume/);
    expect(ended.told.length).toBeGreaterThan(3);
    expect(ended.ticks.map(({ seq }) => seq)).toEqual(ended.told);
    expect(ended).toMatchObject({ finalised: false, damage: [], hasWaited: false });

    expect(waited.ticks.map(({ seq }) => seq)).toEqual(waited.told);
    expect(new Set(waited.steps)).toEqual(new Set([200]));
    const lost = waited.ticks.filter(({ outcome }) => outcome === 'missed').length;
    expect(lost).toBeLessThan(waited.ticks.length / 2);
    expect(waited.ticks.at(-1)?.outcome).toBe('ok');
    expect(waited).toMatchObject({ finalised: true, damage: [], hasWaited: true });
  },
);
