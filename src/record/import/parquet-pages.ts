import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';

/** More than any writer puts in a page: a larger number is damage. */
const MOST_PAGE_BYTES = 1 << 28;

type Fields = Readonly<Record<string, unknown>>;

const isCount = (value: unknown, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** What a page's header tells that is not so, or ''; `rows` and `bytes` are what is left at most. */
function headerFault(header: Fields, rows: number, bytes: number): string {
  // Numbers of fields as parquet.thrift has them: sizes, then the heads of kinds of pages.
  const { field_2: whole, field_3: stored } = header;
  if (!isCount(whole, MOST_PAGE_BYTES) || !isCount(stored, bytes)) return 'a page of no size';
  const heads = [header['field_5'], header['field_7'], header['field_8']].filter(isFields);
  return heads.every((head) => isCount(head['field_1'], rows)) ? '' : 'a page of too many values';
}

/**
 * Walks the page headers of every column and throws a plain Error where one leads out of its
 * column: reading the pages of a damaged file might otherwise never end.
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
      while (reader.offset < view.byteLength) {
        const header = deserializeTCompactProtocol(reader) as Fields;
        const fault = headerFault(header, Number(groupRows), view.byteLength - reader.offset);
        if (fault !== '') throw new Error(fault);
        reader.offset += Number(header['field_3']);
      }
    }
  }
}
