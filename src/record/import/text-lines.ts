import { badInput } from './bad-input.ts';
import { utf8Chunks } from './utf8-chunks.ts';

/** A line that is longer is no line of any format that is read. */
const MAX_LINE = 1 << 20;

/**
 * Hands over a text file line by line, without the LF or CRLF at their ends, counted from 1; the
 * last one may lack its LF. Memory does not grow with the file.
 *
 * Throws BAD_INPUT where the text is not UTF-8 or a line is over 1 MiB; what `take` throws comes
 * through.
 */
export async function eachLine(
  path: string,
  onBytes: (bytes: number) => void,
  take: (line: string, number: number) => void,
): Promise<void> {
  let rest = '';
  let number = 0;
  const give = (line: string): void => {
    number += 1;
    take(line.endsWith('\r') ? line.slice(0, -1) : line, number);
  };
  for await (const chunk of utf8Chunks(path, onBytes)) {
    const text = rest + chunk.toString('utf8');
    let from = 0;
    for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
      give(text.slice(from, to));
      from = to + 1;
    }
    rest = text.slice(from);
    if (rest.length > MAX_LINE) {
      throw badInput(`${path}:${String(number + 1)}`, 'the line is over 1 MiB long');
    }
  }
  if (rest !== '') give(rest);
}
