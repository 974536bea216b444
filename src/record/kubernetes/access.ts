import * as http from 'node:http';
import * as https from 'node:https';
import { digestText } from '../../core/digest.ts';
import { ToolError } from '../../core/errors.ts';
import { SourceFailure } from '../source.ts';
import { runCredentialPlugin, type ExecCredentials } from './exec-credentials.ts';
import { resolveContext, type ClusterChoice, type ResolvedContext } from './kubeconfig.ts';

/** A way to the API server of one context, with credentials kept fresh. */
export interface ClusterAccess {
  readonly contextName: string;
  /** The context's namespace. */
  readonly namespace: string;
  /** Host and port, for messages; never stored. */
  readonly host: string;
  /** Eight hex digits that tell two servers apart without naming them. */
  readonly hostHash: string;
  /** The server's address with its path prefix, without a slash at its end. */
  readonly baseUrl: URL;
  /** Agent, headers and TLS settings. Throws SourceFailure `credentials`, or the signal's reason. */
  requestOptions(signal: AbortSignal): Promise<https.RequestOptions>;
  /** The server refused them: the next request gets new ones. */
  forgetCredentials(): void;
  close(): void;
}

const PLUGIN_TIMEOUT_MS = 15_000;
/** Token and certificate files may be replaced under us; client-go looks as often. */
const REREAD_MS = 60_000;
/** Credentials are renewed so long before they expire. */
const EXPIRY_MARGIN_MS = 60_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

interface Credentials {
  readonly options: https.RequestOptions;
  /** On the engine's monotonic clock, ms. */
  readonly staleAtMs: number;
}

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

/** Credentials through client-node's rules; a plugin's answer stands in for the plugin. */
async function authorise(
  context: ResolvedContext,
  plugin: ExecCredentials | null,
): Promise<https.RequestOptions> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const { cluster, user } = context;
  const base64 = (pem: string): string => Buffer.from(pem).toString('base64');
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    cluster,
    plugin === null
      ? user
      : {
          ...user,
          exec: undefined,
          ...(plugin.token !== undefined && { token: plugin.token }),
          ...(plugin.certificate !== undefined && { certData: base64(plugin.certificate) }),
          ...(plugin.key !== undefined && { keyData: base64(plugin.key) }),
        },
  );
  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  // Only the kubeconfig can switch the check of certificates off, not the environment.
  options.rejectUnauthorized = !cluster.skipTLSVerify;
  if (!cluster.proxyUrl) delete options.agent;
  return options;
}

/**
 * Opens the way to a cluster; nothing is sent yet.
 *
 * Throws CLUSTER: see `resolveContext`, and a server address that is not http(s), or is plain
 * http elsewhere than on this machine. Plain http gets no credentials, as with kubectl.
 */
export async function openCluster(choice: ClusterChoice): Promise<ClusterAccess> {
  let context = await resolveContext(choice);
  const baseUrl = serverUrl(context);
  const isPlain = baseUrl.protocol === 'http:';
  const agent = isPlain
    ? new http.Agent({ keepAlive: true, maxSockets: 4 })
    : new https.Agent({ keepAlive: true, maxSockets: 4 });
  let current: Credentials | null = null;
  let pending: Promise<Credentials> | null = null;
  let refused = false;
  const closed = new AbortController();

  const renew = async (): Promise<Credentials> => {
    // After a refusal the kubeconfig itself may hold something newer (a login elsewhere).
    if (refused) context = await resolveContext(choice).catch(() => context);
    const exec: unknown = context.user.exec;
    const plugin = exec
      ? await runCredentialPlugin(exec, context.cluster, PLUGIN_TIMEOUT_MS, closed.signal)
      : null;
    const options = await authorise(context, plugin);
    const lifetimeMs = plugin?.expiresMs == null ? Infinity : plugin.expiresMs - Date.now();
    const usableMs = plugin === null ? REREAD_MS : Math.max(0, lifetimeMs - EXPIRY_MARGIN_MS);
    refused = false;
    return { options: { agent, ...options }, staleAtMs: performance.now() + usableMs };
  };

  const credentials = async (): Promise<Credentials> => {
    if (current !== null && performance.now() < current.staleAtMs) return current;
    // One renewal at a time, whoever waits for it; it may outlive the request that began it.
    pending ??= renew().finally(() => {
      pending = null;
    });
    current = await pending.catch((error: unknown) => {
      throw error instanceof SourceFailure
        ? error
        : new SourceFailure('credentials', 'a certificate, key or token cannot be read');
    });
    return current;
  };

  return {
    contextName: context.name,
    namespace: context.namespace,
    host: baseUrl.host,
    hostHash: digestText(baseUrl.host).slice(0, 8),
    baseUrl,
    async requestOptions(signal) {
      if (isPlain) return { agent };
      let onAbort = (): void => undefined;
      const aborted = new Promise<never>((_, reject) => {
        onAbort = () => {
          const kind = signal.reason instanceof SourceFailure ? signal.reason.kind : 'timeout';
          reject(new SourceFailure(kind, 'credentials'));
        };
        signal.addEventListener('abort', onAbort);
        if (signal.aborted) onAbort();
      });
      try {
        return (await Promise.race([credentials(), aborted])).options;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    forgetCredentials() {
      current = null;
      refused = true;
    },
    close() {
      closed.abort();
      agent.destroy();
    },
  };
}
