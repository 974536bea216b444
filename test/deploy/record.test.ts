import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadAllYaml } from '@kubernetes/client-node';
import * as v from 'valibot';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { openCluster } from '../../src/record/kubernetes/access.ts';
import { kubernetesSource } from '../../src/record/kubernetes/source.ts';
import { makeCertificate, type Certificate } from '../support/certificates.ts';
import { runCli } from '../support/cli.ts';
import { startFakeApi } from '../support/fake-api.ts';
import { tempFolder } from '../support/temp.ts';

const DEPLOY = join(dirname(fileURLToPath(import.meta.url)), '../../deploy');
const HAS_KUBECTL = spawnSync('kubectl', ['version', '--client']).status === 0;

const RULES = v.array(
  v.object({
    apiGroups: v.array(v.string()),
    resources: v.array(v.string()),
    verbs: v.array(v.string()),
  }),
);
const ROLE = v.object({ kind: v.literal('Role'), rules: RULES });
const JOB = v.object({
  kind: v.literal('Job'),
  spec: v.object({
    template: v.object({
      spec: v.object({
        serviceAccountName: v.string(),
        restartPolicy: v.string(),
        containers: v.array(v.object({ args: v.array(v.string()) })),
      }),
    }),
  }),
});

const objectsOf = (file: string): unknown[] =>
  loadAllYaml(readFileSync(join(DEPLOY, file), 'utf8')) as unknown[];

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});

test('the role allows the very lists that a recorder asks for, to get and list, and no more', async () => {
  const api = await startFakeApi(certificate);
  const access = await openCluster({ kubeconfig: api.kubeconfig(tempFolder()) });
  const source = kubernetesSource(access, { namespace: 'shop', selector: '' });
  const signal = AbortSignal.timeout(10_000);
  await source.poll({ tick: 1, scheduledMs: 0, timeoutMs: 10_000, signal });
  source.close();
  const asked = api.requests.map(({ path }) => {
    const [, group = '', name = ''] =
      /^\/(?:api|apis\/([^/]+))\/[^/]+\/namespaces\/shop\/([^/?]+)/.exec(path) ?? [];
    return `${group}/${name}`;
  });
  const role = objectsOf('record-rbac.yaml').find((object) => v.is(ROLE, object));
  const { rules } = v.parse(ROLE, role);
  const allowed = rules.flatMap(({ apiGroups, resources }) =>
    apiGroups.flatMap((group) => resources.map((name) => `${group}/${name}`)),
  );
  expect(allowed.sort()).toEqual([...new Set(asked)].sort());
  for (const { verbs } of rules) expect(verbs).toEqual(['get', 'list']);
});

test('the Job’s command line is one that record takes, and a Job that is started again goes on', async () => {
  const job = v.parse(
    JOB,
    objectsOf('record-job.yaml').find((object) => v.is(JOB, object)),
  );
  const { containers, restartPolicy, serviceAccountName } = job.spec.template.spec;
  expect([restartPolicy, serviceAccountName]).toEqual(['OnFailure', 'podtape-record']);
  const cwd = tempFolder();
  const api = await startFakeApi(certificate);
  const env = { KUBECONFIG: api.kubeconfig(cwd) };
  const args = (containers[0]?.args ?? []).map((arg) =>
    arg.replace('/recordings/', `${cwd}/`).replace('=1h', '=200ms'),
  );
  const first = await runCli([...args, '--interval=200ms'], { cwd, env });
  const again = await runCli(args, { cwd, env });
  expect([first.code, again.code]).toEqual([0, 0]);
  expect(again.stderr).toMatch(/Going on with .*run\.db after \d ticks/);
});

/** What an API server says it has: as much as kubectl has to know of the objects in deploy/. */
const KINDS: Readonly<Record<string, readonly [plural: string, kind: string][]>> = {
  v1: [
    ['serviceaccounts', 'ServiceAccount'],
    ['persistentvolumeclaims', 'PersistentVolumeClaim'],
  ],
  'batch/v1': [['jobs', 'Job']],
  'rbac.authorization.k8s.io/v1': [
    ['roles', 'Role'],
    ['rolebindings', 'RoleBinding'],
  ],
};

async function startDiscovery(): Promise<string> {
  const groups = Object.keys(KINDS).filter((version) => version.includes('/'));
  const answers = new Map<string, unknown>([
    ['/api', { kind: 'APIVersions', versions: ['v1'] }],
    [
      '/apis',
      {
        ...{ kind: 'APIGroupList', apiVersion: 'v1' },
        groups: groups.map((groupVersion) => {
          const [name, version] = groupVersion.split('/');
          const versions = [{ groupVersion, version }];
          return { name, versions, preferredVersion: versions[0] };
        }),
      },
    ],
    ...Object.entries(KINDS).map(([groupVersion, kinds]): [string, unknown] => [
      groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`,
      {
        ...{ kind: 'APIResourceList', apiVersion: 'v1', groupVersion },
        resources: kinds.map(([name, kind]) => {
          return { name, singularName: '', namespaced: true, kind, verbs: ['create', 'get'] };
        }),
      },
    ]),
  ]);
  const server = createServer((request, response) => {
    const answer = answers.get((request.url ?? '').replace(/\?.*/, ''));
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { kind: 'Status', status: 'Failure', code: 404 }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

test.skipIf(!HAS_KUBECTL).each(['record-rbac.yaml', 'record-job.yaml'])(
  'kubectl reads %s as the objects that it names',
  async (file) => {
    const server = `--server=${await startDiscovery()}`;
    const apply = ['apply', server, '--dry-run=client', '--validate=false', '-o', 'name', '-f'];
    const env = { PATH: process.env['PATH'], HOME: tempFolder() };
    const { stdout } = await promisify(execFile)('kubectl', [...apply, join(DEPLOY, file)], {
      env,
    });
    expect(stdout.trim().split('\n')).toHaveLength(objectsOf(file).length);
  },
);
