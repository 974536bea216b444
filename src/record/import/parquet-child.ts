// A process of its own that decodes one Parquet file, piece by piece as its parent asks for them.
import { Worker } from 'node:worker_threads';
import { decodeParquet, type ParquetPiece } from './parquet-decode.ts';
import { type SentColumn, toSend } from './word-column.ts';

/** What the parent is told when it asks: a piece, the end, or what is wrong with the file. */
export type ParquetAnswer =
  | { readonly piece: ParquetPiece<SentColumn> }
  | { readonly isOver: true }
  | { readonly fault: string };

// Whoever looks after this process may be killed while it decodes for ever.
const WATCH = `setInterval(() => {
  if (process.ppid !== ${String(process.ppid)}) process.kill(process.pid, 'SIGKILL');
}, 1000);`;
new Worker(WATCH, { eval: true }).unref();

// Ctrl-C is for the parent, which ends this process.
process.on('SIGINT', () => undefined);

const pieces = decodeParquet(process.argv[2] ?? '');

async function answer(): Promise<ParquetAnswer> {
  try {
    const next = await pieces.next();
    if (next.done === true) return { isOver: true };
    const { value } = next;
    if (value.kind === 'head') return { piece: value };
    return { piece: { ...value, columns: value.columns.map(toSend) } };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', () => {
  void answer().then((told) => process.send?.(told));
});
