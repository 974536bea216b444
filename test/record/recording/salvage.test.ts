import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import type { RecordingData } from '../../../src/core/recording.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { salvageRecording } from '../../../src/record/recording/salvage/salvage.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { createRecording } from '../../../src/record/recording/writer.ts';
import {
  aBatch,
  codeOf,
  definePod,
  flipBit,
  LEAK,
  META,
  RESTART,
  START,
  smallRecording,
} from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

const PAGE = 4096;
const PODS = 24;

/** Samples on many pages, series on a few, a tick in five without samples. */
function makeRecording(path: string, count: number): void {
  const writer = createRecording(path, META, { mode: 'atomic' });
  const ids = Array.from({ length: PODS }, (_, i) => [
    definePod(writer, `pod-${String(i)}`, 'cpu'),
    definePod(writer, `pod-${String(i)}`, 'memory'),
  ]).flat();
  for (let k = 0; k < count; k++) {
    const scheduledMs = START + k * 15_000;
    const failed = k % 5 === 4;
    writer.commitTick(
      aBatch({
        ...{ scheduledMs, startedMs: scheduledMs + 2, finishedMs: scheduledMs + 30 },
        ...(failed
          ? { outcome: 'failed', reason: 'http 503' }
          : {
              series: ids,
              times: ids.map(() => scheduledMs - 5000),
              values: ids.map((id) => 10_000_000 + id * 1000 + k),
            }),
        marks: k === 7 ? [RESTART] : [],
      }),
    );
  }
  writer.addLabels([LEAK]);
  writer.addNote('No autoscalers.');
  writer.finalise();
}

/** The bytes of a recording, and what is in it. */
interface Original {
  readonly bytes: Buffer;
  readonly data: RecordingData;
}

function originalOf(make: (path: string) => void): Original {
  const path = join(tempFolder(), 'run.db');
  make(path);
  return { bytes: readFileSync(path), data: readRecording(path) };
}

const TICKS = 120;
let original: Original;
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'podtape-salvage-'));
  const path = join(folder, 'run.db');
  makeRecording(path, TICKS);
  original = { bytes: readFileSync(path), data: readRecording(path) };
  rmSync(folder, { recursive: true });
});

/** All that is in a recording, as `name@time` → value, and its ticks. */
function contentOf({ series, ticks }: RecordingData) {
  const samples = new Map<string, number>();
  for (const { series: one, times, values } of series) {
    times.forEach((t, i) => samples.set(`${one.id}@${String(t)}`, values[i] ?? NaN));
  }
  return { samples, ticks };
}

/** What is saved of a damaged copy of a recording. */
function salvaged(damage: (bytes: Buffer) => Buffer, { bytes: whole, data } = original) {
  const path = join(tempFolder(), 'run.db');
  const bytes = damage(Buffer.from(whole));
  writeFileSync(path, bytes);
  const output = join(dirname(path), 'saved.db');
  const found = salvageRecording(path, output, false);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(readdirSync(dirname(path)).sort()).toEqual(['run.db', 'saved.db']);
  expect(verifyRecording(output)).toMatchObject({
    damagedTicks: [],
    problems: [],
    finalised: true,
  });
  const after = readRecording(output);
  expect(after.info.digest).toBe(found.digest);
  // Nothing is there that was not, and ticks are as they were or lost.
  const [was, is] = [contentOf(data), contentOf(after)];
  for (const [key, value] of is.samples) expect(was.samples.get(key), key).toBe(value);
  let saved = 0;
  let samples = 0;
  is.ticks.forEach((tick, i) => {
    const old = was.ticks[i];
    if (tick.reason === 'lost: the file was damaged') {
      expect(tick).toMatchObject({ outcome: 'missed', samples: 0, scheduledMs: old?.scheduledMs });
      return;
    }
    saved += 1;
    samples += tick.samples;
    if (found.lostSeries === 0) expect(tick).toEqual(old);
  });
  expect([saved, samples]).toEqual([found.saved, is.samples.size]);
  return { after, found };
}

const pagesOf = (bytes: Buffer): number => bytes.length / PAGE;

test('of a sound recording everything is saved, and the digest is the same', () => {
  const small = originalOf((path) => {
    smallRecording(path).finalise();
  });
  for (const whole of [original, small]) {
    const { after, found } = salvaged((bytes) => bytes, whole);
    expect(found).toMatchObject({ lost: [], lostSeries: 0, bareSeries: 0, lostMarks: 0 });
    expect(after).toEqual(whole.data);
  }
});

test('a recording whose recorder was killed is saved with what is in its log', () => {
  const live = join(tempFolder(), 'run.db');
  const writer = smallRecording(live, { mode: 'live' }, 40);
  const path = join(tempFolder(), 'run.db');
  for (const tail of ['', '-wal']) copyFileSync(live + tail, path + tail);
  writer.abandon();
  const log = readFileSync(`${path}-wal`);
  const found = salvageRecording(path, join(dirname(path), 'whole.db'), false);
  expect(found).toMatchObject({ ticks: 40, saved: 40, lost: [], lostLabels: 0 });
  expect(readFileSync(`${path}-wal`).equals(log)).toBe(true);
  // SQLite would read nothing after the first bad frame.
  flipBit(log, Math.floor(log.length / 2) * 8 + 2);
  flipBit(log, 3000 * 8);
  writeFileSync(`${path}-wal`, log);
  const rest = salvageRecording(path, join(dirname(path), 'rest.db'), false);
  expect(rest.saved).toBeGreaterThanOrEqual(35);
});

describe('one page', () => {
  test.each([
    ['zeroed', (bytes: Buffer, page: number) => bytes.fill(0, page * PAGE, (page + 1) * PAGE)],
    [
      'overwritten by another',
      (bytes: Buffer, page: number) => {
        const other = (page * 7 + 3) % pagesOf(bytes);
        bytes.copy(bytes, page * PAGE, other * PAGE, (other + 1) * PAGE);
        return bytes;
      },
    ],
    [
      'swapped with another',
      (bytes: Buffer, page: number) => {
        const other = (page * 7 + 3) % pagesOf(bytes);
        const kept = Buffer.from(bytes.subarray(page * PAGE, (page + 1) * PAGE));
        bytes.copy(bytes, page * PAGE, other * PAGE, (other + 1) * PAGE);
        kept.copy(bytes, other * PAGE);
        return bytes;
      },
    ],
  ])('%s costs the ticks on it and no others, whichever it is', (how, damage) => {
    const pages = pagesOf(original.bytes);
    expect(pages).toBeGreaterThan(25);
    const first = how.length % 4;
    for (let page = first; page < pages; page += 4) {
      const { found } = salvaged((bytes) => damage(bytes, page));
      // A page holds about 35 rows of ticks, or samples of 4 ticks.
      const least = how === 'swapped with another' ? TICKS - 6 : TICKS - 45;
      expect(found.saved, `page ${String(page)}`).toBeGreaterThanOrEqual(least);
      expect(found.series).toBe(2 * PODS);
    }
  });
});

test('what is left of a file that was cut off is saved', () => {
  const count = 1200;
  const long = originalOf((path) => {
    makeRecording(path, count);
  });
  for (const share of [0.999, 0.9, 0.5, 0.1]) {
    const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * share));
    const { found } = salvaged(cut, long);
    // The rows of the first ticks are further back than their samples.
    expect(found.saved, String(share)).toBeGreaterThanOrEqual((count * share) / 2 - 50);
    expect(found.ticks).toBeLessThanOrEqual(count);
  }
});

test('single flipped bits cost a tick at most, and never let anything wrong pass', () => {
  const rng = rngFor(11, 'salvage');
  for (let i = 0; i < 15; i++) {
    const { found } = salvaged((bytes) => {
      const bit = PAGE * 8 + rng.below((bytes.length - PAGE) * 8);
      flipBit(bytes, bit);
      return bytes;
    });
    // The head of a page of rows may be hit.
    expect(found.saved).toBeGreaterThanOrEqual(TICKS - 45);
  }
});

describe('a series whose number or name was damaged', () => {
  const NAME = 'shoppod-3webcpu';
  /** Where the name of a series ends: in its row, and in its entry of the index. */
  const placesOf = (bytes: Buffer) => {
    const places = { row: 0, index: 0 };
    let found = 0;
    for (let at = bytes.indexOf(NAME); at !== -1; at = bytes.indexOf(NAME, at + 1)) {
      const end = at + NAME.length;
      places[bytes.toString('latin1', end, end + 5) === 'cores' ? 'row' : 'index'] = end;
      found += 1;
    }
    expect([found, places.row > 0, places.index > 0]).toEqual([2, true, true]);
    return places;
  };

  test.each([0, -61, 1, 120])('is known by its row where its index says %i', (number) => {
    const { after, found } = salvaged((bytes) => {
      bytes.writeInt8(number, placesOf(bytes).index);
      return bytes;
    });
    expect(found).toMatchObject({ lost: [], lostSeries: 0, bareSeries: 0 });
    expect(after).toEqual(original.data);
  });

  test('is lost where both say the name of another, and leaves the samples of that alone', () => {
    const { after, found } = salvaged((bytes) => {
      const { row, index } = placesOf(bytes);
      for (const end of [row, index]) bytes.write('4', end - 'webcpu'.length - 1, 'latin1');
      return bytes;
    });
    expect(found).toMatchObject({ lost: [], series: 2 * PODS - 1, lostSeries: 1, bareSeries: 0 });
    const kept = original.data.series.filter(({ series: { pod, metric } }) => {
      return !(pod === 'pod-3' && metric === 'cpu');
    });
    expect(after.series.map(({ series, values }) => [series.id, values])).toEqual(
      kept.map(({ series, values }) => [series.id, values]),
    );
  });
});

test('nothing to save, no file, and the same file are refused, and leave nothing', () => {
  const folder = tempFolder();
  const path = join(folder, 'run.db');
  smallRecording(path).finalise();
  const whole = readFileSync(path);
  writeFileSync(join(folder, 'text'), 'timestamp,value\n'.repeat(1000));
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'head'), whole.subarray(0, PAGE));
  const output = join(folder, 'saved.db');
  for (const name of ['text', 'empty', 'head', 'none']) {
    const code = codeOf(() => salvageRecording(join(folder, name), output, false));
    expect([name, code]).toEqual([name, 'BAD_RECORDING']);
  }
  expect(codeOf(() => salvageRecording(path, path, true))).toBe('USAGE');
  writeFileSync(output, 'mine');
  expect(codeOf(() => salvageRecording(path, output, false))).toBe('STORAGE');
  expect(readFileSync(path).equals(whole)).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['empty', 'head', 'run.db', 'saved.db', 'text']);
});
