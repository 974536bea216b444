import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { tempFolder } from './temp.ts';

const has = (program: string, flag: string): boolean =>
  spawnSync(program, [flag], { stdio: 'ignore' }).status === 0;
export const HAS_PROMETHEUS = has('prometheus', '--version') && has('promtool', '--version');
export const HAS_VICTORIA_METRICS = has('victoria-metrics', '-version');

/** A time of metrics to make: Unix ms, the end included. */
export interface MetricsRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** Cores that web-1 uses, and bytes at a time. */
export const WEB_1_CORES = 0.25;
export const web1Bytes = (t: number): number => 64_000_000 + (t / 1000 - 1_700_000_000) * 1000;

/** Series of a small shop as cAdvisor, kube-state-metrics and the shop itself give them. */
function shopSeries(startMs: number): [name: string, type: string, value: (t: number) => number][] {
  const cores = (n: number) => (t: number) => ((t - startMs) / 1000) * n;
  const of = (name: string, pod: string, container: string, more = '') =>
    `${name}{namespace="shop",pod="${pod}",container="${container}"${more}}`;
  const cpu = 'container_cpu_usage_seconds_total';
  const memory = 'container_memory_working_set_bytes';
  return [
    [of(cpu, 'web-1', 'app', ',id="/a"'), 'counter', cores(WEB_1_CORES)],
    // The container before it was started again, and the same one scraped twice.
    [of(cpu, 'web-1', 'app', ',id="/before"'), 'counter', () => 1000],
    [of(cpu, 'web-1', 'app', ',id="/a",replica="b"'), 'counter', cores(WEB_1_CORES)],
    [of(cpu, 'web-1', ''), 'counter', cores(0.3)],
    [of(cpu, 'web-1', 'POD'), 'counter', cores(0.01)],
    [of(cpu, 'db-0', 'postgres'), 'counter', cores(0.5)],
    [`${cpu}{namespace="other",pod="x",container="app"}`, 'counter', cores(1)],
    [of(memory, 'web-1', 'app'), 'gauge', web1Bytes],
    [of(memory, 'db-0', 'postgres'), 'gauge', () => 256_000_000],
    ['kube_pod_labels{namespace="shop",pod="web-1",label_app="web"}', 'gauge', () => 1],
    ['kube_pod_labels{namespace="shop",pod="db-0",label_app="db"}', 'gauge', () => 1],
    ['http_requests_total{code="200"}', 'counter', cores(40)],
    ['http_requests_total{code="500"}', 'counter', cores(2)],
  ];
}

/** The shop's metrics as an OpenMetrics file. */
export function shopMetrics({ startMs, endMs, stepMs }: MetricsRange): string {
  const families = new Map<string, { type: string; lines: string[] }>();
  for (const [series, type, value] of shopSeries(startMs)) {
    const name = series.replace(/\{.*/, '').replace(type === 'counter' ? /_total$/ : /$^/, '');
    const family = families.get(name) ?? { type, lines: [] };
    families.set(name, family);
    for (let t = startMs; t <= endMs; t += stepMs) {
      family.lines.push(`${series} ${String(value(t))} ${(t / 1000).toFixed(3)}`);
    }
  }
  const text = [...families].map(
    ([name, { type, lines }]) => `# TYPE ${name} ${type}\n${lines.join('\n')}\n`,
  );
  return `${text.join('')}# EOF\n`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`It ended with ${String(child.exitCode)}.`);
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await wait(100);
  }
  throw new Error(`${url} does not answer.`);
}

function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: 'ignore' });
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    if (child.exitCode === null) await ended;
  });
  return child;
}

/** Starts a real Prometheus that holds the shop's metrics; returns its address. */
export async function startPrometheus(
  range: MetricsRange,
  web: string | null = null,
): Promise<string> {
  const folder = tempFolder();
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(folder, 'shop.om'), shopMetrics(range));
  writeFileSync(join(folder, 'prometheus.yml'), 'scrape_configs: []\n');
  const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'shop.om'), data];
  const made = spawnSync('promtool', blocks, { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  const port = String(await freePort());
  if (web !== null) writeFileSync(join(folder, 'web.yml'), web);
  const child = start('prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--storage.tsdb.retention.time=100y',
    ...(web === null ? [] : [`--web.config.file=${join(folder, 'web.yml')}`]),
  ]);
  const address = `http://127.0.0.1:${port}`;
  if (web === null) await untilReady(`${address}/-/ready`, child);
  return address;
}

/** Starts a real VictoriaMetrics and gives it the shop's metrics; returns its address. */
export async function startVictoriaMetrics(range: MetricsRange): Promise<string> {
  const port = String(await freePort());
  const child = start('victoria-metrics', [
    `-storageDataPath=${join(tempFolder(), 'data')}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-retentionPeriod=100y',
  ]);
  const address = `http://127.0.0.1:${port}`;
  await untilReady(`${address}/health`, child);
  const text = shopMetrics(range).replace(/ (\d+)\.(\d{3})$/gm, ' $1$2');
  const body = text.replace(/^#.*\n/gm, '');
  const imported = await fetch(`${address}/api/v1/import/prometheus`, { method: 'POST', body });
  if (!imported.ok) throw new Error(await imported.text());
  await fetch(`${address}/internal/force_flush`);
  return address;
}
