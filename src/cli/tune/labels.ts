import { ToolError } from '../../core/errors.ts';
import type { Label, RecordingData } from '../../core/recording.ts';
import type { SeriesKey } from '../../core/series.ts';
import { formatTime } from '../../core/time.ts';
import type { EventRules } from '../../replay/evaluate/events.ts';

/** A label in words: what, where and when. */
function nameOf({ type, namespace, pod, container, metric, startMs }: Label): string {
  const where = [namespace, pod, container, metric].filter((part) => part !== '').join('/');
  return `${type} on ${where} from ${formatTime(startMs)}`;
}

const isSame = (a: string, b: string): boolean => a === '' || b === '' || a === b;

function speaksOf(label: Label, series: SeriesKey): boolean {
  return (
    label.namespace === series.namespace &&
    label.pod === series.pod &&
    isSame(label.container, series.container) &&
    isSame(label.metric, series.metric)
  );
}

/** Whether two labels say the same of the same samples. */
function overlap(a: Label, b: Label): boolean {
  return (
    a.type === b.type &&
    speaksOf(a, { ...b, container: b.container, metric: b.metric }) &&
    a.startMs < b.endMs &&
    b.startMs < a.endMs
  );
}

/**
 * Checks that what is known of a run can be tuned on: every label that can be seen at all speaks of
 * a series of the run and lies within it, and none says again what another says. Throws BAD_INPUT
 * naming the label.
 */
export function checkLabels(path: string, data: RecordingData, rules: EventRules): void {
  const { startMs, endMs } = data.info;
  const labels = data.labels.filter(({ visibleIn }) => visibleIn?.length !== 0);
  const refuse = (label: Label, why: string): ToolError =>
    new ToolError(
      'BAD_INPUT',
      `${path}: the label ${nameOf(label)} ${why}; correct it with "podtape label".`,
      { path },
    );
  const usage = data.series.filter(({ series }) => series.kind === 'usage');
  labels.forEach((label, i) => {
    if (!usage.some(({ series }) => speaksOf(label, series))) {
      throw refuse(label, 'matches no series of the recording');
    }
    if (label.startMs > endMs || label.endMs <= startMs) {
      const run = `${formatTime(startMs)} to ${formatTime(endMs)}`;
      throw refuse(label, `lies outside the run, which goes from ${run}`);
    }
    const other = labels.find((one, j) => j < i && overlap(one, label));
    if (other !== undefined) throw refuse(label, `overlaps another, ${nameOf(other)}`);
  });
  const judgedFrom = startMs + rules.warmupMs;
  const [first] = labels;
  if (first !== undefined && labels.every((label) => label.startMs < judgedFrom)) {
    const from = formatTime(judgedFrom);
    throw refuse(first, `and all others start before ${from}: until then detectors only warm up`);
  }
}
