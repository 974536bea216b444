import { ToolError } from '../../core/errors.ts';
import { parseDuration } from '../../core/time.ts';
import { openPrometheus, type PrometheusAccess } from '../../record/prometheus/access.ts';
import { explainPrometheus } from '../../record/prometheus/explain.ts';
import { allQueries, parseQuery, type MetricQuery } from '../../record/prometheus/queries.ts';
import { prometheusSource } from '../../record/prometheus/source.ts';
import type { RecordFlags } from './flags.ts';
import { originOf, whatOf, type Target } from './target.ts';

/** What the flags ask of a Prometheus, checked. */
export interface PrometheusPlan {
  readonly access: PrometheusAccess;
  readonly queries: readonly MetricQuery[];
  readonly stepMs: number;
  readonly offsetMs: number;
  readonly origin: string;
  readonly what: string;
}

const DEFAULT_OFFSET = '30s';
const DEFAULT_RATE_WINDOW = '2m';
const LONGEST_STEP_MS = 3_600_000;

function usage(message: string): ToolError {
  return new ToolError('USAGE', message);
}

/** Checks the flags. Throws USAGE, BAD_VALUE; nothing is sent. */
export function planPrometheus(flags: RecordFlags, intervalMs: number): PrometheusPlan {
  if (flags.source !== 'prometheus') throw usage('--from needs --source prometheus.');
  if (flags.prometheusUrl === undefined) {
    throw usage('--source prometheus needs its address: --prometheus-url http://127.0.0.1:9090.');
  }
  if (flags.namespace === undefined && !flags.allNamespaces) {
    throw usage('A Prometheus has no namespace of its own: choose -n NAMESPACE, or -A for all.');
  }
  const stepMs = flags.step === undefined ? intervalMs : parseDuration(flags.step);
  if (!Number.isInteger(stepMs) || stepMs < 1 || stepMs > LONGEST_STEP_MS) {
    throw usage(`--step ${flags.step ?? ''} is out of range; try 15s (from 1ms to 1h).`);
  }
  const rateWindowMs = parseDuration(flags.rateWindow ?? DEFAULT_RATE_WINDOW);
  if (!Number.isInteger(rateWindowMs / 1000) || rateWindowMs < 1000) {
    throw usage('--rate-window takes whole seconds, such as 90s or 2m.');
  }
  const scope = {
    namespace: flags.allNamespaces ? null : (flags.namespace ?? null),
    selector: flags.selector ?? '',
  };
  const access = openPrometheus({
    url: flags.prometheusUrl,
    tokenFile: flags.prometheusTokenFile,
    user: flags.prometheusUser,
    passwordFile: flags.prometheusPasswordFile,
    caFile: flags.prometheusCa,
  });
  return {
    access,
    queries: allQueries({ ...scope, rateWindowMs }, (flags.query ?? []).map(parseQuery)),
    ...{ stepMs, offsetMs: parseDuration(flags.queryOffset ?? DEFAULT_OFFSET) },
    origin: originOf('Prometheus', access.hostHash, scope),
    what: whatOf(scope.namespace),
  };
}

/** Opens a Prometheus as a source; `sinceMs`: see there. Throws USAGE, BAD_VALUE. */
export function prometheusTarget(
  flags: RecordFlags,
  intervalMs: number,
  sinceMs: number | null,
): Target {
  const { access, queries, stepMs, offsetMs, origin, what } = planPrometheus(flags, intervalMs);
  if (stepMs > intervalMs) throw usage('--step is longer than --interval; polls would be in vain.');
  return {
    source: prometheusSource(access, { queries, stepMs, offsetMs, sinceMs }),
    ...{ origin, what },
    hints: {
      nothingYet:
        'The queries have no samples yet: check -n, -l, --query and --rate-window, or wait for the first scrapes.',
      fast: null,
    },
    prepare: () => Promise.resolve(),
    explain: (failure) => explainPrometheus(failure, access),
  };
}
