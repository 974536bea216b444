import { readFileSync, statSync } from 'node:fs';
import { seriesId } from '../../core/series.ts';
import { badInput, shown } from './bad-input.ts';
import { parseDecimal } from './numbers.ts';
import { type PrometheusOptions, prometheusSeries } from './prometheus-series.ts';
import type { SampleSink } from './sample-sink.ts';

/** JSON is read as a whole; more than this is several queries' worth. */
const MAX_BYTES = 256 * 1024 * 1024;

/** What Prometheus writes for values that are no number; no sample can have them. */
const NOT_NUMBERS = new Set(['NaN', '+Inf', '-Inf']);

/** 9999-01-01, seconds. */
const MAX_SECONDS = 253_370_764_800;

/** What one response held. */
export interface PrometheusCounts {
  /** Values, whether stored or not. */
  readonly rows: number;
  /** Values that are NaN or infinite. */
  readonly notNumbers: number;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readResponse(path: string): readonly unknown[] {
  if (statSync(path).size > MAX_BYTES) {
    throw badInput(path, 'it is over 256 MiB; query a shorter range at a time');
  }
  let body: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    body = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw badInput(path, `it is not JSON (${why})`);
  }
  if (!isObject(body)) throw badInput(path, 'it is no answer of a Prometheus server');
  if (body['status'] === 'error') {
    throw badInput(path, `the query failed: ${shown(String(body['error']))}`);
  }
  const data = body['data'];
  const type = isObject(data) ? data['resultType'] : undefined;
  const result = isObject(data) ? data['result'] : undefined;
  if (type !== 'matrix' || !Array.isArray(result)) {
    throw badInput(path, 'it holds no matrix; save the answer of /api/v1/query_range');
  }
  return result as readonly unknown[];
}

function labelsOf(metric: unknown, where: string): ReadonlyMap<string, string> {
  if (!isObject(metric)) throw badInput(where, 'member "metric" is no object of labels');
  return new Map(
    Object.entries(metric).map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      throw badInput(where, `label "${name}" is no text`);
    }),
  );
}

/** `[seconds, "value"]` → Unix ms and number; null: NaN or infinite. */
function readPair(pair: unknown, where: () => string): readonly [number, number] | null {
  const [seconds, text] = (Array.isArray(pair) ? pair : []) as readonly unknown[];
  if (typeof seconds !== 'number' || !(seconds >= 0) || seconds >= MAX_SECONDS) {
    throw badInput(where(), 'its time is no number of seconds since 1970');
  }
  if (typeof text !== 'string') throw badInput(where(), 'its value is no text');
  if (NOT_NUMBERS.has(text)) return null;
  const value = parseDecimal(text);
  if (value === null) throw badInput(where(), `its value is ${shown(text)}, which is no number`);
  return [Math.round(seconds * 1000), value];
}

/**
 * Imports the answer of a Prometheus range query, a JSON file. Values that are NaN or infinite
 * are missing samples.
 *
 * Throws BAD_INPUT naming file, series and value; also where two series are of the same container
 * and metric, since one of them would hide the other.
 */
export function importPrometheus(
  path: string,
  options: PrometheusOptions,
  sink: SampleSink,
): PrometheusCounts {
  const seen = new Map<string, number>();
  let rows = 0;
  let notNumbers = 0;
  readResponse(path).forEach((one, s) => {
    const where = `${path}: series ${String(s + 1)}`;
    if (!isObject(one) || !Array.isArray(one['values'])) {
      throw badInput(where, 'it has no list of values');
    }
    const definition = prometheusSeries(labelsOf(one['metric'], where), options, where);
    const id = seriesId(definition);
    const before = seen.get(id);
    if (before !== undefined) {
      const why = `it is ${id}, as series ${String(before)} is; query sum by (namespace, pod, container)`;
      throw badInput(where, why);
    }
    seen.set(id, s + 1);
    const channel = sink.define(definition);
    (one['values'] as readonly unknown[]).forEach((pair, i) => {
      const read = readPair(pair, () => `${where}, value ${String(i + 1)}`);
      rows += 1;
      if (read === null) notNumbers += 1;
      else if (read[1] < 0 && definition.unit !== '') {
        throw badInput(`${where}, value ${String(i + 1)}`, 'no reading of it can be negative');
      } else sink.add(channel, read[0], read[1]);
    });
  });
  return { rows, notNumbers };
}
