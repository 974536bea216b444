import type { RequestOptions } from 'node:https';
import { SourceFailure } from '../source.ts';
import { boundedRequest, type BoundedRequest, type BoundedResponse } from './bounded-request.ts';

/** A way to a server, with credentials kept fresh. */
export interface HttpAccess {
  /** Agent, headers and TLS settings. Throws SourceFailure `credentials`, or the signal's reason. */
  readonly requestOptions: (signal: AbortSignal) => Promise<RequestOptions>;
  /** The server refused them: the next request gets new ones. */
  readonly forgetCredentials: () => void;
}

/** Most bytes of one answer: 150,000 pods of metrics. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** GETs a body with the credentials at hand. Throws SourceFailure. */
export async function get(
  access: HttpAccess,
  url: URL,
  signal: AbortSignal,
  more: Pick<BoundedRequest, 'explain'> = {},
): Promise<BoundedResponse> {
  const options = await access.requestOptions(signal);
  return boundedRequest({ url, options, signal, maxBytes: MAX_BODY_BYTES, ...more });
}

/** GETs a body; on a 401 asks once more, with new credentials. Throws SourceFailure. */
export async function getRenewing(
  access: HttpAccess,
  url: URL,
  signal: AbortSignal,
  more: Pick<BoundedRequest, 'explain'> = {},
): Promise<BoundedResponse> {
  try {
    return await get(access, url, signal, more);
  } catch (error) {
    if (!(error instanceof SourceFailure) || error.status !== 401) throw error;
    access.forgetCredentials();
    return get(access, url, signal, more);
  }
}
