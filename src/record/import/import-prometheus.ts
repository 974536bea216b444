import { readFileSync, statSync } from 'node:fs';
import { seriesId } from '../../core/series.ts';
import { type Fault, readPoint, readRange } from '../prometheus/answer.ts';
import { badInput } from './bad-input.ts';
import { type PrometheusOptions, prometheusSeries } from './prometheus-series.ts';
import type { SampleSink } from './sample-sink.ts';

/** JSON is read as a whole; more than this is several queries' worth. */
const MAX_BYTES = 256 * 1024 * 1024;

/** What one response held. */
export interface PrometheusCounts {
  /** Values, whether stored or not. */
  readonly rows: number;
  /** Values that are NaN or infinite. */
  readonly notNumbers: number;
}

function readFile(path: string): unknown {
  if (statSync(path).size > MAX_BYTES) {
    throw badInput(path, 'it is over 256 MiB; query a shorter range at a time');
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw badInput(path, `it is not JSON (${why})`);
  }
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
  const seen = new Map<string, string>();
  let rows = 0;
  let notNumbers = 0;
  const fault: Fault = (place, why) => badInput(place === '' ? path : `${path}: ${place}`, why);
  for (const { place, labels, values } of readRange(readFile(path), fault).series) {
    const definition = prometheusSeries(labels, options, `${path}: ${place}`);
    const id = seriesId(definition);
    const before = seen.get(id);
    if (before !== undefined) {
      throw fault(place, `it is ${id}, as ${before} is; query sum by (namespace, pod, container)`);
    }
    seen.set(id, place);
    const channel = sink.define(definition);
    values.forEach((pair, i) => {
      const at = (): string => `${place}, value ${String(i + 1)}`;
      const read = readPoint(pair, at, fault);
      rows += 1;
      if (read === null) notNumbers += 1;
      else if (read[1] < 0 && definition.unit !== '') {
        throw fault(at(), 'no reading of it can be negative');
      } else sink.add(channel, read[0], read[1]);
    });
  }
  return { rows, notNumbers };
}
