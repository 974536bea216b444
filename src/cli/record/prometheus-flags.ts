import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';

/** The flags of `--source prometheus` as yargs gives them. */
export interface PrometheusFlags {
  readonly prometheusUrl?: string | undefined;
  readonly query?: readonly string[] | undefined;
  readonly step?: string | undefined;
  readonly queryOffset?: string | undefined;
  readonly rateWindow?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly prometheusTokenFile?: string | undefined;
  readonly prometheusUser?: string | undefined;
  readonly prometheusPasswordFile?: string | undefined;
  readonly prometheusCa?: string | undefined;
}

const DESCRIPTIONS = {
  'prometheus-url': 'Address of Prometheus, VictoriaMetrics, Thanos or Mimir, up to before /api/v1',
  step: 'Between samples; default: the interval',
  'query-offset': 'How old samples must be before they are asked for; default: 30s',
  'rate-window':
    'How far back the rate of CPU looks: twice the scrape interval or more; default: 2m',
  from: 'Record the past, from this time (RFC 3339) on, and end',
  to: 'With --from: up to this time; default: --duration later, or now',
  'prometheus-token-file': 'File with a bearer token; or PROMETHEUS_TOKEN in the environment',
  'prometheus-user': 'User name, with a password from a file or PROMETHEUS_PASSWORD',
  'prometheus-password-file': 'File with the password of the user',
  'prometheus-ca': 'File with the certificates of authorities (PEM) to trust',
} as const;

/** Adds the flags of `--source prometheus`, as a group of their own in the help. */
export function prometheusOptions<T>(argv: Argv<T>) {
  const text = (name: keyof typeof DESCRIPTIONS) =>
    ({ type: 'string', requiresArg: true, describe: DESCRIPTIONS[name] }) as const;
  return argv
    .option('prometheus-url', text('prometheus-url'))
    .option('query', {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe: 'NAME=EXPR: also record what EXPR (PromQL) gives as metric NAME; again and again',
    })
    .option('step', text('step'))
    .option('query-offset', text('query-offset'))
    .option('rate-window', text('rate-window'))
    .option('from', text('from'))
    .option('to', text('to'))
    .option('prometheus-token-file', text('prometheus-token-file'))
    .option('prometheus-user', text('prometheus-user'))
    .option('prometheus-password-file', text('prometheus-password-file'))
    .option('prometheus-ca', text('prometheus-ca'))
    .group(['query', ...Object.keys(DESCRIPTIONS)], 'With --source prometheus:');
}

/** Throws USAGE on a flag that only `--source prometheus` has. */
export function refusePrometheusFlags(flags: PrometheusFlags): void {
  const given = {
    '--query': flags.query,
    '--step': flags.step,
    '--query-offset': flags.queryOffset,
    '--rate-window': flags.rateWindow,
    '--from': flags.from,
    '--to': flags.to,
  };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    throw new ToolError('USAGE', `${name} needs --source prometheus and --prometheus-url.`);
  }
}
