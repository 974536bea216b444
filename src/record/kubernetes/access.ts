import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import type { User } from '@kubernetes/client-node';
import { digestText } from '../../core/digest.ts';
import { ToolError } from '../../core/errors.ts';
import { authorise } from '../http/authorise.ts';
import { keepFresh, REREAD_MS } from '../http/credentials.ts';
import type { HttpAccess } from '../http/get.ts';
import { proxyFor, type Environment } from '../http/proxy.ts';
import { runCredentialPlugin } from './exec-credentials.ts';
import { resolveContext, type ClusterChoice, type ResolvedContext } from './kubeconfig.ts';

/** A way to the API server of one context, with credentials kept fresh. */
export interface ClusterAccess extends HttpAccess {
  readonly contextName: string;
  /** The context's namespace. */
  readonly namespace: string;
  /** Host and port, for messages; never stored. */
  readonly host: string;
  /** Eight hex digits that tell two servers apart without naming them. */
  readonly hostHash: string;
  /** The server's address with its path prefix, without a slash at its end. */
  readonly baseUrl: URL;
  close(): void;
}

const PLUGIN_TIMEOUT_MS = 15_000;
/** Credentials are renewed so long before they expire. */
const EXPIRY_MARGIN_MS = 60_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The address of the API server. Throws CLUSTER where it is none, or plain http to elsewhere. */
function serverUrl({ cluster, name }: ResolvedContext): URL {
  const url = URL.canParse(cluster.server) ? new URL(cluster.server) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new ToolError(
      'CLUSTER',
      `The server of context "${name}" is not an http or https address; see "kubectl config view".`,
    );
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new ToolError(
      'CLUSTER',
      `The server of context "${name}" is plain http on ${url.host}, which only this machine itself may be (kubectl proxy); use https.`,
    );
  }
  // Names and passwords in the address would reach logs; kubeconfigs have users for them.
  url.username = '';
  url.password = '';
  url.pathname = url.pathname.replace(/\/+$/, '');
  url.search = '';
  url.hash = '';
  return url;
}

/** The user of a context, with what a plugin or a token file gave in their place. */
async function userOf(
  { cluster, user, tokenFile }: ResolvedContext,
  closed: AbortSignal,
): Promise<{ readonly user: User; readonly usableMs: number }> {
  if (user.exec) {
    const plugin = await runCredentialPlugin(user.exec, cluster, PLUGIN_TIMEOUT_MS, closed);
    const base64 = (pem: string): string => Buffer.from(pem).toString('base64');
    const { token, certificate, key, expiresMs } = plugin;
    const lifetimeMs = expiresMs === null ? Infinity : expiresMs - Date.now();
    return {
      user: {
        ...user,
        exec: undefined,
        ...(token !== undefined && { token }),
        ...(certificate !== undefined && { certData: base64(certificate) }),
        ...(key !== undefined && { keyData: base64(key) }),
      },
      usableMs: Math.max(0, lifetimeMs - EXPIRY_MARGIN_MS),
    };
  }
  if (tokenFile === null) return { user, usableMs: REREAD_MS };
  const token = (await readFile(tokenFile, 'utf8')).trim();
  return { user: { ...user, authProvider: undefined, token }, usableMs: REREAD_MS };
}

/**
 * Opens the way to a cluster; nothing is sent yet.
 *
 * Throws CLUSTER: see `resolveContext`, and a server address that is not http(s), or is plain
 * http elsewhere than on this machine. Plain http gets no credentials, as with kubectl.
 */
export async function openCluster(
  choice: ClusterChoice,
  env: Environment = process.env,
): Promise<ClusterAccess> {
  let context = await resolveContext(choice);
  const baseUrl = serverUrl(context);
  const isPlain = baseUrl.protocol === 'http:';
  const agent = isPlain
    ? new http.Agent({ keepAlive: true, maxSockets: 4 })
    : new https.Agent({ keepAlive: true, maxSockets: 4 });
  const closed = new AbortController();
  const fromEnvironment = proxyFor(baseUrl, env);

  const fresh = keepFresh(async (refused) => {
    // After a refusal the kubeconfig itself may hold something newer (a login elsewhere).
    if (refused) context = await resolveContext(choice).catch(() => context);
    const { user, usableMs } = await userOf(context, closed.signal);
    const { cluster } = context;
    // An empty proxy-url is none, as in kubectl.
    const own = cluster.proxyUrl ?? '';
    const proxyUrl = own === '' ? (fromEnvironment ?? undefined) : own;
    const options = await authorise(
      { ...cluster, ...(proxyUrl !== undefined && { proxyUrl }) },
      user,
    );
    return { options: { agent, ...options }, usableMs };
  });

  return {
    contextName: context.name,
    namespace: context.namespace,
    host: baseUrl.host,
    hostHash: digestText(baseUrl.host).slice(0, 8),
    baseUrl,
    requestOptions: isPlain ? () => Promise.resolve({ agent }) : fresh.requestOptions,
    forgetCredentials: fresh.forgetCredentials,
    close() {
      closed.abort();
      agent.destroy();
    },
  };
}
