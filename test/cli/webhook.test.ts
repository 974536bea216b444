import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openWebhook } from '../../src/cli/record/webhook.ts';

const TIMES = { attemptMs: 400, pauseMs: 10, drainMs: 20_000 };

/** A server that answers its n-th request (from 1) so, and keeps what was posted. */
async function listener(answer: (response: ServerResponse, n: number) => void) {
  const posts: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      posts.push(body);
      answer(response, posts.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { posts, host: `127.0.0.1:${String(port)}` };
}

const end = (response: ServerResponse, status: number): void => {
  response.statusCode = status;
  response.end();
};

/** Posts these texts to a host; what was told of those that could not be delivered. */
async function post(host: string, texts: readonly string[], times = TIMES): Promise<string[]> {
  const told: string[] = [];
  const webhook = openWebhook(`http://${host}/a?token=secret`, (text) => told.push(text), times);
  for (const text of texts) webhook.post(text);
  await webhook.drain();
  return told;
}

test('a listener that does not answer in time is asked again', async () => {
  const { posts, host } = await listener((response, n) => {
    if (n > 1) end(response, 204);
  });
  expect(await post(host, ['1'])).toEqual([]);
  expect(posts).toEqual(['1', '1']);
});

test('one that never answers is given up after three attempts, and the next alert is sent', async () => {
  const { posts, host } = await listener((response, n) => {
    if (n > 3) end(response, 204);
  });
  expect(await post(host, ['1', '2'])).toEqual([`An alert could not be sent to ${host}: timeout.`]);
  expect(posts).toEqual(['1', '1', '1', '2']);
});

test('one that refuses is named with its answer, never with the rest of its address', async () => {
  const { posts, host } = await listener((response) => {
    end(response, 500);
  });
  expect(await post(host, ['1'])).toEqual([`An alert could not be sent to ${host}: http 500.`]);
  expect(posts).toHaveLength(3);
});

test('nobody there is no reason to wait, nor to fail', async () => {
  const { host } = await listener(() => undefined);
  const [name] = host.split(':');
  expect(await post(`${name ?? ''}:9`, ['1'])).toEqual([
    `An alert could not be sent to ${name ?? ''}:9: no connection.`,
  ]);
});

test('the end of a recording waits for a silent listener no longer than it must', async () => {
  const { host } = await listener(() => undefined);
  const start = performance.now();
  await post(host, ['1', '2'], { attemptMs: 5000, pauseMs: 10, drainMs: 100 });
  expect(performance.now() - start).toBeLessThan(4000);
});
