import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ToolError } from '../../core/errors.ts';
import type { WatchPage } from '../../report/watch/html.ts';

/** A page on this machine that hears of events as they happen. */
export interface LiveServer {
  /** Address with its token; it opens the page. */
  readonly url: string;
  /** Sends an event to every page. */
  send(event: string, body: object): void;
  /** Sends a last event, and closes. */
  close(event: string, body: object): void;
}

/** Pages at one time. */
const MOST_PAGES = 16;
/** Bytes that a slow page may be behind before it is cut off; it then starts anew by itself. */
const MOST_BEHIND = 16 * 1024 * 1024;
/** Missed events that are sent again to a page that comes back. */
const REMEMBERED = 64;
/** How often a quiet connection shows that it is alive, ms. */
const HEARTBEAT_MS = 10_000;

const HEADERS = {
  // One request a connection, so that none is left open at the end.
  connection: 'close',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Compared in a time that tells nothing of where two tokens differ. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const message = (id: number, event: string, body: object): string =>
  `id: ${String(id)}\nevent: ${event}\ndata: ${JSON.stringify(body)}\n\n`;

/**
 * Serves a page on 127.0.0.1 alone, under a path that begins with a fresh random token; other
 * paths, methods and Host headers (DNS rebinding) are refused without a word.
 *
 * `start` is what a page is told that knows nothing. Port 0: any free one. Throws USAGE when the
 * port cannot be had; later trouble with a connection ends that connection only.
 */
export async function startLiveServer(
  page: WatchPage,
  start: () => object,
  port: number,
): Promise<LiveServer> {
  const token = randomBytes(18).toString('base64url');
  const pages = new Set<ServerResponse>();
  const recent: { readonly id: number; readonly text: string }[] = [];
  // Ids of one server mean nothing to the next one on the same port.
  const epoch = randomBytes(4).toString('hex');
  let lastId = 0;

  const write = (response: ServerResponse, text: string): void => {
    response.write(text);
    if (response.writableLength > MOST_BEHIND) response.destroy();
  };

  /** What a page has missed since the event it saw last; null: it must start anew. */
  const missedSince = (seen: string | undefined): string[] | null => {
    const [own = '', id = ''] = (seen ?? '').split('-');
    const known = Number(id);
    if (own !== epoch || !Number.isInteger(known)) return null;
    if (known < lastId - recent.length || known > lastId) return null;
    return recent.filter((one) => one.id > known).map(({ text }) => text);
  };

  const serveEvents = (request: IncomingMessage, response: ServerResponse): void => {
    if (pages.size >= MOST_PAGES) {
      response.writeHead(503, HEADERS).end();
      return;
    }
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
    const seen = request.headers['last-event-id'];
    const missed = missedSince(typeof seen === 'string' ? seen : undefined);
    write(response, 'retry: 1000\n\n');
    if (missed === null) write(response, withEpoch(message(lastId, 'start', start())));
    else for (const text of missed) write(response, text);
    pages.add(response);
    response.on('close', () => pages.delete(response));
    response.on('error', () => pages.delete(response));
  };
  const withEpoch = (text: string): string => text.replace('id: ', `id: ${epoch}-`);

  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    const hosts = [`127.0.0.1:${String(own)}`, `localhost:${String(own)}`];
    const [, given = '', rest] = (request.url ?? '').split('/');
    const isOurs = hosts.includes(request.headers.host ?? '') && isSame(given, token);
    if (!isOurs || request.url?.split('/').length !== 3) {
      response.writeHead(404, HEADERS).end();
    } else if (request.method !== 'GET') {
      response.writeHead(405, { ...HEADERS, allow: 'GET' }).end();
    } else if (rest === 'events') {
      serveEvents(request, response);
    } else if (rest === '') {
      const type = 'text/html; charset=utf-8';
      const more = { 'content-type': type, 'content-security-policy': page.policy };
      response.writeHead(200, { ...HEADERS, ...more }).end(page.html);
    } else {
      response.writeHead(404, HEADERS).end();
    }
  });
  server.headersTimeout = 5000;
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const told = `Cannot serve the live page on port ${String(port)}: ${error.message}; choose another with --live-port.`;
      reject(new ToolError('USAGE', told, {}, { cause: error }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  // The page is extra: trouble with it must not end a recording.
  server.on('error', () => undefined);
  const heartbeat = setInterval(() => {
    for (const response of pages) write(response, ': alive\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();

  const send = (event: string, body: object): void => {
    lastId += 1;
    const text = withEpoch(message(lastId, event, body));
    recent.push({ id: lastId, text });
    if (recent.length > REMEMBERED) recent.shift();
    for (const response of pages) write(response, text);
  };
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(own)}/${token}/`,
    send,
    close(event, body) {
      clearInterval(heartbeat);
      send(event, body);
      for (const response of pages) response.end();
      server.close();
      server.unref();
    },
  };
}
