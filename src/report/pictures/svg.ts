import { COMPARISON_STYLES } from '../comparison/styles.ts';
import { e } from '../sections/markup.ts';
import { STYLES } from '../styles.ts';

/** The light colours of the page by their names: files of their own know no style sheet. */
const COLOURS = new Map(
  [STYLES, COMPARISON_STYLES].flatMap((styles) =>
    [...(styles.split('@media')[0] ?? '').matchAll(/--([\w-]+): (#[0-9a-f]{3,8})/g)].map(
      ([, name = '', colour = '']): [string, string] => [name, colour],
    ),
  ),
);

const FONT = 'system-ui, &quot;Noto Sans&quot;, &quot;Liberation Sans&quot;, Arial, sans-serif';

/** SVG with the page's colours written out, for readers that know no CSS variables. */
const inColours = (svg: string): string =>
  svg
    .replace(/var\(--([\w-]+)\)/g, (_, name: string) => COLOURS.get(name) ?? '#000')
    .replaceAll('font-family="inherit"', '');

/**
 * Vega numbers clips through all charts of a process; here they count from 1 in every picture, so that
 * a chart has the same bytes whether it is drawn alone or with others.
 */
function withOwnClips(svg: string): string {
  const numbers = new Map<string, string>();
  return svg.replace(
    /(clip-path="url\(#|<clipPath id=")clip(\d+)/g,
    (_, start: string, n: string) => {
      const own = numbers.get(n) ?? String(numbers.size + 1);
      numbers.set(n, own);
      return `${start}clip${own}`;
    },
  );
}

/** A finished piece of SVG and how high it is. */
export interface Piece {
  readonly svg: string;
  readonly height: number;
}

/** A line of text; `colour` is a name of the page's palette. */
export function textPiece(
  text: string,
  options: { readonly size?: number; readonly colour?: string; readonly isBold?: boolean } = {},
): Piece {
  const { size = 12, colour = 'muted', isBold = false } = options;
  const weight = isBold ? ' font-weight="650"' : '';
  return {
    svg: `<text x="0" y="${String(size)}" font-size="${String(size)}" fill="var(--${colour})"${weight}>${e(text)}</text>`,
    height: Math.round(size * 1.6),
  };
}

/** A picture of its own: pieces below one another on white, with a title for screen readers. */
export function pictureSvg(title: string, width: number, pieces: readonly Piece[]): string {
  const margin = 16;
  let y = margin;
  const placed = pieces.map(({ svg, height }) => {
    const at = `<g transform="translate(${String(margin)},${String(y)})">${svg}</g>`;
    y += height;
    return at;
  });
  const [w, h] = [String(width + 2 * margin), String(Math.ceil(y + margin))];
  const svg = inColours(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img" font-family="${FONT}">` +
      `<title>${e(title)}</title><rect width="${w}" height="${h}" fill="var(--panel)"/>${placed.join('')}</svg>\n`,
  );
  return withOwnClips(svg);
}
