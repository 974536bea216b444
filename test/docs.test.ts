import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { CLI_MAIN } from './support/cli.ts';
import { startFakeApi } from './support/fake-api.ts';
import { tempFolder } from './support/temp.ts';

interface Block {
  readonly page: string;
  readonly i: number;
  readonly block: string;
  /** Whether it needs a cluster, and a load to run. */
  readonly hasCluster: boolean;
}

/** Shell blocks that are run: those after a `<!-- run -->` or `<!-- run with a cluster -->` line. */
function runnableBlocks(page: string): Block[] {
  const found = readFileSync(page, 'utf8').matchAll(
    /<!-- run( with a cluster)? -->\s*```sh\n([\s\S]*?)```/g,
  );
  return [...found].map(([, cluster, block = ''], i) => ({
    ...{ page, i, block, hasCluster: cluster !== undefined },
  }));
}

const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const blocks = pages.flatMap(runnableBlocks);

/** Stands for k6: takes a second, and writes the result that was asked for. */
const K6 = `for argument; do
  case "$argument" in csv=*) cp fixtures/load/k6.csv "$(echo "$argument" | cut -d= -f2)" ;; esac
done
sleep 1`;

test('the README and the cookbook show commands that can be run', () => {
  expect(blocks.filter(({ page }) => page === 'README.md').length).toBeGreaterThanOrEqual(1);
  expect(blocks.filter(({ page }) => page === 'docs/cookbook.md').length).toBeGreaterThanOrEqual(6);
});

test.each(blocks)(
  '$page, block $i runs as printed',
  async ({ block, hasCluster }) => {
    const cwd = tempFolder();
    symlinkSync(resolve('fixtures'), join(cwd, 'fixtures'));
    mkdirSync(join(cwd, 'bin'));
    const program = (name: string, script: string): void => {
      writeFileSync(join(cwd, 'bin', name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(cwd, 'bin', name), 0o755);
    };
    program('podtape', `exec "${process.execPath}" "${CLI_MAIN}" "$@"`);
    if (hasCluster) program('k6', K6);
    const child = spawn('sh', ['-e', '-c', block], {
      ...{ cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: 60_000 },
      env: {
        ...{ PATH: `${join(cwd, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: cwd },
        ...(hasCluster ? { KUBECONFIG: (await startFakeApi()).kubeconfig(cwd) } : {}),
      },
    });
    const ended = new Promise((settle) => child.once('close', settle));
    expect(await text(child.stderr)).not.toMatch(/error:/);
    expect(await ended).toBe(0);
  },
  90_000,
);
