/**
 * Kubernetes draws hashes and endings of names from these: no vowels, and nothing that looks like
 * one.
 */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';
const DEPLOYED = new RegExp(`^(.+)-${SAFE}{6,10}-${SAFE}{5}$`);

/**
 * The Deployment that a pod's name tells: `web-5f6585d649-fnmft` → `web`; null where it tells none.
 * A Deployment's pods are called by its name, a hash of the pod template and five characters.
 */
export function deploymentOf(pod: string): string | null {
  return DEPLOYED.exec(pod)?.[1] ?? null;
}
