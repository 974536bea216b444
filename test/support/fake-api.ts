import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificates.ts';
import { makeCertificate } from './certificates.ts';

/** What the server does with one request for metrics; by default it answers with the model. */
export type Fault =
  | {
      readonly does: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly does: 'body';
      readonly body: string | Buffer;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Holds the answer back before the headers or in the middle of the body. */
  | { readonly does: 'hang'; readonly at: 'headers' | 'body' }
  /** One byte every 20 ms, for ever. */
  | { readonly does: 'drip' }
  /** Says that it sends it all, sends half, and closes. */
  | { readonly does: 'short' }
  /** Sends half a JSON text as if it were all. */
  | { readonly does: 'cut' }
  /** Breaks the connection off hard. */
  | { readonly does: 'reset'; readonly at: 'headers' | 'body' }
  | { readonly does: 'gzip' };

/** A PodMetrics object, as the wire has it. */
export interface WirePod {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly timestamp: string | null;
  readonly window: string;
  readonly containers: readonly {
    readonly name: string;
    readonly usage: { readonly cpu?: string; readonly memory?: string };
  }[];
}

export interface FakeApi {
  readonly port: number;
  readonly certificate: Certificate;
  /** Every list of pods whose body was fully sent, oldest first. */
  readonly ledger: (readonly WirePod[])[];
  /** All requests that came as far as HTTP. */
  readonly requests: { readonly path: string; readonly atMs: number; readonly token: string }[];
  /** Connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
  /** Pods for the n-th request for metrics, from 1. */
  pods: (n: number) => readonly WirePod[];
  /** What goes wrong at the n-th request for metrics, from 1. */
  fault: (n: number) => Fault | undefined;
  /** Tokens that are accepted; null: any, or none. */
  tokens: Set<string> | null;
  /** Connections are broken off before TLS. */
  refuseConnections: boolean;
  /** Answers for other paths (without their query); a path that is not there answers 403. */
  readonly lists: Map<string, () => unknown>;
  /** Writes a kubeconfig for it into a folder and returns the file's path. */
  kubeconfig(folder: string, change?: KubeconfigChange): string;
}

export interface KubeconfigChange {
  readonly server?: string;
  /** PEM; null: none. */
  readonly ca?: string | null;
  readonly token?: string;
  readonly namespace?: string;
  /** Lines under `user:`, in place of a token. */
  readonly user?: string;
  readonly name?: string;
}

export const TOKEN = 'canary-5f0c1a77-token';
export const METRICS_PATH = '/apis/metrics.k8s.io/v1beta1';

function seconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/**
 * Two pods, three containers, new values and times at every request: one second on the wire
 * apart, an hour ago, whatever the pace of the test. Container order turns over at each.
 */
export function steadyPods(baseMs = Math.floor(Date.now() / 1000) * 1000 - 3_600_000) {
  return (n: number): WirePod[] => {
    const timestamp = seconds(baseMs + n * 1000);
    const containers = [
      {
        name: 'app',
        usage: { cpu: `${String(1_000_000 + n * 7919)}n`, memory: `${String(60_000 + n)}Ki` },
      },
      { name: 'sidecar', usage: { cpu: `${String(n)}m`, memory: String(1_048_576 + n) } },
    ];
    return [
      {
        metadata: { name: 'web-1', namespace: 'shop' },
        timestamp,
        window: '15.1s',
        containers: n % 2 === 0 ? containers : containers.reverse(),
      },
      {
        metadata: { name: 'web-2', namespace: 'shop' },
        timestamp,
        window: '15s',
        containers: [{ name: 'app', usage: { cpu: `${String(250 + n)}u`, memory: '64Mi' } }],
      },
    ];
  };
}

/** A list of pods as the API gives it. */
export function podMetricsList(items: readonly WirePod[]): string {
  return JSON.stringify({
    kind: 'PodMetricsList',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: {},
    items: items.map((pod) => ({
      ...pod,
      metadata: { ...pod.metadata, creationTimestamp: seconds(Date.now()), labels: { app: 'web' } },
    })),
  });
}

function act(
  fault: Fault,
  body: string,
  response: ServerResponse,
  sockets: ReadonlySet<Socket>,
): void {
  switch (fault.does) {
    case 'status':
      response.writeHead(fault.status, fault.headers ?? { 'content-type': 'text/plain' });
      response.end(fault.body ?? `status ${String(fault.status)} ${TOKEN}`);
      return;
    case 'body':
      response.writeHead(200, fault.headers);
      response.end(fault.body);
      return;
    case 'hang':
      if (fault.at === 'headers') return;
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.slice(0, body.length / 2));
      return;
    case 'drip': {
      response.writeHead(200);
      let i = 0;
      const timer = setInterval(() => {
        response.write(body[i % body.length]);
        i += 1;
      }, 20);
      response.on('close', () => {
        clearInterval(timer);
      });
      return;
    }
    case 'short':
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.slice(0, body.length / 2), () => response.socket?.end());
      return;
    case 'cut':
      response.writeHead(200);
      response.end(body.slice(0, body.length / 2));
      return;
    case 'reset':
      if (fault.at === 'headers') {
        response.socket?.destroy();
        return;
      }
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.slice(0, body.length / 2), () => {
        // The TCP connection below TLS, so that it ends with RST and not with FIN.
        const port = response.socket?.remotePort;
        const below = [...sockets].find(({ remotePort }) => remotePort === port);
        setTimeout(() => below?.resetAndDestroy(), 20);
      });
      return;
    case 'gzip':
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(body));
  }
}

/** Starts an API server on loopback that ends with the test. */
export async function startFakeApi(certificate?: Certificate): Promise<FakeApi> {
  const pair = certificate ?? (await makeCertificate());
  const sockets = new Set<Socket>();
  let metricsRequests = 0;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'https://127.0.0.1');
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    api.requests.push({ path: url.pathname + url.search, atMs: performance.now(), token });
    if (api.tokens !== null && !api.tokens.has(token)) {
      response.writeHead(401).end(`Unauthorized ${token}`);
      return;
    }
    if (!url.pathname.startsWith(METRICS_PATH)) {
      const list = api.lists.get(url.pathname)?.();
      if (list === undefined) response.writeHead(403).end(`no access for ${token}`);
      else response.end(JSON.stringify(list));
      return;
    }
    metricsRequests += 1;
    const items = api.pods(metricsRequests);
    const body = podMetricsList(items);
    const fault = api.fault(metricsRequests);
    if (fault !== undefined && fault.does !== 'gzip') {
      act(fault, body, response, sockets);
      return;
    }
    response.on('finish', () => {
      api.ledger.push(items);
    });
    if (fault === undefined) response.end(body);
    else act(fault, body, response, sockets);
  };

  const server = https.createServer({ key: pair.key, cert: pair.cert }, answer);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (api.refuseConnections) socket.destroy();
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close').catch(() => undefined);
  });

  const api: FakeApi = {
    port,
    certificate: pair,
    ledger: [],
    requests: [],
    sockets,
    pods: steadyPods(),
    fault: () => undefined,
    tokens: null,
    refuseConnections: false,
    lists: new Map(),
    kubeconfig(folder, change = {}) {
      const ca = change.ca === undefined ? pair.cert : change.ca;
      const authority =
        ca === null ? '' : `certificate-authority-data: ${Buffer.from(ca).toString('base64')}`;
      const file = join(folder, change.name ?? 'kubeconfig');
      writeFileSync(
        file,
        `apiVersion: v1
kind: Config
current-context: test
clusters:
- name: test
  cluster:
    server: ${change.server ?? `https://127.0.0.1:${String(port)}`}
    ${authority}
contexts:
- name: test
  context: {cluster: test, user: tester, namespace: ${change.namespace ?? 'shop'}}
users:
- name: tester
  user:
${change.user ?? `    token: ${change.token ?? TOKEN}`}
`,
      );
      return file;
    },
  };
  return api;
}
