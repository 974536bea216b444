import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { CLI_MAIN } from './support/cli.ts';
import { tempFolder } from './support/temp.ts';

/** Shell blocks that a reader can run without a cluster: those after a `<!-- run -->` line. */
function runnableBlocks(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/<!-- run -->\s*```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
}

const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const blocks = pages.flatMap((page) =>
  runnableBlocks(page).map((block, i) => ({ page, i, block })),
);

test('the README shows commands that can be run', () => {
  expect(blocks.filter(({ page }) => page === 'README.md').length).toBeGreaterThanOrEqual(1);
});

test.each(blocks)(
  '$page, block $i runs as printed',
  ({ block }) => {
    const cwd = tempFolder();
    symlinkSync(resolve('fixtures'), join(cwd, 'fixtures'));
    mkdirSync(join(cwd, 'bin'));
    const podtape = join(cwd, 'bin/podtape');
    writeFileSync(podtape, `#!/bin/sh\nexec "${process.execPath}" "${CLI_MAIN}" "$@"\n`);
    chmodSync(podtape, 0o755);
    const path = `${join(cwd, 'bin')}:${process.env['PATH'] ?? ''}`;
    const { status, stderr } = spawnSync('sh', ['-e', '-c', block], {
      ...{ cwd, encoding: 'utf8', timeout: 60_000 },
      env: { PATH: path, HOME: cwd },
    });
    expect(stderr).not.toMatch(/error:/);
    expect(status).toBe(0);
  },
  90_000,
);
