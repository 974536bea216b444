import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { runCli } from '../../support/cli.ts';
import {
  HAS_PROMETHEUS,
  HAS_VICTORIA_METRICS,
  startPrometheus,
  startVictoriaMetrics,
  WEB_1_CORES,
  web1Bytes,
} from '../../support/prometheus.ts';
import { tempFolder } from '../../support/temp.ts';

// A server and four runs of the program, on machines shared with others.
vi.setConfig({ testTimeout: 90_000 });

const AN_HOUR_AGO = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
const PAST = { startMs: AN_HOUR_AGO, endMs: AN_HOUR_AGO + 1_800_000, stepMs: 15_000 };
const iso = (ms: number): string => new Date(ms).toISOString();

const record = (url: string, args: readonly string[], cwd: string) =>
  runCli(['record', '--source', 'prometheus', '--prometheus-url', url, '-n', 'shop', ...args], {
    cwd,
  });

const SERVERS: [string, boolean, typeof startPrometheus][] = [
  ['Prometheus', HAS_PROMETHEUS, startPrometheus],
  ['VictoriaMetrics', HAS_VICTORIA_METRICS, startVictoriaMetrics],
];

test.each(SERVERS.filter(([, isThere]) => isThere))(
  '%s: a range of the past becomes a recording, number for number',
  async (_, __, start) => {
    const url = await start(PAST);
    const cwd = tempFolder();
    const from = ['--from', iso(AN_HOUR_AGO + 300_000), '--to', iso(AN_HOUR_AGO + 900_000)];
    const query = 'requests=sum(rate(http_requests_total[2m]))';
    const args = [...from, '--step', '30s', '-o', 'run.db', '--query', query];
    const result = await record(url, args, cwd);
    expect(result.stderr).toMatch(/Recorded 105 samples from .* to run\.db\.\n/);
    expect(result.code).toBe(0);
    const { series, info, ticks } = readRecording(`${cwd}/run.db`);
    expect(series.map(({ series: { id, kind, unit } }) => `${id} ${kind} ${unit}`)).toEqual([
      '///requests signal requests/s',
      'shop/db-0/postgres/cpu usage cores',
      'shop/db-0/postgres/memory usage bytes',
      'shop/web-1/app/cpu usage cores',
      'shop/web-1/app/memory usage bytes',
    ]);
    const times = Array.from({ length: 21 }, (_, i) => AN_HOUR_AGO + 300_000 + i * 30_000);
    const [requests, , , cpu, memory] = series;
    expect([...(memory?.times ?? [])]).toEqual(times);
    expect([...(memory?.values ?? [])]).toEqual(times.map(web1Bytes));
    for (const value of cpu?.values ?? []) expect(value).toBeCloseTo(WEB_1_CORES, 9);
    for (const value of requests?.values ?? []) expect(value).toBeCloseTo(42, 6);
    expect(info).toMatchObject({ kind: 'imported', intervalMs: null });
    expect(info.notes).toContain('Query requests: sum(rate(http_requests_total[2m]))');
    expect(ticks.map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(verifyRecording(`${cwd}/run.db`).problems).toEqual([]);

    await record(url, [...from, '-l', 'app in (web, none)', '-o', 'web.db'], cwd);
    const pods = readRecording(`${cwd}/web.db`).series.map((one) => one.series.pod);
    expect(pods).toEqual(['web-1', 'web-1']);
    const wrong = await record(url, [...from, '--query', 'x=sum(', '-o', 'no.db'], cwd);
    expect(wrong).toMatchObject({ code: 4, stdout: '' });
    expect(wrong.stderr).toMatch(/cannot evaluate a query \(http 4\d\d: query x: .*check --query/);
    expect(existsSync(`${cwd}/no.db`)).toBe(false);
  },
);

test.each(SERVERS.filter(([, isThere]) => isThere))(
  '%s: live polls bring what came up since the poll before, and a resumed one fills its gap',
  async (name, _, start) => {
    const nowMs = Math.floor(Date.now() / 1000) * 1000;
    // VictoriaMetrics makes up values of its last 30 s; the default offset stays clear of them.
    const url = await start({ startMs: nowMs - 180_000, endMs: nowMs + 60_000, stepMs: 1000 });
    const cwd = tempFolder();
    const live = ['--interval', '500ms', '--step', '250ms', '--rate-window', '10s'];
    await record(url, [...live, '--duration', '1s', '-o', 'run.db'], cwd);
    await wait(1000);
    const { stderr, code } = await record(
      url,
      [...live, '--duration', '1s', '--resume', 'run.db'],
      cwd,
    );
    expect(stderr).toMatch(/Going on with run\.db/);
    expect(code).toBe(0);
    const { series, ticks } = readRecording(`${cwd}/run.db`);
    expect(ticks.filter(({ outcome }) => outcome === 'missed').length).toBeGreaterThan(1);
    const memory = series.find(({ series: { id } }) => id === 'shop/web-1/app/memory');
    const times = [...(memory?.times ?? [])];
    const grid = times.map((_, i) => (times[0] ?? 0) + i * 250);
    expect(times).toEqual(grid);
    expect(times.length).toBeGreaterThan(10);
    // Between two samples, which are a second apart, a query sees the older one.
    const seen = (t: number): number => web1Bytes(Math.floor(t / 1000) * 1000);
    expect([...(memory?.values ?? [])], name).toEqual(times.map(seen));
  },
);
