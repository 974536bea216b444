import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { openPrometheus } from '../../../src/record/prometheus/access.ts';
import { labelMatchers } from '../../../src/record/prometheus/label-selector.ts';
import { allQueries, parseQuery, podQueries } from '../../../src/record/prometheus/queries.ts';

test.each([
  ['app=web', 'label_app="web"'],
  ['app==web', 'label_app="web"'],
  ['app!=web', 'label_app!="web"'],
  ['app=', 'label_app=""'],
  ['app in (web, api)', 'label_app=~"web|api"'],
  ['app notin (v1.2,v1)', String.raw`label_app!~"v1\\.2|v1"`],
  ['app', 'label_app!=""'],
  ['!app', 'label_app=""'],
  ['app.kubernetes.io/name=web', 'label_app_kubernetes_io_name="web"'],
  ['appName=web', 'label_app_name="web"'],
  ['app=web,tier in (a, b), !x', 'label_app="web",label_tier=~"a|b",label_x=""'],
])('the selector %j asks kube-state-metrics for %s', (selector, matchers) => {
  expect(labelMatchers(selector)).toBe(matchers);
});

test.each(['a=b"} or x{', 'a in ()', 'a in (b', 'a b', '=x', 'a=b,,c=d', 'a=~b'])(
  'no selector: %j',
  (selector) => {
    expect(() => labelMatchers(selector)).toThrow(ToolError);
  },
);

describe('queries', () => {
  const scope = { namespace: 'shop', selector: '', rateWindowMs: 120_000 };

  test('of pods: every container once, in a namespace or in all', () => {
    expect(podQueries(scope).map(({ expression }) => expression)).toEqual([
      'max by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD",namespace="shop"}[2m]))',
      'max by (namespace, pod, container) (container_memory_working_set_bytes{container!="",container!="POD",namespace="shop"})',
    ]);
    const [cpu] = podQueries({ namespace: null, selector: 'app=web', rateWindowMs: 90_000 });
    expect(cpu?.expression).toBe(
      'max by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[1m30s])) and on (namespace, pod) kube_pod_labels{label_app="web"}',
    );
  });

  test('of one’s own stand beside them, or in their place', () => {
    const own = parseQuery('cpu=sum(rate(x{a="b=c"}[1m])) == 1');
    expect(own).toEqual({ metric: 'cpu', expression: 'sum(rate(x{a="b=c"}[1m])) == 1' });
    expect(allQueries(scope, [own]).map(({ metric }) => metric)).toEqual(['memory', 'cpu']);
    expect(() => allQueries(scope, [own, own])).toThrow(/given twice/);
  });

  test.each([
    'requests',
    '=up',
    'a=',
    'a b=up',
    'up{a="b"}',
    'up==1',
    'up=~1',
    `${'x'.repeat(254)}=up`,
  ])('no query: %j', (text) => {
    expect(() => parseQuery(text)).toThrow(ToolError);
  });
});

test.each([
  [{ url: 'prometheus:9090' }, {}, /takes an http or https address/],
  [{ url: 'ftp://x' }, {}, /takes an http or https address/],
  [{ url: 'https://user:canary@x' }, {}, /can read a password/],
  [{ url: 'http://x', tokenFile: 'f' }, {}, /unencrypted/],
  [{ url: 'http://x' }, { PROMETHEUS_TOKEN: 'canary' }, /unencrypted/],
  [{ url: 'http://x', user: 'u' }, { PROMETHEUS_PASSWORD: 'canary' }, /unencrypted/],
  [{ url: 'https://x', user: 'u' }, {}, /password of --prometheus-user comes from/],
  [{ url: 'https://x', passwordFile: 'f' }, {}, /needs --prometheus-user/],
  [{ url: 'https://x', user: 'u', passwordFile: 'f', tokenFile: 't' }, {}, /give one of them/],
])('an access that cannot be: %j', (choice, env, why) => {
  const open = () => openPrometheus(choice, env);
  expect(open).toThrow(why);
  expect(open).not.toThrow(/canary/);
});
