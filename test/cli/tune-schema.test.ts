import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { schemaFaults, schemaNamed } from '../support/json-schema.ts';
import { tempFolder } from '../support/temp.ts';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

test('tune --json is as its schema says', async () => {
  const cwd = tempFolder();
  await runCli(['import', path('fixtures/csv/pods.csv'), '-o', 'run.db'], { cwd });
  const { stdout, stderr, code } = await runCli(['tune', 'run.db', '--json'], { cwd });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(schemaFaults(schemaNamed('tune'), JSON.parse(stdout))).toEqual([]);
});
