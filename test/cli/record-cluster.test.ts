import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { readRecording } from '../../src/record/recording/reader.ts';
import { startCli } from '../support/cli.ts';
import type { WirePod } from '../support/fake-api.ts';
import { expectDelivered } from '../support/ledger.ts';
import { tempFolder } from '../support/temp.ts';

const CLUSTER = join(
  dirname(fileURLToPath(import.meta.url)),
  '../../dist/fixtures/cluster/main.js',
);
const HAS_KUBECTL = spawnSync('kubectl', ['version', '--client']).status === 0;

interface Delivery {
  readonly path: string;
  readonly items: readonly WirePod[];
}

/** Starts the cluster on this machine: real processes behind the API. It ends with the test. */
async function startCluster(
  folder: string,
): Promise<{ kubeconfig: string; ledger: () => Delivery[] }> {
  const kubeconfig = join(folder, 'kubeconfig');
  const ledgerFile = join(folder, 'ledger.jsonl');
  const args = ['--scenario', 'quick', '--kubeconfig-out', kubeconfig, '--ledger', ledgerFile];
  const child = spawn(process.execPath, [CLUSTER, ...args, '--resolution', '1', '--follow-stdin'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end();
    await gone;
  });
  for (let i = 0; i < 200 && !existsSync(kubeconfig); i += 1) await wait(50);
  return {
    kubeconfig,
    ledger: () =>
      readFileSync(ledgerFile, 'utf8')
        .trim()
        .split('\n')
        .map((line) => {
          const { path, body } = JSON.parse(line) as { path: string; body: string | object };
          const list = (typeof body === 'string' ? JSON.parse(body) : body) as { items: WirePod[] };
          return { path, items: list.items };
        }),
  };
}

interface TopRow {
  readonly key: string;
  readonly millicores: number;
  readonly mebibytes: number;
}

function kubectlTop(kubeconfig: string): TopRow[] {
  const args = ['--kubeconfig', kubeconfig, 'top', 'pods', '-A', '--containers'];
  const { stdout } = spawnSync('kubectl', [...args, '--no-headers'], { encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [namespace = '', pod = '', container = '', cpu = '', memory = ''] = line
        .trim()
        .split(/\s+/);
      const key = `${namespace}/${pod}/${container}`;
      return { key, millicores: parseInt(cpu, 10), mebibytes: parseInt(memory, 10) };
    });
}

test.skipIf(!HAS_KUBECTL)(
  'a cluster of real processes: the recording equals its ledger, and kubectl top agrees',
  async () => {
    const cwd = tempFolder();
    const { kubeconfig, ledger } = await startCluster(cwd);
    await wait(3000);
    const args = ['record', '--kubeconfig', kubeconfig, '-n', 'shop', '-o', 'run.db'];
    const cli = startCli([...args, '--interval', '400ms', '--request-timeout', '1s'], { cwd });
    await cli.until(/Recording namespace shop/);
    const before = ledger().length;
    await wait(1500);
    const rows = kubectlTop(kubeconfig);
    await wait(3000);
    cli.child.kill('SIGINT');
    expect((await cli.ended).code).toBe(130);

    const file = join(cwd, 'run.db');
    const { series, marks, info } = readRecording(file);
    const delivered = ledger();
    // kubectl asked for all namespaces, the recorder for one.
    const ours = delivered.filter(({ path }) => path.includes('/namespaces/shop/pods'));
    expectDelivered(
      file,
      ours.map(({ items }) => items),
    );
    expect(delivered.length).toBeGreaterThan(before);
    expect(marks.every(({ kind }) => kind !== 'load-start')).toBe(true);
    const bounds = 'consumememory: Deployment/consumememory 1 to 6 replicas';
    const autoscalers = marks.filter(({ kind }) => kind === 'autoscaler');
    // The lists beside the metrics have a part of a short interval, and may come to nothing.
    const hasContext = series.some((one) => one.series.metric === 'replicas_desired');
    expect(autoscalers.map(({ name }) => name)).toEqual(hasContext ? [bounds] : []);
    expect(info.notes.join()).toMatch(
      /^CPU is the mean over 1s.*Samples were .* old when their poll was due/,
    );

    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const { key, millicores, mebibytes } of rows) {
      const find = (metric: string) =>
        series.find(({ series: { id } }) => id === `${key}/${metric}`);
      const cpu = find('cpu');
      const memory = find('memory');
      // kubectl rounds cores up to whole thousandths and bytes down to whole MiB.
      const sameTime = [...(cpu?.values ?? [])].some(
        (value, i) =>
          Math.ceil(value * 1000) === millicores &&
          Math.floor((memory?.values[i] ?? 0) / 1024 / 1024) === mebibytes,
      );
      expect(sameTime, key).toBe(true);
    }
  },
  60_000,
);
