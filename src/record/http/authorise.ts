import type { RequestOptions } from 'node:https';
import type { Cluster, User } from '@kubernetes/client-node';

/**
 * Request options for one server and one user by client-node's rules: certificates, token or
 * password, and an agent for the server's proxy where it has one. Throws on files that cannot be
 * read, with messages that may quote secrets.
 */
export async function authorise(cluster: Cluster, user: User): Promise<RequestOptions> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  // Its agent is taken for a proxy only; it would refuse to make one for plain http without.
  config.loadFromClusterAndUser(
    cluster.proxyUrl ? cluster : { ...cluster, server: 'https:' },
    user,
  );
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  // Only the configuration can switch the check of certificates off, not the environment.
  options.rejectUnauthorized = !cluster.skipTLSVerify;
  if (!cluster.proxyUrl) delete options.agent;
  return options;
}
