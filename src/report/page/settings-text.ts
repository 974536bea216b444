import type { Store } from './store.ts';

/** Flags for the command line that give what the page shows; null where only a file can. */
export function flagsFor({ live, view }: Store): string | null {
  const { flags, contaminations, thresholds } = live.layer;
  if (flags === null) return null;
  const threshold =
    contaminations === null
      ? `--threshold ${String(thresholds[view.choice])}`
      : `--contamination ${String(contaminations[view.choice])}`;
  const { consecutive, within, recover } = view;
  const isSpread = within > consecutive || live.layer.settings.within !== undefined;
  const counts = [
    `--consecutive ${String(consecutive)}`,
    ...(isSpread ? [`--within ${String(within)}`] : []),
    `--recover ${String(recover)}`,
  ];
  return [flags, threshold, ...counts].join(' ').trim();
}

/** The settings file that gives what the page shows. */
export function settingsFileFor({ live, view }: Store): string {
  const { settings, contaminations, thresholds } = live.layer;
  const decided = {
    threshold: contaminations === null ? (thresholds[view.choice] ?? null) : null,
    contamination: contaminations === null ? null : (contaminations[view.choice] ?? null),
    ...{ consecutive: view.consecutive, recover: view.recover },
    within: view.within > view.consecutive ? view.within : undefined,
  };
  return `${JSON.stringify({ ...settings, ...decided }, null, 2)}\n`;
}
