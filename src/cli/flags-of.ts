import { ToolError } from '../core/errors.ts';
import type { Settings } from '../core/settings.ts';
import { settingsDigest } from '../core/settings-digest.ts';
import { PRESETS } from '../replay/presets.ts';
import { type SettingsFlags, settingsFrom } from './settings-flags.ts';

type Given = Partial<Record<keyof SettingsFlags, string | number | string[]>>;

/** Flags that differ from a preset's; those that only decide can be left out. */
function differences(settings: Settings, base: Settings, withDecisions: boolean): Given {
  const given: Given = {};
  const plain = ['detector', 'window', 'warmup', 'smooth', 'pool'] as const;
  const deciding = ['threshold', 'contamination', 'consecutive', 'within', 'recover'] as const;
  for (const name of withDecisions ? [...plain, ...deciding] : plain) {
    const value = settings[name];
    if (value != null && value !== base[name]) given[name] = value;
  }
  if (String(settings.metrics) !== String(base.metrics)) given.metrics = settings.metrics.join(',');
  const isOther = settings.detector !== base.detector;
  const pairs = Object.entries(settings.params).filter(
    ([name, value]) => isOther || base.params[name] !== value,
  );
  if (pairs.length > 0) given.param = pairs.map(([name, value]) => `${name}=${String(value)}`);
  return given;
}

function textOf(given: Given): string {
  return Object.entries(given)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `--${name} ${String(one)}`),
    )
    .join(' ');
}

/** Whether flags, read as the command line reads them, give the settings with this digest. */
function gives(flags: Given, digest: string): boolean {
  try {
    // The members of what was built are those of SettingsFlags, each with its own kind of value.
    return settingsDigest(settingsFrom(flags as SettingsFlags)) === digest;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}

/** What to type for these settings. */
export interface FlagTexts {
  /** All of it; '' where only a settings file can say it. */
  readonly flags: string;
  /** Without threshold or contamination and the counts that decide; null likewise. */
  readonly decisionless: string | null;
}

/** The shortest flags that give exactly these settings, checked by reading them back. */
export function flagsOf(settings: Settings): FlagTexts {
  const wanted = settingsDigest(settings);
  let best: FlagTexts | null = null;
  for (const { name, settings: base } of PRESETS) {
    const preset: Given = name === 'default' ? {} : { preset: name };
    const all = { ...preset, ...differences(settings, base, true) };
    if (!gives(all, wanted)) continue;
    const flags = textOf(all) || '--preset default';
    if (best !== null && best.flags.length <= flags.length) continue;
    best = { flags, decisionless: textOf({ ...preset, ...differences(settings, base, false) }) };
  }
  return best ?? { flags: '', decisionless: null };
}
