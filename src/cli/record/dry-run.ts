import type { Unit } from '../../core/series.ts';
import { formatTime } from '../../core/time.ts';
import { formatValue } from '../../core/units.ts';
import type { Poll } from '../../record/source.ts';
import { print, say, table } from '../output.ts';

interface Row {
  readonly names: readonly [string, string, string, string];
  readonly value: string;
  readonly limit: string;
  readonly workload: string;
  readonly time: string;
}

function format(value: number | null | undefined, unit: Unit): string {
  return value == null ? '-' : formatValue(value, unit);
}

/** Prints what one poll would have added to a recording, and says what would be missing. */
export function printDryRun(poll: Poll, flags: { readonly quiet?: boolean }): void {
  const rows = poll.series.map((definition, i): Row => {
    const { namespace, pod, container, metric, unit, denominator, limit } = definition;
    const { workloadKind, workload } = definition;
    return {
      names: [namespace, pod, container, metric],
      value: format((poll.values[i] ?? 0) / denominator, unit),
      limit: format(limit, unit),
      workload: workload == null ? '-' : `${workloadKind ?? ''}/${workload}`,
      time: formatTime(poll.times[i] ?? 0),
    };
  });
  print(
    table<Row>(
      [
        { title: 'NAMESPACE', cell: ({ names }) => names[0] },
        { title: 'POD', cell: ({ names }) => names[1] },
        { title: 'CONTAINER', cell: ({ names }) => names[2] },
        { title: 'METRIC', cell: ({ names }) => names[3] },
        { title: 'VALUE', cell: ({ value }) => value, align: 'right' },
        { title: 'LIMIT', cell: ({ limit }) => limit, align: 'right' },
        { title: 'WORKLOAD', cell: ({ workload }) => workload },
        { title: 'SAMPLE TIME', cell: ({ time }) => time },
      ],
      rows,
    ),
  );
  for (const { reason, namespace, pod, container, metric, raw } of poll.rejects) {
    const name = [namespace, pod, container, metric].join('/');
    say(`Not kept: ${name} (${reason}: ${raw}).`, flags);
  }
  for (const note of poll.notes) say(note, flags);
  const state = poll.outcome === 'ok' ? '' : ` (${poll.outcome}: ${poll.reason})`;
  say(`${String(rows.length)} samples a poll would be kept${state}.`, flags);
}
