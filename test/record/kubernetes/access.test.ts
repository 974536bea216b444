import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { openCluster } from '../../../src/record/kubernetes/access.ts';
import { runCredentialPlugin } from '../../../src/record/kubernetes/exec-credentials.ts';
import { getRenewing } from '../../../src/record/http/get.ts';
import { checkNamespace, listUrl } from '../../../src/record/kubernetes/list.ts';
import { kubernetesSource } from '../../../src/record/kubernetes/source.ts';
import { SourceFailure } from '../../../src/record/source.ts';
import { makeCertificate, type Certificate } from '../../support/certificates.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { METRICS_PATH, startFakeApi, TOKEN } from '../../support/fake-api.ts';
import { tempFolder } from '../../support/temp.ts';

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});

const PODS = { group: 'metrics.k8s.io', version: 'v1beta1', name: 'pods' };
const NOWHERE = { name: 'test', server: 'https://127.0.0.1:1', skipTLSVerify: false };
const SCOPE = { namespace: 'shop', selector: '' };

/** The code and the message of what opening a cluster throws. */
async function refusal(choice: Parameters<typeof openCluster>[0]): Promise<string> {
  try {
    (await openCluster(choice)).close();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    expect(error.code).toBe('CLUSTER');
    expect(inspect(error)).not.toContain(TOKEN);
    return error.message;
  }
  throw new Error('It was opened.');
}

/** Writes a credential plugin as a shell script that also counts its runs. */
function plugin(
  folder: string,
  script: string,
): { readonly user: string; readonly runs: () => number } {
  const file = join(folder, 'login');
  const count = join(folder, 'runs');
  writeFileSync(count, '');
  writeFileSync(file, `#!/bin/sh\necho run >> "${count}"\n${script}\n`);
  chmodSync(file, 0o755);
  return {
    user: `    exec: {apiVersion: client.authentication.k8s.io/v1, command: ${file}, interactiveMode: IfAvailable, env: [{name: CANARY, value: ${TOKEN}}]}`,
    runs: () => readFileSync(count, 'utf8').split('\n').length - 1,
  };
}

function credential(token: string, more = ''): string {
  return `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${token}"${more}}}'`;
}

describe('which cluster', () => {
  test('a named file, KUBECONFIG with several files, and the first of equal names', async () => {
    const folder = tempFolder();
    const api = await startFakeApi(certificate);
    const first = api.kubeconfig(folder, { name: 'first', namespace: 'one' });
    const second = api.kubeconfig(folder, { name: 'second', namespace: 'two' });
    writeFileSync(
      second,
      readFileSync(second, 'utf8').replace('name: test\n  context', 'name: other\n  context'),
    );
    expect((await openCluster({ kubeconfig: second, context: 'other' })).namespace).toBe('two');
    vi.stubEnv('KUBECONFIG', [join(folder, 'absent'), first, second].join(delimiter));
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect((await openCluster({})).namespace).toBe('one');
    expect((await openCluster({ context: 'other' })).namespace).toBe('two');
  });

  test('what is not there is named, with what to try', async () => {
    const folder = tempFolder();
    const api = await startFakeApi(certificate);
    const good = api.kubeconfig(folder);
    vi.stubEnv('HOME', folder);
    vi.stubEnv('KUBECONFIG', '');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(await refusal({})).toMatch(/no kubeconfig at .*--kubeconfig FILE/);
    expect(await refusal({ kubeconfig: join(folder, 'no') })).toMatch(/\(ENOENT\)/);
    expect(await refusal({ kubeconfig: folder })).toMatch(/\(EISDIR\)/);
    expect(await refusal({ kubeconfig: good, context: 'nope' })).toMatch(/no context "nope".*test/);
    const broken = join(folder, 'broken');
    writeFileSync(broken, `users: [\n  token: ${TOKEN}\n :::`);
    expect(await refusal({ kubeconfig: broken })).toMatch(/is not a kubeconfig/);
    for (const [from, to, wanted] of [
      ['current-context: test', '', /no current context/],
      ['cluster: test, user', 'cluster: gone, user', /names a cluster/],
      ['user: tester, name', 'user: gone, name', /names a user/],
    ] as const) {
      const file = join(folder, 'changed');
      writeFileSync(file, readFileSync(good, 'utf8').replace(from, to));
      expect(await refusal({ kubeconfig: file })).toMatch(wanted);
    }
  });

  test('plain http only on this machine, and then without credentials', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{"kind":"PodMetricsList","items":[]}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const api = await startFakeApi(certificate);
    const proxy = { server: `http://127.0.0.1:${String(port)}`, ca: null };
    const access = await openCluster({ kubeconfig: api.kubeconfig(tempFolder(), proxy) });
    await getRenewing(access, listUrl(access.baseUrl, PODS, SCOPE), AbortSignal.timeout(5000));
    access.close();
    expect(seen).toEqual([undefined]);
    const remote = { server: 'http://192.0.2.1', ca: null };
    expect(await refusal({ kubeconfig: api.kubeconfig(tempFolder(), remote) })).toMatch(
      /plain http/,
    );
    const odd = { server: 'ftp://127.0.0.1', ca: null };
    expect(await refusal({ kubeconfig: api.kubeconfig(tempFolder(), odd) })).toMatch(/not an http/);
  });
});

describe('proxies', () => {
  test('the one of the kubeconfig is used, and TLS is still with the server itself', async () => {
    const api = await startFakeApi(certificate);
    const proxy = await startConnectProxy();
    const folder = tempFolder();
    const file = api.kubeconfig(folder);
    const withProxy = (text: string): string =>
      text.replace('    server:', `    proxy-url: ${proxy.address}\n    server:`);
    writeFileSync(file, withProxy(readFileSync(file, 'utf8')));
    const access = await openCluster({ kubeconfig: file });
    const url = listUrl(access.baseUrl, PODS, SCOPE);
    await getRenewing(access, url, AbortSignal.timeout(5000));
    expect(proxy.asked).toEqual([`127.0.0.1:${String(api.port)}`]);
    expect(api.requests.map(({ token }) => token)).toEqual([TOKEN]);
    const stranger = api.kubeconfig(folder, { ca: (await makeCertificate()).cert });
    writeFileSync(stranger, withProxy(readFileSync(stranger, 'utf8')));
    const untrusted = await openCluster({ kubeconfig: stranger });
    await expect(getRenewing(untrusted, url, AbortSignal.timeout(5000))).rejects.toThrow(/^tls: /);
    access.close();
    untrusted.close();
  });

  test('HTTPS_PROXY is used as kubectl does, NO_PROXY and the kubeconfig go before it', async () => {
    const api = await startFakeApi(certificate);
    const [proxy, other] = [await startConnectProxy(), await startConnectProxy()];
    for (const one of [proxy, other]) one.hosts.set('cluster.example', '127.0.0.1');
    const folder = tempFolder();
    const server = `https://cluster.example:${String(api.port)}`;
    const file = api.kubeconfig(folder, { server: `${server}\n    tls-server-name: 127.0.0.1` });
    const list = async (env: Record<string, string>): Promise<void> => {
      const access = await openCluster({ kubeconfig: file }, env);
      const url = listUrl(access.baseUrl, PODS, SCOPE);
      try {
        await getRenewing(access, url, AbortSignal.timeout(5000));
      } finally {
        access.close();
      }
    };
    await list({ HTTPS_PROXY: proxy.address.replace('http://', 'http://user:secret@') });
    expect(proxy.asked).toEqual([`cluster.example:${String(api.port)}`]);
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('user:secret').toString('base64')}`]);
    expect(api.requests.map(({ token }) => token)).toEqual([TOKEN]);
    const excepted = { https_proxy: proxy.address, NO_PROXY: 'localhost, .example' };
    await expect(list(excepted)).rejects.toThrow(/^network: connect ENOTFOUND|EAI_AGAIN/);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(
        '    server:',
        `    proxy-url: ${other.address}\n    server:`,
      ),
    );
    await list({ HTTPS_PROXY: proxy.address });
    expect([proxy.asked.length, other.asked.length]).toEqual([1, 1]);
  });

  test('a dead proxy is a failed connection that tells nothing of its address', async () => {
    const api = await startFakeApi(certificate);
    const server = 'https://cluster.example:6443';
    const file = api.kubeconfig(tempFolder(), { server });
    const env = { HTTPS_PROXY: 'http://user:secret@127.0.0.1:1' };
    const access = await openCluster({ kubeconfig: file }, env);
    const url = listUrl(access.baseUrl, PODS, SCOPE);
    const failed: unknown = await getRenewing(access, url, AbortSignal.timeout(5000)).catch(
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(SourceFailure);
    expect((failed as SourceFailure).message).toBe('network: connect ECONNREFUSED');
    access.close();
  });
});

describe('a token in a file', () => {
  test('of a user: read from the folder of the kubeconfig, and again after a 401', async () => {
    const api = await startFakeApi(certificate);
    api.tokens = new Set(['first']);
    const folder = tempFolder();
    writeFileSync(join(folder, 'token'), 'first\n');
    const file = api.kubeconfig(folder, { user: '    tokenFile: token\n    token: stale' });
    const access = await openCluster({ kubeconfig: file });
    const url = listUrl(access.baseUrl, PODS, SCOPE);
    const list = () => getRenewing(access, url, AbortSignal.timeout(5000));
    await list();
    api.tokens = new Set(['second']);
    writeFileSync(join(folder, 'token'), 'second');
    await list();
    expect(api.requests.map(({ token }) => token)).toEqual(['first', 'first', 'second']);
    rmSync(join(folder, 'token'));
    access.forgetCredentials();
    await expect(list()).rejects.toThrow('a certificate, key or token cannot be read');
    access.close();
  });

  test('of a pod: its service account, its namespace, and again after a 401', async () => {
    const api = await startFakeApi(certificate);
    api.tokens = new Set(['first']);
    const podRoot = tempFolder();
    const mounted = join(podRoot, 'var/run/secrets/kubernetes.io/serviceaccount');
    mkdirSync(mounted, { recursive: true });
    writeFileSync(join(mounted, 'token'), 'first');
    writeFileSync(join(mounted, 'ca.crt'), certificate.cert);
    writeFileSync(join(mounted, 'namespace'), 'shop');
    for (const [name, value] of Object.entries({
      ...{ HOME: podRoot, KUBECONFIG: '' },
      ...{ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(api.port) },
    })) {
      vi.stubEnv(name, value);
    }
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const access = await openCluster({ podRoot });
    expect(access.namespace).toBe('shop');
    const url = listUrl(access.baseUrl, PODS, SCOPE);
    await getRenewing(access, url, AbortSignal.timeout(5000));
    api.tokens = new Set(['rotated']);
    writeFileSync(join(mounted, 'token'), 'rotated');
    await getRenewing(access, url, AbortSignal.timeout(5000));
    expect(api.requests.map(({ token }) => token)).toEqual(['first', 'first', 'rotated']);
    access.close();
  });
});

describe('the address of a list', () => {
  const base = new URL('https://cluster.example/k8s/clusters/c-1');

  test('keeps the path prefix of the server', () => {
    expect(listUrl(base, PODS, SCOPE).href).toBe(
      `https://cluster.example/k8s/clusters/c-1${METRICS_PATH}/namespaces/shop/pods`,
    );
    const all = { namespace: null, selector: '' };
    expect(listUrl(new URL('https://x'), PODS, all).pathname).toBe(`${METRICS_PATH}/pods`);
  });

  test.each([
    '../../api/v1/secrets?x=',
    '%2e%2e',
    'a/b',
    'a\nb',
    'A',
    '',
    '-a',
    'a-',
    'a.b',
    'x'.repeat(64),
    'ä',
  ])('no namespace can lead elsewhere: %j', (namespace) => {
    expect(() => checkNamespace(namespace)).toThrow(ToolError);
    try {
      const url = listUrl(base, PODS, { namespace, selector: '' });
      expect(url.pathname).toBe(
        `/k8s/clusters/c-1${METRICS_PATH}/namespaces/${encodeURIComponent(namespace)}/pods`,
      );
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  });

  test.each(['a', 'shop', 'kube-system', '0', 'x'.repeat(63)])('%s is a namespace', (namespace) => {
    expect(checkNamespace(namespace)).toBe(namespace);
  });
});

describe('credentials', () => {
  const ask = async (kubeconfig: string) => {
    const access = await openCluster({ kubeconfig });
    onTestFinished(() => {
      access.close();
    });
    return () =>
      getRenewing(access, listUrl(access.baseUrl, PODS, SCOPE), AbortSignal.timeout(5000));
  };

  test('a plugin runs once for many requests, and once more after a 401', async () => {
    const folder = tempFolder();
    const api = await startFakeApi(certificate);
    const token = join(folder, 'token');
    writeFileSync(token, 'first');
    const { user, runs } = plugin(folder, `TOKEN=$(cat "${token}")\n${credential("'$TOKEN'")}`);
    api.tokens = new Set(['first']);
    const get = await ask(api.kubeconfig(folder, { user }));
    for (let i = 0; i < 5; i += 1) await get();
    expect(runs()).toBe(1);
    writeFileSync(token, 'second');
    api.tokens = new Set(['second']);
    await get();
    expect(runs()).toBe(2);
    expect(api.requests.slice(-2).map((request) => request.token)).toEqual(['first', 'second']);
  });

  test('a 401 for ever costs one new credential a request', async () => {
    const folder = tempFolder();
    const api = await startFakeApi(certificate);
    api.tokens = new Set();
    const { user, runs } = plugin(folder, credential('x'));
    const get = await ask(api.kubeconfig(folder, { user }));
    for (let i = 1; i <= 3; i += 1) {
      await expect(get()).rejects.toMatchObject({ kind: 'http', status: 401 });
      expect(runs()).toBe(i + 1);
    }
  });

  test('a 401 for ever costs one new credential a poll, with all the lists beside the metrics', async () => {
    const folder = tempFolder();
    const api = await startFakeApi(certificate);
    api.tokens = new Set();
    const { user, runs } = plugin(folder, credential('x'));
    const access = await openCluster({ kubeconfig: api.kubeconfig(folder, { user }) });
    const source = kubernetesSource(access, SCOPE, { contextShare: Infinity });
    onTestFinished(() => {
      source.close();
    });
    const { signal } = new AbortController();
    for (let tick = 1; tick <= 3; tick += 1) {
      const poll = source.poll({ tick, scheduledMs: 0, timeoutMs: 5000, signal });
      await expect(poll).rejects.toMatchObject({ kind: 'http', status: 401 });
      expect(runs()).toBe(tick + 1);
    }
    expect(api.requests.length).toBeGreaterThan(6);
  });

  test('credentials are renewed a minute before they expire', async () => {
    const folder = tempFolder();
    const api = await startFakeApi(certificate);
    const soon = new Date(Date.now() + 59_000).toISOString();
    const { user, runs } = plugin(folder, credential('x', `,"expirationTimestamp":"${soon}"`));
    const get = await ask(api.kubeconfig(folder, { user }));
    await get();
    await get();
    expect(runs()).toBe(2);
  });

  test('after a 401 the kubeconfig is read again', async () => {
    const folder = tempFolder();
    const api = await startFakeApi(certificate);
    api.tokens = new Set(['new-token']);
    const get = await ask(api.kubeconfig(folder));
    const asking = get();
    api.kubeconfig(folder, { token: 'new-token' });
    await asking;
    expect(api.requests.map(({ token }) => token)).toEqual([TOKEN, 'new-token']);
  });

  test('a key that is none is a failure that quotes nothing', async () => {
    const api = await startFakeApi(certificate);
    const bad = Buffer.from(`-----BEGIN ${TOKEN}`).toString('base64');
    const user = `    {client-certificate-data: ${bad}, client-key-data: ${bad}}`;
    const get = await ask(api.kubeconfig(tempFolder(), { user }));
    await expect(get()).rejects.toThrow(
      /^credentials: a certificate, key or token cannot be used$/,
    );
  });

  test.each([
    ['exits with a code', `echo ${TOKEN} >&2; exit 3`, 'ended with exit code 3'],
    ['prints no JSON', `echo "${TOKEN}"`, 'did not answer in JSON'],
    ['prints another kind', `echo '{"kind":"Pod"}'`, 'gave no ExecCredential with a status'],
    ['prints 10 MB', `head -c 10000000 /dev/zero`, 'answered with more than 1 MiB'],
    ['reads stdin', `read -r answer || exit 9`, 'ended with exit code 9'],
    ['kills itself', `kill -9 $$`, 'ended with SIGKILL'],
  ])('a plugin that %s', async (_, script, how) => {
    const folder = tempFolder();
    const { user } = plugin(folder, script);
    const api = await startFakeApi(certificate);
    const get = await ask(api.kubeconfig(folder, { user }));
    await expect(get()).rejects.toThrow(`credentials: plugin "login" ${how}`);
    expect(api.requests).toEqual([]);
  });

  test('a plugin that is not there', async () => {
    const exec = { command: '/nowhere/at-all' };
    await expect(
      runCredentialPlugin(exec, NOWHERE, 1000, new AbortController().signal),
    ).rejects.toThrow('credentials: plugin "at-all" cannot be run (ENOENT)');
  });

  test('a plugin is told what it is for, and of the cluster only when it asks', async () => {
    const folder = tempFolder();
    const { user } = plugin(
      folder,
      `printf %s "$KUBERNETES_EXEC_INFO" > "${join(folder, 'info')}"\n${credential('x')}`,
    );
    const command = /command: ([^,]+)/.exec(user)?.[1] ?? '';
    const info = async (more: object): Promise<unknown> => {
      await runCredentialPlugin({ command, ...more }, NOWHERE, 5000, new AbortController().signal);
      return JSON.parse(readFileSync(join(folder, 'info'), 'utf8'));
    };
    const plain = {
      ...{ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential' },
      spec: { interactive: false },
    };
    expect(await info({})).toEqual(plain);
    expect(await info({ provideClusterInfo: true })).toEqual({
      ...plain,
      spec: { interactive: false, cluster: { server: NOWHERE.server } },
    });
  });

  test('a plugin that hangs is killed with all that it started', async () => {
    const folder = tempFolder();
    const pidFile = join(folder, 'pid');
    const file = join(folder, 'login');
    writeFileSync(file, `#!/bin/sh\nsleep 60 &\necho $! > "${pidFile}"\nwait\n`);
    chmodSync(file, 0o755);
    const run = runCredentialPlugin({ command: file }, NOWHERE, 400, new AbortController().signal);
    await expect(run).rejects.toThrow('did not answer in 0.4 s');
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const isAlive = (): boolean => {
      try {
        // A killed process may stay as a zombie for a moment; its state tells.
        return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
      } catch {
        return false;
      }
    };
    for (let i = 0; i < 100 && isAlive(); i += 1) await wait(20);
    expect(isAlive()).toBe(false);
  });

  test('a request does not wait for a slow plugin beyond its deadline', async () => {
    const folder = tempFolder();
    const { user, runs } = plugin(folder, `sleep 0.6\n${credential('x')}`);
    const api = await startFakeApi(certificate);
    const access = await openCluster({ kubeconfig: api.kubeconfig(folder, { user }) });
    onTestFinished(() => {
      access.close();
    });
    const over = new AbortController();
    setTimeout(() => {
      over.abort(new SourceFailure('timeout', ''));
    }, 100);
    await expect(access.requestOptions(over.signal)).rejects.toThrow('timeout: credentials');
    await access.requestOptions(AbortSignal.timeout(5000));
    expect(runs()).toBe(1);
  });
});
