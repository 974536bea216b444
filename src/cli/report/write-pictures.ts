import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { plural } from '../../core/plural.ts';
import type { Picture } from '../../report/pictures/picture.ts';
import type { CommonFlags } from '../command.ts';
import { print, say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { refuseExisting, writeWhole } from '../write-file.ts';
import { findBrowser, svgToPng } from './png.ts';

/** How charts are written. */
export interface PictureRequest extends CommonFlags {
  readonly format: 'svg' | 'png';
  /** Only this one; undefined: all. */
  readonly chart?: string;
  /** A file for one chart, a folder for all. */
  readonly output?: string;
  /** What a folder is called where none is given. */
  readonly name: string;
  readonly force: boolean;
}

/** Names that a message has room for. */
const NAMED = 8;

function chosen(pictures: readonly Picture[], chart: string): Picture {
  const found = pictures.find(({ name }) => name === chart);
  if (found !== undefined) return found;
  const names = pictures.slice(0, NAMED).map(({ name }) => name);
  const more = pictures.length > NAMED ? ` and ${String(pictures.length - NAMED)} more` : '';
  throw new ToolError('USAGE', `There is no chart ${chart}; there is ${names.join(', ')}${more}.`);
}

/**
 * Draws charts and writes them: one as SVG to stdout or to a file, all into a folder. Throws USAGE
 * for a chart that does not exist, NO_DATA where there is none, STORAGE where it cannot be written.
 */
export async function writePictures(
  make: () => Promise<readonly Picture[]>,
  request: PictureRequest,
): Promise<void> {
  const { format, chart, output, name, force } = request;
  const browser = format === 'png' ? findBrowser(process.env) : '';
  const pictures = await make();
  if (pictures.length === 0) {
    throw new ToolError('NO_DATA', 'There is no chart to draw: no series is judged.');
  }
  const drawn = async (picture: Picture): Promise<string | Uint8Array> => {
    const svg = await picture.draw();
    return format === 'svg' ? svg : svgToPng(svg, browser);
  };
  const write = async (picture: Picture, path: string): Promise<void> => {
    refuseExisting(path, force);
    const content = await drawn(picture);
    writeWhole(path, force, (part) => {
      part(content);
    });
  };
  if (chart !== undefined) {
    const picture = chosen(pictures, chart);
    if (output === undefined && format === 'svg') {
      print(await picture.draw());
      return;
    }
    const path = output ?? `${chart}.png`;
    await write(picture, path);
    say(`Wrote ${path}.`, request);
    return;
  }
  const folder = output ?? `${name}-charts`;
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const message = `Cannot write charts to ${folder}: it is no folder; choose another with -o.`;
    throw new ToolError('STORAGE', message, { folder }, { cause: error });
  }
  const progress = startProgress('Drawing', request);
  try {
    for (const [i, picture] of pictures.entries()) {
      progress.portion(i, pictures.length);
      await write(picture, join(folder, `${picture.name}.${format}`));
    }
  } finally {
    progress.stop();
  }
  say(`Wrote ${plural(pictures.length, 'chart')} to ${folder}.`, request);
}
