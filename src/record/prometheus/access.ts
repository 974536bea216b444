import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { digestText } from '../../core/digest.ts';
import { ToolError } from '../../core/errors.ts';
import { authorise } from '../http/authorise.ts';
import { keepFresh, REREAD_MS } from '../http/credentials.ts';
import type { HttpAccess } from '../http/get.ts';
import { proxyFor, type Environment } from '../http/proxy.ts';

/** Which server, and who asks. */
export interface PrometheusChoice {
  readonly url: string;
  readonly tokenFile?: string | undefined;
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  /** Certificates of authorities, PEM; default: those of the system. */
  readonly caFile?: string | undefined;
}

/** A way to a server with Prometheus' HTTP API. */
export interface PrometheusAccess extends HttpAccess {
  /** Host and port, for messages; never stored. */
  readonly host: string;
  /** Eight hex digits that tell two servers apart without naming them. */
  readonly hostHash: string;
  /** The address with its path prefix, without a slash at its end. */
  readonly baseUrl: URL;
  /** The same text, without control characters and whatever secret is known, cut to 200 letters. */
  redact(text: string): string;
  close(): void;
}

const usage = (message: string): ToolError => new ToolError('USAGE', message);

function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usage('--prometheus-url takes an http or https address, such as http://127.0.0.1:9090.');
  }
  if (url.username !== '' || url.password !== '') {
    throw usage(
      'Others on this machine can read a password in --prometheus-url; give --prometheus-user, and the password in a file or in PROMETHEUS_PASSWORD.',
    );
  }
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
  url.search = '';
  url.hash = '';
  return url;
}

/**
 * Prepares the way to a Prometheus-compatible server; nothing is sent yet.
 *
 * A bearer token comes from a file or PROMETHEUS_TOKEN, the password of a user from a file or
 * PROMETHEUS_PASSWORD; files are read again every minute and after a 401. Throws USAGE where they
 * contradict each other, and where a secret would travel over plain http to another machine.
 */
export function openPrometheus(
  choice: PrometheusChoice,
  env: Environment = process.env,
): PrometheusAccess {
  const baseUrl = serverUrl(choice.url);
  const isPlain = baseUrl.protocol === 'http:';
  const { user, tokenFile, passwordFile, caFile } = choice;
  const { PROMETHEUS_TOKEN: token = '', PROMETHEUS_PASSWORD: password = '' } = env;
  const hasToken = tokenFile !== undefined || token !== '';
  if (user !== undefined && tokenFile !== undefined) {
    throw usage('A token and a user are two ways to log in; give one of them.');
  }
  if (user === undefined && passwordFile !== undefined) {
    throw usage('--prometheus-password-file needs --prometheus-user NAME.');
  }
  if (user !== undefined && passwordFile === undefined && password === '') {
    throw usage(
      'The password of --prometheus-user comes from --prometheus-password-file FILE or PROMETHEUS_PASSWORD.',
    );
  }
  const isHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(baseUrl.hostname);
  if (isPlain && !isHere && (user !== undefined || hasToken)) {
    throw usage(
      `A token or password would go to ${baseUrl.host} unencrypted; use an https address.`,
    );
  }
  const secrets = new Set<string>();
  const fromFile = async (file: string): Promise<string> => (await readFile(file, 'utf8')).trim();
  const secret = async (file: string | undefined, value: string): Promise<string> => {
    const text = file === undefined ? value : await fromFile(file);
    for (const form of [text, encodeURIComponent(text)]) if (form !== '') secrets.add(form);
    return text;
  };
  const agent = isPlain
    ? new http.Agent({ keepAlive: true, maxSockets: 4 })
    : new https.Agent({ keepAlive: true, maxSockets: 4 });
  const proxyUrl = proxyFor(baseUrl, env);

  const fresh = keepFresh(async () => {
    const login =
      user !== undefined
        ? { username: user, password: await secret(passwordFile, password) }
        : hasToken
          ? { token: await secret(tokenFile, token) }
          : {};
    if (user !== undefined) {
      const pair = `${user}:${login.password ?? ''}`;
      secrets.add(Buffer.from(pair).toString('base64'));
    }
    const cluster = {
      ...{ name: 'prometheus', server: baseUrl.href, skipTLSVerify: false },
      ...(caFile !== undefined && { caFile }),
      ...(proxyUrl !== null && { proxyUrl }),
    };
    const options = await authorise(cluster, { name: 'prometheus', ...login });
    return { options: { agent, ...options }, usableMs: REREAD_MS };
  });

  return {
    host: baseUrl.host,
    hostHash: digestText(baseUrl.host).slice(0, 8),
    baseUrl,
    requestOptions: fresh.requestOptions,
    forgetCredentials: fresh.forgetCredentials,
    redact(text) {
      let clean = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
      for (const one of secrets) clean = clean.replaceAll(one, '***');
      return clean.length > 200 ? `${clean.slice(0, 199)}…` : clean;
    },
    close() {
      agent.destroy();
    },
  };
}
