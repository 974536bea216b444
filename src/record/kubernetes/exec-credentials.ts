import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import type { Cluster } from '@kubernetes/client-node';
import * as v from 'valibot';
import { SourceFailure } from '../source.ts';

/** A kubeconfig's `users[].user.exec`. */
const PLUGIN = v.object({
  apiVersion: v.optional(v.string(), 'client.authentication.k8s.io/v1'),
  command: v.pipe(v.string(), v.minLength(1)),
  args: v.nullish(v.array(v.string())),
  env: v.nullish(v.array(v.object({ name: v.string(), value: v.string() }))),
  provideClusterInfo: v.nullish(v.boolean()),
});

const CREDENTIAL = v.object({
  kind: v.literal('ExecCredential'),
  status: v.object({
    token: v.optional(v.string()),
    clientCertificateData: v.optional(v.string()),
    clientKeyData: v.optional(v.string()),
    expirationTimestamp: v.optional(v.string()),
  }),
});

/** What a plugin may be told of the cluster that it is for; in the API's own names. */
function clusterInfo(cluster: Cluster): object {
  return {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.skipTLSVerify || undefined,
    'certificate-authority-data': cluster.caData,
    'proxy-url': cluster.proxyUrl,
  };
}

/** What a credential plugin gave. Never printed, never stored. */
export interface ExecCredentials {
  readonly token: string | undefined;
  /** PEM. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Unix ms; null: good until refused. */
  readonly expiresMs: number | null;
}

const MAX_OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs a kubeconfig's credential plugin, without a terminal, for at most `timeoutMs` and until
 * `signal` is aborted.
 *
 * Throws SourceFailure `credentials` that names the plugin and how it ended; its output and its
 * messages may hold secrets and are never quoted. Its whole process group is killed when time or
 * output run over.
 */
export async function runCredentialPlugin(
  exec: unknown,
  cluster: Cluster,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ExecCredentials> {
  if (!v.is(PLUGIN, exec)) throw new SourceFailure('credentials', 'no command for the plugin');
  const plugin = v.parse(PLUGIN, exec);
  const name = JSON.stringify(basename(plugin.command));
  const info = {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(plugin.provideClusterInfo === true && { cluster: clusterInfo(cluster) }),
    },
  };
  const output = await runPlugin(plugin, info, name, timeoutMs, signal);
  let credential: unknown;
  try {
    credential = JSON.parse(output);
  } catch {
    throw new SourceFailure('credentials', `plugin ${name} did not answer in JSON`);
  }
  if (!v.is(CREDENTIAL, credential)) {
    throw new SourceFailure('credentials', `plugin ${name} gave no ExecCredential with a status`);
  }
  const { status } = credential;
  const expires = Date.parse(status.expirationTimestamp ?? '');
  return {
    token: status.token,
    certificate: status.clientCertificateData,
    key: status.clientKeyData,
    expiresMs: Number.isNaN(expires) ? null : expires,
  };
}

function runPlugin(
  plugin: v.InferOutput<typeof PLUGIN>,
  info: object,
  name: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(plugin.command, plugin.args ?? [], {
      env: {
        ...process.env,
        ...Object.fromEntries((plugin.env ?? []).map((item) => [item.name, item.value])),
        KUBERNETES_EXEC_INFO: JSON.stringify(info),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
      // A group of its own, so that what the plugin starts can be ended with it.
      detached: true,
    });
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (how: string): void => {
      settle();
      reject(new SourceFailure('credentials', `plugin ${name} ${how}`));
    };
    const kill = (how: string): void => {
      fail(how);
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    const onAbort = (): void => {
      kill('was stopped');
    };
    signal.addEventListener('abort', onAbort);
    const timer = setTimeout(() => {
      kill(`did not answer in ${String(timeoutMs / 1000)} s`);
    }, timeoutMs);
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) kill('answered with more than 1 MiB');
      else chunks.push(chunk);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      fail(`cannot be run (${error.code ?? 'unknown'})`);
    });
    child.on('close', (code, endSignal) => {
      if (code !== 0) {
        fail(
          `ended with ${code === null ? (endSignal ?? 'a signal') : `exit code ${String(code)}`}`,
        );
        return;
      }
      settle();
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}
