import { BlockList, isIP } from 'node:net';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The upper-case variable, else the lower-case one; '' where neither is set. */
function either(env: Environment, name: string): string {
  const upper = env[name] ?? '';
  return upper === '' ? (env[name.toLowerCase()] ?? '') : upper;
}

/** An address as an entry of NO_PROXY or a URL has it, without brackets. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

const family = (ip: string): 'ipv4' | 'ipv6' => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');

function isInNetwork(ip: string, network: string): boolean {
  const [start = '', bits = ''] = network.split('/');
  const most = isIP(start) === 6 ? 128 : 32;
  if (isIP(ip) === 0 || isIP(start) === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(start, Number(bits), family(start));
  return list.check(ip, family(ip));
}

/** Whether one entry of NO_PROXY is of this host and port. */
function excepts(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(host, entry);
  const isPlainIp = isIP(entry) !== 0;
  const [, name = entry, wantedPort = ''] = isPlainIp ? [] : (/^(.*):(\d+)$/.exec(entry) ?? []);
  if (name === '' || (wantedPort !== '' && wantedPort !== port)) return false;
  if (isIP(bare(name)) !== 0) return bare(name) === host;
  const domain = name.replace(/^\*\./, '.');
  return domain.startsWith('.')
    ? host.endsWith(domain)
    : host === domain || host.endsWith(`.${domain}`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * The proxy for an http(s) address by HTTPS_PROXY (HTTP_PROXY for plain http) and NO_PROXY, as
 * kubectl and other programs in Go read them; null: none.
 *
 * This machine itself is never asked for by a proxy. NO_PROXY is a list of `*`, addresses,
 * networks (10.0.0.0/8), domains with all below them (example.com) or only those below
 * (.example.com, *.example.com), each with an optional port.
 */
export function proxyFor(url: URL, env: Environment): string | null {
  const isSecure = url.protocol === 'https:';
  const proxy = either(env, isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY').trim();
  // Under CGI the client names HTTP_PROXY by its header "Proxy".
  if (proxy === '' || (!isSecure && (env['REQUEST_METHOD'] ?? '') !== '')) return null;
  const host = bare(url.hostname).toLowerCase();
  if (isLoopback(host)) return null;
  const port = url.port === '' ? (isSecure ? '443' : '80') : url.port;
  const exceptions = either(env, 'NO_PROXY').split(',');
  if (exceptions.some((entry) => excepts(entry.trim().toLowerCase(), host, port))) return null;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}
