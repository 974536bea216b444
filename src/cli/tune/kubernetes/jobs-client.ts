import * as v from 'valibot';
import { ToolError } from '../../../core/errors.ts';
import type { ClusterAccess } from '../../../record/kubernetes/access.ts';
import { boundedRequest, type BoundedRequest } from '../../../record/http/bounded-request.ts';
import { listUrl } from '../../../record/kubernetes/list.ts';
import { SourceFailure } from '../../../record/source.ts';

/** How far a Job is. */
export interface JobStatus {
  /** null: neither complete nor failed yet. */
  readonly ended: 'complete' | 'failed' | null;
  readonly active: number;
  /** Indexes that are through. */
  readonly succeeded: number;
  /** Pods that failed, those that were tried again among them. */
  readonly failed: number;
}

/** A pod of a Job. */
export interface JobPod {
  readonly name: string;
  readonly index: string;
  readonly hasSucceeded: boolean;
  /** Exit code of its container, null while there is none; and why it ended (`OOMKilled`, `Error`). */
  readonly exitCode: number | null;
  readonly reason: string;
}

/** The few requests that running Jobs takes. All throw SourceFailure, and CLUSTER where refused. */
export interface JobsClient {
  /** False where there is one of that name already. */
  create(job: object): Promise<boolean>;
  /** null: there is none of that name. */
  status(name: string): Promise<JobStatus | null>;
  /** Removes it and its pods; nothing where there is none. */
  remove(name: string): Promise<void>;
  pods(job: string): Promise<readonly JobPod[]>;
  /** What its container wrote; at most so many lines from its end. */
  log(pod: string, lines?: number): Promise<string>;
}

const REQUEST_MS = 30_000;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const JOB = v.object({
  status: v.nullish(
    v.object({
      ...{ active: v.nullish(v.number()), failed: v.nullish(v.number()) },
      succeeded: v.nullish(v.number()),
      conditions: v.nullish(v.array(v.object({ type: v.string(), status: v.string() }))),
    }),
  ),
});

const POD = v.object({
  metadata: v.object({
    name: v.string(),
    annotations: v.nullish(v.record(v.string(), v.string())),
  }),
  status: v.nullish(
    v.object({
      phase: v.nullish(v.string()),
      reason: v.nullish(v.string()),
      containerStatuses: v.nullish(
        v.array(
          v.object({
            state: v.nullish(
              v.object({
                terminated: v.nullish(
                  v.object({ exitCode: v.number(), reason: v.nullish(v.string()) }),
                ),
              }),
            ),
          }),
        ),
      ),
    }),
  ),
});

const INDEX = 'batch.kubernetes.io/job-completion-index';

function parsed<T extends v.GenericSchema>(schema: T, body: Buffer): v.InferOutput<T> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new SourceFailure('parse', 'not JSON');
  }
  const result = v.safeParse(schema, value);
  if (!result.success) throw new SourceFailure('schema', 'not what the batch API answers');
  return result.output;
}

function statusOf({ status }: v.InferOutput<typeof JOB>): JobStatus {
  const holds = (type: string): boolean =>
    (status?.conditions ?? []).some((one) => one.type === type && one.status === 'True');
  return {
    ended: holds('Complete') ? 'complete' : holds('Failed') ? 'failed' : null,
    active: status?.active ?? 0,
    succeeded: status?.succeeded ?? 0,
    failed: status?.failed ?? 0,
  };
}

function podOf({ metadata, status }: v.InferOutput<typeof POD>): JobPod {
  const ended = status?.containerStatuses?.[0]?.state?.terminated;
  return {
    name: metadata.name,
    index: metadata.annotations?.[INDEX] ?? '',
    hasSucceeded: status?.phase === 'Succeeded',
    exitCode: ended?.exitCode ?? null,
    reason: ended?.reason ?? status?.reason ?? '',
  };
}

/** What a refusal means for the user; other failures are left as they are. */
function explained(error: unknown, verb: string, namespace: string): unknown {
  if (!(error instanceof SourceFailure) || error.kind !== 'http') return error;
  const where = `in namespace "${namespace}"`;
  const refusal = (text: string): ToolError =>
    new ToolError('CLUSTER', text, { status: error.status });
  const status = error.status ?? 0;
  if (status === 401) {
    return refusal(`The cluster does not accept the credentials (401 on ${verb} ${where}).`);
  }
  if (status === 403) {
    return refusal(
      `You may not ${verb} ${where} (403): docs/scale.md has the role that is needed.`,
    );
  }
  if (status === 404) {
    return refusal(`The cluster cannot ${verb} ${where} (404): does the namespace exist?`);
  }
  if (status !== 400 && status !== 422) return error;
  const hint = 'try --dry-run, and "kubectl create --dry-run=server" on what it prints';
  return refusal(`The cluster does not take the Job (${String(status)}): ${hint}.`);
}

/** A client for the Jobs of one namespace. */
export function jobsClient(access: ClusterAccess, namespace: string): JobsClient {
  const url = (group: 'batch' | '', path: string, query: Readonly<Record<string, string>> = {}) => {
    const [name = '', ...rest] = path.split('/');
    const found = listUrl(
      access.baseUrl,
      { group, version: 'v1', name },
      { namespace, selector: '' },
      query,
    );
    found.pathname += rest.map((part) => `/${encodeURIComponent(part)}`).join('');
    return found;
  };
  const send = async (
    verb: string,
    wanted: Pick<BoundedRequest, 'url' | 'method' | 'json'>,
  ): Promise<Buffer> => {
    const signal = AbortSignal.timeout(REQUEST_MS);
    const once = async (): Promise<Buffer> => {
      const options = await access.requestOptions(signal);
      return (await boundedRequest({ ...wanted, options, signal, maxBytes: MAX_BODY_BYTES })).body;
    };
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.status !== 401) {
        throw explained(error, verb, namespace);
      }
    }
    access.forgetCredentials();
    return once().catch((error: unknown) => {
      throw explained(error, verb, namespace);
    });
  };
  const hasStatus = (error: unknown, status: number): boolean =>
    (error instanceof ToolError && error.details['status'] === status) ||
    (error instanceof SourceFailure && error.status === status);

  return {
    async create(job) {
      const json = JSON.stringify(job);
      try {
        await send('create jobs', { url: url('batch', 'jobs'), method: 'POST', json });
        return true;
      } catch (error) {
        if (hasStatus(error, 409)) return false;
        throw error;
      }
    },
    async status(name) {
      try {
        return statusOf(parsed(JOB, await send('get jobs', { url: url('batch', `jobs/${name}`) })));
      } catch (error) {
        if (hasStatus(error, 404)) return null;
        throw error;
      }
    },
    async remove(name) {
      const query = { propagationPolicy: 'Background' };
      try {
        const at = url('batch', `jobs/${name}`, query);
        await send('delete jobs', { url: at, method: 'DELETE' });
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
      }
    },
    async pods(job) {
      const at = url('', 'pods', { labelSelector: `job-name=${job}` });
      const list = parsed(v.object({ items: v.array(POD) }), await send('list pods', { url: at }));
      return list.items.map(podOf);
    },
    async log(pod, lines) {
      const query = lines === undefined ? {} : { tailLines: String(lines) };
      const at = url('', `pods/${pod}/log`, query);
      return (await send('get pods/log', { url: at })).toString('utf8');
    },
  };
}
