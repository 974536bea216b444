import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Mark, RecordingData } from '../../../src/core/recording.ts';
import type { SeriesColumns, Unit } from '../../../src/core/series.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { presetSettings } from '../../../src/replay/presets.ts';
import { replay } from '../../../src/replay/replay.ts';
import { exportedFiles, SAMPLE_FORMATS, type SampleFormat } from '../../support/exports.ts';
import { HOSTILE_NAMES } from '../../support/hostile-names.ts';
import { importPaths, importText, samplesOf, writeFiles } from '../../support/imports.ts';
import { LEAK, RESTART } from '../../support/recordings.ts';
import { aRecording, aSeries } from '../../support/series.ts';

const SHIPPED = 'fixtures/recordings/consumememory.db';
const START = 1_700_000_000_000;

/** Exports and imports again, with or without what is kept beside the samples. */
async function there(data: RecordingData, format: SampleFormat, isBare = false) {
  const [path = ''] = writeFiles(exportedFiles(data, format));
  if (!isBare || format === 'parquet') return importPaths([path]);
  renameSync(path, `${path}.alone`);
  return importPaths([`${path}.alone`]);
}

/** All of a series but its id, and of the recording what no poll tells. */
const described = ({ series, marks, labels, info }: RecordingData) => ({
  series: series.map((one) => one.series),
  ...{ marks, labels, notes: info.notes },
});

describe.each(SAMPLE_FORMATS)('%s', (format) => {
  test('the shipped recording comes back with its digest, and replays to the same one', async () => {
    const data = readRecording(SHIPPED);
    const back = await there(data, format);
    expect(back.digest).toBe(data.info.digest);
    expect(described(back.data)).toEqual(described(data));
    for (const preset of ['default', 'isolation-per-pod', 'fetch-metrics-graph']) {
      const settings = presetSettings(preset);
      expect(replay(back.data, settings).digest).toBe(replay(data, settings).digest);
    }
  });

  test('without what is kept beside them, CPU, memory, requests and replicas keep the digest', async () => {
    const data = readRecording(SHIPPED);
    expect((await there(data, format, true)).digest).toBe(data.info.digest);
  });

  // Names that import refuses for their control characters cannot come back.
  const names = HOSTILE_NAMES.filter((name) => !/[\u0000-\u001f\u007f-\u009f]/u.test(name));
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
    fc.constantFrom(0, 5e-324, 2 ** 53, 2 ** 60, 1e300, 0.1, 1e-7, 123456789.123),
  );
  const arbitrary = fc
    .uniqueArray(
      fc.record({
        namespace: fc.constantFrom('', 'shop', ...names),
        pod: fc.constantFrom('web-1', ...names),
        container: fc.constantFrom('', 'web', ...names),
        metric: fc.constantFrom(
          'cpu',
          'memory',
          'value',
          'requests',
          'a_total',
          'heap (MiB)',
          '=x',
        ),
        unit: fc.constantFrom<Unit>('seconds', '', 'bytes'),
        kind: fc.constantFrom('usage' as const, 'signal' as const),
        limit: fc.constantFrom(null, 0.5, 2 ** 28),
        workload: fc.constantFrom(null, 'web', '=web'),
        samples: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 50 }), value), {
          selector: ([at]) => at,
          maxLength: 12,
        }),
      }),
      { selector: (one) => [one.namespace, one.pod, one.container, one.metric].join('\n') },
    )
    .filter((list) => list.some(({ samples }) => samples.length > 0));

  test('any names, values, holes and attributes come back', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (list) => {
        const columns = list.map(({ samples, unit, ...rest }): SeriesColumns => {
          const sorted = [...samples].sort(([a], [b]) => a - b);
          const known: Record<string, Unit> = { cpu: 'cores', memory: 'bytes' };
          return {
            series: aSeries({ ...rest, unit: known[rest.metric] ?? unit }),
            times: Float64Array.from(sorted, ([at]) => START + at * 1001),
            values: Float64Array.from(sorted, ([, v]) => v),
          };
        });
        const marks: Mark[] = [
          RESTART,
          { ...RESTART, kind: 'phase', name: '"=a,b\n', endMs: START },
        ];
        marks.sort((a, b) => (a.kind < b.kind ? -1 : 1));
        const data = aRecording(columns, [LEAK], marks);
        const back = await there(data, format);
        expect(samplesOf(back.data)).toEqual(samplesOf(data));
        expect(back.digest).toBe(data.info.digest);
        expect(described(back.data)).toEqual(described(data));
      }),
      { numRuns: 12, seed: 3 },
    );
  });
});

test('names that a spreadsheet would run have an apostrophe, numbers are as they are', async () => {
  const names = ['=1+1', '+a', '-a', '@a', "'=a", '\uff1da', 'a=b', "'a"];
  const columns = names.map((pod, i): SeriesColumns => {
    const series = aSeries({ pod, container: '-c', metric: '=m', unit: '', kind: 'signal' });
    return { series, times: Float64Array.of(START + i), values: Float64Array.of(-1.5) };
  });
  const text = String(exportedFiles(aRecording(columns), 'csv')['run.csv']);
  const [header = '', ...rows] = text.trimEnd().split('\n');
  expect(header).toBe("timestamp,namespace,pod,container,'=m");
  for (const row of rows) {
    const [, namespace, pod = '', container, value] = row.split(',');
    expect([namespace, container, value]).toEqual(['shop', "'-c", '-1.5']);
    expect(pod).not.toMatch(/^[=+\-@\uff1d]/);
  }
  const back = await importText(text);
  const pods = new Set(back.data.series.map(({ series }) => series.pod));
  expect(pods).toEqual(new Set(names));
});

test('a metric that cannot be a column is refused, and told where it can go', () => {
  for (const metric of ['pod', 'timestamp', 'cpu_cores', '__proto__', ' a', '']) {
    const data = aRecording([
      {
        series: aSeries({ metric, unit: '' }),
        times: Float64Array.of(START),
        values: Float64Array.of(1),
      },
    ]);
    for (const format of ['csv', 'parquet'] as const) {
      expect(() => exportedFiles(data, format)).toThrow(/openmetrics/);
    }
    const lines = String(exportedFiles(data, 'openmetrics')['run.om']).split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toHaveLength(1);
  }
});

const promtool = spawnSync('promtool', ['--version']).status === 0;

test.skipIf(!promtool)('a real Prometheus takes the OpenMetrics, hostile names and all', () => {
  const columns = HOSTILE_NAMES.map((pod, i): SeriesColumns => {
    const series = aSeries({ pod, metric: HOSTILE_NAMES[59 - i] ?? '', unit: '' });
    return {
      series,
      times: Float64Array.of(START, START + 15_001),
      values: Float64Array.of(i, 2 ** 70),
    };
  });
  const [path = ''] = writeFiles(exportedFiles(aRecording(columns), 'openmetrics'));
  const into = join(path, '../blocks');
  const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', path, into], {
    encoding: 'utf8',
  });
  expect(made.stderr).toBe('');
  mkdirSync(join(into, 'wal')); // A server makes it; dumping needs it.
  const kept = spawnSync('promtool', ['tsdb', 'dump', into], { encoding: 'utf8' }).stdout;
  const lines = kept.trimEnd().split('\n');
  expect(lines).toHaveLength(2 * HOSTILE_NAMES.length);
  expect(lines.filter((line) => line.endsWith(` ${String(START + 15_001)}`))).toHaveLength(60);
});

const python = process.env['PYTHON'] ?? 'python3';
const pyarrow = spawnSync(python, ['-c', 'import pyarrow.parquet']).status === 0;

test.skipIf(!pyarrow)('a reader by others finds the same in the Parquet file', () => {
  const data = readRecording(SHIPPED);
  const [path = ''] = writeFiles(exportedFiles(data, 'parquet'));
  const script = `
import json, sys, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
rows = table.to_pylist()
print(json.dumps({
  'types': [str(f.type) for f in table.schema],
  'names': table.schema.names,
  'cpu': sorted(r['cpu_cores'] for r in rows if r['cpu_cores'] is not None),
  'first': int(rows[0]['timestamp'].timestamp() * 1000 + 0.5),
  'context': json.loads(table.schema.metadata[b'podtape.context'])['podtape'],
}))`;
  const { stdout, stderr } = spawnSync(python, ['-c', script, path], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const found = JSON.parse(stdout) as Record<string, unknown>;
  expect(found['types']).toEqual([
    ...['timestamp[ms, tz=UTC]', 'string', 'string', 'string'],
    ...['double', 'double', 'double', 'double', 'double'],
  ]);
  const cpu = data.series.filter(({ series }) => series.metric === 'cpu');
  const values = cpu.flatMap(({ values: all }) => [...all]).sort((a, b) => a - b);
  expect(found['cpu']).toEqual(values);
  expect([found['first'], found['context']]).toEqual([data.info.startMs, 'context']);
});
