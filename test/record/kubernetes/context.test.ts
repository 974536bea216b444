import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Mark } from '../../../src/core/recording.ts';
import { openCluster } from '../../../src/record/kubernetes/access.ts';
import { watchChanges } from '../../../src/record/kubernetes/cluster-marks.ts';
import { watchEvents } from '../../../src/record/kubernetes/events.ts';
import { watchCompleteness } from '../../../src/record/kubernetes/completeness.ts';
import type { ContainerUsage } from '../../../src/record/kubernetes/metrics-list.ts';
import { readPod, type PodInfo } from '../../../src/record/kubernetes/pod-list.ts';
import { kubernetesSource } from '../../../src/record/kubernetes/source.ts';
import { workloadOf } from '../../../src/record/kubernetes/workload-lists.ts';
import type { Poll } from '../../../src/record/source.ts';
import { makeCertificate, type Certificate } from '../../support/certificates.ts';
import { startFakeApi, type FakeApi } from '../../support/fake-api.ts';
import { tempFolder } from '../../support/temp.ts';

interface PodChange {
  readonly uid?: string;
  readonly phase?: string;
  readonly restarts?: number;
  readonly owner?: object | null;
  readonly startedAt?: string;
}

/** A pod of the core API as the wire has it. */
function corePod(name: string, change: PodChange = {}): object {
  const owner = { kind: 'ReplicaSet', name: 'web-7d4b9c6f5d', controller: true };
  const { restarts = 0 } = change;
  return {
    metadata: {
      ...{ name, namespace: 'shop', uid: change.uid ?? `uid-${name}` },
      labels: { app: 'web', 'pod-template-hash': '7d4b9c6f5d' },
      ownerReferences: change.owner === null ? undefined : [change.owner ?? owner],
    },
    spec: {
      nodeName: 'node-a',
      containers: [
        {
          name: 'app',
          resources: {
            requests: { cpu: '100m', memory: '256Mi' },
            limits: { cpu: 1, memory: '576Mi' },
          },
        },
      ],
      initContainers: [{ name: 'setup' }, { name: 'sidecar', restartPolicy: 'Always' }],
    },
    status: {
      ...{ phase: change.phase ?? 'Running', startTime: '2026-01-31T08:00:00Z' },
      containerStatuses: [
        {
          ...{ name: 'app', restartCount: restarts },
          state: { running: { startedAt: change.startedAt ?? '2026-01-31T08:00:05Z' } },
          lastState:
            restarts === 0
              ? {}
              : {
                  terminated: {
                    reason: 'OOMKilled',
                    exitCode: 137,
                    finishedAt: '2026-01-31T08:10:00Z',
                  },
                },
        },
      ],
      initContainerStatuses: [
        { name: 'sidecar', state: { running: { startedAt: '2026-01-31T08:00:01Z' } } },
      ],
    },
  };
}

function podsOf(...items: object[]): PodInfo[] {
  const wire: unknown = JSON.parse(JSON.stringify(items));
  return (wire as unknown[]).map(readPod).filter((pod) => pod !== null);
}

test('a pod tells owner, node, resources and the containers that keep running', () => {
  const [pod] = podsOf(corePod('web-1'), { metadata: { name: 'broken' } });
  expect(pod).toMatchObject({
    ...{ namespace: 'shop', name: 'web-1', uid: 'uid-web-1', node: 'node-a', phase: 'Running' },
    owner: { kind: 'ReplicaSet', name: 'web-7d4b9c6f5d' },
  });
  expect(pod?.containers).toMatchObject([
    {
      ...{ name: 'app', cpuRequest: 0.1, cpuLimit: 1 },
      ...{ memoryRequest: 268_435_456, memoryLimit: 603_979_776 },
    },
    { name: 'sidecar', cpuLimit: null, memoryLimit: null },
  ]);
});

describe('the workload of a pod', () => {
  const [pod] = podsOf(corePod('web-1'));
  if (pod === undefined) throw new Error('no pod');
  const owners = (kind: string, name: string) =>
    new Map([['shop/ReplicaSet/web-7d4b9c6f5d', { namespace: 'shop', kind, name }]]);

  test('is the owner of its ReplicaSet', () => {
    expect(workloadOf(pod, owners('Rollout', 'web'))).toMatchObject({
      kind: 'Rollout',
      name: 'web',
    });
  });

  test('is told by the name where ReplicaSets are not to be had', () => {
    expect(workloadOf(pod, null)).toMatchObject({ kind: 'Deployment', name: 'web' });
  });

  test('is the owner itself for other kinds, and nothing for a pod made by hand', () => {
    const owner = { kind: 'StatefulSet', name: 'db', controller: true };
    const [stateful, bare] = podsOf(corePod('db-0', { owner }), corePod('x', { owner: null }));
    expect(stateful && workloadOf(stateful, null)).toMatchObject({
      kind: 'StatefulSet',
      name: 'db',
    });
    expect(bare && workloadOf(bare, null)).toBeNull();
  });
});

describe('marks', () => {
  const told = (marks: ReturnType<ReturnType<typeof watchChanges>['pods']>): string[] =>
    marks.map(({ kind, name, pod, startMs }) => `${kind} ${name} ${pod} ${String(startMs)}`);

  test('what the first list shows makes none', () => {
    expect(watchChanges().pods(podsOf(corePod('web-1', { restarts: 3 })), 5)).toEqual([]);
  });

  test('a restart with its reason, at the time of the end before it', () => {
    const watch = watchChanges();
    watch.pods(podsOf(corePod('web-1')), 1);
    const at = String(Date.parse('2026-01-31T08:10:00Z'));
    expect(told(watch.pods(podsOf(corePod('web-1', { restarts: 1 })), 2))).toEqual([
      `restart app: OOMKilled (exit 137) web-1 ${at}`,
    ]);
    expect(watch.pods(podsOf(corePod('web-1', { restarts: 1 })), 3)).toEqual([]);
  });

  test('pods that come, go, end, or are replaced under their name', () => {
    const watch = watchChanges();
    const started = String(Date.parse('2026-01-31T08:00:00Z'));
    watch.pods(podsOf(corePod('web-1'), corePod('web-2')), 1);
    expect(told(watch.pods(podsOf(corePod('web-1'), corePod('web-3')), 2))).toEqual([
      `pod-start web-3 web-3 ${started}`,
      'pod-stop web-2 web-2 2',
    ]);
    const ended = podsOf(
      corePod('web-1', { phase: 'Succeeded' }),
      corePod('web-3', { uid: 'other' }),
    );
    expect(told(watch.pods(ended, 3))).toEqual([
      `pod-start web-3 web-3 ${started}`,
      'pod-stop web-1 web-1 3',
      'pod-stop web-3 web-3 3',
    ]);
  });

  test('counts of replicas that change', () => {
    const watch = watchChanges();
    const web = { namespace: 'shop', kind: 'Deployment', name: 'web' };
    expect(watch.replicas([{ ...web, count: 1 }], 1)).toEqual([]);
    expect(watch.replicas([{ ...web, count: 1 }], 2)).toEqual([]);
    expect(told(watch.replicas([{ ...web, count: 4 }], 3))).toEqual([
      'scale-up Deployment/web 1 to 4  3',
    ]);
    expect(told(watch.replicas([{ ...web, count: 0 }], 4))).toEqual([
      'scale-down Deployment/web 4 to 0  4',
    ]);
  });
});

describe('completeness', () => {
  const usage = (pod: string, container: string): ContainerUsage => {
    return { namespace: 'shop', pod, container, t: 0, windowMs: null, cpu: 1, memory: 1 };
  };
  const both = [usage('web-1', 'app'), usage('web-1', 'sidecar')];

  test('without the list of pods: a container that was there a moment ago', () => {
    const watch = watchCompleteness();
    const missing = (containers: ContainerUsage[]) => watch.missing(containers, [], null, 0);
    expect(missing(both)).toEqual([]);
    for (let i = 0; i < 4; i += 1) {
      expect(missing([usage('web-1', 'app')])).toEqual(['shop/web-1/sidecar']);
    }
    expect(missing([usage('web-1', 'app')])).toEqual([]);
    expect(missing(both)).toEqual([]);
    expect(missing([])).toEqual([]);
    expect(watch.missing(both, ['shop/web-2'], null, 0)).toEqual(['shop/web-2']);
  });

  test('with it: containers that have run for two minutes', () => {
    const watch = watchCompleteness();
    const now = Date.parse('2026-01-31T08:15:00Z');
    const pods = podsOf(corePod('web-1'), corePod('web-2', { startedAt: '2026-01-31T08:14:00Z' }));
    expect(watch.missing(both, [], pods, now)).toEqual(['shop/web-2/sidecar']);
    expect(watch.missing([usage('web-1', 'app')], [], pods, now)).toEqual([
      'shop/web-1/sidecar',
      'shop/web-2/sidecar',
    ]);
    expect(watch.missing([], [], podsOf(corePod('web-1', { phase: 'Pending' })), now)).toEqual([]);
  });
});

describe('the source', () => {
  let certificate: Certificate;
  beforeAll(async () => {
    certificate = await makeCertificate();
  });

  async function open(
    selector = '',
  ): Promise<{ api: FakeApi; poll: (tick?: number) => Promise<Poll> }> {
    const api = await startFakeApi(certificate);
    const access = await openCluster({ kubeconfig: api.kubeconfig(tempFolder()) });
    const scope = { namespace: 'shop', selector };
    const source = kubernetesSource(access, scope, { contextShare: Infinity });
    onTestFinished(() => {
      source.close();
    });
    const signal = new AbortController().signal;
    const poll = (tick = 1): Promise<Poll> =>
      source.poll({ tick, scheduledMs: tick * 1000, timeoutMs: 5000, signal });
    return { api, poll };
  }

  function workloads(api: FakeApi, replicas: () => number): void {
    const metadata = { name: 'web', namespace: 'shop' };
    const owner = [{ kind: 'Deployment', name: 'web', controller: true }];
    const apps = '/apis/apps/v1/namespaces/shop';
    api.lists.set('/api/v1/namespaces/shop/pods', () => ({
      kind: 'PodList',
      items: [corePod('web-1'), corePod('web-2')],
    }));
    api.lists.set(`${apps}/replicasets`, () => ({
      kind: 'ReplicaSetList',
      items: [{ metadata: { ...metadata, name: 'web-7d4b9c6f5d', ownerReferences: owner } }],
    }));
    api.lists.set(`${apps}/deployments`, () => ({
      kind: 'DeploymentList',
      items: [
        { metadata, status: { replicas: replicas() } },
        { metadata: { ...metadata, name: 'idle' }, status: {} },
      ],
    }));
    api.lists.set(`${apps}/statefulsets`, () => ({ kind: 'StatefulSetList', items: null }));
    api.lists.set('/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers', () => ({
      kind: 'HorizontalPodAutoscalerList',
      items: [
        {
          metadata,
          spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
          status: { desiredReplicas: 4 },
        },
      ],
    }));
    api.lists.set('/api/v1/namespaces/shop/events', () => ({ kind: 'EventList', items: [] }));
  }

  const signals = (poll: Poll): string[] =>
    poll.series.flatMap(({ kind, metric, workload, container, pod }, i) =>
      kind === 'signal'
        ? [
            `${metric} ${workload ?? ''} ${container} ${pod} ${String(poll.values[i])} at ${String(poll.times[i])}`,
          ]
        : [],
    );

  test('knows workload, node, uid and limits of every container', async () => {
    const { api, poll } = await open();
    workloads(api, () => 2);
    const { series, notes } = await poll();
    expect(notes).toEqual([]);
    expect(
      series.find(({ container, metric }) => container === 'app' && metric === 'memory'),
    ).toEqual({
      ...{ namespace: 'shop', pod: 'web-1', container: 'app', metric: 'memory', kind: 'usage' },
      ...{ unit: 'bytes', denominator: 1, workloadKind: 'Deployment', workload: 'web' },
      ...{ node: 'node-a', podUid: 'uid-web-1', request: 268_435_456, limit: 603_979_776 },
    });
  });

  test('gives replicas and wished replicas of each workload at the time of the tick', async () => {
    const { api, poll } = await open();
    let replicas = 2;
    workloads(api, () => replicas);
    expect(signals(await poll())).toEqual([
      'replicas idle deployment.idle  0 at 1000',
      'replicas web deployment.web  2 at 1000',
      'replicas_desired web deployment.web  4 at 1000',
    ]);
    replicas = 4;
    const second = await poll(2);
    expect(second.marks).toMatchObject([{ kind: 'scale-up', name: 'Deployment/web 2 to 4' }]);
  });

  test('marks what an autoscaler may and what keeps it from it', async () => {
    const { api, poll } = await open();
    workloads(api, () => 6);
    const conditions: { type: string; status: string; reason?: string }[] = [
      { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' },
      { type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas' },
    ];
    let maxReplicas = 6;
    api.lists.set('/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers', () => ({
      kind: 'HorizontalPodAutoscalerList',
      items: [
        {
          metadata: { name: 'web-scaler', namespace: 'shop' },
          spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas },
          status: { desiredReplicas: 6, conditions },
        },
        { metadata: { name: 'broken', namespace: 'shop' } },
      ],
    }));
    const told = async (tick: number): Promise<string[]> =>
      (await poll(tick)).marks.map(({ kind, name }) => `${kind} ${name}`);
    expect(await told(1)).toEqual([
      'autoscaler web-scaler: Deployment/web 1 to 6 replicas',
      'autoscaler web-scaler: ScalingLimited (TooManyReplicas)',
    ]);
    expect(await told(2)).toEqual([]);
    maxReplicas = 10;
    conditions.splice(0, 2, { type: 'ScalingActive', status: 'False' });
    expect(await told(3)).toEqual([
      'autoscaler web-scaler: Deployment/web 1 to 10 replicas',
      'autoscaler web-scaler: not ScalingActive',
      'autoscaler web-scaler: no more ScalingLimited (TooManyReplicas)',
    ]);
  });

  test('marks warnings and decisions to scale that come up, of what is recorded', async () => {
    const { api, poll } = await open('app=web');
    workloads(api, () => 2);
    const event = (name: string, more: object): object => ({
      metadata: { name, namespace: 'shop' },
      ...{
        type: 'Warning',
        reason: 'BackOff',
        message: 'Back-off\u0007 restarting\napp',
        count: 1,
      },
      involvedObject: { kind: 'Pod', name: 'web-1' },
      lastTimestamp: '2026-01-31T08:10:00Z',
      ...more,
    });
    let items = [event('old', {})];
    api.lists.set('/api/v1/namespaces/shop/events', () => ({ kind: 'EventList', items }));
    const eventsOf = async (tick: number): Promise<Mark[]> =>
      (await poll(tick)).marks.filter(({ kind }) => kind === 'event');
    expect(await eventsOf(1)).toEqual([]);
    const unknown = { involvedObject: { kind: 'Pod', name: 'db-0' } };
    const rescale = {
      ...{ type: 'Normal', reason: 'SuccessfulRescale', count: null, lastTimestamp: null },
      message: `New size: 4; reason: ${'cpu above target '.repeat(20)}`,
      ...{ involvedObject: { kind: 'Deployment', name: 'web' }, eventTime: '2026-01-31T08:11:00Z' },
    };
    items = [
      event('old', { count: 2 }),
      event('unknown', unknown),
      event('routine', { type: 'Normal', reason: 'Pulled' }),
      event('rescale', rescale),
      { metadata: {} },
    ];
    const marks = await eventsOf(2);
    expect(marks).toMatchObject([
      {
        ...{ startMs: Date.parse('2026-01-31T08:10:00Z'), endMs: null, kind: 'event' },
        ...{ name: 'Pod/web-1 BackOff: Back-off restarting app', namespace: 'shop', pod: 'web-1' },
      },
      {
        ...{ startMs: Date.parse('2026-01-31T08:11:00Z'), endMs: null, kind: 'event' },
        ...{ namespace: 'shop', pod: '' },
      },
    ]);
    expect(marks[1]?.name).toMatch(/^Deployment\/web SuccessfulRescale: New size: 4.{1,160}…$/);
    items = [event('old', { count: 9, lastTimestamp: '2026-01-31T08:12:00Z' })];
    expect(await eventsOf(3)).toEqual([]);
    items = [event('old', { count: 10, lastTimestamp: '2026-01-31T08:20:00Z' })];
    expect(await eventsOf(4)).toHaveLength(1);
    const asked = api.requests.filter(({ path }) => path.includes('/events?'));
    expect(new Set(asked.map(({ path }) => /fieldSelector=([^&]*)/.exec(path)?.[1]))).toEqual(
      new Set(['type%3DWarning', 'reason%3DSuccessfulRescale']),
    );
  });

  test('a run has at most a thousand marks of events', () => {
    const watch = watchEvents();
    const events = Array.from({ length: 3000 }, (_, i) => ({
      ...{ namespace: 'shop', name: String(i), count: 1, atMs: i, reason: 'Failed', message: '' },
      object: { kind: 'Pod', name: `web-${String(i)}` },
    }));
    expect(watch.marks([], () => true, 0)).toEqual([]);
    expect(watch.marks(events, () => true, 0)).toHaveLength(1000);
  });

  test('an API that makes its times for the answer is told of as prometheus-adapter', async () => {
    const { api, poll } = await open();
    const usual = api.pods;
    const notes: string[] = [];
    const polls = async (n: number): Promise<void> => {
      for (let k = 0; k < n; k += 1) notes.push(...(await poll(k + 2)).notes);
    };
    await polls(5);
    expect(notes.join()).not.toMatch(/adapter/);
    api.pods = (n) =>
      usual(n).map((pod) => ({
        ...{ ...pod, window: '1m0s' },
        timestamp: new Date().toISOString().replace(/\.\d+Z/, 'Z'),
      }));
    await polls(6);
    expect(notes.filter((note) => note.includes('prometheus-adapter'))).toHaveLength(1);
  });

  test('a definition is the same object until something about it changes', async () => {
    const { api, poll } = await open();
    const first = await poll();
    const again = await poll(2);
    expect(again.series[0]).toBe(first.series[0]);
    expect(first.series[0]?.workload).toBeUndefined();
    const other = await open();
    workloads(other.api, () => 2);
    const known = await other.poll();
    expect((await other.poll(2)).series[0]).toBe(known.series[0]);
    expect(api.requests.length).toBeGreaterThan(0);
  });

  test('says once what it may not list, and asks no more for it', async () => {
    const { api, poll } = await open();
    const first = await poll();
    expect(first.notes).toHaveLength(6);
    expect(first.notes[0]).toMatch(/^Without limits.*list pods in the core API answered 403\.$/);
    expect(first.outcome).toBe('ok');
    const before = api.requests.length;
    expect((await poll(2)).notes).toEqual([]);
    expect(api.requests.length).toBe(before + 1);
  });

  test('counts pods where workloads may not be listed', async () => {
    const { api, poll } = await open();
    api.lists.set('/api/v1/namespaces/shop/pods', () => ({
      kind: 'PodList',
      items: [corePod('web-1'), corePod('web-2')],
    }));
    expect(signals(await poll())).toEqual(['replicas web deployment.web  2 at 1000']);
    api.lists.set('/api/v1/namespaces/shop/pods', () => ({ kind: 'PodList', items: [] }));
    expect(signals(await poll(2))).toEqual(['replicas web deployment.web  0 at 2000']);
  });

  test('with a selector, only workloads that own a selected pod count', async () => {
    const { api, poll } = await open('app=web');
    workloads(api, () => 2);
    expect(signals(await poll())).toEqual([
      'replicas web deployment.web  2 at 1000',
      'replicas_desired web deployment.web  4 at 1000',
    ]);
    const asked = api.requests.filter(({ path }) => path.includes('labelSelector'));
    expect(asked.map(({ path }) => path.split('?')[0]).sort()).toEqual([
      '/api/v1/namespaces/shop/pods',
      '/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods',
    ]);
  });

  test('marks an answer without a container that runs as partial', async () => {
    const { api, poll } = await open();
    const all = api.pods;
    await poll();
    api.pods = (n) =>
      all(n).map((pod) => ({
        ...pod,
        containers: pod.containers.filter(({ name }) => name === 'app'),
      }));
    const { outcome, reason, times } = await poll(2);
    expect(outcome).toBe('partial');
    expect(reason).toBe('missing containers: 1 of 3, shop/web-1/sidecar');
    expect(times).toHaveLength(4);
  });

  test('an empty list is empty', async () => {
    const { api, poll } = await open();
    api.pods = () => [];
    expect(await poll()).toMatchObject({ outcome: 'empty', times: [] });
  });

  test('5,000 pods of three containers are read in moderate time', async () => {
    const { api, poll } = await open();
    const timestamp = new Date(Math.floor(Date.now() / 1000) * 1000)
      .toISOString()
      .replace('.000', '');
    const pods = Array.from({ length: 5000 }, (_, i) => ({
      metadata: { name: `web-${String(i)}`, namespace: 'shop' },
      ...{ timestamp, window: '15s' },
      containers: ['a', 'b', 'c'].map((name) => ({
        name,
        usage: { cpu: '123456n', memory: '4567Ki' },
      })),
    }));
    api.pods = () => pods;
    expect((await poll()).values).toHaveLength(30_000);
  });
});
