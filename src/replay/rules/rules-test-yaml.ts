import { expositionName } from '../../core/exposition-names.ts';
import type { Series } from '../../core/series.ts';
import { sizeOf } from '../pipeline.ts';
import { stretches } from './agreement.ts';
import { resourceOf, sizeName } from './detector-rules.ts';
import { promDuration } from './promql.ts';
import type { RuledMetric, RuleSet } from './rule-set.ts';
import { quoted, summaryOf } from './rules-yaml.ts';
import type { ContainerSlots } from './slots.ts';

/** Values that a test file may hold: promtool keeps them all in memory. */
const MOST_VALUES = 500_000;

/** A test file, and for how many of the containers. */
export interface RulesTest {
  readonly yaml: string;
  readonly containers: number;
}

const names = ({ namespace, pod, container }: Series) =>
  Object.entries({ namespace, pod, container }).filter(([, value]) => value !== '');

const selector = (name: string, series: Series, more: readonly string[] = []): string => {
  const labels = names(series).map(([label, value]) => `${label}=${quoted(value)}`);
  return `${name}{${[...labels, ...more].join(',')}}`;
};

/** A column as promtool's values; where samples end, and before each hole, a staleness marker. */
function valuesText(column: Float64Array): string {
  let isStale = true;
  return Array.from(column, (value) => {
    if (!Number.isNaN(value)) {
      isStale = false;
      return String(value);
    }
    const text = isStale ? '_' : 'stale';
    isStale = true;
    return text;
  }).join(' ');
}

function inputText(container: ContainerSlots, set: RuleSet): string {
  const { series, slots } = container;
  const lines = series.flatMap(({ series: one }) => {
    const { name, needsLabel } = expositionName(one.metric);
    const more = needsLabel ? [`metric=${quoted(one.metric)}`] : [];
    const own = [
      selector(name, one, more),
      valuesText(slots.columns.get(name) ?? new Float64Array(0)),
    ];
    const resource = resourceOf(one.unit);
    const isSized = set.metrics.some(
      ({ of, rules }) =>
        of.metric === one.metric &&
        rules.rules.some(({ expr }) => expr.text.includes(sizeName(one.metric))),
    );
    const size = sizeOf(one);
    if (resource === null || size === null || !isSized) return [own];
    const kube = selector('kube_pod_container_resource_requests', one, [`resource="${resource}"`]);
    return [own, [kube, `${String(size)}+0x${String(slots.length)}`]];
  });
  return lines
    .map(
      ([one = '', values = '']) =>
        `      - series: ${quoted(one)}\n        values: ${quoted(values)}\n`,
    )
    .join('');
}

/** Which containers fit, those in which something fires first; by their places. */
function chosen(set: RuleSet): readonly number[] {
  const fires = set.containers.map((_, c) =>
    set.metrics.some(({ firing }) => firing[c]?.includes(1)),
  );
  const places = set.containers.map((_, c) => c);
  const ordered = [...places.filter((c) => fires[c]), ...places.filter((c) => !fires[c])];
  let room = MOST_VALUES;
  return ordered.filter((c, i) => {
    const { series, slots } = set.containers[c]!;
    room -= series.length * slots.length;
    return i === 0 || room >= 0;
  });
}

/** Every moment at which alerts of a metric open or close, and the evaluation before. */
function momentsOf({ firing }: RuledMetric, places: readonly number[]): readonly number[] {
  const found = new Set<number>();
  for (const c of places) {
    for (const [from, to] of stretches(firing[c]!)) {
      for (const slot of [from - 1, from, to, to + 1]) {
        if (slot >= 0 && slot < firing[c]!.length) found.add(slot);
      }
    }
  }
  const last = Math.min(...places.map((c) => firing[c]!.length)) - 1;
  return [...found.add(last)].sort((a, b) => a - b);
}

function alertTests(metric: RuledMetric, set: RuleSet, places: readonly number[]): string {
  const { alert } = metric.rules;
  return momentsOf(metric, places)
    .map((slot) => {
      const open = places.filter((c) => metric.firing[c]![slot] === 1);
      const alerts = open.map((c) => {
        const { series } = set.containers[c]!.series[0]!;
        const labels = [...names(series), ['metric', metric.of.metric]];
        const summary = summaryOf(metric.of.metric, series.namespace, series.pod, series.container);
        return [
          `          - exp_labels:\n`,
          ...labels.map(([name = '', value = '']) => `              ${name}: ${quoted(value)}\n`),
          `            exp_annotations:\n              summary: ${quoted(summary)}\n`,
        ].join('');
      });
      const expected = alerts.length === 0 ? ' []\n' : `\n${alerts.join('')}`;
      const time = promDuration(slot * set.stepMs);
      const head = `      - eval_time: ${time}\n        alertname: ${alert.alert}\n`;
      return `${head}        exp_alerts:${expected}`;
    })
    .join('');
}

/** How often every alert fired in all: nothing between the moments above goes unseen. */
function countTests(set: RuleSet, places: readonly number[]): string {
  return set.metrics
    .map(({ firing, rules: { alert }, of }) => {
      const length = Math.max(...places.map((c) => firing[c]!.length));
      const range = promDuration(length * set.stepMs);
      const expr = `count_over_time(ALERTS{alertname="${alert.alert}",alertstate="firing"}[${range}])`;
      const samples = places.flatMap((c) => {
        const fired = firing[c]!.reduce((sum, is) => sum + is, 0);
        if (fired === 0) return [];
        const { series } = set.containers[c]!.series[0]!;
        const labels = [
          ...[`alertname="${alert.alert}"`, 'alertstate="firing"'],
          ...[...names(series), ['metric', of.metric]].map(
            ([name = '', value = '']) => `${name}=${quoted(value)}`,
          ),
        ];
        const one = quoted(`{${labels.join(', ')}}`);
        return [`          - labels: ${one}\n            value: ${String(fired)}\n`];
      });
      const expected = samples.length === 0 ? ' []\n' : `\n${samples.join('')}`;
      const time = promDuration((length - 1) * set.stepMs);
      return `      - expr: ${quoted(expr)}\n        eval_time: ${time}\n        exp_samples:${expected}`;
    })
    .join('');
}

/**
 * A unit test of the rules for `promtool test rules`: the recording's samples on the grid of
 * evaluations, and the alerts that fire on them, at every moment at which one opens or closes and
 * in all. `rulesFile` is the name of the rules file beside it.
 */
export function rulesTestYaml(set: RuleSet, rulesFile: string): RulesTest {
  const places = chosen(set);
  const step = promDuration(set.stepMs);
  const yaml = [
    '# Made by podtape export; run with: promtool test rules THIS_FILE',
    `rule_files: [${quoted(rulesFile)}]`,
    `evaluation_interval: ${step}`,
    'tests:',
    `  - interval: ${step}`,
    '    input_series:',
    places
      .map((c) => inputText(set.containers[c]!, set))
      .join('')
      .trimEnd(),
    '    alert_rule_test:',
    set.metrics
      .map((metric) => alertTests(metric, set, places))
      .join('')
      .trimEnd(),
    '    promql_expr_test:',
    countTests(set, places),
  ].join('\n');
  return { yaml, containers: places.length };
}
