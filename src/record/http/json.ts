import { SourceFailure } from '../source.ts';

/** Body → JSON. Throws SourceFailure `parse` with the size, never with the text. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new SourceFailure('parse', `no JSON in ${String(body.length)} bytes`);
  }
}
