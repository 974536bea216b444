import { ToolError } from '../../core/errors.ts';

/** A kind of object that the API server lists. */
export interface Resource {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly name: string;
}

/** Which objects are wanted. */
export interface Scope {
  /** null: all namespaces. */
  readonly namespace: string | null;
  /** A label selector as kubectl takes it; '' for none. */
  readonly selector: string;
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Checks a namespace before it comes near an address. Throws USAGE. */
export function checkNamespace(namespace: string): string {
  if (DNS_LABEL.test(namespace)) return namespace;
  throw new ToolError(
    'USAGE',
    `${JSON.stringify(namespace.slice(0, 80))} is no namespace: it takes up to 63 small letters, digits and "-"; try "kubectl get namespaces".`,
  );
}

/** The address of a list. Throws a plain Error where it would not be the path that is meant. */
export function listUrl(
  base: URL,
  { group, version, name }: Resource,
  { namespace, selector }: Scope,
  more: Readonly<Record<string, string>> = {},
): URL {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const middle = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const prefix = base.pathname === '/' ? '' : base.pathname;
  const path = `${prefix}${root}${middle}/${name}`;
  const url = new URL(base);
  url.pathname = path;
  if (url.pathname !== path) throw new Error(`The path ${path} is not kept by its address.`);
  if (selector !== '') url.searchParams.set('labelSelector', selector);
  for (const [key, value] of Object.entries(more)) url.searchParams.set(key, value);
  return url;
}
