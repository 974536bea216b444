import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ToolError } from '../core/errors.ts';

function bundled(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (const folder of ['../report', '../../dist/report']) {
    try {
      return readFileSync(join(here, folder, name), 'utf8');
    } catch {
      // The next place: the tests run from src, everything else from dist.
    }
  }
  throw new ToolError('STORAGE', 'The page script is missing from dist; run npm run build.');
}

/** The bundled script of a report, made by the build. Throws STORAGE when it is missing. */
export const pageScript = (): string => bundled('page.js');

/** The bundled script of the live page, made by the build. Throws STORAGE when it is missing. */
export const watchScript = (): string => bundled('watch.js');
