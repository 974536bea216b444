import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';

/** More than any writer puts in a page: a larger number is damage. */
const MOST_PAGE_BYTES = 1 << 28;

type Fields = Readonly<Record<string, unknown>>;

const isCount = (value: unknown, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/**
 * The values of a page of data by its header, 0 of any other; `rows` and `bytes` are what is left at
 * most. Throws a plain Error on a header that tells what cannot be.
 */
function valuesOf(header: Fields, rows: number, bytes: number): number {
  // Numbers of fields as parquet.thrift has them: sizes, then the heads of kinds of pages.
  const {
    field_2: whole,
    field_3: stored,
    field_5: data,
    field_7: words,
    field_8: dataV2,
  } = header;
  if (!isCount(whole, MOST_PAGE_BYTES) || !isCount(stored, bytes)) {
    throw new Error('a page of no size');
  }
  const counts = [data, dataV2, words].filter(isFields).map((head) => head['field_1']);
  if (!counts.every((count) => isCount(count, rows))) throw new Error('a page of too many values');
  return isFields(data) || isFields(dataV2) ? Number(counts[0]) : 0;
}

/**
 * Walks the page headers of every column and throws a plain Error where one leads out of its
 * column, or where their values are not those of the rows: cheaper than to decode them first.
 */
export async function checkPages(file: AsyncBuffer, metadata: FileMetaData): Promise<void> {
  for (const { columns, num_rows: groupRows } of metadata.row_groups) {
    for (const { meta_data: column } of columns) {
      if (column === undefined) throw new Error('a column without metadata');
      const first = column.dictionary_page_offset ?? column.data_page_offset;
      const from = Number(
        first < column.data_page_offset && first > 0n ? first : column.data_page_offset,
      );
      const size = Number(column.total_compressed_size);
      if (from < 0 || size < 0 || from + size > file.byteLength) {
        throw new Error('a column beyond its end');
      }
      const view = new DataView(await file.slice(from, from + size));
      const reader = { view, offset: 0 };
      let left = Number(groupRows);
      while (reader.offset < view.byteLength) {
        const header = deserializeTCompactProtocol(reader) as Fields;
        left -= valuesOf(header, Number(groupRows), view.byteLength - reader.offset);
        reader.offset += Number(header['field_3']);
      }
      if (left !== 0) throw new Error('a column of fewer or more values than rows');
    }
  }
}
