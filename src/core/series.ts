import { compareText } from './order.ts';

/** Base units. Stored numbers may be finer (nanocores): see `SeriesIdentity.denominator`. */
export type Unit = 'cores' | 'bytes' | 'seconds' | 'requests/s' | 'replicas' | '';

/** `usage` is judged by detectors; a `signal` (load, replicas) explains what they find. */
export type SeriesKind = 'usage' | 'signal';

/** What makes a series the one it is. Empty text where a part does not apply. */
export interface SeriesKey {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** `cpu` (cores), `memory` (bytes), `value` (files without a unit), or a signal's name. */
  readonly metric: string;
}

/** A series and all that was known of it at the end of the recording. */
export interface Series extends SeriesKey {
  /** `namespace/pod/container/metric`, each part percent-encoded where it holds / or %. */
  readonly id: string;
  readonly unit: Unit;
  readonly kind: SeriesKind;
  readonly workloadKind: string | null;
  readonly workload: string | null;
  readonly node: string | null;
  readonly podUid: string | null;
  /** Kubernetes request and limit, in the series' base unit; null: none or not known. */
  readonly request: number | null;
  readonly limit: number | null;
}

/** One series as columns: `times` strictly ascending Unix ms, `values` finite, in base units. */
export interface SeriesColumns {
  readonly series: Series;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** The text by which a series is named in results, URLs of the report and messages. */
export function seriesId(key: SeriesKey): string {
  return [key.namespace, key.pod, key.container, key.metric]
    .map((part) => part.replaceAll('%', '%25').replaceAll('/', '%2F'))
    .join('/');
}

/** The one order of series, everywhere: namespace, pod, container, metric by code units. */
export function compareSeries(a: SeriesKey, b: SeriesKey): number {
  return (
    compareText(a.namespace, b.namespace) ||
    compareText(a.pod, b.pod) ||
    compareText(a.container, b.container) ||
    compareText(a.metric, b.metric)
  );
}
