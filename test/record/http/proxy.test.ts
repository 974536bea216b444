import { describe, expect, test } from 'vitest';
import { proxyFor, type Environment } from '../../../src/record/http/proxy.ts';

const ENV = { HTTPS_PROXY: 'http://proxy:3128', HTTP_PROXY: 'plain:8080' };
const find = (address: string, env: Environment): string | null => proxyFor(new URL(address), env);

describe('which proxy', () => {
  test('by the scheme of the address; without a scheme of its own it is http', () => {
    expect(find('https://cluster.example', ENV)).toBe('http://proxy:3128');
    expect(find('http://metrics.example', ENV)).toBe('http://plain:8080');
    expect(find('https://cluster.example', {})).toBeNull();
    expect(find('https://cluster.example', { HTTPS_PROXY: 'socks5://p:1' })).toBe('socks5://p:1');
  });

  test('capital letters go before small ones, an empty value counts as none', () => {
    const small = { https_proxy: 'http://small:1' };
    expect(find('https://x.example', small)).toBe('http://small:1');
    expect(find('https://x.example', { ...small, HTTPS_PROXY: 'http://big:1' })).toBe(
      'http://big:1',
    );
    expect(find('https://x.example', { ...small, HTTPS_PROXY: '' })).toBe('http://small:1');
  });

  test.each(['localhost', 'LOCALHOST:6443', '127.0.0.1:6443', '127.8.9.1', '[::1]:443'])(
    'never for this machine: %s',
    (host) => {
      expect(find(`https://${host}`, ENV)).toBeNull();
    },
  );

  test('not for plain http under CGI, where a client could name it', () => {
    expect(find('http://x.example', { ...ENV, REQUEST_METHOD: 'GET' })).toBeNull();
    expect(find('https://x.example', { ...ENV, REQUEST_METHOD: 'GET' })).not.toBeNull();
  });
});

/** The rows of the table in the documentation of Go's httpproxy, and its corners. */
test.each([
  ['*', 'https://anything.example', false],
  ['example.com', 'https://example.com', false],
  ['example.com', 'https://a.b.example.com', false],
  ['example.com', 'https://notexample.com', true],
  ['.example.com', 'https://example.com', true],
  ['.example.com', 'https://a.example.com', false],
  ['*.example.com', 'https://a.example.com', false],
  ['*.example.com', 'https://example.com', true],
  ['EXAMPLE.com', 'https://Example.COM', false],
  ['example.com:6443', 'https://example.com:6443', false],
  ['example.com:6443', 'https://example.com', true],
  ['example.com:443', 'https://example.com', false],
  ['example.com:80', 'http://example.com', false],
  ['10.0.0.1', 'https://10.0.0.1:6443', false],
  ['10.0.0.1:6443', 'https://10.0.0.1:6443', false],
  ['10.0.0.1:443', 'https://10.0.0.1:6443', true],
  ['10.0.0.1', 'https://10.0.0.10', true],
  ['10.0.0.0/8', 'https://10.20.30.40', false],
  ['10.0.0.0/8', 'https://11.0.0.1', true],
  ['10.0.0.0/99', 'https://10.0.0.1', true],
  ['10.0.0.0/8', 'https://ten.example', true],
  ['2001:db8::/32', 'https://[2001:db8::7]:6443', false],
  ['2001:db8::7', 'https://[2001:db8::7]:6443', false],
  ['[2001:db8::7]:6443', 'https://[2001:db8::7]:6443', false],
  ['2001:db8::8', 'https://[2001:db8::7]', true],
  [' , other.example ,example.com', 'https://example.com', false],
  ['', 'https://example.com', true],
])('NO_PROXY=%j: %s by a proxy is %s', (exceptions, address, isProxied) => {
  const env = { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:1', NO_PROXY: exceptions };
  expect(find(address, env) !== null).toBe(isProxied);
  expect(find(address, { ...env, NO_PROXY: '', no_proxy: exceptions }) !== null).toBe(isProxied);
});
