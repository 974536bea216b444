import { availableParallelism } from 'node:os';
import { ToolError } from '../core/errors.ts';

const MOST_JOBS = 256;

/** The flag by which worker threads are counted. */
export const JOBS_OPTION = {
  type: 'number',
  requiresArg: true,
  describe: 'Worker threads; all cores unless said. The result is the same for any number',
} as const;

/** Worker threads to use, by a --jobs flag. Throws USAGE. */
export function jobsOf(jobs: number | undefined): number {
  if (jobs === undefined) return availableParallelism();
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  throw new ToolError('USAGE', `--jobs takes a whole number from 1 to ${String(MOST_JOBS)}.`);
}
