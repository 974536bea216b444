// Compiles src to dist, the fixture cluster to dist/fixtures, and bundles the report's page script.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

function compile(project) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

compile('tsconfig.build.json');
compile('tsconfig.fixtures.json');
chmodSync(join(root, 'dist/cli/main.js'), 0o755);

const scripts = { 'page.js': 'main.ts', 'watch.js': 'watch/main.ts' };
const { build } = await import('esbuild');
for (const [name, source] of Object.entries(scripts)) {
  await build({
    entryPoints: [join(root, 'src/report/page', source)],
    outfile: join(root, 'dist/report', name),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

// What was compiled from files that are gone would go into packages.
const dist = join(root, 'dist');
for (const path of readdirSync(dist, { recursive: true })) {
  const [, stem] = /^(.*?)(?:\.d\.ts|\.js)$/.exec(path) ?? [];
  if (stem === undefined || path.replace('report/', '') in scripts) continue;
  const source = path.startsWith('fixtures/') ? `${stem}.ts` : `src/${stem}.ts`;
  if (!existsSync(join(root, source))) rmSync(join(dist, path));
}
