import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { schemaFaults } from '../support/json-schema.ts';
import { tempFolder } from '../support/temp.ts';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

test('tune --json is as its schema says', async () => {
  const cwd = tempFolder();
  await runCli(['import', path('fixtures/csv/pods.csv'), '-o', 'run.db'], { cwd });
  const { stdout, stderr, code } = await runCli(['tune', 'run.db', '--json'], { cwd });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const schema = JSON.parse(readFileSync(path('docs/schema/tune.schema.json'), 'utf8')) as object;
  expect(schemaFaults({ ...schema }, JSON.parse(stdout))).toEqual([]);
});
