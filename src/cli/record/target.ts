import type { ToolError } from '../../core/errors.ts';
import type { ClusterAccess } from '../../record/kubernetes/access.ts';
import { openCluster } from '../../record/kubernetes/access.ts';
import { explainFailure } from '../../record/kubernetes/explain.ts';
import { checkNamespace, type Scope } from '../../record/kubernetes/list.ts';
import { kubernetesSource } from '../../record/kubernetes/source.ts';
import type { Source, SourceFailure } from '../../record/source.ts';
import type { RecordFlags } from './flags.ts';
import type { SourceHints } from './session.ts';

/** What is recorded, opened and described. */
export interface Target {
  readonly source: Source;
  /** Where samples come from, without the server's address; kept in the recording. */
  readonly origin: string;
  /** For the first message. */
  readonly what: string;
  readonly hints: SourceHints;
  /** Gets credentials before the schedule begins. Throws SourceFailure. */
  readonly prepare: () => Promise<void>;
  /** What a failed first poll means, for the user. */
  readonly explain: (failure: SourceFailure) => ToolError;
}

/** How long credentials may take at the start: a login plugin may be slow the first time. */
const FIRST_CREDENTIALS_MS = 20_000;

const CLUSTER_HINTS: SourceHints = {
  nothingYet:
    'No pod there has metrics yet: metrics-server warms up, or -n and -l match nothing ("kubectl top pods").',
  fast: {
    ms: 7000,
    text: 'metrics-server has new values every 15s at best; faster polls repeat them.',
  },
};

/** The pods that flags are of, in words: `namespace shop`. */
export function whatOf(namespace: string | null): string {
  return namespace === null ? 'all namespaces' : `namespace ${namespace}`;
}

/** Where a recording comes from, in words that name no server. */
export function originOf(source: string, hostHash: string, scope: Scope): string {
  const which = scope.selector === '' ? '' : `, selector ${scope.selector}`;
  return `${source} (server ${hostHash}), ${whatOf(scope.namespace)}${which}`;
}

function clusterOrigin({ contextName, hostHash }: ClusterAccess, scope: Scope): string {
  const context = contextName === '' ? 'in-cluster access' : `context ${contextName}`;
  return originOf(`Kubernetes, ${context}`, hostHash, scope);
}

/** Opens the metrics API of a cluster. Throws CLUSTER, USAGE. */
export async function clusterTarget(flags: RecordFlags): Promise<Target> {
  const access = await openCluster({ kubeconfig: flags.kubeconfig, context: flags.context });
  const scope: Scope = {
    namespace: flags.allNamespaces ? null : checkNamespace(flags.namespace ?? access.namespace),
    selector: flags.selector ?? '',
  };
  return {
    source: kubernetesSource(access, scope),
    origin: clusterOrigin(access, scope),
    what: whatOf(scope.namespace),
    hints: CLUSTER_HINTS,
    async prepare() {
      await access.requestOptions(AbortSignal.timeout(FIRST_CREDENTIALS_MS));
    },
    explain: (failure) => explainFailure(failure, access, scope),
  };
}
