import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';

/** Which cluster the user wants; all optional, as kubectl has them. */
export interface ClusterChoice {
  /** A kubeconfig file; else KUBECONFIG, ~/.kube/config, the pod's own service account. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** Where the file system of a pod begins, for tests; default: at the root. */
  readonly podRoot?: string | undefined;
}

/** One context of a kubeconfig, resolved. Holds secrets: never print or store it whole. */
export interface ResolvedContext {
  /** '' where the kubeconfig has none (in a pod). */
  readonly name: string;
  readonly cluster: Cluster;
  readonly user: User;
  /** A file that holds the user's token now; null: none. */
  readonly tokenFile: string | null;
  /** The context's own namespace, `default` where it has none. */
  readonly namespace: string;
}

const IN_CLUSTER_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

function refusal(message: string): ToolError {
  return new ToolError('CLUSTER', message);
}

/** What client-node does not read of a kubeconfig. */
const USER_WITH_FILE = v.object({
  name: v.string(),
  user: v.object({ tokenFile: v.pipe(v.string(), v.minLength(1)) }),
});
const FILE_PROVIDER = v.object({ config: v.object({ tokenFile: v.string() }) });
const USERS = v.object({ users: v.array(v.unknown()) });

/** Users with a `tokenFile`, in the form that client-node gives to the one in a pod. */
function withTokenFiles(users: readonly User[], content: unknown, file: string): User[] {
  const files = new Map<string, string>();
  for (const entry of v.is(USERS, content) ? content.users : []) {
    if (!v.is(USER_WITH_FILE, entry)) continue;
    // A relative path is one from the kubeconfig's own folder.
    files.set(entry.name, resolve(dirname(file), entry.user.tokenFile));
  }
  return users.map((user) => {
    const tokenFile = files.get(user.name);
    if (tokenFile === undefined) return user;
    return { ...user, authProvider: { name: 'tokenFile', config: { tokenFile } } };
  });
}

/** Reads one file. Neither its text nor a YAML message, which quotes it, may reach the user. */
async function loadFile(file: string): Promise<KubeConfig> {
  const { KubeConfig, loadYaml } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw refusal(`Cannot read the kubeconfig ${file} (${code}); name one with --kubeconfig FILE.`);
  }
  try {
    config.loadFromFile(file, { onInvalidEntry: 'filter' });
    config.users = withTokenFiles(config.users, loadYaml(text), file);
  } catch {
    throw refusal(`${file} is not a kubeconfig; try "kubectl config view --kubeconfig ${file}".`);
  }
  return config;
}

/** As kubectl merges several files: of equal names the first counts, as does the first context. */
function merge(configs: readonly KubeConfig[]): KubeConfig | undefined {
  const [first, ...others] = configs;
  if (first === undefined) return undefined;
  for (const other of others) {
    if (!first.currentContext) first.setCurrentContext(other.currentContext);
    const isNew = <T extends { name: string }>(list: readonly T[], item: T): boolean =>
      list.every(({ name }) => name !== item.name);
    first.clusters.push(...other.clusters.filter((item) => isNew(first.clusters, item)));
    first.users.push(...other.users.filter((item) => isNew(first.users, item)));
    first.contexts.push(...other.contexts.filter((item) => isNew(first.contexts, item)));
  }
  return first;
}

async function load({ kubeconfig, podRoot = '' }: ClusterChoice): Promise<KubeConfig> {
  if (kubeconfig !== undefined) return loadFile(kubeconfig);
  const listed = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const files = listed.length > 0 ? listed : [join(homedir(), '.kube', 'config')];
  const present = files.filter((file) => existsSync(file));
  const config = merge(await Promise.all(present.map(loadFile)));
  if (config !== undefined) return config;
  if (listed.length === 0 && existsSync(`${podRoot}${IN_CLUSTER_TOKEN}`)) {
    const { KubeConfig } = await import('@kubernetes/client-node');
    const inCluster = new KubeConfig();
    inCluster.loadFromCluster(podRoot);
    return inCluster;
  }
  throw refusal(
    `There is no kubeconfig at ${files.join(', ')}; name one with --kubeconfig FILE or KUBECONFIG.`,
  );
}

/**
 * Finds the cluster, user and namespace to use, as kubectl does.
 *
 * Throws CLUSTER: no kubeconfig, an unreadable one, no such context, a context without cluster.
 */
export async function resolveContext(choice: ClusterChoice): Promise<ResolvedContext> {
  const config = await load(choice);
  const name = choice.context ?? config.currentContext;
  const known = config.contexts.map((context) => context.name);
  if (!name) {
    throw refusal('The kubeconfig has no current context; choose one with --context NAME.');
  }
  const context = config.getContextObject(name);
  if (context === null) {
    const hint = known.length > 0 ? `it has ${known.slice(0, 10).join(', ')}` : 'it has none';
    throw refusal(`The kubeconfig has no context "${name}" (${hint}); choose with --context NAME.`);
  }
  const cluster = config.getCluster(context.cluster);
  if (cluster === null) {
    throw refusal(`Context "${name}" names a cluster that the kubeconfig does not have.`);
  }
  const user = context.user ? config.getUser(context.user) : { name: '' };
  if (user === null) {
    throw refusal(`Context "${name}" names a user that the kubeconfig does not have.`);
  }
  const own = context.namespace?.trim() ?? '';
  const provider: unknown = user.authProvider;
  return {
    ...{ name, cluster, user, namespace: own === '' ? 'default' : own },
    tokenFile: v.is(FILE_PROVIDER, provider) ? provider.config.tokenFile : null,
  };
}
