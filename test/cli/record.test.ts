import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { rngFor } from '../../src/core/rng.ts';
import { readRecording } from '../../src/record/recording/reader.ts';
import { verifyRecording } from '../../src/record/recording/verify.ts';
import { makeCertificate, type Certificate } from '../support/certificates.ts';
import { CLI_MAIN, runCli, startCli, type CliResult } from '../support/cli.ts';
import { METRICS_PATH, startFakeApi, TOKEN, type FakeApi } from '../support/fake-api.ts';
import { expectLedger } from '../support/ledger.ts';
import { tempFolder } from '../support/temp.ts';

/** util-linux, which gives a program a terminal. */
const HAS_TERMINAL = String(spawnSync('script', ['--version']).stdout).includes('util-linux');

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});

/** A server, a folder to work in and a kubeconfig there. */
async function scene(): Promise<{ api: FakeApi; cwd: string; env: Record<string, string> }> {
  const api = await startFakeApi(certificate);
  const cwd = tempFolder();
  return { api, cwd, env: { KUBECONFIG: api.kubeconfig(cwd) } };
}

const recordings = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.includes('.db'));

/** One sentence on stderr, nothing on stdout, no file, no secret. */
function expectRefusal({ code, stdout, stderr }: CliResult, wanted: number, text: RegExp): void {
  expect(stderr).toMatch(text);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/\n\s+at |internal error/);
  expect(stdout).toBe('');
  expect(code).toBe(wanted);
}

describe('a start that fails', () => {
  test.each([
    [401, /does not accept the credentials.*401 on list pods in group metrics\.k8s\.io/],
    [403, /may not list pods in group metrics\.k8s\.io in namespace "shop" \(403\).*get and list/],
    [404, /no metrics API \(404 on list pods in group metrics\.k8s\.io.*install metrics-server/],
    [302, /sends us elsewhere.*redirect: http 302/],
  ])('http %i: exit 4, one sentence, no file', async (status, text) => {
    const { api, cwd, env } = await scene();
    api.fault = () => ({ does: 'status', status, headers: { location: 'https://127.0.0.1:1/' } });
    expectRefusal(await runCli(['record', '-o', 'run.db'], { cwd, env }), 4, text);
    expect(recordings(cwd)).toEqual([]);
  });

  test('an unreachable server, a wrong authority and no kubeconfig: exit 4', async () => {
    const { api, cwd } = await scene();
    const away = api.kubeconfig(cwd, { name: 'away', server: 'https://127.0.0.1:1' });
    const stranger = api.kubeconfig(cwd, { name: 'stranger', ca: (await makeCertificate()).cert });
    const [unreachable, untrusted, none] = await Promise.all([
      runCli(['record', '--kubeconfig', away], { cwd }),
      runCli(['record', '--kubeconfig', stranger], { cwd }),
      runCli(['record'], { cwd }),
    ]);
    expectRefusal(unreachable, 4, /Cannot reach the cluster.*connect ECONNREFUSED/);
    expectRefusal(untrusted, 4, /certificate of 127\.0\.0\.1:\d+ is not accepted/);
    expectRefusal(none, 4, /There is no kubeconfig at .*--kubeconfig FILE/);
    expect(api.requests).toEqual([]);
    expect(recordings(cwd)).toEqual([]);
  });

  test('flags that cannot be used: exit 2 before anything is sent', async () => {
    const { api, cwd, env } = await scene();
    const cases: [string[], RegExp][] = [
      [['-n', '../../api/v1/secrets?x='], /is no namespace/],
      [['-n', 'a', '-A'], /leave out either -A or -n/],
      [['--interval', '0'], /out of range/],
      [['--interval', '1e5'], /as a duration/],
      [['--duration', 'soon'], /as a duration/],
      [['-o', 'json'], /did you mean --format json/],
      [['--namespac', 'x'], /did you mean --namespace/],
      [
        ['--', 'no-such-program', '--password=hunter2'],
        /Cannot find the command "no-such-program"/,
      ],
      [['k6', 'run'], /a command to run goes after "--"/],
    ];
    const results = await Promise.all(
      cases.map(([args]) => runCli(['record', ...args], { cwd, env })),
    );
    results.forEach((result, i) => {
      expectRefusal(result, 2, cases[i]?.[1] ?? /never/);
      expect(result.stderr).not.toContain('hunter2');
    });
    expect(api.requests).toEqual([]);
    expect(recordings(cwd)).toEqual([]);
  });

  test('a file that exists, or a folder that does not: exit 6, the file is untouched', async () => {
    const { api, cwd, env } = await scene();
    writeFileSync(join(cwd, 'run.db'), 'mine');
    const [exists, nowhere] = await Promise.all([
      runCli(['record', '-o', 'run.db'], { cwd, env }),
      runCli(['record', '-o', 'no/run.db'], { cwd, env }),
    ]);
    expectRefusal(exists, 6, /exists already; use --force/);
    expectRefusal(nowhere, 6, /folder is missing or read-only/);
    expect(readFileSync(join(cwd, 'run.db'), 'utf8')).toBe('mine');
    api.fault = () => ({ does: 'status', status: 403 });
    const refused = await runCli(['record', '-o', 'run.db', '--force'], { cwd, env });
    expectRefusal(refused, 4, /403/);
    expect(readFileSync(join(cwd, 'run.db'), 'utf8')).toBe('mine');
  });
});

describe('a recording', () => {
  test('equals what the server delivered, number for number, and is one finished file', async () => {
    const { api, cwd, env } = await scene();
    api.fault = (n) =>
      n === 3
        ? { does: 'status', status: 500 }
        : n === 5
          ? { does: 'cut' }
          : n === 7
            ? { does: 'hang', at: 'body' }
            : n % 4 === 0
              ? { does: 'gzip' }
              : undefined;
    const args = ['record', '-o', 'run.db', '--interval', '300ms', '--duration', '4500ms'];
    const { code, stdout, stderr } = await runCli(args, { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Recorded 16 ticks, 6 series, \d+ samples in \S+ to run\.db/);
    expect(stderr).toMatch(/\d+ of 16 ticks are whole; the others: .*http 500 \(1\)/);
    expect(recordings(cwd)).toEqual(['run.db']);
    const file = join(cwd, 'run.db');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expectLedger(file, api);
    const { info, ticks } = readRecording(file);
    expect(info).toMatchObject({ kind: 'recorded', finalised: true, intervalMs: 300 });
    const reasons = ticks.map(({ reason }) => reason).join('\n');
    expect(reasons).toMatch(/^http 500$/m);
    expect(reasons).toMatch(/^parse: no JSON in \d+ bytes$/m);
    expect(reasons).toMatch(/^timeout: body$/m);
    const schedule = ticks.map(({ scheduledMs }) => scheduledMs - (ticks[0]?.scheduledMs ?? 0));
    expect(schedule).toEqual(Array.from({ length: 16 }, (_, k) => k * 300));
  });

  test('counts repeats, conflicts and late samples, and keeps the first value', async () => {
    const { api, cwd, env } = await scene();
    const { pods } = api;
    const order = [1, 1, 1, 5, 3, 3];
    api.pods = (n) => {
      const now = pods(order[n - 1] ?? 9);
      return n === 3
        ? now.map((pod) => ({
            ...pod,
            containers: pod.containers.map((c) => ({ ...c, usage: { ...c.usage, cpu: '7n' } })),
          }))
        : now;
    };
    const args = ['record', '-o', 'run.db', '--interval', '400ms', '--duration', '2s'];
    expect((await runCli(args, { cwd, env })).code).toBe(0);
    const { ticks } = readRecording(join(cwd, 'run.db'));
    expect(
      ticks.map(({ samples, repeats, conflicts, late }) => [samples, repeats, conflicts, late]),
    ).toEqual([
      [6, 0, 0, 0],
      [0, 6, 0, 0],
      [0, 3, 3, 0],
      [6, 0, 0, 0],
      [6, 0, 0, 6],
      [0, 6, 0, 0],
    ]);
    expectLedger(join(cwd, 'run.db'), api);
  });

  test('--print writes a line for each container as the original script did', async () => {
    const { api, cwd, env } = await scene();
    const timestamp = new Date().toISOString().replace(/\.\d+/, '');
    api.pods = () => [
      {
        metadata: { name: 'web-1', namespace: 'shop' },
        ...{ timestamp, window: '15s' },
        containers: [{ name: 'app', usage: { cpu: '750u', memory: '60498Ki' } }],
      },
    ];
    const args = ['record', '--interval', '400ms', '--duration', '400ms', '--print', '--quiet'];
    const { stdout, stderr, code } = await runCli(args, { cwd, env });
    const line =
      'shop/web-1/app CPU Usage: 0.000750 cores, Memory Usage: 59.08 MB, Ratio: 0.000013\n';
    expect(stdout).toBe(line + line);
    expect([code, stderr]).toEqual([0, '']);
    expect(recordings(cwd)).toEqual([expect.stringMatching(/^podtape-\d{8}T\d{6}Z\.db$/)]);
  });

  test('--dry-run shows one poll and writes nothing', async () => {
    const { api, cwd, env } = await scene();
    const { code, stdout, stderr } = await runCli(['record', '--dry-run'], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^NAMESPACE +POD +CONTAINER +METRIC/);
    expect(stdout).toMatch(/shop +web-1 +sidecar +memory +1 MiB/);
    expect(stderr).toMatch(/6 samples a poll would be kept/);
    expect(stderr).toMatch(/Without limits, restarts/);
    expect(api.ledger).toHaveLength(1);
    expect(recordings(cwd)).toEqual([]);
  });

  test('no output and no file holds a secret, whatever goes wrong', async () => {
    const { api, cwd, env } = await scene();
    const password = 'canary-hunter2-password';
    const proxied = { ...env, CANARY: 'canary-env-value' };
    api.fault = (n) =>
      n > 3
        ? { does: 'status', status: n % 2 === 0 ? 500 : 401, body: `echo ${TOKEN}` }
        : undefined;
    const outputs = [
      await runCli(
        [
          'record',
          '-o',
          'a.db',
          '--interval',
          '100ms',
          '--duration',
          '700ms',
          '--verbose',
          '--',
          'true',
          `--password=${password}`,
        ],
        { cwd, env: proxied },
      ),
    ];
    for (const fault of [
      { does: 'status', status: 401 },
      { does: 'body', body: `<html>${TOKEN}` },
    ] as const) {
      api.fault = () => fault;
      outputs.push(await runCli(['record', '-o', 'b.db', '--verbose'], { cwd, env: proxied }));
    }
    const kept = recordings(cwd).map((name) => readFileSync(join(cwd, name), 'latin1'));
    expect(kept).toHaveLength(1);
    const all = [...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...kept].join('\n');
    for (const secret of [TOKEN, password, 'canary-env-value']) {
      expect(all).not.toContain(secret);
      expect(all).not.toContain(Buffer.from(secret).toString('base64').slice(0, 16));
      expect(all).not.toContain(Buffer.from(secret).toString('hex'));
    }
    expect(kept.join('')).not.toContain(String(api.port));
  });
});

describe('with a command', () => {
  test('its start and end become marks, its exit code ours, its output stays its own', async () => {
    const { cwd, env } = await scene();
    const script = 'echo out; echo err >&2; sleep 0.4; exit 7';
    const args = ['record', '-o', 'run.db', '--interval', '200ms', '--', 'sh', '-c', script];
    const { code, stdout, stderr } = await runCli(args, { cwd, env });
    expect(code).toBe(7);
    expect(stdout).toBe('out\n');
    expect(stderr).toMatch(/^err$/m);
    expect(stderr).toMatch(/sh ended with exit code 7/);
    const { marks, ticks, info } = readRecording(join(cwd, 'run.db'));
    expect(marks.map(({ kind, name }) => [kind, name])).toEqual([
      ['load-start', 'sh'],
      ['load-end', 'sh'],
    ]);
    const [start, end] = marks.map(({ startMs }) => startMs);
    expect((end ?? 0) - (start ?? 0)).toBeGreaterThanOrEqual(400);
    expect(ticks.at(-1)?.scheduledMs).toBeGreaterThanOrEqual(end ?? Infinity);
    expect(info.finalised).toBe(true);
  });

  test('is sent the signal, too, and its end is marked', async () => {
    const { cwd, env } = await scene();
    const script = `trap 'echo stopped; exit 3' TERM; echo ready; while :; do sleep 0.05; done`;
    const args = ['record', '-o', 'run.db', '--interval', '200ms', '--', 'sh', '-c', script];
    const cli = startCli(args, { cwd, env });
    await cli.until(/ready/);
    cli.child.kill('SIGTERM');
    const { code, stdout } = await cli.ended;
    expect(code).toBe(143);
    expect(stdout).toBe('ready\nstopped\n');
    expect(readRecording(join(cwd, 'run.db')).marks.map(({ kind }) => kind)).toEqual([
      'load-start',
      'load-end',
    ]);
  });
});

describe('an end by force', () => {
  const ticksOf = (stderr: string): { seq: number; samples: number }[] =>
    stderr
      .split('\n')
      .filter((line) => line.startsWith('{"event":"tick"'))
      .map((line) => JSON.parse(line) as { seq: number; samples: number });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s: finished file, summary, exit %i', async (signal, wanted) => {
    const { api, cwd, env } = await scene();
    api.fault = (n) => (n === 4 ? { does: 'hang', at: 'headers' } : undefined);
    const cli = startCli(['record', '-o', 'run.db', '--interval', '300ms'], { cwd, env });
    await cli.until(/Recording namespace shop/);
    await wait(rngFor(wanted, signal).below(1200));
    cli.child.kill(signal);
    const startMs = performance.now();
    const { code, stderr } = await cli.ended;
    expect(performance.now() - startMs).toBeLessThan(5000);
    expect(code).toBe(wanted);
    expect(stderr).toMatch(/Recorded \d+ ticks?/);
    expect(recordings(cwd)).toEqual(['run.db']);
    const { info } = readRecording(join(cwd, 'run.db'));
    expect(info.finalised).toBe(true);
    expectLedger(join(cwd, 'run.db'), api);
  });

  test('a second SIGINT leaves at once, and the file is still good', async () => {
    const { api, cwd, env } = await scene();
    api.fault = (n) => (n >= 3 ? { does: 'hang', at: 'headers' } : undefined);
    const args = ['record', '-o', 'run.db', '--interval', '5s', '--request-timeout', '4s'];
    const script = `trap '' INT TERM; echo ready; while :; do sleep 0.05; done`;
    const cli = startCli([...args, '--', 'sh', '-c', `${script} & echo $! > pid; wait`], {
      cwd,
      env,
    });
    await cli.until(/ready/);
    cli.child.kill('SIGINT');
    await cli.until(/Stopping on SIGINT/);
    await wait(300);
    cli.child.kill('SIGINT');
    await new Promise((resolve) => cli.child.once('exit', resolve));
    expect(cli.child.exitCode).toBe(130);
    process.kill(Number(readFileSync(join(cwd, 'pid'), 'utf8')), 'SIGKILL');
    const { info, ticks } = readRecording(join(cwd, 'run.db'));
    expect(info.finalised).toBe(false);
    expect(ticks.map(({ outcome }) => outcome)).toEqual(['ok']);
  });

  test.skipIf(!HAS_TERMINAL)(
    'Ctrl-C on a terminal with its live line ends as cleanly',
    async () => {
      const { cwd, env } = await scene();
      const record = `record -o run.db --interval 300ms`;
      const shell = `echo $$ > pid; exec '${process.execPath}' '${CLI_MAIN}' ${record}`;
      const terminal = spawn('script', ['-qec', shell, '/dev/null'], {
        ...{ cwd, stdio: ['ignore', 'pipe', 'ignore'] },
        // A person's terminal, also where the tests themselves run in CI.
        env: { ...process.env, ...env, HOME: cwd, TERM: 'xterm', CI: undefined },
      });
      let shown = '';
      terminal.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString('utf8')));
      for (let i = 0; i < 300 && !/Recording: \d ticks/.test(shown); i += 1) await wait(20);
      process.kill(Number(readFileSync(join(cwd, 'pid'), 'utf8')), 'SIGINT');
      await new Promise((resolve) => terminal.once('exit', resolve));
      expect(terminal.exitCode).toBe(130);
      expect(shown).toMatch(/Recorded \d+ ticks?/);
      // The cursor is shown again.
      expect(shown.lastIndexOf('\u001b[?25h')).toBeGreaterThan(shown.lastIndexOf('\u001b[?25l'));
      expect(readRecording(join(cwd, 'run.db')).info.finalised).toBe(true);
    },
  );

  test('a reader of stdout that goes away ends the recording cleanly', async () => {
    const { cwd, env } = await scene();
    const cli = startCli(['record', '-o', 'run.db', '--interval', '100ms', '--print'], {
      cwd,
      env,
    });
    await cli.until(/CPU Usage/);
    cli.child.stdout?.destroy();
    const { code, stderr } = await cli.ended;
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/EPIPE|internal/);
    expect(readRecording(join(cwd, 'run.db')).info.finalised).toBe(true);
  });

  test('a process that was stopped for a while misses ticks and makes up for none', async () => {
    const { api, cwd, env } = await scene();
    const args = ['record', '-o', 'run.db', '--interval', '200ms', '--duration', '3s'];
    const cli = startCli(args, { cwd, env });
    await cli.until(/Recording namespace shop/);
    await wait(300);
    cli.child.kill('SIGSTOP');
    await wait(1100);
    cli.child.kill('SIGCONT');
    expect((await cli.ended).code).toBe(0);
    const { ticks } = readRecording(join(cwd, 'run.db'));
    expect(ticks).toHaveLength(16);
    const missed = ticks.filter(({ outcome }) => outcome === 'missed').length;
    expect(missed).toBeGreaterThanOrEqual(3);
    const atMs = api.requests.filter(({ path }) => path.includes('metrics')).map((r) => r.atMs);
    expect(atMs.length).toBe(16 - missed);
    expectLedger(join(cwd, 'run.db'), api);
  });

  test('kill -9 at 20 random moments loses no tick that was told', async () => {
    const { api, env } = await scene();
    // Each run is a recording of its own; the server's pods move on through all of them.
    const once = async (run: number): Promise<void> => {
      const cwd = tempFolder();
      const args = [
        'record',
        '-o',
        'run.db',
        '--interval',
        '100ms',
        '--progress',
        'json',
        '--print',
      ];
      const cli = startCli(args, { cwd, env });
      await cli.until(/"event":"tick"/);
      await wait(rngFor(run, 'kill').below(900));
      cli.child.kill('SIGKILL');
      const { stdout, stderr, signal } = await cli.ended;
      expect(signal).toBe('SIGKILL');
      const told = ticksOf(stderr);
      expect(told.length).toBeGreaterThan(0);
      const file = join(cwd, 'run.db');
      const { ticks, info, series } = readRecording(file);
      expect(info.finalised).toBe(false);
      expect(ticks.length).toBeGreaterThanOrEqual(told.length);
      expect(ticks.slice(0, told.length).map(({ seq, samples }) => ({ seq, samples }))).toEqual(
        told.map(({ seq, samples }) => ({ seq, samples })),
      );
      const kept = series.reduce((sum, { times }) => sum + times.length, 0);
      expect(kept).toBe(ticks.reduce((sum, { samples }) => sum + samples, 0));
      expect(kept).toBeGreaterThanOrEqual(2 * (stdout.split('\n').length - 1));
      expect(verifyRecording(file)).toMatchObject({ problems: [], damagedTicks: [] });
    };
    for (let run = 0; run < 20; run += 4) {
      await Promise.all([0, 1, 2, 3].map((i) => once(run + i)));
    }
    expect(api.ledger.length).toBeGreaterThan(20);
  }, 90_000);
});

test('a fault that passes costs no tick: it is asked again, and not before the server wants', async () => {
  const { api, cwd, env } = await scene();
  api.fault = (n) =>
    n === 2
      ? { does: 'short' }
      : n === 4
        ? { does: 'status', status: 429, headers: { 'retry-after': '1' } }
        : undefined;
  const args = ['record', '-o', 'run.db', '--interval', '1600ms', '--duration', '3200ms'];
  expect((await runCli(args, { cwd, env })).code).toBe(0);
  const { ticks } = readRecording(join(cwd, 'run.db'));
  expect(ticks.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  const atMs = api.requests.filter(({ path }) => path.startsWith(METRICS_PATH)).map((r) => r.atMs);
  expect(atMs).toHaveLength(5);
  expect((atMs[2] ?? 0) - (atMs[1] ?? 0)).toBeGreaterThan(380);
  expect((atMs[4] ?? 0) - (atMs[3] ?? 0)).toBeGreaterThan(980);
  expectLedger(join(cwd, 'run.db'), api);
});

test('credentials that are refused later are gaps, and after ten of them a loud word', async () => {
  const { api, cwd, env } = await scene();
  const args = ['record', '-o', 'run.db', '--interval', '100ms', '--duration', '1500ms'];
  const cli = startCli(args, { cwd, env });
  await cli.until(/Recording namespace shop/);
  api.tokens = new Set(['another']);
  const { code, stderr } = await cli.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/warning: 10 polls in a row failed \(http 401\); trying on/);
  const { ticks } = readRecording(join(cwd, 'run.db'));
  expect(ticks).toHaveLength(16);
  expect(ticks.at(-1)).toMatchObject({ outcome: 'failed', reason: 'http 401' });
  expectLedger(join(cwd, 'run.db'), api);
});

test.skipIf(!existsSync('/proc/self/status'))(
  'answers without an end, zipped or not, take little memory',
  async () => {
    const { api, cwd, env } = await scene();
    // Members of a zip follow one another: 4 GiB of zeros in 4 MiB.
    const member = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => member));
    const plain = Buffer.alloc(200 * 1024 * 1024, ' ');
    api.fault = (n) =>
      n === 3
        ? { does: 'body', body: bomb, headers: { 'content-encoding': 'gzip' } }
        : n === 4
          ? { does: 'body', body: plain }
          : undefined;
    const args = ['record', '-o', 'run.db', '--interval', '2s', '--request-timeout', '1900ms'];
    const cli = startCli([...args, '--progress', 'json'], { cwd, env });
    const peakMiB = (): number => {
      const status = readFileSync(`/proc/${String(cli.child.pid)}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
    };
    await cli.until(/"seq":2,/);
    const before = peakMiB();
    await cli.until(/"seq":4,/);
    const after = peakMiB();
    cli.child.kill('SIGTERM');
    await cli.ended;
    expect(after - before).toBeLessThan(150);
    const { ticks } = readRecording(join(cwd, 'run.db'));
    expect(ticks.slice(2, 4).map(({ reason }) => reason)).toEqual(
      Array(2).fill('too-large: more than 67108864 bytes'),
    );
  },
  30_000,
);

test('a warming server is waited for, and an outage is told at the end', async () => {
  const { api, cwd, env } = await scene();
  api.fault = (n) => (n <= 2 ? { does: 'status', status: 503, body: 'not ready' } : undefined);
  const args = ['record', '-o', 'run.db', '--interval', '400ms', '--duration', '1600ms'];
  const { code } = await runCli(args, { cwd, env });
  expect(code).toBe(0);
  const { ticks } = readRecording(join(cwd, 'run.db'));
  expect(ticks.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
    'empty warming: http 503',
    'empty warming: http 503',
    ...Array<string>(3).fill('ok '),
  ]);
  expect(existsSync(join(cwd, 'run.db-wal'))).toBe(false);
});
