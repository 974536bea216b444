import { digestValue } from './digest.ts';
import type { Settings } from './settings.ts';

/** The digest that names these settings in results. */
export function settingsDigest(settings: Settings): string {
  return digestValue(settings);
}
