import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { RecordingData } from '../../core/recording.ts';
import { VERSION } from '../../core/version.ts';
import { CONTEXT_KEY, contextJson } from '../context-file.ts';
import { longTable, type RowNames } from './long-rows.ts';

/** Rows that are in memory at once, and that a reader must take at once. */
const ROWS_IN_GROUP = 65_536;

const NAMES = ['namespace', 'pod', 'container'] as const satisfies (keyof RowNames)[];

/** The columns of a row group while they fill. */
function blankGroup(numbers: number) {
  return {
    times: [] as Date[],
    names: NAMES.map(() => [] as string[]),
    numbers: Array.from({ length: numbers }, () => [] as (number | null)[]),
  };
}

/**
 * Writes samples as Parquet: the rows and columns of the long CSV, times as UTC timestamps in ms,
 * missing samples as null; what is known besides samples is in the file's metadata. Returns the
 * number of rows.
 *
 * A row group after another, so that memory does not grow with the file. Throws BAD_INPUT on a
 * metric that cannot be a column.
 */
export function exportParquet(data: RecordingData, write: (bytes: Uint8Array) => void): number {
  const { columns, owners, eachRow } = longTable(data.series);
  const bytes = new ByteWriter();
  const file = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'podtape', num_children: 1 + NAMES.length + columns.length },
      {
        ...{ name: 'timestamp', type: 'INT64', repetition_type: 'REQUIRED' },
        converted_type: 'TIMESTAMP_MILLIS',
      },
      ...NAMES.map((name) => ({
        ...{ name, type: 'BYTE_ARRAY' as const, repetition_type: 'REQUIRED' as const },
        converted_type: 'UTF8' as const,
      })),
      ...columns.map((name) => ({
        ...{ name, type: 'DOUBLE' as const, repetition_type: 'OPTIONAL' as const },
      })),
    ],
    kvMetadata: [{ key: CONTEXT_KEY, value: contextJson(data) }],
    createdBy: `podtape version ${VERSION}`,
  });
  let rows = 0;
  let group = blankGroup(columns.length);
  const flush = (): void => {
    write(bytes.getBytes());
    bytes.index = 0;
  };
  const endGroup = (): void => {
    if (group.times.length === 0) return;
    const columnData = [
      { name: 'timestamp', data: group.times },
      ...NAMES.map((name, i) => ({ name, data: group.names[i] ?? [] })),
      ...columns.map((name, i) => ({ name, data: group.numbers[i] ?? [] })),
    ];
    void file.write({ columnData, rowGroupSize: ROWS_IN_GROUP });
    group = blankGroup(columns.length);
    flush();
  };
  eachRow((t, owner, values) => {
    group.times.push(new Date(t));
    const names = owners[owner];
    NAMES.forEach((name, i) => group.names[i]?.push(names?.[name] ?? ''));
    values.forEach((value, i) => group.numbers[i]?.push(Number.isNaN(value) ? null : value));
    rows += 1;
    if (group.times.length === ROWS_IN_GROUP) endGroup();
  });
  endGroup();
  void file.finish();
  flush();
  return rows;
}
