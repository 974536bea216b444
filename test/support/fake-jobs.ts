import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { CLI_MAIN } from './cli.ts';

interface JobManifest {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly completions: number;
    readonly backoffLimitPerIndex: number;
    readonly podFailurePolicy: {
      readonly rules: readonly { readonly onExitCodes?: { readonly values: readonly number[] } }[];
    };
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly workingDir: string;
        }[];
      };
    };
  };
}

interface FakePod {
  readonly name: string;
  readonly index: number;
  readonly child: ChildProcess;
  log: string;
  exitCode: number | null;
}

interface FakeJob {
  readonly manifest: JobManifest;
  readonly pods: FakePod[];
  ended: 'Complete' | 'Failed' | null;
}

/** The parts of an API server that run Jobs, with the containers' commands as real processes. */
export interface FakeJobs {
  /** A kubeconfig for it. */
  readonly kubeconfig: string;
  /** Every request as "METHOD path". */
  readonly requests: readonly string[];
  /** Status that requests are refused with, by "METHOD path"; null: none. */
  refuse: (request: string) => number | null;
  /** Told of every pod that starts, and how often its index was tried before. */
  onStart: (job: string, pod: { index: number; attempt: number; child: ChildProcess }) => void;
}

const DISCOVERY: Readonly<Record<string, unknown>> = {
  '/version': { major: '1', minor: '33', gitVersion: 'v1.33.0' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    groups: [
      {
        name: 'batch',
        versions: [{ groupVersion: 'batch/v1', version: 'v1' }],
        preferredVersion: { groupVersion: 'batch/v1', version: 'v1' },
      },
    ],
  },
  '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [] },
  '/apis/batch/v1': {
    kind: 'APIResourceList',
    groupVersion: 'batch/v1',
    resources: [
      {
        name: 'jobs',
        singularName: 'job',
        namespaced: true,
        kind: 'Job',
        verbs: ['create', 'get'],
      },
    ],
  },
};

/** As a node's kubelet does: a variable's value for $(NAME), and $(NAME) itself for $$(NAME). */
function expanded(argument: string, env: Readonly<Record<string, string>>): string {
  return argument.replace(/\$(\$\(|\((\w+)\))/g, (whole, _, name: string | undefined) =>
    name === undefined ? '$(' : (env[name] ?? whole),
  );
}

function statusOf({ manifest, pods, ended }: FakeJob) {
  const done = pods.filter(({ exitCode }) => exitCode === 0);
  return {
    ...manifest,
    status: {
      active: pods.filter(({ exitCode }) => exitCode === null).length,
      succeeded: done.length,
      failed: pods.filter(({ exitCode }) => exitCode !== null && exitCode !== 0).length,
      conditions: ended === null ? [] : [{ type: ended, status: 'True' }],
    },
  };
}

function podObject({ name, index, exitCode }: FakePod) {
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  return {
    metadata: {
      name,
      annotations: { 'batch.kubernetes.io/job-completion-index': String(index) },
    },
    status: {
      phase: exitCode === null ? 'Running' : exitCode === 0 ? 'Succeeded' : 'Failed',
      containerStatuses: [{ state: exitCode === null ? {} : { terminated: { exitCode, reason } } }],
    },
  };
}

/** Starts it on loopback; it ends with the test. */
export async function startFakeJobs(folder: string): Promise<FakeJobs> {
  const jobs = new Map<string, FakeJob>();
  const requests: string[] = [];

  const startPod = (job: FakeJob, index: number, attempt: number): void => {
    const { metadata, spec } = job.manifest;
    const [container] = spec.template.spec.containers;
    const env = { JOB_COMPLETION_INDEX: String(index) };
    const args = (container?.args ?? []).map((argument) => expanded(argument, env));
    const child = spawn(process.execPath, [CLI_MAIN, ...args], {
      cwd: container?.workingDir,
      env: { ...env, PATH: process.env['PATH'] ?? '' },
    });
    const name = `${metadata.name}-${String(index)}-${String(attempt)}`;
    const pod: FakePod = { name, index, child, log: '', exitCode: null };
    job.pods.push(pod);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        pod.log += chunk.toString('utf8');
      });
    }
    child.on('close', (code) => {
      pod.exitCode = code ?? 137;
      if (job.ended !== null) return;
      const hopeless = spec.podFailurePolicy.rules.flatMap(
        (rule) => rule.onExitCodes?.values ?? [],
      );
      const done = new Set(job.pods.filter((one) => one.exitCode === 0).map((one) => one.index));
      if (done.size === spec.completions) job.ended = 'Complete';
      if (pod.exitCode === 0) return;
      if (hopeless.includes(pod.exitCode) || attempt >= spec.backoffLimitPerIndex) {
        job.ended = 'Failed';
      } else startPod(job, index, attempt + 1);
    });
    api.onStart(metadata.name, { index, attempt, child });
  };

  const create = (manifest: JobManifest): number => {
    const { name } = manifest.metadata;
    if (jobs.has(name)) return 409;
    const job: FakeJob = { manifest, pods: [], ended: null };
    jobs.set(name, job);
    for (let index = 0; index < manifest.spec.completions; index += 1) startPod(job, index, 0);
    return 201;
  };

  const stop = (job: FakeJob): void => {
    job.ended ??= 'Failed';
    for (const { child } of job.pods) child.kill('SIGKILL');
  };

  const answer = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { method = 'GET' } = request;
    const path = url.pathname;
    requests.push(`${method} ${path}`);
    const say = (status: number, body: unknown): void => {
      const isText = typeof body === 'string';
      response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json' });
      response.end(isText ? body : JSON.stringify(body));
    };
    const refused = api.refuse(`${method} ${path}`);
    if (refused !== null) {
      say(refused, { kind: 'Status' });
      return;
    }
    const [, jobPath] = /^\/apis\/batch\/v1\/namespaces\/[^/]+\/jobs\/?([^/]*)$/.exec(path) ?? [];
    const [, podPath] = /^\/api\/v1\/namespaces\/[^/]+\/pods\/?([^/]*)/.exec(path) ?? [];
    if (jobPath === '' && method === 'POST') {
      say(create(JSON.parse(await text(request)) as JobManifest), {});
    } else if (jobPath !== undefined) {
      const job = jobs.get(jobPath);
      if (job === undefined) say(404, {});
      else {
        if (method === 'DELETE') {
          stop(job);
          jobs.delete(jobPath);
        }
        say(200, statusOf(job));
      }
    } else if (podPath === '') {
      const name = (url.searchParams.get('labelSelector') ?? '').replace('job-name=', '');
      say(200, { items: (jobs.get(name)?.pods ?? []).map(podObject) });
    } else if (podPath !== undefined) {
      const all = [...jobs.values()].flatMap(({ pods }) => pods);
      say(200, all.find(({ name }) => name === podPath)?.log ?? '');
    } else if (path in DISCOVERY) say(200, DISCOVERY[path]);
    else say(404, {});
  };

  const server = http.createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const job of jobs.values()) stop(job);
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'test' },
      clusters: [{ name: 'test', cluster: { server: `http://127.0.0.1:${String(port)}` } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'me', namespace: 'load' } }],
      users: [{ name: 'me', user: {} }],
    }),
  );
  const api: FakeJobs = {
    ...{ kubeconfig, requests },
    refuse: () => null,
    onStart: () => undefined,
  };
  return api;
}
