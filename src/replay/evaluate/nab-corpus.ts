import type { RecordingData } from '../../core/recording.ts';
import { compareText } from '../../core/order.ts';
import { NAB_PROFILES, type NabFile, type NabScore, scoreNab } from './nab.ts';

/** Scores of one series, as a replay makes them. */
export interface ScoredFile {
  readonly namespace: string;
  readonly pod: string;
  readonly times: Float64Array;
  readonly scores: Float64Array;
}

/** One series of a corpus at the corpus' best standard threshold. */
export interface NabFileResult {
  readonly file: string;
  readonly windows: number;
  readonly windowsHit: number;
  readonly falseRows: number;
}

export interface NabCorpusResult {
  readonly standard: NabScore;
  readonly rewardLowFpRate: NabScore;
  readonly rewardLowFnRate: NabScore;
  /** Standard score of each half of the files at the threshold that suits the other half. */
  readonly otherHalf: readonly [number, number];
  readonly files: number;
  readonly windows: number;
  readonly perFile: readonly NabFileResult[];
}

/** A scored series with the anomaly windows of its labels as row ranges. */
export function nabFile(
  { namespace, pod, times, scores }: ScoredFile,
  data: RecordingData,
): NabFile {
  const windows: [number, number][] = [];
  for (const label of data.labels) {
    if (label.namespace !== namespace || label.pod !== pod) continue;
    const rows = [...times.keys()].filter((i) => {
      const t = times[i] ?? 0;
      return label.startMs <= t && t < label.endMs;
    });
    const [first] = rows;
    if (first !== undefined) windows.push([first, rows[rows.length - 1] ?? first]);
  }
  windows.sort((a, b) => a[0] - b[0]);
  return { name: `${namespace}/${pod}.csv`, scores, windows };
}

/**
 * A corpus by NAB's rules: three profiles, each at the one threshold for all files that suits it
 * best, and what is left of the standard score when the threshold comes from the other half of
 * the files (every second file by name).
 */
export function evaluateNab(files: readonly NabFile[]): NabCorpusResult {
  const ordered = [...files].sort((a, b) => compareText(a.name, b.name));
  const { standard: profile } = NAB_PROFILES;
  const standard = scoreNab(ordered, profile);
  const halves = [0, 1].map((odd) => ordered.filter((_, i) => i % 2 === odd));
  const crossed = halves.map((half, i) => {
    const { threshold } = scoreNab(halves[1 - i] ?? [], profile);
    return scoreNab(half, profile, threshold ?? Infinity).score;
  });
  const threshold = standard.threshold ?? Infinity;
  return {
    standard,
    rewardLowFpRate: scoreNab(ordered, NAB_PROFILES.rewardLowFpRate),
    rewardLowFnRate: scoreNab(ordered, NAB_PROFILES.rewardLowFnRate),
    otherHalf: [crossed[0] ?? 0, crossed[1] ?? 0],
    files: ordered.length,
    windows: ordered.reduce((sum, { windows }) => sum + windows.length, 0),
    perFile: ordered.map((file) => {
      const { windowsHit, falseRows } = scoreNab([file], profile, threshold);
      return { file: file.name, windows: file.windows.length, windowsHit, falseRows };
    }),
  };
}
