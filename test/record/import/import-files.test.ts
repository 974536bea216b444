import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seriesId } from '../../../src/core/series.ts';
import { formulaSafe } from '../../../src/record/formula-safe.ts';
import { importFiles } from '../../../src/record/import/import-files.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import {
  DEFAULTS,
  importError,
  importPaths,
  importText,
  samplesOf,
  writeFiles,
} from '../../support/imports.ts';
import { definePod, smallRecording, START } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

const HEADER = 'timestamp,namespace,pod,container,cpu_cores,memory_bytes';
const stamp = (ms: number): string => new Date(ms).toISOString();

/** A cell as RFC 4180 has it, quoted where it must be. */
const cellOf = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

describe('what is written is what was in the file', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e12 }),
    fc.nat({ max: 2 ** 31 }).map((n) => n / 1e9),
    fc.maxSafeNat(),
  );
  // Names as hostile as a CSV may carry them; control characters are refused elsewhere.
  const name = fc.oneof(
    fc.constantFrom('web-1', 'web-2', 'a/b', '%2F', '#1', "'=1+1", '</script>', '__proto__'),
    fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/[\u0000-\u001f\u007f-\u009f]/u.test(text)),
  );
  const row = fc.record({
    minute: fc.nat({ max: 40 }),
    ...{ namespace: name, pod: name, container: name },
    cpu: fc.option(value),
    memory: fc.option(value),
  });

  test('for any rows: the same doubles at the same times, the first of two that disagree', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        const expected: Record<string, Record<string, number>> = {};
        let [repeats, conflicts] = [0, 0];
        const lines = rows.map(({ minute, namespace, pod, container, cpu, memory }) => {
          for (const [metric, v] of Object.entries({ cpu, memory })) {
            if (v === null) continue;
            const id = seriesId({ namespace, pod, container, metric });
            const known = (expected[id] ??= {});
            const t = String(START + minute * 60_000);
            if (known[t] === undefined) known[t] = v;
            else if (known[t] === v) repeats += 1;
            else conflicts += 1;
          }
          const names = [namespace, pod, container].map(formulaSafe);
          const cells = [stamp(START + minute * 60_000), ...names];
          const numbers = [cpu, memory].map((v) => (v === null ? '' : String(v)));
          return [...cells, ...numbers].map(cellOf).join();
        });
        const text = [HEADER, ...lines].join('\n');
        if (Object.keys(expected).length === 0) {
          expect((await importError(writeFiles({ 'a.csv': text }))).code).toBe('NO_DATA');
          return;
        }
        const { data, ...counts } = await importText(text);
        expect(samplesOf(data)).toEqual(expected);
        expect(counts).toMatchObject({ repeats, conflicts, rows: rows.length });
      }),
      { numRuns: 60 },
    );
  });

  test('the order of rows makes no difference where none disagree', async () => {
    const lines = Array.from({ length: 200 }, (_, i) => {
      const t = stamp(START + Math.floor(i / 10) * 15_000);
      return [t, 'shop', `web-${String(i % 10)}`, 'web', i / 7, i].join();
    });
    const straight = await importText([HEADER, ...lines].join('\n'));
    const reversed = await importText([HEADER, ...lines.toReversed()].join('\n'));
    expect(reversed.digest).toBe(straight.digest);
    expect(straight).toMatchObject({ samples: 400, series: 20, repeats: 0, conflicts: 0 });
  });

  test('also over more rows than one batch, and where a row comes again far away', async () => {
    const rows = 30_000;
    const lines = Array.from({ length: rows }, (_, i) => {
      const at = i === rows - 1 ? 5 : i;
      const t = stamp(START + Math.floor(at / 3) * 1000);
      return `${t},shop,web-${String(at % 3)},web,${String(at / 1000)},${String(at)}`;
    });
    const { data, ...counts } = await importText([HEADER, ...lines].join('\n'));
    expect(counts).toMatchObject({ samples: 2 * rows - 2, repeats: 2, conflicts: 0, series: 6 });
    expect(data.ticks.length).toBeGreaterThan(2);
    for (const { series, times, values } of data.series) {
      const pod = Number(series.pod.slice(-1));
      const scale = series.metric === 'cpu' ? 1000 : 1;
      expect(times.every((t, i) => t === START + i * 1000)).toBe(true);
      expect(values.every((v, i) => v === (i * 3 + pod) / scale)).toBe(true);
    }
  });
});

describe('columns', () => {
  test('namespace and container may be absent; --namespace stands in', async () => {
    const text = `pod,timestamp,cpu_cores\nweb-1,${stamp(START)},0.5\n`;
    const ids = async (namespace: string): Promise<readonly string[]> =>
      (await importText(text, { namespace })).data.series.map(({ series }) => series.id);
    expect(await ids('')).toEqual(['/web-1//cpu']);
    expect(await ids('shop')).toEqual(['shop/web-1//cpu']);
  });

  test.each([
    ['web-5f6585d649-fnmft', 'web'],
    ['web-shop-579b9bff58-t2dbm', 'web-shop'],
    ['web-1', null],
    ['web-0-5f6585d649', null],
    ['web-version-alpha', null],
    ['5f6585d649-fnmft', null],
  ])('the name of pod %s tells the workload %s', async (pod, workload) => {
    const { data } = await importText(`timestamp,pod,cpu_cores\n${stamp(START)},${pod},1\n`);
    const kind = workload === null ? null : 'Deployment';
    expect(data.series[0]?.series).toMatchObject({ workload, workloadKind: kind });
  });

  test('names of object members are only names', async () => {
    const text = `timestamp,pod,toString,hasOwnProperty\n${stamp(START)},web-1,1,2\n`;
    const { data } = await importText(text);
    expect(data.series.map(({ series }) => series.metric)).toEqual(['hasOwnProperty', 'toString']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('a wide file of a given unit has no negative readings; without one it may', async () => {
    const paths = writeFiles({ 'a.csv': `timestamp,a\n${stamp(START)},-1\n` });
    expect((await importError(paths, { metric: 'cpu' })).message).toContain(':2: column "a"');
    expect((await importError(paths, { unit: 'seconds' })).code).toBe('BAD_INPUT');
    expect(samplesOf((await importPaths(paths)).data)).toEqual({
      '/a//value': { [String(START)]: -1 },
    });
  });

  test('a format that was asked for is held to', async () => {
    const wide = writeFiles({ 'a.csv': `timestamp,a\n${stamp(START)},1\n` });
    expect((await importError(wide, { format: 'long' })).message).toContain(':1:');
    expect((await importError(wide, { format: 'nab' })).message).toContain(':1:');
    const { data } = await importPaths(
      writeFiles({ 'a.csv': `timestamp,value\n${stamp(START)},1\n` }),
      { format: 'wide', metric: 'cpu' },
    );
    expect(data.series[0]?.series).toMatchObject({ pod: 'value', metric: 'cpu', unit: 'cores' });
  });
});

describe('recordings among the files', () => {
  const recording = (): string => {
    const path = join(tempFolder(), 'run.db');
    smallRecording(path).finalise();
    return path;
  };

  test('keep their ticks, marks, labels and notes beside an imported signal', async () => {
    const path = recording();
    const load = writeFiles({
      'load.csv': `timestamp,namespace,pod,requests\n${stamp(START)},shop,,12.5\n`,
    });
    const before = readRecording(path);
    const { data, series } = await importPaths([path, ...load]);
    expect(series).toBe(5);
    expect(data.ticks.slice(0, -1)).toEqual(before.ticks);
    expect(data.marks).toEqual(before.marks);
    expect(data.labels).toEqual(before.labels);
    expect(data.info).toMatchObject({ kind: 'recorded', origin: 'test', intervalMs: 15_000 });
    expect(data.info.notes).toEqual(before.info.notes);
    expect(data.series.filter(({ series: one }) => one.kind === 'usage')).toEqual(before.series);
  });

  test('that hold what a CSV holds, too, are repeats of it, in either order', async () => {
    const path = recording();
    const { series } = readRecording(path);
    const lines = series.flatMap(({ series: { pod, metric }, times, values }) =>
      Array.from(times, (t, i) => {
        const cells = metric === 'cpu' ? [values[i], ''] : ['', values[i]];
        return [stamp(t), 'shop', pod, 'web', ...cells].join();
      }),
    );
    const csv = writeFiles({ 'same.csv': [HEADER, ...lines].join('\n') });
    for (const paths of [
      [path, ...csv],
      [...csv, path],
    ]) {
      const { data, repeats, conflicts, digest } = await importPaths(paths);
      expect({ repeats, conflicts }).toEqual({ repeats: lines.length, conflicts: 0 });
      expect(digest).toBe(readRecording(path).info.digest);
      expect(data.series.map(({ values }) => values)).toEqual(series.map(({ values }) => values));
    }
  });

  test('that are damaged, or have a series in another unit, are refused', async () => {
    const path = recording();
    const other = join(tempFolder(), 'other.db');
    const writer = smallRecording(other);
    writer.defineSeries({
      ...{ namespace: 'shop', pod: 'x', container: '', metric: 'cpu', kind: 'usage' },
      ...{ unit: 'seconds', denominator: 1 },
    });
    definePod(writer, 'c');
    writer.finalise();
    const csv = writeFiles({
      'x.csv': `timestamp,namespace,pod,cpu_cores\n${stamp(START)},shop,x,1\n`,
    });
    const clash = await importError([other, ...csv]);
    expect(clash).toMatchObject({ code: 'BAD_INPUT' });
    expect(clash.message).toContain('shop/x//cpu');
    writeFileSync(path, readFileSync(path).subarray(0, 5000));
    expect((await importError([path])).code).toBe('BAD_RECORDING');
  });
});

describe('files and places', () => {
  const text = `${HEADER}\n${stamp(START)},shop,web-1,web,1,2\n`;

  test('an existing recording is kept, or replaced with --force only when all is well', async () => {
    const [csv = ''] = writeFiles({ 'a.csv': text });
    const output = join(tempFolder(), 'out.db');
    await importFiles([csv], { ...DEFAULTS, output });
    const before = readFileSync(output);
    await expect(importFiles([csv], { ...DEFAULTS, output })).rejects.toMatchObject({
      code: 'STORAGE',
    });
    const [broken = ''] = writeFiles({ 'b.csv': `${text}x` });
    await expect(importFiles([broken], { ...DEFAULTS, output, force: true })).rejects.toMatchObject(
      { code: 'BAD_INPUT' },
    );
    expect(readFileSync(output).equals(before)).toBe(true);
    await importFiles([output, csv], { ...DEFAULTS, output, force: true });
    expect(verifyRecording(output)).toMatchObject({ problems: [], damagedTicks: [] });
    expect(readRecording(output).info.digest).toBe((await importText(text)).digest);
  });

  test.each<[string, Record<string, string>, (paths: string[]) => string[]]>([
    ['a missing file', {}, () => [join(tempFolder(), 'none.csv')]],
    ['a folder without CSV files', { 'notes.txt': 'x' }, ([path = '']) => [join(path, '..')]],
    ['a file named twice', { 'a.csv': text }, ([path = '']) => [path, path]],
    ['a device', {}, () => ['/dev/null']],
  ])('%s is refused', async (_, files, pick) => {
    expect((await importError(pick(writeFiles(files)))).code).toMatch(/^(BAD_INPUT|NO_DATA)$/);
  });

  test('progress covers all files and reaches the end', async () => {
    const heard: number[] = [];
    const paths = writeFiles({ 'a.csv': text, 'b.csv': text, 'c/d.csv': text });
    await importPaths(paths, {
      onBytes(done, total) {
        expect(total).toBe(3 * text.length);
        heard.push(done);
      },
    });
    expect(heard).toEqual([1, 2, 3].map((n) => n * text.length));
  });
});

describe('labels', () => {
  const text = `${HEADER}\n${stamp(START)},shop,web-1,web,1,2\n`;
  const label = { namespace: 'shop', pod: 'web-1', start: stamp(START), end: stamp(START + 1) };

  test('of pods that the files do not have are kept and counted', async () => {
    const [csv = '', labels = ''] = writeFiles({
      'a.csv': text,
      'labels.json': JSON.stringify([label, { ...label, pod: 'web-2' }]),
    });
    const summary = await importPaths([csv], { labels });
    expect(summary).toMatchObject({ labels: 2, strayLabels: 1 });
    expect(summary.data.labels.length).toBe(2);
  });

  test('that are broken or missing leave nothing behind', async () => {
    const [csv = '', labels = ''] = writeFiles({ 'a.csv': text, 'labels.json': '[{"pod": 1}]' });
    expect((await importError([csv], { labels })).message).toContain('labels.json');
    const missing = `${labels}.none`;
    expect((await importError([csv], { labels: missing })).code).toBe('BAD_INPUT');
    expect(existsSync(missing)).toBe(false);
  });
});
