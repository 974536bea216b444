import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BUILT } from '../../support/node-child.ts';
import { tempFolder } from '../../support/temp.ts';

const WRITER = fileURLToPath(new URL('children/endless-writer.mjs', import.meta.url));

/** Whether system calls can be watched here. */
function canTrace(): boolean {
  try {
    execFileSync('strace', ['-f', '-e', 'trace=fsync', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// Skipped where there is no strace, or a process may not watch another.
test.skipIf(!canTrace())('no tick is told before its commit was flushed to the disk', () => {
  const folder = tempFolder();
  const [calls, file] = [join(folder, 'calls.txt'), join(folder, 'run.db')];
  const watch = ['-f', '-y', '-e', 'trace=fsync,fdatasync,write', '-o', calls];
  const program = [process.execPath, WRITER, join(BUILT, 'writer.js'), file, '20'];
  execFileSync('strace', [...watch, ...program], { stdio: 'ignore' });
  // In order: `sync` of the write-ahead log or the recording, and what was told.
  const events = readFileSync(calls, 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (/f(?:data)?sync\(\d+<.*\/run\.db(?:-wal)?>\) += 0/.test(line)) return 'sync';
      return /write\(1<[^>]*>, "(tick \d+|final\w+)/.exec(line)?.[1] ?? [];
    });
  const told = events.filter((event) => event !== 'sync');
  expect(told).toEqual([
    ...Array.from({ length: 20 }, (_, i) => `tick ${String(i + 1)}`),
    ...['finalising', 'finalised'],
  ]);
  const flushedBefore = (event: string): boolean => events[events.indexOf(event) - 1] === 'sync';
  expect(told.filter((event) => !flushedBefore(event))).toEqual(['finalising']);
});
