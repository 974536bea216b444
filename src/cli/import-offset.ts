import { formatDuration } from '../core/time.ts';
import { estimateOffset } from '../record/import/load-offset.ts';
import { readRecording } from '../record/recording/reader.ts';

const seconds = (ms: number): string => `${ms > 0 ? '+' : ''}${String(ms / 1000)}`;

/**
 * What a recording with a load says about the load's clock: one sentence with the estimate, how
 * sure it is, and what to do; '' where nothing can be said. `givenMs`: what was added already.
 */
export function offsetAdvice(path: string, givenMs: number): string {
  const { series } = readRecording(path);
  const load = series.find(({ series: { kind, metric } }) => {
    return kind === 'signal' && metric === 'requests';
  });
  if (load === undefined) return '';
  const { namespace } = load.series;
  const cpu = series.filter(({ series: one }) => {
    return one.kind === 'usage' && one.metric === 'cpu' && one.namespace === namespace;
  });
  const found = estimateOffset(load, cpu);
  if (found === null) return '';
  const { offsetMs, plusMinusMs, correlation, isClear } = found;
  const fit = `correlation ${correlation.toFixed(2)}`;
  if (!isClear) {
    return `Whether the clocks of load and cluster agree cannot be told: no one offset makes requests go with CPU (${fit} at best).`;
  }
  const within = formatDuration(plusMinusMs);
  if (Math.abs(offsetMs) <= plusMinusMs) {
    return `The clocks of load and cluster agree within ${within}: requests go with CPU as they are (${fit}).`;
  }
  return `Requests go with CPU best when the load is moved by ${seconds(offsetMs)} s, ± ${within} (${fit}); if its clock was off, import again with --offset ${String((givenMs + offsetMs) / 1000)}. Nothing was moved.`;
}
