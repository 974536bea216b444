import Tinypool from 'tinypool';
import type { TunePass } from '../replay/tune/grid.ts';
import type { PassResult } from '../replay/tune/tune.ts';

/** What a worker is asked: which recordings, and one pass over them. */
export interface PassRequest {
  readonly paths: readonly string[];
  readonly pass: TunePass;
}

/**
 * Runs passes in worker threads and returns their trials in the order of the passes, whatever the
 * order in which they end. A worker that throws, dies or runs out of memory ends the sweep with an
 * error that names its pass: a result is never silently short.
 */
export async function runInWorkers(
  paths: readonly string[],
  passes: readonly TunePass[],
  jobs: number,
  onResult: (result: PassResult) => PassResult,
): Promise<readonly PassResult[]> {
  const pool = new Tinypool({
    filename: new URL('./tune-worker.js', import.meta.url).href,
    runtime: 'worker_threads',
    minThreads: jobs,
    maxThreads: jobs,
  });
  try {
    return await Promise.all(
      passes.map(async (pass) => {
        const request: PassRequest = { paths, pass };
        try {
          return onResult((await pool.run(request)) as PassResult);
        } catch (error) {
          const { window, smooth } = pass.settings;
          const which = `window ${String(window)}, smoothing ${String(smooth)}`;
          const why = error instanceof Error ? error.message : String(error);
          throw new Error(`The worker for ${which} failed: ${why}`, { cause: error });
        }
      }),
    );
  } finally {
    await pool.destroy();
  }
}
