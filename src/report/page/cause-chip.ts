import type { Cause } from '../../core/results.ts';
import { causeSign, causeText } from '../display.ts';
import { make } from './dom.ts';

/** A cause as a tag: a sign and words, so that colour tells nothing alone; none for `unknown`. */
export function causeChip(cause: Cause, more = ''): HTMLElement[] {
  if (cause === 'unknown') return [];
  const sign = make('span', { 'aria-hidden': 'true' }, causeSign(cause));
  const kind = `chip cause cause-${cause}`;
  return [make('span', { class: kind }, sign, ` ${causeText(cause)}${more}`)];
}
