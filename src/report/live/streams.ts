import { mergeByTime } from '../../core/merge-by-time.ts';
import type { LiveLayer, Tape } from './tape.ts';

/** Samples that are judged one after another, of one series or of several. */
export interface LiveStream {
  /** Series as positions on the page. */
  readonly members: readonly number[];
  /** For each sample the position of its series, and its own in that series. */
  readonly series: Int32Array | null;
  readonly samples: Int32Array | null;
  /** Levels and cuts of all its samples in their order. */
  readonly bytes: Uint8Array;
  readonly cuts: Uint8Array;
}

/** Series that run through one stream, as positions on the page. */
function membersOf(tape: Tape, { layer }: LiveLayer): readonly (readonly number[])[] {
  if (!layer.isOneStream) return tape.series.map((_, s) => [s]);
  const byMetric = new Map<string, number[]>();
  tape.series.forEach(({ model }, s) => {
    if (!layer.settings.metrics.includes(model.metric)) return;
    const members = byMetric.get(model.metric) ?? [];
    byMetric.set(model.metric, members);
    members.push(s);
  });
  return [...byMetric.values()];
}

function streamOf(tape: Tape, live: LiveLayer, members: readonly number[]): LiveStream {
  const [only] = members;
  if (members.length === 1 && only !== undefined) {
    const [bytes, cuts] = [live.bytes[only]!, live.cuts[only]!];
    return { members, series: null, samples: null, bytes, cuts };
  }
  const total = members.reduce((sum, s) => sum + tape.series[s]!.times.length, 0);
  const stream = {
    ...{ members, series: new Int32Array(total), samples: new Int32Array(total) },
    ...{ bytes: new Uint8Array(total), cuts: new Uint8Array(total) },
  };
  let at = 0;
  mergeByTime(
    members.map((s) => tape.series[s]!),
    (member, i) => {
      const s = members[member]!;
      stream.series[at] = s;
      stream.samples[at] = i;
      stream.bytes[at] = live.bytes[s]![i]!;
      stream.cuts[at] = live.cuts[s]![i]!;
      at += 1;
    },
  );
  return stream;
}

const known = new WeakMap<LiveLayer, readonly LiveStream[]>();

/** The streams of a layer; their samples are put in order once. */
export function streamsOfLayer(tape: Tape, live: LiveLayer): readonly LiveStream[] {
  const streams =
    known.get(live) ?? membersOf(tape, live).map((members) => streamOf(tape, live, members));
  known.set(live, streams);
  return streams;
}
