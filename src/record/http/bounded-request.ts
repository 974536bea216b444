import * as http from 'node:http';
import * as https from 'node:https';
import { createGunzip } from 'node:zlib';
import { SourceFailure } from '../source.ts';

/** How far a request came; named in the reason of a failure. */
type Stage = 'connect' | 'tls' | 'headers' | 'body';

export interface BoundedRequest {
  readonly url: URL;
  /** Left out: GET. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** JSON to send; left out: nothing. */
  readonly json?: string;
  /** Agent, headers and TLS settings. */
  readonly options: https.RequestOptions;
  /** The one deadline: aborted with a SourceFailure as its reason. */
  readonly signal: AbortSignal;
  /** Most bytes of body, after decompression. */
  readonly maxBytes: number;
  /**
   * Makes a few words of the body of a refusal (a status of 400 or more); '' for none. Without it
   * such a body is never read.
   */
  readonly explain?: (body: Buffer) => string;
}

export interface BoundedResponse {
  readonly body: Buffer;
  /** The server's clock by its Date header, Unix ms; null: not told. */
  readonly serverMs: number | null;
}

const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|ERR_OSSL_)/;

/** More than this is no explanation of a refusal. */
const MAX_REFUSAL_BYTES = 16 * 1024;

/** A node error → a failure that names the stage and the code, never the message. */
function networkFailure(error: unknown, stage: Stage): SourceFailure {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? error.code
      : 'unknown';
  if (TLS_CODE.test(code) || code === 'EPROTO') return new SourceFailure('tls', code);
  return new SourceFailure('network', `${stage} ${code}`);
}

/** Retry-After as seconds or as a date → ms from `serverMs`; null where it is neither. */
export function retryAfterMs(header: string | undefined, serverMs: number | null): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(at) || serverMs === null ? null : Math.max(0, at - serverMs);
}

function headerTime(header: string | undefined): number | null {
  const ms = header === undefined ? NaN : Date.parse(header);
  return Number.isNaN(ms) ? null : ms;
}

/** What a status means that is no success; `words`: what its body says. */
function refuse(response: http.IncomingMessage, words = ''): SourceFailure | null {
  const { statusCode: status = 0, headers } = response;
  // The last two answer what creates and removes.
  if (status === 200 || status === 201 || status === 202) return null;
  if (status >= 300 && status < 400) {
    return new SourceFailure('redirect', `http ${String(status)}`, { status });
  }
  const wait = retryAfterMs(headers['retry-after'], headerTime(headers.date));
  const detail = words === '' ? String(status) : `${String(status)}: ${words}`;
  return new SourceFailure('http', detail, { status, retryAfterMs: wait });
}

/** The body as it was before compression; null: compressed in a way that we did not ask for. */
function decoded(response: http.IncomingMessage): NodeJS.ReadableStream | null {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return response;
  return encoding === 'gzip' ? response.pipe(createGunzip()) : null;
}

/**
 * Sends one request within one deadline over connection, TLS, headers and body, and returns the
 * body of a 200, 201 or 202.
 *
 * Throws SourceFailure: `timeout` and `interrupted` (by the signal's reason, with the stage),
 * `network` with stage and code, `tls`, `http` with status and Retry-After, `redirect` (none is
 * followed), `truncated`, `too-large`, `parse` (an unknown encoding). The socket of a failed
 * request is destroyed; that of a good one goes back to the agent.
 */
export function boundedRequest(wanted: BoundedRequest): Promise<BoundedResponse> {
  const { url, method = 'GET', json, options, signal, maxBytes, explain } = wanted;
  return new Promise((resolve, reject) => {
    let stage: Stage = 'connect';
    let request: http.ClientRequest;
    try {
      request = (url.protocol === 'http:' ? http : https).request(url, {
        ...options,
        method,
      });
      // As kubectl does: logs are plain text.
      request.setHeader('accept', 'application/json, */*');
      if (json !== undefined) request.setHeader('content-type', 'application/json');
      request.setHeader('accept-encoding', 'gzip');
    } catch {
      // Node looks into certificates and keys here; its message may quote them.
      reject(new SourceFailure('credentials', 'a certificate, key or token cannot be used'));
      return;
    }
    const finish = (act: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const fail = (failure: SourceFailure): void => {
      finish(() => {
        reject(failure);
      });
      request.destroy();
    };
    const onAbort = (): void => {
      const reason: unknown = signal.reason;
      fail(new SourceFailure(reason instanceof SourceFailure ? reason.kind : 'timeout', stage));
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort);

    request.on('socket', (socket) => {
      if (!socket.connecting) {
        stage = 'headers';
        return;
      }
      socket.once('connect', () => {
        stage = url.protocol === 'https:' ? 'tls' : 'headers';
      });
      socket.once('secureConnect', () => {
        stage = 'headers';
      });
    });
    request.on('error', (error) => {
      // The server closed an idle connection just as we took it up: not a failure, ask afresh.
      if (request.reusedSocket && stage === 'headers' && !signal.aborted) {
        finish(() => {
          resolve(boundedRequest(wanted));
        });
        return;
      }
      fail(networkFailure(error, stage));
    });
    request.on('response', (response) => {
      stage = 'body';
      const refusal = refuse(response);
      const isExplained = explain !== undefined && (response.statusCode ?? 0) >= 400;
      const stream = decoded(response);
      if (refusal !== null && (!isExplained || stream === null)) {
        fail(refusal);
        return;
      }
      if (stream === null) {
        fail(new SourceFailure('parse', 'unknown content encoding'));
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      const cut = (): void => {
        fail(refusal ?? new SourceFailure('truncated', `after ${String(size)} bytes`));
      };
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > (refusal === null ? maxBytes : MAX_REFUSAL_BYTES)) {
          fail(refusal ?? new SourceFailure('too-large', `more than ${String(maxBytes)} bytes`));
          if (stream !== response) response.unpipe();
          return;
        }
        chunks.push(chunk);
      });
      stream.on('end', () => {
        if (!response.complete) {
          cut();
          return;
        }
        const body = Buffer.concat(chunks, size);
        if (refusal !== null) {
          fail(refuse(response, explain?.(body)) ?? refusal);
          return;
        }
        const serverMs = headerTime(response.headers.date);
        finish(() => {
          resolve({ body, serverMs });
        });
      });
      response.on('aborted', cut);
      response.on('error', cut);
      if (stream !== response) stream.on('error', cut);
    });
    request.end(json);
  });
}
