// Twelve secrets where a recorder meets them, every command and every way to fail: none may be in
// any output or file, as it is or encoded.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApi, startPodtape } from './recorder.mjs';

const CANARIES = Object.fromEntries(
  [
    ...['token', 'basicUser', 'basicPassword', 'proxyUser', 'proxyPassword', 'execEnv'],
    ...['execStderr', 'execToken', 'environment', 'argument', 'clientKey', 'webhook'],
  ].map((name, i) => [name, `canary${i}-${name}-7f3a9c51e2`]),
);

/** Every form in which a secret could be found. */
const formsOf = (secret) => [
  secret,
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
  // Base64 at each of its three offsets, without the ends that depend on neighbours.
  ...[0, 1, 2].map((pad) =>
    Buffer.concat([Buffer.alloc(pad), Buffer.from(secret)])
      .toString('base64')
      .slice(pad === 0 ? 0 : 4, -4),
  ),
];

const FORMS = Object.entries(CANARIES).flatMap(([name, secret]) =>
  formsOf(secret).map((form) => [name, form]),
);

const hitsIn = (text) => FORMS.filter(([, form]) => text.includes(form)).map(([name]) => name);

/** Ways of the server to fail; those that answer repeat what they were sent. */
const echo = Object.values(CANARIES).join(' ');
const FAULTS = {
  none: undefined,
  headers: { does: 'hang', at: 'headers' },
  body: { does: 'hang', at: 'body' },
  drip: { does: 'drip' },
  short: { does: 'short' },
  cut: { does: 'cut' },
  reset: { does: 'reset', at: 'headers' },
  resetBody: { does: 'reset', at: 'body' },
  500: { does: 'status', status: 500, body: echo },
  503: { does: 'status', status: 503, body: `{"kind":"Status","message":"${echo}"}` },
  429: { does: 'status', status: 429, body: echo, headers: { 'retry-after': '1', 'x-echo': echo } },
  401: { does: 'status', status: 401, body: echo },
  403: { does: 'status', status: 403, body: echo },
  404: { does: 'status', status: 404, body: echo },
  302: {
    does: 'status',
    status: 302,
    headers: { location: `https://127.0.0.1:1/?${encodeURIComponent(echo)}` },
  },
  html: { does: 'body', body: `<html>${echo}</html>` },
  status: { does: 'body', body: JSON.stringify({ kind: 'Status', message: echo }) },
};

/** Ways of a user to be known to the cluster: lines under `user:`. */
function usersOf(folder) {
  const plugin = (name, script) => {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return `    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ${file}
      args: ["--secret", "${CANARIES.argument}"]
      env: [{name: SECRET, value: "${CANARIES.execEnv}"}]
      interactiveMode: Never`;
  };
  const credential = JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: CANARIES.execToken },
  });
  return {
    token: `    token: ${CANARIES.token}`,
    basic: `    username: ${CANARIES.basicUser}\n    password: ${CANARIES.basicPassword}`,
    exec: plugin('good', `echo ${CANARIES.execStderr} >&2; echo '${credential}'`),
    execFails: plugin(
      'fails',
      `echo ${CANARIES.execStderr} >&2; echo ${CANARIES.execToken}; exit 1`,
    ),
    execText: plugin('text', `echo ${CANARIES.execStderr} >&2; echo ${CANARIES.execToken}`),
    key: `    client-certificate-data: ${Buffer.from('no certificate').toString('base64')}
    client-key-data: ${Buffer.from(CANARIES.clientKey).toString('base64')}`,
  };
}

export async function secrets({ folder, quick, log }) {
  const api = await startApi();
  const hits = new Set();
  let runs = 0;
  const env = { SECRET_IN_ENVIRONMENT: CANARIES.environment };
  const run = async (args, more = {}) => {
    const { stdout, stderr } = await startPodtape([...args, '--verbose'], {
      ...{ cwd: folder, env: { ...env, ...more } },
    }).ended;
    runs += 1;
    for (const name of hitsIn(stdout + stderr)) hits.add(`${args[0]} prints ${name}`);
  };
  const record = (output, more = []) => [
    ...['record', '-o', output, '--force', '--interval', '500ms', '--duration', '500ms'],
    ...['--request-timeout', '1s', ...more],
  ];
  const users = usersOf(folder);
  const kubeconfigs = Object.fromEntries(
    Object.entries(users).map(([name, user]) => [
      name,
      api.kubeconfig(folder, { name: `kubeconfig-${name}`, user }),
    ]),
  );
  const inputs = new Set(readdirSync(folder));

  // First a good poll, so that there is a recording; then the fault.
  for (const [name, fault] of Object.entries(FAULTS).slice(0, quick ? 3 : Infinity)) {
    for (const fromStart of [true, false]) {
      const base = api.requests.length;
      let first = true;
      api.fault = () => {
        if (!fromStart && first) {
          first = false;
          return undefined;
        }
        return fault;
      };
      await run(record(`${name}-${fromStart}.db`), { KUBECONFIG: kubeconfigs.token });
      if (api.requests.length === base) throw new Error(`Nothing was asked for ${name}.`);
    }
  }
  api.fault = () => undefined;
  for (const [name, file] of Object.entries(kubeconfigs)) {
    await run(record(`user-${name}.db`), { KUBECONFIG: file });
  }
  const proxied = api.kubeconfig(folder, { name: 'kubeconfig-proxy' });
  writeFileSync(
    proxied,
    readFileSync(proxied, 'utf8').replace(
      '  cluster:\n',
      `  cluster:\n    proxy-url: http://${CANARIES.proxyUser}:${CANARIES.proxyPassword}@127.0.0.1:1\n`,
    ),
  );
  inputs.add('kubeconfig-proxy');
  await run(record('proxy.db'), { KUBECONFIG: proxied });
  const hook = `http://127.0.0.1:1/${CANARIES.webhook}?key=${CANARIES.webhook}`;
  await run(record('hook.db', ['--detect', '--webhook', hook]), { KUBECONFIG: kubeconfigs.token });
  const child = ['--', 'true', `--password=${CANARIES.argument}`];
  await run(['record', '-o', 'load.db', '--interval', '200ms', ...child].filter(Boolean), {
    KUBECONFIG: kubeconfigs.token,
  });
  await run(['record', '--dry-run'], { KUBECONFIG: kubeconfigs.token });

  for (const args of [
    ['inspect', 'none-true.db'],
    ['inspect', 'none-true.db', '--json'],
    ['verify', 'none-true.db'],
    ['salvage', 'none-true.db', '-o', 'saved.db'],
    ['replay', 'load.db', '--json'],
    ['replay', 'load.db', '--scores', 'scores.csv'],
    ['report', 'load.db', '-o', 'report.html'],
    ['report', 'load.db', '--format', 'markdown', '-o', 'report.md'],
    ['tune', 'load.db', '--json'],
    ['check', 'load.db'],
    ['label', 'load.db', 'list'],
  ]) {
    await run(args);
  }
  await api.close();
  let files = 0;
  for (const name of readdirSync(folder)) {
    if (inputs.has(name)) continue;
    files += 1;
    for (const canary of hitsIn(readFileSync(join(folder, name)).toString('latin1'))) {
      hits.add(`${name} holds ${canary}`);
    }
  }
  for (const hit of hits) log(hit);
  return [
    {
      what: `hits of ${Object.keys(CANARIES).length} secrets, ${runs} runs, ${files} files`,
      ...{ measured: hits.size, target: '0', met: hits.size === 0 && files > 5 },
    },
  ];
}
