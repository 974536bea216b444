import type { ReplayResult } from '../../core/results.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { plural } from '../../core/plural.ts';
import { settingsDigest } from '../../core/settings-digest.ts';
import type { Agreement } from './agreement.ts';
import { resourceOf, sizeName } from './detector-rules.ts';
import type { Expr } from './promql.ts';
import { promDuration } from './promql.ts';
import type { RuledMetric, RuleSet } from './rule-set.ts';

/** A text as YAML and Prometheus both read it: JSON, with nothing in it that a line could end at. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/gu,
    (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

const minutes = (n: number): string => `${n.toFixed(1)} min`;

/** How far rule and replay agree, a sentence. */
export function agreementText(one: Agreement): string {
  const { metric, matched, missed, extra, missedMinutes, extraMinutes } = one;
  const all = plural(matched + missed, 'episode');
  if (missedMinutes + extraMinutes === 0) {
    return `${metric}: the same as the replay at every evaluation (${all}).`;
  }
  return (
    `${metric}: ${String(matched)} of ${all} found, ${String(missed)} missed, ${String(extra)} more; ` +
    `${minutes(missedMinutes)} of alert missed, ${minutes(extraMinutes)} more.`
  );
}

/** What separates any such rule from a replay. */
const LIMITS = [
  'Evaluated every step, where a replay looks at samples: one that is late or missing shifts or',
  'splits an alert, where a replay looks over it (gapSteps).',
  'A window is a stretch of time, not a count of samples: after a hole it holds fewer.',
  'Fresh and restarted containers are judged and learnt from like any other (startupSeconds).',
  'With a lag, the first alerts of a new container come later: a replay holds back fewer at first.',
  'Without staleness markers Prometheus takes the last value for 5 minutes.',
];

const indented = (text: string, by: string): string => text.replaceAll('\n', `\n${by}`);

const rule = (head: string, name: string, expr: Expr | string): string => {
  const text = typeof expr === 'string' ? expr : expr.text;
  return `      - ${head}: ${name}\n        expr: |-\n          ${indented(text, '          ')}\n`;
};

/** The series that rules work on, from what a cluster's Prometheus has. */
function sourceRules({ metrics, stepMs }: RuleSet): string {
  const by = 'by (namespace, pod, container)';
  const rate = promDuration(Math.max(60_000, 4 * stepMs));
  const sources = new Map([
    [
      'cpu',
      `sum ${by} (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[${rate}]))`,
    ],
    ['memory', `sum ${by} (container_memory_working_set_bytes{container!="",container!="POD"})`],
  ]);
  const names = new Map([
    ['cpu', 'podtape_cpu_cores'],
    ['memory', 'podtape_memory_bytes'],
  ]);
  return metrics
    .map(({ of, rules }) => {
      const source = sources.get(of.metric);
      const own = source === undefined ? '' : rule('record', names.get(of.metric) ?? '', source);
      const resource = resourceOf(of.unit);
      const isSized = rules.rules.some(({ expr }) => expr.text.includes(sizeName(of.metric)));
      if (!isSized || resource === null) return own;
      const asked = (what: string): string =>
        `max ${by} (kube_pod_container_resource_${what}{resource="${resource}"})`;
      return (
        own + rule('record', sizeName(of.metric), `${asked('requests')}\nor ${asked('limits')}`)
      );
    })
    .join('');
}

/** The annotation of an alert; `of` fills in the names, as Prometheus' templates would. */
export function summaryOf(
  metric: string,
  namespace: string,
  pod: string,
  container: string,
): string {
  return `${namespace}/${pod}/${container}: ${metric} is far from what is usual for it`;
}

function alertText({ of, rules: { rules, alert } }: RuledMetric, stepMs: number): string {
  const summary = summaryOf(
    of.metric,
    '{{ $labels.namespace }}',
    '{{ $labels.pod }}',
    '{{ $labels.container }}',
  );
  const waits = alert.evaluations > 1;
  return [
    ...rules.map(({ record, expr }) => rule('record', record, expr)),
    rule('alert', alert.alert, alert.expr),
    waits ? `        for: ${promDuration((alert.evaluations - 1) * stepMs)}\n` : '',
    `        labels:\n          metric: ${quoted(of.metric)}\n`,
    `        annotations:\n          summary: ${quoted(summary)}\n`,
  ].join('');
}

/** The rules file: comments that say what it is and what it is not, then one group. */
export function rulesYaml(set: RuleSet, result: ReplayResult): string {
  const { metrics, stepMs, whyNot } = set;
  const comments = [
    'Made by podtape export --format prometheus-rules; the unit test beside it is for promtool.',
    `Settings ${canonicalJson(result.settings)}`,
    `(digest ${settingsDigest(result.settings)}), made on the recording ${result.recording.digest}.`,
    '',
    whyNot === ''
      ? 'The detector itself, in PromQL.'
      : `Not the detector itself: ${whyNot}. The nearest rule on this recording stands in for it.`,
    ...metrics.map(
      ({ nearest, agreement }) =>
        agreementText(agreement) + (nearest === '' ? '' : ` The rule: ${nearest}.`),
    ),
    '',
    'What any such rule does differently:',
    ...LIMITS.map((line) => `  ${line}`),
    '',
    'Needs Prometheus 2.33 or newer. The first rules make its input from cAdvisor and',
    'kube-state-metrics; leave them out where the metrics come from elsewhere.',
  ];
  return [
    ...comments.map((line) => (line === '' ? '#' : `# ${line}`)),
    'groups:',
    '  - name: podtape',
    `    interval: ${promDuration(stepMs)}`,
    '    rules:',
    sourceRules(set) + metrics.map((one) => alertText(one, stepMs)).join(''),
  ].join('\n');
}
