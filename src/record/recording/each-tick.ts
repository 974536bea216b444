import type { Mark } from '../../core/recording.ts';
import { walkTicks } from './chain.ts';
import { withRecording } from './open.ts';
import { readMarks, readSeriesRows } from './rows.ts';
import type { SeriesDefinition } from './writer-contract.ts';

/** What one tick of a recording brought, as columns of one length. */
export interface RecordedTick {
  /** The same object for the same series at every tick. */
  readonly series: readonly SeriesDefinition[];
  readonly times: readonly number[];
  /** Stored values (see `SeriesDefinition.denominator`). */
  readonly values: readonly number[];
  /** All marks of the recording come with its first tick: no tick owns them. */
  readonly marks: readonly Mark[];
}

/** Hands out a recording tick by tick, in the order in which it was made. Throws BAD_RECORDING. */
export function eachTick(path: string, take: (tick: RecordedTick) => void): void {
  withRecording(path, ({ db }) => {
    const definitions = readSeriesRows(db).map((row): SeriesDefinition => {
      const { namespace, pod, container, metric, unit, kind, denominator } = row;
      return {
        ...{ namespace, pod, container, metric, unit, kind, denominator },
        ...{ workloadKind: row.workload_kind, workload: row.workload, node: row.node },
        ...{ podUid: row.pod_uid, request: row.request, limit: row.limit },
      };
    });
    let marks = readMarks(db);
    for (const { rows } of walkTicks(db)) {
      const series: SeriesDefinition[] = [];
      const times: number[] = [];
      const values: number[] = [];
      for (let i = 0; i < rows.length; i += 3) {
        const definition = definitions[rows[i]! - 1];
        if (definition === undefined) continue;
        series.push(definition);
        times.push(rows[i + 1]!);
        values.push(rows[i + 2]!);
      }
      take({ series, times, values, marks });
      marks = [];
    }
  });
}
