import { ToolError } from '../../core/errors.ts';
import type { SourceFailure } from '../source.ts';
import type { ClusterAccess } from './access.ts';
import type { Scope } from './list.ts';

/** What a failed first poll means and what to try; quotes nothing that the server wrote. */
function sentence(failure: SourceFailure, access: ClusterAccess, scope: Scope): string {
  const { contextName, host } = access;
  const context = contextName === '' ? '' : ` of context "${contextName}"`;
  const where =
    scope.namespace === null ? 'in all namespaces' : `in namespace "${scope.namespace}"`;
  const verb = `list pods in group metrics.k8s.io ${where}`;
  switch (failure.kind) {
    case 'http':
      switch (failure.status ?? 0) {
        case 400:
          return `The cluster cannot read the request to ${verb} (400): check --selector.`;
        case 401:
          return `The cluster does not accept the credentials${context} (401 on ${verb}): log in again and try "kubectl top pods".`;
        case 403:
          return `You may not ${verb} (403): ask for the verbs get and list on pods of the API group metrics.k8s.io, or use another --namespace or --context.`;
        case 404:
          return `The cluster${context} has no metrics API (404 on ${verb}): install metrics-server; "kubectl top pods" must work.`;
        default:
          return `The cluster${context} refuses to ${verb} (http ${String(failure.status)}); try "kubectl top pods".`;
      }
    case 'tls':
      return `The certificate of ${host} is not accepted (${failure.message}): check certificate-authority and server of the cluster${context}.`;
    case 'network':
    case 'timeout':
    case 'truncated':
      return `Cannot reach the cluster${context} at ${host} to ${verb} (${failure.message}): check the network, --context and --request-timeout.`;
    case 'credentials':
      return `There are no usable credentials${context} to ${verb} (${failure.message}); try "kubectl top pods".`;
    case 'redirect':
      return `${host} sends us elsewhere instead of answering ${verb} (${failure.message}): a login page or proxy may be in between; credentials do not follow.`;
    case 'parse':
    case 'schema':
    case 'too-large':
      return `${host} does not answer ${verb} as a metrics API does (${failure.message}): check the server${context}.`;
    case 'interrupted':
      return `Stopped while trying to ${verb}.`;
  }
}

/** A failed first poll as one sentence for the user: verb, group, resource and what to try. */
export function explainFailure(
  failure: SourceFailure,
  access: ClusterAccess,
  scope: Scope,
): ToolError {
  return new ToolError('CLUSTER', sentence(failure, access, scope), {
    kind: failure.kind,
    status: failure.status,
  });
}
