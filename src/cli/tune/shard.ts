import { ToolError } from '../../core/errors.ts';
import type { Shard } from '../tune-run.ts';
import { isFolder } from './kept.ts';

/**
 * "2/8" → part 2 of 8, counted from 0, of a sweep whose finished passes lie in a folder; undefined
 * where no part was asked for. Throws USAGE.
 */
export function shardFrom({
  shard,
  resume,
}: {
  readonly shard?: string | undefined;
  readonly resume?: string | undefined;
}): Shard | undefined {
  if (shard === undefined) return undefined;
  const [, index, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(shard) ?? [];
  if (index === undefined || of === undefined || Number(index) >= Number(of)) {
    throw new ToolError('USAGE', `--shard takes I/N with I from 0 to N - 1, not "${shard}".`);
  }
  if (resume === undefined || !isFolder(resume)) {
    throw new ToolError(
      'USAGE',
      '--shard needs a folder that all shards share; name it with --resume FOLDER/.',
    );
  }
  return { index: Number(index), of: Number(of) };
}
