import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { ParquetAnswer } from './parquet-child.ts';
import type { ParquetPiece } from './parquet-decode.ts';
import { received } from './word-column.ts';

/** What decoding a file may take. */
export interface DecodeLimits {
  /** Beyond what cells are due, for the whole file: to start the process, and for busy machines. */
  readonly patienceMs: number;
  /** Of the process's heap. */
  readonly memoryMiB: number;
}

/** Memory for row groups of millions of rows. */
const LIMITS: DecodeLimits = { patienceMs: 10_000, memoryMiB: 1024 };

/** What is due for a cell: ten times what it takes on a slow machine. */
const MS_A_CELL = 0.02;

function childFile(): URL {
  const beside = new URL('./parquet-child.js', import.meta.url);
  // The tests run from src, everything else from dist.
  const built = new URL('../../../dist/record/import/parquet-child.js', import.meta.url);
  return existsSync(beside) ? beside : built;
}

/** Rejects when the process ends, or cannot be started or talked to. */
function endOf(child: ChildProcess, memoryMiB: number): Promise<never> {
  const end = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      // How Node ends where its heap is full.
      const isFull = signal === 'SIGABRT' || code === 134;
      const why = isFull
        ? `it takes more than ${String(memoryMiB)} MiB of memory; write smaller row groups`
        : `its reader ended with ${signal ?? String(code)}`;
      reject(new Error(why));
    });
  });
  // Nobody may be waiting for it.
  end.catch(() => undefined);
  return end;
}

/** Asks for the next piece. */
function ask(child: ChildProcess): Promise<ParquetAnswer> {
  child.send('next');
  return new Promise((resolve) => {
    child.once('message', (told) => {
      resolve(told as ParquetAnswer);
    });
  });
}

/** Rejects after a time, or with the reason of `signal`; `stop` ends both. */
function deadline(ms: number, signal: AbortSignal | undefined) {
  let stop = (): void => undefined;
  const passed = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('decoding it takes far longer than its size allows: it is damaged'));
    }, ms);
    const abort = (): void => {
      reject(signal?.reason as Error);
    };
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort);
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
  });
  return { passed, stop };
}

/**
 * The pieces of a Parquet file, decoded in a process of its own: no damage can keep this one busy or
 * take its memory. The next piece is decoded while one is worked on.
 *
 * Throws a plain Error that says in a clause why the file cannot be read, and the reason of `signal`.
 */
export async function* parquetPieces(
  path: string,
  signal?: AbortSignal,
  limits = LIMITS,
): AsyncGenerator<ParquetPiece, void> {
  const child = fork(childFile(), [path], {
    execArgv: [`--max-old-space-size=${String(limits.memoryMiB)}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const end = endOf(child, limits.memoryMiB);
  try {
    let patience = limits.patienceMs;
    let due = 0;
    let answer = ask(child);
    for (;;) {
      const startMs = performance.now();
      const { passed, stop } = deadline(due + patience, signal);
      const told = await Promise.race([answer, end, passed]).finally(stop);
      patience -= Math.max(0, performance.now() - startMs - due);
      if ('isOver' in told) return;
      if ('fault' in told) throw new Error(told.fault);
      const { piece } = told;
      due = piece.cellsAhead * MS_A_CELL;
      answer = ask(child);
      yield piece.kind === 'head' ? piece : { ...piece, columns: piece.columns.map(received) };
    }
  } finally {
    child.kill('SIGKILL');
  }
}
