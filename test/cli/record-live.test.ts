import { request } from 'node:http';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { visible } from '../../src/core/visible.ts';
import { axeProblems } from '../support/axe.ts';
import { type Certificate, makeCertificate } from '../support/certificates.ts';
import { inChromium, launchChromium, sharedBrowser } from '../support/chromium.ts';
import { type RunningCli, startCli } from '../support/cli.ts';
import { type FakeApi, startFakeApi, steadyPods } from '../support/fake-api.ts';
import { HOSTILE_NAMES } from '../support/hostile-names.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { tempFolder } from '../support/temp.ts';

let certificate: Certificate;
const browser = sharedBrowser();
beforeAll(async () => {
  certificate = await makeCertificate();
});

/** A cluster whose second pod is hot from its 20th sample on. */
async function cluster(): Promise<FakeApi> {
  const api = await startFakeApi(certificate);
  const steady = steadyPods();
  api.pods = (n) =>
    steady(n).map((pod) =>
      pod.metadata.name === 'web-2' && n >= 20
        ? { ...pod, containers: [{ name: 'app', usage: { cpu: '400m', memory: '64Mi' } }] }
        : pod,
    );
  return api;
}

const SETTINGS = ['--detector', 'mad', '--window', '20', '--warmup', '6', '--threshold', '5'];

/** Starts a recorder with a live page and returns it with the page's address. */
async function watched(
  api: FakeApi,
  more: readonly string[],
): Promise<{ cli: RunningCli; url: string }> {
  const cwd = tempFolder();
  const args = ['record', '-o', 'run.db', '--interval', '100ms', '--live', ...SETTINGS, ...more];
  const cli = startCli(args, { cwd, env: { KUBECONFIG: api.kubeconfig(cwd) } });
  await cli.until(/Live page.*http:\S+/);
  const url = /http:\S+/.exec(cli.output().stderr)?.[0] ?? '';
  return { cli, url };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(url: string, change: { host?: string; method?: string } = {}): Promise<Answer> {
  const { hostname, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ hostname, port, path: pathname, method: change.method ?? 'GET' },
        headers: { host: change.host ?? `${hostname}:${port}` },
      },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

test('the live page answers only to its token, its own name and GET', async () => {
  const { cli, url } = await watched(await cluster(), ['--duration', '60s']);
  const page = await ask(url);
  expect(page.status).toBe(200);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain(`default-src 'none'`);
  expect(policy).not.toContain('unsafe-eval');
  const { origin, pathname, port } = new URL(url);
  const token = pathname.split('/')[1] ?? '';
  expect(token.length).toBeGreaterThanOrEqual(20);
  const refused = [
    ask(`${origin}/`),
    ask(`${origin}/${'x'.repeat(token.length)}/`),
    ask(`${origin}/${token}/other`),
    ask(`${origin}/${token}/../`),
    ask(url, { host: `evil.example:${port}` }),
    ask(url, { host: 'evil.example' }),
  ];
  for (const { status, body } of await Promise.all(refused)) {
    expect([status, body]).toEqual([404, '']);
  }
  expect((await ask(url, { method: 'POST' })).status).toBe(405);
  cli.child.kill('SIGINT');
  const { code } = await cli.ended;
  expect(code).toBe(130);
  await expect(ask(url)).rejects.toThrow();
});

test('a port that is taken ends it before anything is recorded', async () => {
  const { url } = await watched(await cluster(), ['--duration', '60s']);
  const api = await cluster();
  const cwd = tempFolder();
  const args = ['record', '-o', 'run.db', '--live', '--live-port', new URL(url).port];
  const { code, stderr } = await startCli(args, { cwd, env: { KUBECONFIG: api.kubeconfig(cwd) } })
    .ended;
  expect(code).toBe(2);
  expect(stderr).toContain('--live-port');
  expect(api.requests.filter(({ path }) => path.includes('metrics.k8s.io'))).toEqual([]);
});

async function open(url: string, own = browser()) {
  const context = await own.newContext({ viewport: { width: 1280, height: 900 } });
  onTestFinished(async () => {
    await context.close();
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A lost connection is told by the browser itself.
    if (!message.text().includes('ERR_')) complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (sent) => {
    if (!sent.url().startsWith(url)) complaints.push(sent.url());
  });
  await page.goto(url);
  return { context, page, complaints };
}

inChromium('draws samples, scores and alerts as they come, and survives a reload', async () => {
  const { cli, url } = await watched(await cluster(), ['--duration', '60s']);
  const { page, complaints } = await open(url);
  await page.locator('.card .line[d]').first().waitFor();
  const alert = page.locator('#alert-list li').first();
  await alert.waitFor({ timeout: 15_000 });
  expect(await alert.textContent()).toContain('web-2');
  expect(await page.locator('.card.hot').count()).toBeGreaterThan(0);
  expect(await page.locator('.card').first().textContent()).toContain('alerting');
  const before = await page.locator('#ribbon i').count();
  await page.reload();
  await page.locator('#alert-list li').first().waitFor();
  expect(await page.locator('#ribbon i').count()).toBeGreaterThanOrEqual(before);
  expect(await page.locator('#state').textContent()).toBe('recording');
  expect(await axeProblems(page).catch(() => ['axe is stopped by the policy'])).toEqual([]);
  cli.child.kill('SIGINT');
  await page.getByText('The recording is over').first().waitFor();
  expect((await cli.ended).code).toBe(130);
  expect(complaints).toEqual([]);
});

inChromium('hostile names are text on the live page, too', async () => {
  const api = await startFakeApi(certificate);
  const steady = steadyPods();
  // Names with control characters do not get as far as a recording.
  const names = HOSTILE_NAMES.filter((name) => !/[\u0000-\u001f\u007f-\u009f]/.test(name));
  expect(names.length).toBeGreaterThan(50);
  api.pods = (n) =>
    names.flatMap((name) =>
      steady(n)
        .slice(1)
        .map((pod) => ({ ...pod, metadata: { ...pod.metadata, name } })),
    );
  const { url } = await watched(api, ['--duration', '60s']);
  const { page, complaints } = await open(url);
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  await expect.poll(() => page.locator('.card').count()).toBe(2 * names.length);
  await page.locator('.card .line[d]').first().waitFor();
  const text = (await page.locator('body').textContent()) ?? '';
  for (const name of names) expect(text).toContain(visible(name));
  expect(await page.locator('img, iframe, form, base, a[href^="javascript:"]').count()).toBe(0);
  expect(await page.locator('body script').count()).toBeLessThanOrEqual(1);
  expect(complaints).toEqual([]);
});

inChromium('a connection that is cut is taken up again', async () => {
  const proxy = await startCuttingProxy();
  const own = await launchChromium(proxy.address);
  onTestFinished(async () => {
    await own.close();
  });
  const { url } = await watched(await cluster(), ['--duration', '60s']);
  const { page } = await open(url, own);
  await page.locator('.card .line[d]').first().waitFor();
  proxy.cut();
  await page.getByText('connection lost').waitFor();
  const before = await page.locator('#ribbon i').count();
  proxy.mend();
  await page.getByText('recording', { exact: true }).waitFor();
  await expect.poll(() => page.locator('#ribbon i').count()).toBeGreaterThan(before);
});

/** Reads events until there are `wanted`, then hangs up. */
function events(
  url: string,
  wanted: number,
  lastId?: string,
): Promise<[id: string, event: string][]> {
  return new Promise((resolve, reject) => {
    const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
    const sent = request(`${url}events`, { headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        const found = [...text.matchAll(/^id: (\S+)\nevent: (\w+)\n/gm)];
        if (found.length < wanted) return;
        sent.destroy();
        resolve(found.slice(0, wanted).map(([, id = '', event = '']) => [id, event]));
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('a page that comes back hears what it missed, event by event; a stranger starts anew', async () => {
  const { url } = await watched(await cluster(), ['--duration', '60s']);
  const first = await events(url, 4);
  expect(first.map(([, event]) => event)).toEqual(['start', 'step', 'step', 'step']);
  const [id = ''] = first[3] ?? [];
  await new Promise((resolve) => setTimeout(resolve, 500));
  const again = await events(url, 4, id);
  expect(again.map(([, event]) => event)).toEqual(['step', 'step', 'step', 'step']);
  const numberOf = (text: string): number => Number(text.split('-')[1]);
  expect(again.map(([own]) => numberOf(own) - numberOf(id))).toEqual([1, 2, 3, 4]);
  const [stranger] = await events(url, 1, 'feedbeef-3');
  expect(stranger?.[1]).toBe('start');
});
