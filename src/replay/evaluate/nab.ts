/** Costs of one NAB application profile. */
export interface NabProfile {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/** NAB's three profiles. Source: Lavin and Ahmad, "Evaluating Real-Time Anomaly Detection" (2015). */
export const NAB_PROFILES = {
  standard: { truePositive: 1, falsePositive: 0.11, falseNegative: 1 },
  rewardLowFpRate: { truePositive: 1, falsePositive: 0.22, falseNegative: 1 },
  rewardLowFnRate: { truePositive: 1, falsePositive: 0.11, falseNegative: 2 },
} as const satisfies Record<string, NabProfile>;

/** One file: a score for every row (NaN reads as 0) and its anomaly windows as row ranges. */
export interface NabFile {
  readonly name: string;
  readonly scores: Float64Array;
  /** First and last row of each window, both inside it; ascending, disjoint. */
  readonly windows: readonly (readonly [number, number])[];
}

/** A corpus at one threshold. Scores: 0 is "never alerts", 100 is perfect. */
export interface NabScore {
  readonly score: number;
  /** null: best to alert at nothing. */
  readonly threshold: number | null;
  readonly windowsHit: number;
  readonly falseRows: number;
}

/** NAB's scaled sigmoid: 1 far left, 0 at the right edge, −1 far right; flat −1 past 3 widths. */
function sigmoid(y: number): number {
  return y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1;
}

const LEFT_EDGE = sigmoid(-1);

/** A row that counts: its score, its window (−1: outside all) and what it earns or costs there. */
export interface NabRow {
  readonly score: number;
  readonly window: number;
  readonly unit: number;
}

/** The rows after the probationary part: the first 15 % of the rows, 750 at most. */
export function countingRows(file: NabFile, firstWindow: number): NabRow[] {
  const { scores, windows } = file;
  const rows: NabRow[] = [];
  let w = 0;
  for (let i = 0; i < scores.length; i += 1) {
    while (w < windows.length && i > (windows[w]?.[1] ?? Infinity)) w += 1;
    if (i < Math.min(Math.floor(0.15 * scores.length), 750)) continue;
    const raw = scores[i] ?? NaN;
    const score = Number.isNaN(raw) ? 0 : raw;
    const [low, high] = windows[w] ?? [Infinity, Infinity];
    if (low <= i && i <= high) {
      const y = -(high - i + 1) / (high - low + 1);
      rows.push({ score, window: firstWindow + w, unit: sigmoid(y) / LEFT_EDGE });
    } else {
      const [before, after] = windows[w - 1] ?? [0, 0];
      const unit = after > before ? sigmoid((i - after) / (after - before)) : -1;
      rows.push({ score, window: -1, unit });
    }
  }
  return rows;
}

function allRows(files: readonly NabFile[]): { rows: NabRow[]; windows: number } {
  let windows = 0;
  const rows = files.flatMap((file) => {
    const own = countingRows(file, windows);
    windows += file.windows.length;
    return own;
  });
  return { rows: rows.sort((a, b) => b.score - a.score), windows };
}

/** A sum of gains and costs on the scale where 0 is "never alerts" and 100 is perfect. */
export function scaledScore(raw: number, windows: number, profile: NabProfile): number {
  if (windows === 0) return 0;
  const { truePositive, falseNegative } = profile;
  return (100 * (raw + falseNegative * windows)) / ((truePositive + falseNegative) * windows);
}

/**
 * Scores a corpus under one profile: at the given threshold, or at the one that scores best
 * (every distinct score is tried, as NAB's own optimiser means to).
 *
 * In a window only the earliest detection counts; a detection outside costs more the further it
 * is past the preceding window.
 */
export function scoreNab(
  files: readonly NabFile[],
  profile: NabProfile,
  threshold?: number,
): NabScore {
  const { rows, windows } = allRows(files);
  const gains = new Float64Array(windows).fill(-profile.falseNegative);
  let total = -profile.falseNegative * windows;
  let windowsHit = 0;
  let falseRows = 0;
  const scaled = (raw: number): number => scaledScore(raw, windows, profile);
  let best: NabScore = { score: scaled(total), threshold: null, windowsHit: 0, falseRows: 0 };
  for (let i = 0; i < rows.length;) {
    const at = rows[i]?.score ?? 0;
    if (threshold !== undefined && at < threshold) break;
    for (; i < rows.length && rows[i]?.score === at; i += 1) {
      const { window, unit } = rows[i] ?? { window: -1, unit: 0 };
      if (window === -1) {
        total += profile.falsePositive * unit;
        falseRows += 1;
        continue;
      }
      const gain = gains[window] ?? 0;
      if (gain === -profile.falseNegative) windowsHit += 1;
      if (profile.truePositive * unit > gain) {
        total += profile.truePositive * unit - gain;
        gains[window] = profile.truePositive * unit;
      }
    }
    const here = { score: scaled(total), threshold: at, windowsHit, falseRows };
    if (threshold !== undefined || here.score > best.score) best = here;
  }
  return threshold === undefined ? best : { ...best, threshold };
}
