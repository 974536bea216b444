import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openCluster, type ClusterAccess } from '../../../src/record/kubernetes/access.ts';
import { getRenewing } from '../../../src/record/http/get.ts';
import { kubernetesSource } from '../../../src/record/kubernetes/source.ts';
import { SourceFailure, type Poll, type Source } from '../../../src/record/source.ts';
import { makeCertificate, type Certificate } from '../../support/certificates.ts';
import {
  METRICS_PATH,
  startFakeApi,
  TOKEN,
  type FakeApi,
  type Fault,
  type KubeconfigChange,
} from '../../support/fake-api.ts';
import { tempFolder } from '../../support/temp.ts';

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});

interface Bench {
  readonly api: FakeApi;
  readonly access: ClusterAccess;
  readonly source: Source;
  /** Polls once within `ms`. */
  readonly poll: (ms?: number) => Promise<Poll>;
  /** Polls once and returns the failure and how long it took. */
  readonly failure: (ms?: number) => Promise<{
    readonly message: string;
    readonly error: SourceFailure;
    readonly spentMs: number;
  }>;
}

async function bench(change: KubeconfigChange = {}, own = certificate): Promise<Bench> {
  const api = await startFakeApi(own);
  const access = await openCluster({ kubeconfig: api.kubeconfig(tempFolder(), change) });
  const source = kubernetesSource(access, { namespace: 'shop', selector: '' });
  onTestFinished(() => {
    source.close();
  });
  const poll = async (ms = 5000): Promise<Poll> => {
    const over = new AbortController();
    const timer = setTimeout(() => {
      over.abort(new SourceFailure('timeout', ''));
    }, ms);
    const attempt = { tick: 1, scheduledMs: 0, timeoutMs: ms, signal: over.signal };
    return source.poll(attempt).finally(() => {
      clearTimeout(timer);
    });
  };
  return {
    ...{ api, access, source, poll },
    async failure(ms) {
      const startMs = performance.now();
      try {
        await poll(ms);
      } catch (error) {
        if (!(error instanceof SourceFailure)) throw error;
        expect(inspect(error)).not.toContain(TOKEN);
        return { message: error.message, error, spentMs: performance.now() - startMs };
      }
      throw new Error('The poll did not fail.');
    },
  };
}

/** The n-th request gets this fault, the others none. */
const only = (n: number, fault: Fault) => (i: number) => (i === n ? fault : undefined);

async function socketsGone({ sockets }: FakeApi): Promise<void> {
  for (let i = 0; i < 100 && sockets.size > 0; i += 1) await wait(10);
}

describe('one deadline over all of a request', () => {
  test.each<readonly [string, Fault, string]>([
    ['headers that never come', { does: 'hang', at: 'headers' }, 'timeout: headers'],
    ['a body that stalls half-way', { does: 'hang', at: 'body' }, 'timeout: body'],
    ['a body that drips', { does: 'drip' }, 'timeout: body'],
  ])('%s', async (_, fault, reason) => {
    const { api, poll, failure } = await bench();
    api.fault = only(1, fault);
    const { message, spentMs } = await failure(300);
    expect(message).toBe(reason);
    expect(spentMs).toBeGreaterThan(250);
    expect(spentMs).toBeLessThan(1500);
    expect((await poll()).values).toHaveLength(6);
    expect(api.ledger).toHaveLength(1);
  });

  test.each(['headers', 'body'] as const)(
    'the socket of a request that was given up in its %s is closed',
    async (stage) => {
      const { api, access } = await bench();
      api.fault = () => ({ does: 'hang', at: stage });
      const url = new URL(`${access.baseUrl.href.replace(/\/$/, '')}${METRICS_PATH}/pods`);
      await expect(getRenewing(access, url, AbortSignal.timeout(300))).rejects.toThrow(
        `timeout: ${stage}`,
      );
      expect(api.requests).toHaveLength(1);
      await socketsGone(api);
      expect(api.sockets.size).toBe(0);
    },
  );
});

describe('what breaks on the way is told apart', () => {
  test('a body shorter than it says', async () => {
    const { api, failure, poll } = await bench();
    api.fault = only(1, { does: 'short' });
    expect((await failure()).error.kind).toBe('truncated');
    expect((await poll()).outcome).toBe('ok');
  });

  test('JSON that is cut, with the number of bytes and none of the text', async () => {
    const { api, failure } = await bench();
    api.fault = only(1, { does: 'cut' });
    expect((await failure()).message).toMatch(/^parse: no JSON in \d+ bytes$/);
  });

  test('connections that break at connect, in TLS, before the answer and in the body', async () => {
    const { api, failure } = await bench();
    api.refuseConnections = true;
    expect((await failure()).message).toBe('network: tls ECONNRESET');
    api.refuseConnections = false;
    api.fault = (n) => (n === 1 ? { does: 'reset', at: 'headers' } : { does: 'reset', at: 'body' });
    expect((await failure()).message).toBe('network: headers ECONNRESET');
    expect((await failure()).message).toMatch(/^(network: body ECONNRESET|truncated: .*)$/);
    const closed = await bench({ server: 'https://127.0.0.1:1' });
    expect((await closed.failure()).message).toBe('network: connect ECONNREFUSED');
  });

  test.each([
    [500, 'text'],
    [502, '<html>bad gateway</html>'],
    [503, 'service unavailable'],
    [503, '{"kind":"Status","code":500,"message":"no metrics to serve"}'],
    [504, ''],
    [403, '{"kind":"Status","reason":"Forbidden"}'],
    [404, '404 page not found'],
  ])('http %i keeps its status whatever the body: %j', async (status, body) => {
    const { api, failure } = await bench();
    api.fault = only(1, { does: 'status', status, body });
    const { error, message } = await failure();
    expect(message).toBe(`http ${String(status)}`);
    expect(error.status).toBe(status);
  });

  test.each([
    ['1', 1000],
    ['7', 7000],
    ['3600', 3_600_000],
    ['-1', null],
    ['soon', null],
    ['1e3', null],
  ])('429 with Retry-After %j', async (text, wanted) => {
    const { api, failure } = await bench();
    api.fault = only(1, { does: 'status', status: 429, headers: { 'retry-after': text } });
    expect((await failure()).error.retryAfterMs).toBe(wanted);
  });

  test('429 with Retry-After as a date is measured on the clock of the server', async () => {
    const { api, failure } = await bench();
    const date = new Date('2020-02-03T04:05:06Z').toUTCString();
    const later = new Date('2020-02-03T04:05:15Z').toUTCString();
    api.fault = only(1, { does: 'status', status: 429, headers: { 'retry-after': later, date } });
    expect((await failure()).error.retryAfterMs).toBe(9000);
  });

  test.each([
    ['null', 'schema: not a PodMetricsList'],
    ['[]', 'schema: not a PodMetricsList'],
    ['{"kind":"Status","status":"Failure"}', 'schema: not a PodMetricsList'],
    ['{"kind":"PodMetricsList"}', 'schema: not a PodMetricsList'],
    ['', 'parse: no JSON in 0 bytes'],
    ['<html></html>', 'parse: no JSON in 13 bytes'],
    ['\u00ff\u00fe', 'parse: no JSON in 4 bytes'],
  ])('a 200 with %j', async (body, reason) => {
    const { api, failure } = await bench();
    api.fault = only(1, { does: 'body', body });
    expect((await failure()).message).toBe(reason);
  });

  test('a redirect is an error, and nothing goes where it points', async () => {
    let asked = 0;
    const elsewhere = createServer((_, response) => {
      asked += 1;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    onTestFinished(() => {
      elsewhere.close();
    });
    const { api, failure } = await bench();
    const location = `http://127.0.0.1:${String((elsewhere.address() as { port: number }).port)}/`;
    api.fault = only(1, { does: 'status', status: 302, headers: { location } });
    expect((await failure()).message).toBe('redirect: http 302');
    expect(asked).toBe(0);
  });

  test('a body over the limit stops at the limit, zipped or not', async () => {
    const { api, failure } = await bench();
    const before = process.memoryUsage().rss;
    const zeros = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    api.fault = (n) =>
      n === 1
        ? { does: 'body', body: zeros, headers: { 'content-encoding': 'gzip' } }
        : { does: 'body', body: Buffer.alloc(80 * 1024 * 1024, 32) };
    expect((await failure(20_000)).message).toBe('too-large: more than 67108864 bytes');
    expect((await failure(20_000)).message).toBe('too-large: more than 67108864 bytes');
    expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024);
  }, 40_000);

  test('a zipped answer is read', async () => {
    const { api, poll } = await bench();
    api.fault = () => ({ does: 'gzip' });
    expect((await poll()).values).toHaveLength(6);
  });

  test('a compression that we did not ask for is not', async () => {
    const { api, failure } = await bench();
    api.fault = only(1, { does: 'body', body: 'x', headers: { 'content-encoding': 'br' } });
    expect((await failure()).message).toBe('parse: unknown content encoding');
  });
});

describe('TLS', () => {
  test('a certificate that nobody vouches for, of another host, or expired, is refused', async () => {
    const cases: [Bench, RegExp][] = [
      [await bench({ ca: null }), /^tls: (DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED)/],
      [await bench({ ca: (await makeCertificate()).cert }), /^tls: /],
      [await bench({}, await makeCertificate('other-host')), /^tls: ERR_TLS_CERT_ALTNAME_INVALID$/],
      [await bench({}, await makeCertificate('expired')), /^tls: CERT_HAS_EXPIRED$/],
    ];
    for (const [{ api, failure }, reason] of cases) {
      expect((await failure()).message).toMatch(reason);
      expect(api.requests).toEqual([]);
    }
  });

  test('the environment cannot switch the check off', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    });
    const { api, failure } = await bench({ ca: null });
    expect((await failure()).error.kind).toBe('tls');
    expect(api.requests).toEqual([]);
  });
});

test('a hundred polls share a few connections', async () => {
  const { api, poll } = await bench();
  for (let i = 0; i < 100; i += 1) await poll();
  expect(api.sockets.size).toBeLessThanOrEqual(4);
  expect(api.ledger).toHaveLength(100);
});

test('an idle connection that the server closed is replaced without a failure', async () => {
  const { api, poll } = await bench();
  await poll();
  for (const socket of api.sockets) socket.destroy();
  expect((await poll()).outcome).toBe('ok');
});

test('pages are followed, and a server that never ends them is given up', async () => {
  const { api, poll, failure } = await bench();
  const page = (n: number, token: string): Fault => ({
    does: 'body',
    body: JSON.stringify({
      kind: 'PodMetricsList',
      metadata: { continue: token },
      items: api
        .pods(n)
        .map((pod, i) => (i === n % 2 ? pod : null))
        .filter(Boolean),
    }),
  });
  api.fault = (n) => (n === 1 ? page(1, 'next page/1') : n === 2 ? page(2, '') : page(n, 'more'));
  expect((await poll()).times.length).toBeGreaterThanOrEqual(4);
  const asked = api.requests.filter(({ path }) => path.startsWith(METRICS_PATH));
  expect(asked[1]?.path).toContain('continue=next+page%2F1');
  expect((await failure(10_000)).error.kind).toMatch(/schema|timeout/);
}, 20_000);

test('the selector and the namespace are sent encoded', async () => {
  const { api, access } = await bench();
  const source = kubernetesSource(access, { namespace: 'shop', selector: 'app in (a,b),x!=y&z' });
  await source.poll({
    tick: 1,
    scheduledMs: 0,
    timeoutMs: 5000,
    signal: AbortSignal.timeout(5000),
  });
  const metrics = api.requests.filter(({ path }) => path.startsWith(METRICS_PATH));
  expect(metrics[0]?.path).toBe(
    `${METRICS_PATH}/namespaces/shop/pods?labelSelector=app+in+%28a%2Cb%29%2Cx%21%3Dy%26z`,
  );
});
