import type { ResourceLimits } from 'node:worker_threads';
import Tinypool from 'tinypool';

/** A piece of work for a worker thread. */
export interface WorkerTask<Request> {
  readonly request: Request;
  /** What it is in words, as an error names it. */
  readonly name: string;
}

/** How workers are made and how they are told to stop. */
export interface WorkerOptions {
  /** Ends everything with its reason; what was told before stays told. */
  readonly signal?: AbortSignal;
  readonly resourceLimits?: ResourceLimits;
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

function failure(work: string, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  const hint = isOutOfMemory(error)
    ? ' Each worker needs memory of its own: try fewer --jobs.'
    : '';
  return new Error(`The worker for ${work} failed: ${why}.${hint}`, { cause: error });
}

/** Worker threads that are kept from one lot of tasks to the next. */
export interface WorkerPool<Request, Result> {
  /**
   * Runs tasks and returns their results in the order of the tasks. `onResult` hears of each, with
   * the position of its task, as it comes.
   *
   * A worker that throws, exits or runs out of memory ends it all with an error that names its
   * task: a result is never silently short. The pool can only be closed then.
   */
  readonly run: (
    tasks: readonly WorkerTask<Request>[],
    onResult: (at: number, result: Result) => void,
  ) => Promise<readonly Result[]>;
  readonly close: () => Promise<void>;
}

/** Starts `jobs` worker threads that work by the default export of `module`. */
export function openPool<Request, Result>(
  module: URL,
  jobs: number,
  { signal, resourceLimits = {} }: WorkerOptions = {},
): WorkerPool<Request, Result> {
  const pool = new Tinypool({
    ...{ filename: module.href, runtime: 'worker_threads', resourceLimits },
    ...{ minThreads: jobs, maxThreads: jobs },
  });
  let isOver = false;
  // The pool hears of errors in a worker, but not of one that exits.
  for (const thread of pool.threads) {
    let isDead = false;
    thread.on('error', () => {
      isDead = true;
    });
    thread.on('exit', (code: unknown) => {
      if (!isOver && !isDead)
        thread.emit('error', new Error(`it exited with code ${String(code)}`));
    });
  }
  const stopped = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => {
      isOver = true;
      reject(signal.reason as Error);
    });
    // Of a worker that had no task yet, as one that cannot be loaded.
    pool.on('error', (error) => {
      reject(failure('no task', error));
    });
  });
  // Nobody waits for it where no task is left.
  stopped.catch(() => undefined);

  async function run(
    tasks: readonly WorkerTask<Request>[],
    onResult: (at: number, result: Result) => void,
  ): Promise<readonly Result[]> {
    const running = tasks.map(async ({ request, name }, at) => {
      try {
        const result = (await pool.run(request)) as Result;
        if (!isOver) onResult(at, result);
        return result;
      } catch (error) {
        isOver = true;
        throw failure(name, error);
      }
    });
    signal?.throwIfAborted();
    return Promise.race([Promise.all(running), stopped]);
  }

  async function close(): Promise<void> {
    isOver = true;
    // Where one fails while the pool waits for its end, Node's once() asks it for this method.
    for (const thread of pool.threads) Object.assign(thread, { removeListener: () => undefined });
    // Its failure then has nothing to add.
    await pool.destroy().catch(() => undefined);
  }

  return { run, close };
}

/** Runs one lot of tasks in worker threads of its own. */
export async function runInPool<Request, Result>(
  module: URL,
  tasks: readonly WorkerTask<Request>[],
  jobs: number,
  onResult: (at: number, result: Result) => void,
  options: WorkerOptions = {},
): Promise<readonly Result[]> {
  const pool = openPool<Request, Result>(module, jobs, options);
  try {
    return await pool.run(tasks, onResult);
  } finally {
    await pool.close();
  }
}
