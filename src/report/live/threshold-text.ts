import { scoreText } from '../display.ts';
import type { PageLayer } from '../page-layers.ts';

/** What a threshold on offer is called: a number, or the share of a window it stands for. */
export function thresholdText(layer: PageLayer, choice: number): string {
  const share = layer.contaminations?.[choice];
  if (share !== undefined) return `top ${String(Number((share * 100).toPrecision(4)))} %`;
  return scoreText(layer.thresholds[choice] ?? 0);
}
