import type { RunComparison } from '../../core/comparison.ts';
import { COMPARISON_STYLES } from '../comparison/styles.ts';
import { type ComparisonModel, intervalText, shareText } from '../comparison/model.ts';
import { overlaySvg, overlayUnit, type View } from '../comparison/overlay.ts';
import { e } from '../sections/markup.ts';
import { type Picture, PictureNames } from './picture.ts';
import { pictureSvg, type Piece, textPiece } from './svg.ts';

/** One and a half times the size that overlays have on a page; their texts are not enlarged. */
const WIDTH = 672;
const HEIGHT = 269;
const TEXT = '.overlay svg text { font-size: 7.5px; }';

/** The rules of the page that its line charts need. */
const STYLE = COMPARISON_STYLES.split('\n')
  .filter(
    (line) => /^\.(overlay|run)\b/.test(line) && !/@|figcaption|\{[^}]*width: 100%/.test(line),
  )
  .join('');

function keyPiece({ runs }: ComparisonModel): Piece {
  const lines = runs.map(
    ({ name }, r) =>
      `<g transform="translate(0,${String(r * 16)})"><rect y="4" width="20" height="4" rx="2" fill="var(--r${String(r % 8)})"/>` +
      `<text x="28" y="10" font-size="12" fill="var(--muted)">${e(name)}</text></g>`,
  );
  return { svg: lines.join(''), height: runs.length * 16 + 8 };
}

/** All runs' lines of each metric, the most telling first. */
export function comparisonPictures(
  model: ComparisonModel,
  comparison: RunComparison,
): readonly Picture[] {
  const names = new PictureNames();
  const places = [...new Set(model.changes.map(({ workload }) => workload))];
  return places.flatMap((place) => {
    const row = model.changes.find(({ workload }) => workload === place);
    const workload = comparison.workloads[place];
    if (row === undefined || workload === undefined) return [];
    const title = `${row.name} ${row.metric}`;
    const [whole] = row.cells;
    const change =
      whole == null
        ? ''
        : `a pod on average: ${whole.mean.baseline} to ${whole.mean.candidate}, ${shareText(whole.mean.share)} ${intervalText(whole.mean.interval)}`;
    const chart = (view: View, words: string): Piece[] => {
      const svg = overlaySvg(comparison, place, view, title);
      if (svg === null) return [];
      const sized = svg.replace(
        '<svg ',
        `<svg width="${String(WIDTH)}" height="${String(HEIGHT)}" `,
      );
      return [
        textPiece(`${words}, ${overlayUnit(workload).name}`),
        { svg: `<g class="overlay">${sized}</g>`, height: HEIGHT + 8 },
      ];
    };
    const isOne = whole == null || Math.max(...whole.pods) <= 1;
    const draw = (): Promise<string> => {
      const picture = pictureSvg(title, WIDTH, [
        { svg: `<style>${STYLE}${TEXT}</style>`, height: 0 },
        textPiece(title, { size: 16, colour: 'text', isBold: true }),
        ...(change === '' ? [] : [textPiece(change)]),
        keyPiece(model),
        ...chart('mean', isOne ? 'the pod' : 'a pod on average'),
        ...(isOne ? [] : chart('total', 'all pods together')),
        textPiece(model.aligned, { size: 11 }),
      ]);
      return Promise.resolve(picture);
    };
    return [{ name: names.take(title), draw }];
  });
}
