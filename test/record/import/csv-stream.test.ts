import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { type CsvOptions, streamCsv } from '../../../src/record/import/csv-stream.ts';
import { writeFiles } from '../../support/imports.ts';

type Rows = (readonly string[])[];

async function rowsOf(
  content: string | Uint8Array,
  options: CsvOptions = { delimiter: ',' },
): Promise<{ readonly rows: Rows; readonly lines: number[] }> {
  const [path = ''] = writeFiles({ 'a.csv': content });
  const rows: Rows = [];
  const lines: number[] = [];
  await streamCsv(path, options, (cells, line) => {
    rows.push([...cells]);
    lines.push(line);
  });
  return { rows, lines };
}

async function failure(content: string | Uint8Array, options?: CsvOptions): Promise<string> {
  try {
    await rowsOf(content, options);
  } catch (error) {
    if (error instanceof ToolError && error.code === 'BAD_INPUT') {
      return error.message.replace(/^.*a\.csv/, '');
    }
    throw error;
  }
  return '';
}

const utf16 = (text: string, bigEndian = false): Buffer => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

describe('encodings', () => {
  const text = 'a,b\nä,€\n𝛑,ß\n';
  const rows = [
    ['a', 'b'],
    ['ä', '€'],
    ['𝛑', 'ß'],
  ];

  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 little endian', utf16(text)],
    ['UTF-16 big endian', utf16(text, true)],
  ])('%s is read', async (_, bytes) => {
    expect((await rowsOf(bytes)).rows).toEqual(rows);
  });

  test.each([
    ['Latin-1', Buffer.from('a,b\n1,\xe9t\xe9\n', 'latin1'), 6],
    ['Latin-1 at the end', Buffer.from('a,b\n1,\xe9', 'latin1'), 6],
    ['a stray continuation byte', Buffer.from('a,b\n1,\x80\n', 'latin1'), 6],
    ['an overlong form', Buffer.from('a,b\n\xc0\xaf,1\n', 'latin1'), 4],
    ['a surrogate', Buffer.from('a,b\n\xed\xa0\x80,1\n', 'latin1'), 4],
    ['after a byte order mark', Buffer.from('\xef\xbb\xbfa,\xff\n', 'latin1'), 5],
  ])('%s is refused with its offset', async (_, bytes, offset) => {
    expect(await failure(bytes)).toMatch(new RegExp(`^: byte ${String(offset)} is not UTF-8`));
  });

  test('the offset is right far into a file', async () => {
    const good = 'ä,b\n'.repeat(200_000);
    const bytes = Buffer.concat([Buffer.from(good), Buffer.from([0xe4, 0x2c])]);
    expect(await failure(bytes)).toContain(`: byte ${String(good.length + 200_000)} is not UTF-8`);
  });

  test('broken UTF-16, and UTF-16 without a mark, are refused', async () => {
    expect(await failure(Buffer.concat([utf16('a,b\n'), Buffer.from([0x00, 0xd8])]))).toMatch(
      /UTF-16/,
    );
    expect(await failure(Buffer.from('a,b\n', 'utf16le'))).toMatch(/UTF-16 without/);
  });

  test('characters that lie across the chunks of a large file stay whole', async () => {
    const { rows: read } = await rowsOf(`x,y\n${'€€€,𝛑\n'.repeat(60_000)}`);
    expect(read.length).toBe(60_001);
    expect(new Set(read.slice(1).map((cells) => cells.join()))).toEqual(new Set(['€€€,𝛑']));
  });
});

describe('lines', () => {
  const expected = [
    ['t', 'v'],
    ['1', 'a'],
    ['2', ''],
    ['3', 'c'],
  ];
  const lines = ['t,v', '1,a', '2,', '3,c'];

  test.each([
    ['LF', lines.join('\n') + '\n'],
    ['CRLF', lines.join('\r\n') + '\r\n'],
    ['CR', lines.join('\r') + '\r'],
    ['LF without the last', lines.join('\n')],
    ['CRLF without the last', lines.join('\r\n')],
    ['CR without the last', lines.join('\r')],
    ['mixed', 't,v\r\n1,a\n2,\r3,c\n'],
    ['blank lines', '\n\nt,v\n\n1,a\r\n\r\n2,\n3,c\n\n\n'],
    ['comments', '# made by hand\nt,v\n1,a\n#2,x\n2,\n3,c\n# "end'],
    ['quotes', '"t","v"\n"1","a"\n"2",""\n"3","c"\n'],
    ['quotes and CRLF', 't,"v"\r\n"1",a\r\n2,""\r\n3,c\r\n'],
    ['quotes and CR', '"t",v\r1,a\r2,\r3,"c"\r'],
  ])('%s', async (_, text) => {
    expect((await rowsOf(text)).rows).toEqual(expected);
  });

  test('are numbered as an editor does, quoted or not', async () => {
    const plain = 't,v\n\n# c\n1,a\r\n2,b\n';
    expect((await rowsOf(plain)).lines).toEqual([1, 4, 5]);
    expect((await rowsOf(plain.replace('1,a', '"1",a'))).lines).toEqual([1, 4, 5]);
  });

  test('a CRLF that lies across two chunks is one line end', async () => {
    // The first chunk of 256 KiB ends between CR and LF.
    const body = '1,22\r\n'.repeat(70_000);
    for (const pad of ['', 'x', 'xx', 'xxx', 'xxxx', 'xxxxx']) {
      const { rows, lines: numbers } = await rowsOf(`t${pad},v\r\n${body}`);
      expect([rows.length, numbers.at(-1)]).toEqual([70_001, 70_001]);
    }
  });
});

describe('rows', () => {
  test.each([
    ['a,b\n1\n', /^:2: .*1 cells.*2.*column "b"/],
    ['a,b\n1,2,3\n', /^:2: .*3 cells.*2/],
    ['a,"b"\n1,2\n1\n', /^:3: .*1 cells.*2.*column "b"/],
    ['a,b\n1,2\n"3,4\n5,6\n', /^:3: /],
    ['a,b\n1,x"y\n', /^:2: .*column "b"/],
    ['a,b\n1,"x"y\n', /^:2: .*column "b"/],
    ['a,b\n"1\n', /^:2: /],
  ])('%j is refused with its line', async (text, message) => {
    expect(await failure(text)).toMatch(message);
  });

  test('keep quotes, delimiters and line ends inside quoted cells', async () => {
    const { rows } = await rowsOf('a;b\n"x;""y""";"1\n2"\n', { delimiter: ';' });
    expect(rows).toEqual([
      ['a', 'b'],
      ['x;"y"', '1\n2'],
    ]);
  });

  test('are the same with and without csv-parse', async () => {
    const cell = fc.stringMatching(/^[a-z0-9 .:#é€=-]{0,6}$/);
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width })));
    const ends = fc.constantFrom('\n', '\r\n', '\r');
    await fc.assert(
      fc.asyncProperty(table, ends, fc.boolean(), async (rows, end, last) => {
        const text = rows.map((cells) => cells.join()).join(end) + (last ? end : '');
        const peer: string[][] = parse(text, {
          ...{ record_delimiter: ['\r\n', '\n', '\r'], skip_empty_lines: true },
          ...{ comment: '#', comment_no_infix: true },
        });
        expect((await rowsOf(text)).rows).toEqual(peer);
        // A quoted first cell hands the file to csv-parse from the start.
        const quoted = text.replace(/^[^#,\r\n][^,\r\n]*/, '"$&"');
        expect((await rowsOf(quoted)).rows).toEqual(peer);
      }),
      { numRuns: 150 },
    );
  });
});

describe('memory is bounded', () => {
  const MIB = 1024 * 1024;
  const stopsWithin = async (content: string, most: number): Promise<string> => {
    let read = 0;
    const message = await failure(content, { delimiter: ',', onBytes: (bytes) => (read = bytes) });
    expect(read).toBeLessThan(most);
    return message;
  };

  test('a quote that is never closed is found within a MiB or two', async () => {
    const text = `a,b\n1,2\n"3,4\n${'5,6\n'.repeat(4 * MIB)}`;
    expect(await stopsWithin(text, 2.5 * MIB)).toMatch(/^:3: /);
  });

  test('a huge cell, bare or quoted, is refused', async () => {
    const huge = 'x'.repeat(8 * MIB);
    expect(await stopsWithin(`a,b\n1,${huge}\n`, 2.5 * MIB)).toMatch(/^:2: /);
    expect(await stopsWithin(`a,b\n1,"${huge}"\n`, 2.5 * MIB)).toMatch(/^:2: /);
    expect(await stopsWithin(huge, 2.5 * MIB)).toMatch(/^:1: /);
  });

  test('endless empty cells are refused, bare or after a quote', async () => {
    const commas = ','.repeat(8 * MIB);
    expect(await stopsWithin(`a,b\n${commas}`, 2.5 * MIB)).toMatch(/^:2: /);
    expect(await stopsWithin(`a,"b"\n${commas}`, 2.5 * MIB)).toMatch(/^:2: /);
  });

  test('150,000 columns are read', async () => {
    const names = Array.from({ length: 150_000 }, (_, i) => String(i)).join();
    expect((await rowsOf(`${names}\n${names}\n`)).rows[1]?.length).toBe(150_000);
  });
});

test('an error of the reader comes through, from either way of parsing', async () => {
  for (const text of ['a,b\n1,2\n3,4', '"a",b\n1,2\n3,4']) {
    for (const at of [1, 3]) {
      const [path = ''] = writeFiles({ 'a.csv': text });
      const reading = streamCsv(path, { delimiter: ',' }, (_, line) => {
        if (line === at) throw new RangeError('mine');
      });
      await expect(reading).rejects.toThrow(RangeError);
    }
  }
});

test('a file that is not there is told', async () => {
  const reading = streamCsv('/nonexistent/a.csv', { delimiter: ',' }, () => undefined);
  await expect(reading).rejects.toMatchObject({ code: 'BAD_INPUT' });
});
