import { ToolError } from '../../core/errors.ts';
import { seriesId } from '../../core/series.ts';
import { getRenewing } from '../http/get.ts';
import { parseJson } from '../http/json.ts';
import { prometheusSeries } from '../import/prometheus-series.ts';
import type { Reject, SeriesDefinition } from '../recording/writer.ts';
import { SourceFailure } from '../source.ts';
import type { PrometheusAccess } from './access.ts';
import { errorOf, type Fault, readPoint, readRange } from './answer.ts';
import type { MetricQuery } from './queries.ts';

/** Times at which a query is evaluated: start, start + step … up to and with end; Unix ms. */
export interface Grid {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** The samples of one query. Columns of one length. */
export interface RangeSamples {
  readonly series: readonly SeriesDefinition[];
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly rejects: readonly Reject[];
  readonly notes: readonly string[];
  /** Some of the server's own nodes did not answer. */
  readonly isPartial: boolean;
  /** Size of the answer. */
  readonly bytes: number;
}

/** Asks one server. */
export interface RangeClient {
  /**
   * How far the server's clock is ahead of ours, ms: 0 where they may well be the same, as it tells
   * whole seconds only, or nothing at all. Throws SourceFailure.
   */
  aheadMs(signal: AbortSignal): Promise<number>;
  /**
   * Evaluates a query on a grid. Throws SourceFailure; its message has the server's own words on
   * what is wrong with the query, cut short and without secrets.
   */
  range(query: MetricQuery, grid: Grid, signal: AbortSignal): Promise<RangeSamples>;
}

/** More definitions than this are of pods long gone, in the main. */
const MOST_KNOWN = 100_000;

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

function apiUrl(base: URL, name: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname === '/' ? '' : base.pathname}/api/v1/${name}`;
  url.search = new URLSearchParams(query).toString();
  return url;
}

export function rangeClient(access: PrometheusAccess): RangeClient {
  /** By query and labels: the same object for the same series. */
  const known = new Map<string, SeriesDefinition>();

  const explain =
    (prefix: string) =>
    (body: Buffer): string => {
      let json: unknown;
      try {
        json = JSON.parse(body.toString('utf8'));
      } catch {
        return prefix;
      }
      const words = access.redact(errorOf(json) ?? '');
      return words === '' ? prefix : `${prefix}: ${words}`;
    };

  const definitionOf = (
    metric: string,
    labels: ReadonlyMap<string, string>,
    reject: (reject: Reject) => void,
  ): SeriesDefinition | null => {
    const key = JSON.stringify([metric, ...labels]);
    let definition = known.get(key);
    if (definition !== undefined) return definition;
    try {
      definition = prometheusSeries(labels, { metric, namespace: '' }, metric);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      const raw = JSON.stringify(Object.fromEntries(labels)).slice(0, 200);
      reject({ ...{ namespace: '', pod: '', container: '' }, metric, reason: 'name', raw });
      return null;
    }
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, definition);
    return definition;
  };

  return {
    async aheadMs(signal) {
      const url = apiUrl(access.baseUrl, 'query', { query: '1' });
      const beforeMs = Date.now();
      const more = { explain: explain('query 1') };
      const { serverMs } = await getRenewing(access, url, signal, more);
      if (serverMs === null) return 0;
      const [least, most] = [serverMs - Date.now(), serverMs + 999 - beforeMs];
      return least > 0 ? least : most < 0 ? most : 0;
    },
    async range({ metric, expression }, { startMs, endMs, stepMs }, signal) {
      const name = `query ${metric}`;
      const url = apiUrl(access.baseUrl, 'query_range', {
        ...{ query: expression, start: seconds(startMs), end: seconds(endMs) },
        step: seconds(stepMs),
      });
      const { body } = await getRenewing(access, url, signal, { explain: explain(name) });
      const fault: Fault = (place, why) =>
        new SourceFailure('schema', access.redact([name, place, why].filter(Boolean).join(': ')));
      const answer = readRange(parseJson(body), fault);
      const [series, times, values]: [SeriesDefinition[], number[], number[]] = [[], [], []];
      const rejects: Reject[] = [];
      const seen = new Set<string>();
      for (const { place, labels, values: pairs } of answer.series) {
        const definition = definitionOf(metric, labels, (one) => rejects.push(one));
        if (definition === null) continue;
        const id = seriesId(definition);
        if (seen.has(id)) {
          throw fault('', `two of its series are ${id}; add up by (namespace, pod, container)`);
        }
        seen.add(id);
        pairs.forEach((pair, i) => {
          const point = readPoint(pair, () => `${place}, value ${String(i + 1)}`, fault);
          if (point === null) return;
          const [t, value] = point;
          if (value < 0 && definition.unit !== '') {
            const { namespace, pod, container } = definition;
            const raw = String(value);
            rejects.push({ namespace, pod, container, metric, reason: 'negative', raw });
            return;
          }
          series.push(definition);
          times.push(t);
          values.push(value);
        });
      }
      return {
        ...{ series, times, values, rejects, bytes: body.length },
        notes: answer.warnings.map((text) => `Warning on ${name}: ${access.redact(text)}`),
        isPartial: answer.isPartial,
      };
    },
  };
}
