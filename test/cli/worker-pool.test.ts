import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { runInPool } from '../../src/cli/worker-pool.ts';
import { tempFolder } from '../support/temp.ts';

/** A worker's module with this body of `work(request)`. */
function worker(body: string): URL {
  const path = join(tempFolder(), 'worker.mjs');
  writeFileSync(path, `export default async function work(request) { ${body} }\n`);
  return pathToFileURL(path);
}

const tasks = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ request: i, name: `piece ${String(i)}` }));

test('results come in the order of their tasks', async () => {
  const heard: number[] = [];
  const doubled = worker('return request * 2;');
  const found = await runInPool<number, number>(doubled, tasks(20), 3, (at, result) => {
    heard[at] = result;
  });
  expect(found).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i));
  expect(heard).toEqual(found);
});

test('nothing to do is done at once', async () => {
  expect(await runInPool(worker(''), [], 2, () => undefined)).toEqual([]);
});

test.each([
  ['throws', 'if (request === 3) throw new Error("no luck"); return 1;', 'no luck'],
  ['exits', 'if (request === 3) process.exit(7); return 1;', 'code 7'],
  [
    'runs out of memory',
    'if (request === 3) { const all = []; for (;;) all.push(new Array(1e5).fill(request)); }',
    'fewer --jobs',
  ],
])('a worker that %s ends it all and names its task', async (_, body, why) => {
  const running = runInPool(worker(body), tasks(5), 1, () => undefined, {
    resourceLimits: { maxOldGenerationSizeMb: 32 },
  });
  await expect(running).rejects.toThrow(/worker for piece 3 failed/);
  await expect(running).rejects.toThrow(why);
});

test('a worker that just ends, as one that is terminated, ends it all and names its task', async () => {
  const ending = worker('if (request === 3) process.exit(0); return 1;');
  const running = runInPool(ending, tasks(5), 2, () => undefined);
  await expect(running).rejects.toThrow(/worker for piece 3 failed: it exited with code 0/);
});

test('a worker whose answer cannot be sent ends it all and names its task', async () => {
  const running = runInPool(
    worker('return request === 3 ? () => request : 1;'),
    tasks(5),
    1,
    () => undefined,
  );
  await expect(running).rejects.toThrow(/worker for piece 3 failed/);
});

test('workers that all fail at once end it with the error of one', async () => {
  const greedy = worker('const all = []; for (;;) all.push(new Array(1e5).fill(request));');
  const running = runInPool(greedy, tasks(6), 3, () => undefined, {
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  await expect(running).rejects.toThrow(/worker for piece [0-2] failed: .* fewer --jobs/);
});

test('a worker that cannot be loaded is an error, not a wait', async () => {
  const missing = new URL('./no-such-worker.js', import.meta.url);
  await expect(runInPool(missing, tasks(3), 2, () => undefined)).rejects.toThrow(/failed/);
});

test('a signal ends it with its reason', async () => {
  const stopping = new AbortController();
  const never = worker('await new Promise((done) => setTimeout(done, 60_000));');
  const running = runInPool(never, tasks(4), 2, () => undefined, { signal: stopping.signal });
  stopping.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
});
