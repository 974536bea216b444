/** Lines of text, and of tables, are no longer than this. */
export const WIDTH = 100;

/** Breaks a text between words, or in one that fits no line; further lines begin at `indent`. */
export function wrapped(text: string, indent = 0): string {
  const lines: string[] = [];
  let line = '';
  const pieces = new RegExp(`.{1,${String(WIDTH - indent)}}`, 'gsu');
  for (const word of text.split(' ').flatMap((whole) => whole.match(pieces) ?? [''])) {
    const start = lines.length === 0 ? 0 : indent;
    if (line !== '' && start + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
