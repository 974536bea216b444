import { parseDecimal } from '../import/numbers.ts';

/** One series of a range query's answer. */
export interface RangeSeries {
  /** `series 3`: its place in the answer, for messages. */
  readonly place: string;
  readonly labels: ReadonlyMap<string, string>;
  /** `[seconds, "value"]` each, unread. */
  readonly values: readonly unknown[];
}

/** What an answer holds. */
export interface RangeAnswer {
  readonly series: readonly RangeSeries[];
  /** What the server warns of, in its own words. */
  readonly warnings: readonly string[];
  /** A cluster that answers although some of its nodes did not (VictoriaMetrics). */
  readonly isPartial: boolean;
}

/** Makes the error for a fault at a place in the answer; `''`: the answer as a whole. */
export type Fault = (place: string, why: string) => Error;

/** What Prometheus writes for values that are no number; no sample can have them. */
const NOT_NUMBERS = new Set(['NaN', '+Inf', '-Inf']);

/** 9999-01-01, seconds. */
const MAX_SECONDS = 253_370_764_800;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function labelsOf(metric: unknown, place: string, fault: Fault): ReadonlyMap<string, string> {
  if (!isObject(metric)) throw fault(place, 'member "metric" is no object of labels');
  return new Map(
    Object.entries(metric).map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      throw fault(place, `label "${name}" is no text`);
    }),
  );
}

/** An error as Prometheus words it: `bad_data: parse error …`; null: the answer is none. */
export function errorOf(json: unknown): string | null {
  if (!isObject(json) || json['status'] !== 'error') return null;
  const [type, text] = [json['errorType'], json['error']];
  return [type, text].filter((part) => typeof part === 'string' && part !== '').join(': ');
}

/** The JSON answer of `/api/v1/query_range` → its series. Throws what `fault` makes. */
export function readRange(json: unknown, fault: Fault): RangeAnswer {
  if (!isObject(json)) throw fault('', 'it is no answer of a Prometheus server');
  const error = errorOf(json);
  if (error !== null) throw fault('', `the query failed: ${error}`);
  const data = json['data'];
  const result = isObject(data) && data['resultType'] === 'matrix' ? data['result'] : undefined;
  if (!Array.isArray(result)) {
    throw fault('', 'it holds no matrix, as an answer of /api/v1/query_range does');
  }
  const warnings = Array.isArray(json['warnings']) ? json['warnings'] : [];
  return {
    series: result.map((one: unknown, i) => {
      const place = `series ${String(i + 1)}`;
      if (!isObject(one) || !Array.isArray(one['values'])) {
        throw fault(place, 'it has no list of values');
      }
      const labels = labelsOf(one['metric'], place, fault);
      return { place, labels, values: one['values'] as readonly unknown[] };
    }),
    warnings: warnings.filter((text) => typeof text === 'string'),
    isPartial: json['isPartial'] === true,
  };
}

/** `[seconds, "value"]` → Unix ms and number; null: NaN or infinite. Throws what `fault` makes. */
export function readPoint(
  pair: unknown,
  place: () => string,
  fault: Fault,
): readonly [number, number] | null {
  const [seconds, text] = (Array.isArray(pair) ? pair : []) as readonly unknown[];
  if (typeof seconds !== 'number' || !(seconds >= 0) || seconds >= MAX_SECONDS) {
    throw fault(place(), 'its time is no number of seconds since 1970');
  }
  if (typeof text !== 'string') throw fault(place(), 'its value is no text');
  if (NOT_NUMBERS.has(text)) return null;
  const value = parseDecimal(text);
  if (value === null) {
    const shown = JSON.stringify(text.slice(0, 60));
    throw fault(place(), `its value is ${shown}, which is no number`);
  }
  return [Math.round(seconds * 1000), value];
}
