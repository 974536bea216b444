import { setTimeout as wait } from 'node:timers/promises';
import { ToolError } from '../../core/errors.ts';

/** Posts alerts somewhere, one after another, without ever holding up the recording. */
export interface Webhook {
  /** Queues a JSON text. */
  post(json: string): void;
  /** Resolves when all are sent or given up, at the latest after ten seconds. */
  drain(): Promise<void>;
}

const ATTEMPTS = 3;
/** How long an attempt may take, the pause after the first one, and how long the end waits. */
const TIMES = { attemptMs: 5000, pauseMs: 1000, drainMs: 10_000 };
/** More than this waiting means that nobody listens; the oldest go. */
const LONGEST_QUEUE = 1000;

/** Why one attempt failed, in a few words; '' where it did not. */
async function attempt(url: URL, json: string, timeoutMs: number): Promise<string> {
  try {
    const response = await fetch(url, {
      ...{ method: 'POST', body: json, redirect: 'error' },
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? '' : `http ${String(response.status)}`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'no connection';
  }
}

/** The URL of a webhook. Throws USAGE. */
export function webhookUrl(text: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new ToolError('USAGE', '--webhook needs an http or https URL.');
  }
  return new URL(text);
}

/**
 * A webhook at an http or https URL; each text gets three attempts. `message` hears of those that
 * could not be delivered, by the host alone, as the rest of a URL may be secret. Throws USAGE.
 */
export function openWebhook(
  text: string,
  message: (text: string) => void,
  { attemptMs, pauseMs, drainMs } = TIMES,
): Webhook {
  const url = webhookUrl(text);
  const queue: string[] = [];
  let sending: Promise<void> | null = null;
  const send = async (): Promise<void> => {
    for (let json = queue.shift(); json !== undefined; json = queue.shift()) {
      let trouble = '';
      for (let n = 1; n <= ATTEMPTS; n += 1) {
        trouble = await attempt(url, json, attemptMs);
        if (trouble === '') break;
        if (n < ATTEMPTS) await wait(pauseMs * n);
      }
      if (trouble !== '') message(`An alert could not be sent to ${url.host}: ${trouble}.`);
    }
    sending = null;
  };
  return {
    post(json) {
      queue.push(json);
      if (queue.length > LONGEST_QUEUE) queue.shift();
      sending ??= send();
    },
    async drain() {
      if (sending === null) return;
      const over = new AbortController();
      await Promise.race([sending, wait(drainMs, undefined, { signal: over.signal })]);
      over.abort();
    },
  };
}
