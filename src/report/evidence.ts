import type { Alert } from '../core/results.ts';
import type { Unit } from '../core/series.ts';
import { formatValue } from '../core/units.ts';

/** What evidence is called, and how its number is written: in the series' unit, or as it is. */
const NAMES: Readonly<Record<string, readonly [name: string, isValue: boolean, after?: string]>> = {
  levelBefore: ['level before', true],
  levelDuring: ['level during', true],
  rise: ['level rose', false, '×'],
  load: ['load is', false],
  loadBefore: ['load a replica before', false],
  loadDuring: ['load a replica during', false],
  loadRise: ['load rose', false, '×'],
  floorBefore: ['lowest before', true],
  floorDuring: ['lowest during', true],
  growthPerHour: ['grew', true, ' an hour'],
  expectedPerHour: ['grew before', true, ' an hour'],
};

/** "levelBefore" → "level before": evidence without a name of its own. */
const spaced = (key: string): string =>
  key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** An alert's evidence as names and texts, without the sentence that is made of it. */
export function evidenceRows(
  { evidence }: Pick<Alert, 'evidence'>,
  unit: Unit,
): (readonly [name: string, text: string])[] {
  return Object.entries(evidence).flatMap(([key, value]): [string, string][] => {
    if (key === 'why') return [];
    const [name, isValue, after = ''] = NAMES[key] ?? [spaced(key), false];
    const text = typeof value === 'number' && isValue ? formatValue(value, unit) : String(value);
    return [[name, after === '×' ? `×${text}` : text + after]];
  });
}

/** The sentence that an alert's evidence comes to; '' without. */
export function whyOf({ evidence }: Pick<Alert, 'evidence'>): string {
  const { why } = evidence;
  return typeof why === 'string' ? why : '';
}
