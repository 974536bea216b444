import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { makeCertificate, type Certificate } from '../support/certificates.ts';
import { runCli } from '../support/cli.ts';
import { startFakeApi, steadyPods } from '../support/fake-api.ts';
import { tempFolder } from '../support/temp.ts';

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});

/** A cluster whose second pod is hot from its 12th to its 15th sample. */
async function scene() {
  const api = await startFakeApi(certificate);
  const steady = steadyPods();
  api.pods = (n) =>
    steady(n).map((pod) =>
      pod.metadata.name === 'web-2' && n >= 12 && n <= 15
        ? { ...pod, containers: [{ name: 'app', usage: { cpu: '400m', memory: '64Mi' } }] }
        : pod,
    );
  const cwd = tempFolder();
  return { cwd, env: { KUBECONFIG: api.kubeconfig(cwd) } };
}

/** A server that keeps what is posted to it; the first answer is a fault. */
async function listener() {
  const posts: string[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      requests += 1;
      response.statusCode = requests === 1 ? 503 : 204;
      if (requests > 1) posts.push(body);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { posts, url: `http://127.0.0.1:${String(port)}/alerts?token=secret-5f0c` };
}

const SETTINGS = ['--detector', 'mad', '--window', '20', '--warmup', '6', '--threshold', '5'];
const RECORD = ['record', '-o', 'run.db', '--interval', '100ms', '--duration', '4s'];

interface AlertJson {
  readonly event?: string;
  readonly series: string;
  readonly detectedAt: string;
}

test('alerts open and close while recording, as a replay of the recording finds them', async () => {
  const { cwd, env } = await scene();
  const { posts, url } = await listener();
  const flags = ['--detect', '--format', 'json', '--webhook', url, ...SETTINGS];
  const { code, stdout, stderr } = await runCli([...RECORD, ...flags], { cwd, env });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).not.toContain('secret-5f0c');

  const lines = stdout.trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line) as AlertJson);
  expect(events.map(({ event, series }) => [event, series])).toEqual([
    ['open', 'shop/web-2/app/cpu'],
    ['close', 'shop/web-2/app/cpu'],
  ]);
  expect(posts).toEqual(lines);

  const replay = await runCli(['replay', 'run.db', '--json', ...SETTINGS], { cwd });
  const { alerts } = JSON.parse(replay.stdout) as { alerts: AlertJson[] };
  expect(alerts).toHaveLength(1);
  expect({ ...alerts[0], event: 'close' }).toMatchObject({ ...events[1] });
});

test('for people each alert is a line', async () => {
  const { cwd, env } = await scene();
  const { stdout } = await runCli([...RECORD, '--detect', ...SETTINGS], { cwd, env });
  const [open, close] = stdout.trimEnd().split('\n');
  expect(open).toMatch(/^\S+Z open {2}shop\/web-2\/app cpu: 400m, score \d/);
  expect(close).toMatch(/^\S+Z close shop\/web-2\/app cpu: lasted 4s, peak 400m, score \d/);
});

test('settings and webhooks that cannot be used end it before anything is sent', async () => {
  const { cwd, env } = await scene();
  const cases = [
    ['--detector', 'lvel'],
    ['--settings', 'none.json'],
    ['--webhook', 'ftp://example.com/secret-5f0c'],
    ['--webhook', 'secret-5f0c'],
  ];
  for (const args of cases) {
    const { code, stderr } = await runCli([...RECORD, '--detect', ...args], { cwd, env });
    expect([args, code]).toEqual([args, 2]);
    expect(stderr).not.toContain('5f0c');
  }
});
