import { ToolError } from '../../core/errors.ts';
import type { SourceFailure } from '../source.ts';
import type { PrometheusAccess } from './access.ts';

function sentence(failure: SourceFailure, { host }: PrometheusAccess): string {
  const { message } = failure;
  switch (failure.kind) {
    case 'http':
      switch (failure.status ?? 0) {
        case 400:
        case 422:
          return `${host} cannot evaluate a query (${message}): check --query, -n and -l.`;
        case 401:
        case 403:
          return `${host} does not let us in (${message}): check --prometheus-token-file, or --prometheus-user and its password.`;
        case 404:
          return `${host} has no Prometheus API at this address (${message}): check --prometheus-url, which ends before /api/v1.`;
        default:
          return `${host} does not answer queries (${message}): check --prometheus-url.`;
      }
    case 'tls':
      return `The certificate of ${host} is not accepted (${message}): check --prometheus-url and --prometheus-ca.`;
    case 'network':
    case 'timeout':
    case 'truncated':
      return `Cannot reach ${host} (${message}): check --prometheus-url, the network and --request-timeout.`;
    case 'credentials':
      return `There are no usable credentials for ${host} (${message}): check the files of token, password and authorities.`;
    case 'redirect':
      return `${host} sends us elsewhere (${message}): a login page may be in between; credentials do not follow.`;
    case 'schema':
      return `${host} does not answer as wanted (${message}): check --query and --prometheus-url.`;
    case 'parse':
    case 'too-large':
      return `${host} does not answer as a Prometheus server does (${message}): check --prometheus-url.`;
    case 'interrupted':
      return `Stopped while asking ${host}.`;
  }
}

/** A failed query as one sentence for the user: what happened and what to try. */
export function explainPrometheus(failure: SourceFailure, access: PrometheusAccess): ToolError {
  return new ToolError('CLUSTER', sentence(failure, access), {
    kind: failure.kind,
    status: failure.status,
  });
}
