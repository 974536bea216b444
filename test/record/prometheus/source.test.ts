import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runBackfill } from '../../../src/cli/record/backfill.ts';
import { planRecording, type RecordFlags } from '../../../src/cli/record/flags.ts';
import { prometheusTarget } from '../../../src/cli/record/prometheus.ts';
import { systemClock } from '../../../src/record/clock.ts';
import { openPrometheus } from '../../../src/record/prometheus/access.ts';
import { backfill } from '../../../src/record/prometheus/backfill.ts';
import { explainPrometheus } from '../../../src/record/prometheus/explain.ts';
import { rangeClient } from '../../../src/record/prometheus/range.ts';
import { prometheusSource } from '../../../src/record/prometheus/source.ts';
import type { TickBatch } from '../../../src/record/recording/writer.ts';
import { SourceFailure } from '../../../src/record/source.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { runCli } from '../../support/cli.ts';
import { tempFolder } from '../../support/temp.ts';

interface Asked {
  readonly query: string;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}
type Answer = (asked: Asked, response: ServerResponse) => void;

/** Labels and a value for each time, as the body of an answer. */
function matrix(
  { start, end, step }: Asked,
  series: readonly [labels: object, value: (t: number) => string][],
  more: object = {},
): string {
  const times = Array.from(
    { length: Math.floor((end - start) / step) + 1 },
    (_, i) => start + i * step,
  );
  const result = series.map(([metric, value]) => ({
    metric,
    values: times.map((t) => [t, value(t)]),
  }));
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, ...more });
}

const POD = { namespace: 'shop', pod: 'web-1', container: 'app' };
const onePod: Answer = (asked, response) => {
  response.end(matrix(asked, [[POD, (t) => String(t)]]));
};

/** A server whose range queries are answered by `answer.now`; what it was asked; its address. */
async function scene(first: Answer = onePod, tls?: { key: string; cert: string }) {
  const answer = { now: first, aheadMs: 0 };
  const asked: Asked[] = [];
  const logins: (string | undefined)[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '', 'http://x');
    logins.push(request.headers.authorization);
    response.setHeader('date', new Date(Date.now() + answer.aheadMs).toUTCString());
    if (url.pathname !== '/api/v1/query_range') {
      response.end('{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}');
      return;
    }
    const number = (name: string): number => Number(url.searchParams.get(name));
    const one = {
      ...{ query: url.searchParams.get('query') ?? '' },
      ...{ start: number('start'), end: number('end'), step: number('step') },
    };
    asked.push(one);
    answer.now(one, response);
  };
  const server = tls === undefined ? createServer(handle) : https.createServer(tls, handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`;
  return { answer, asked, logins, url };
}

const CPU = { metric: 'cpu', expression: 'cpu' };
const REQUESTS = { metric: 'requests', expression: 'requests' };
const T0 = 1_700_000_000_000;

function sourceOf(url: string, queries = [CPU], env = {}) {
  const access = openPrometheus({ url }, env);
  const source = prometheusSource(access, {
    queries,
    stepMs: 10_000,
    offsetMs: 30_000,
    sinceMs: null,
  });
  onTestFinished(() => {
    source.close();
  });
  let tick = 0;
  const poll = (scheduledMs: number, signal = AbortSignal.timeout(5000)) => {
    tick += 1;
    return source.poll({ tick, scheduledMs, timeoutMs: 5000, signal });
  };
  return { access, poll };
}

describe('live polls', () => {
  test('ask for multiples of the step up to the offset, each once', async () => {
    const { url, asked } = await scene();
    const { poll } = sourceOf(url);
    const first = await poll(T0 + 4000);
    await poll(T0 + 15_000);
    const none = await poll(T0 + 16_000);
    expect(asked.map(({ start, end }) => [start, end])).toEqual([
      [T0 / 1000 - 30, T0 / 1000 - 30],
      [T0 / 1000 - 20, T0 / 1000 - 20],
    ]);
    expect(first).toMatchObject({
      ...{ outcome: 'ok', times: [T0 - 30_000], values: [T0 / 1000 - 30] },
      series: [{ ...POD, metric: 'cpu', unit: 'cores', kind: 'usage', denominator: 1 }],
      notes: ['Query cpu: cpu'],
    });
    expect(none).toMatchObject({ outcome: 'ok', times: [], notes: [] });
  });

  test('lose nothing to an outage, and give the same series the same definition', async () => {
    const { url, answer, asked } = await scene();
    const { poll } = sourceOf(url);
    const before = await poll(T0);
    answer.now = (_, response) => response.writeHead(503).end('down for a moment');
    await expect(poll(T0 + 10_000)).rejects.toMatchObject({ kind: 'http', status: 503 });
    await expect(poll(T0 + 20_000)).rejects.toThrow('http 503: query cpu');
    answer.now = (_, response) => void response.write('{"sta');
    const late = new AbortController();
    const slow = poll(T0 + 30_000, late.signal);
    setTimeout(() => {
      late.abort(new SourceFailure('timeout', ''));
    }, 200);
    await expect(slow).rejects.toThrow('timeout: body');
    answer.now = onePod;
    const after = await poll(T0 + 40_000);
    expect(after.times).toEqual([-20_000, -10_000, 0, 10_000].map((ms) => T0 + ms));
    expect(after.series[0]).toBe(before.series[0]);
    await poll(T0 + 10_000_000);
    expect(asked.at(-1)).toMatchObject({ start: T0 / 1000 + 20, end: T0 / 1000 + 20 + 239 * 10 });
    await poll(T0 + 10_000_000);
    expect(asked.at(-1)).toMatchObject({ start: T0 / 1000 + 20 + 240 * 10 });
  });

  test('one query that fails makes a partial tick, and is made up for; at the start it ends all', async () => {
    const bad: Answer = (asked, response) => {
      if (asked.query === 'cpu') onePod(asked, response);
      else {
        response.writeHead(422);
        response.end(
          '{"status":"error","errorType":"execution","error":"too\\u0007 many\\nsamples"}',
        );
      }
    };
    const { url, answer } = await scene(bad);
    const start = sourceOf(url, [CPU, REQUESTS]);
    const failure: unknown = await start.poll(T0).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SourceFailure);
    expect(explainPrometheus(failure as SourceFailure, start.access).message).toMatch(
      /cannot evaluate a query \(http 422: query requests: execution: too  ?many samples\): check --query/,
    );
    answer.now = onePod;
    const { poll } = sourceOf(url, [CPU, REQUESTS]);
    await poll(T0);
    answer.now = bad;
    const partial = await poll(T0 + 10_000);
    expect(partial).toMatchObject({ outcome: 'partial', times: [T0 - 20_000] });
    expect(partial.reason).toMatch(/^http 422: query requests: execution/);
    answer.now = onePod;
    const made = await poll(T0 + 20_000);
    const seen = made.series.map(({ metric }, i) => [metric, made.times[i]]);
    expect(seen).toEqual([
      ['cpu', T0 - 10_000],
      ['requests', T0 - 20_000],
      ['requests', T0 - 10_000],
    ]);
  });

  test('what is no sample is told, never made one', async () => {
    const { url, answer } = await scene((asked, response) => {
      const series: [object, (t: number) => string][] = [
        [POD, () => 'NaN'],
        [{ ...POD, pod: 'web-2' }, () => '-1'],
        [{ ...POD, pod: 'x'.repeat(300) }, () => '1'],
        [{ ...POD, pod: 'web-3', extra: 'y' }, () => '0.5'],
      ];
      response.end(matrix(asked, series, { warnings: ['one store is away'], isPartial: true }));
    });
    const { poll } = sourceOf(url);
    const found = await poll(T0);
    expect(found).toMatchObject({
      ...{ outcome: 'partial', reason: 'the server calls its answer partial', values: [0.5] },
      rejects: [
        { pod: 'web-2', metric: 'cpu', reason: 'negative', raw: '-1' },
        { metric: 'cpu', reason: 'name' },
      ],
      notes: ['Query cpu: cpu', 'Warning on query cpu: one store is away'],
    });
    answer.now = (asked, response) => response.end(matrix(asked, []));
    expect(await poll(T0 + 10_000)).toMatchObject({ outcome: 'empty' });
    for (const [body, why] of [
      ['nonsense', /^parse: no JSON in 8 bytes/],
      [
        '{"status":"success","data":{"resultType":"vector","result":[]}}',
        /query cpu: it holds no matrix/,
      ],
      ['{"status":"error","errorType":"bad_data","error":"e"}', /the query failed: bad_data: e/],
    ] as const) {
      answer.now = (_, response) => response.end(body);
      await expect(poll(T0 + 20_000)).rejects.toThrow(why);
    }
    answer.now = (asked, response) => {
      const twice: [object, (t: number) => string] = [{ ...POD, a: '1' }, () => '1'];
      response.end(matrix(asked, [twice, [{ ...POD, a: '2' }, () => '2']]));
    };
    await expect(poll(T0 + 20_000)).rejects.toThrow(/two of its series are shop\/web-1\/app\/cpu/);
  });

  test("go by the server's clock, and say so", async () => {
    const { url, answer, asked } = await scene();
    answer.aheadMs = -3_600_000;
    const { notes } = await sourceOf(url).poll(T0);
    expect(notes.join()).toMatch(/The server's clock is (1h|59m\d+s) behind the recorder's/);
    const start = (asked[0]?.start ?? 0) * 1000;
    expect(Math.abs(start - (T0 - 3_600_000 - 30_000))).toBeLessThanOrEqual(10_000);
  });
});

describe('logging in', () => {
  test('with a token from a file, read again after a 401, over TLS with its own authority', async () => {
    const certificate = await makeCertificate();
    const { url, logins, answer } = await scene(onePod, certificate);
    const folder = tempFolder();
    const [ca, token] = [join(folder, 'ca.pem'), join(folder, 'token')];
    writeFileSync(ca, certificate.cert);
    writeFileSync(token, 'canary-first\n');
    const access = openPrometheus({ url, tokenFile: token, caFile: ca }, {});
    const source = prometheusSource(access, {
      ...{ queries: [CPU], stepMs: 1000, offsetMs: 0, sinceMs: null },
    });
    const poll = (tick: number) =>
      source.poll({
        tick,
        scheduledMs: T0 + tick * 1000,
        timeoutMs: 5000,
        signal: AbortSignal.timeout(5000),
      });
    await poll(1);
    expect(logins).toEqual(['Bearer canary-first', 'Bearer canary-first']);
    writeFileSync(token, 'canary-second');
    answer.now = (asked, response) => {
      if (logins.at(-1) === 'Bearer canary-second') onePod(asked, response);
      else response.writeHead(401).end();
    };
    await poll(2);
    expect(logins.slice(2)).toEqual(['Bearer canary-first', 'Bearer canary-second']);
    answer.now = (_, response) => {
      const error = `no canary-second and Bearer canary-second ${'x'.repeat(500)}`;
      response
        .writeHead(400)
        .end(JSON.stringify({ status: 'error', errorType: 'bad_data', error }));
    };
    const failure: unknown = await poll(3).catch((error: unknown) => error);
    expect((failure as Error).message).toMatch(
      /^http 400: query cpu: bad_data: no \*\*\* and Bearer \*\*\* x+…$/,
    );
    rmSync(token);
    access.forgetCredentials();
    await expect(poll(4)).rejects.toThrow('a certificate, key or token cannot be read');
    source.close();
    const stranger = sourceOf(url);
    await expect(stranger.poll(T0)).rejects.toThrow(/^tls: /);
  });

  test('with a user and a password from the environment; neither is kept or printed', async () => {
    const { url, logins } = await scene();
    const cwd = tempFolder();
    const args = [
      'record',
      '--source',
      'prometheus',
      '--prometheus-url',
      url,
      '-A',
      '-o',
      'run.db',
    ];
    const login = ['--prometheus-user', 'ann', '--interval', '500ms', '--duration', '500ms'];
    const env = { PROMETHEUS_PASSWORD: 'canary-5f0c' };
    const { code, stdout, stderr } = await runCli([...args, ...login, '--verbose'], { cwd, env });
    expect(code).toBe(0);
    const basic = Buffer.from('ann:canary-5f0c').toString('base64');
    expect(new Set(logins)).toEqual(new Set([`Basic ${basic}`]));
    const bytes = readFileSync(join(cwd, 'run.db'), 'latin1');
    for (const secret of ['canary-5f0c', basic, '127.0.0.1']) {
      expect(bytes + stdout).not.toContain(secret);
      if (secret !== '127.0.0.1') expect(stderr).not.toContain(secret);
    }
  });
});

describe('a range of the past', () => {
  const run = async (url: string, steps: number) => {
    const access = openPrometheus({ url }, {});
    onTestFinished(() => {
      access.close();
    });
    const ticks: TickBatch[] = [];
    const writer = {
      defineSeries: () => 1,
      addNote: () => undefined,
      commitTick(tick: TickBatch) {
        ticks.push(tick);
        return { seq: ticks.length, stored: tick.times.length, repeats: 0, conflicts: 0, late: 0 };
      },
    };
    const grid = { startMs: T0, endMs: T0 + (steps - 1) * 1000, stepMs: 1000 };
    const counts = await backfill(writer, {
      ...{ client: rangeClient(access), queries: [CPU], grid, clock: systemClock() },
      ...{ timeoutMs: 5000, signal: new AbortController().signal, onProgress: () => undefined },
    });
    return { ticks, counts };
  };

  test('is asked for in parts under the limit of the server, each time once', async () => {
    const { url, asked } = await scene();
    const { ticks, counts } = await run(url, 30_000);
    const times = ticks.flatMap((tick) => tick.times);
    expect(times).toEqual(Array.from({ length: 30_000 }, (_, i) => T0 + i * 1000));
    expect(counts).toMatchObject({ samples: 30_000, parts: asked.length });
    for (const { start, end } of asked) expect(end - start).toBeLessThan(10_000);
    expect(asked.length).toBeLessThan(12);
  });

  test('in shorter parts where the server finds them too long; a wrong query still ends it', async () => {
    const { url, answer } = await scene((asked, response) => {
      if (asked.end - asked.start < 50) onePod(asked, response);
      else
        response
          .writeHead(422)
          .end('{"status":"error","errorType":"execution","error":"too many"}');
    });
    const { ticks } = await run(url, 500);
    expect(ticks.flatMap((tick) => tick.times)).toHaveLength(500);
    answer.now = (_, response) => response.writeHead(400).end();
    await expect(run(url, 500)).rejects.toThrow('http 400: query cpu');
  });
});

test('flags that cannot be used are refused before anything is sent', async () => {
  const { url, logins } = await scene();
  const flags = (more: Partial<RecordFlags>): RecordFlags => {
    const given = { source: 'prometheus', prometheusUrl: url, allNamespaces: true, livePort: 0 };
    // What yargs makes of a command line, as far as it is looked at.
    return { ...given, ...more } as RecordFlags;
  };
  const cases: [Partial<RecordFlags>, RegExp][] = [
    [{ source: 'metrics-server', step: '5s' }, /--step needs --source prometheus/],
    [{ source: 'metrics-server', from: '2026-01-01T00:00:00Z' }, /--from needs --source/],
    [{ prometheusUrl: undefined }, /needs its address/],
    [{ allNamespaces: false }, /choose -n NAMESPACE, or -A/],
    [{ step: '20s' }, /--step is longer than --interval/],
    [{ step: '0' }, /--step 0 is out of range/],
    [{ rateWindow: '1500ms' }, /--rate-window takes whole seconds/],
    [{ selector: 'a b' }, /no label selector/],
    [{ query: ['up'] }, /--query takes NAME=EXPR/],
  ];
  for (const [more, why] of cases) {
    expect(() => {
      planRecording(flags({ ...more, output: join(tempFolder(), 'run.db') }), T0);
      prometheusTarget(flags(more), 15_000, null);
    }).toThrow(why);
  }
  const past = { from: '2026-01-01T00:00:00Z', output: join(tempFolder(), 'run.db') };
  for (const [more, why] of [
    [{ to: '2025-01-01T00:00:00Z' }, /no time between/],
    [{ to: '2026-01-02T00:00:00Z', duration: '1h' }, /--to and --duration/],
    [{ detect: true }, /--detect is for a recording of what happens now/],
  ] as const) {
    await expect(runBackfill(flags({ ...past, ...more }), [])).rejects.toThrow(why);
  }
  expect(logins).toEqual([]);
});
