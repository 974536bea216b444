import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ToolError } from '../../core/errors.ts';

const NAMES = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
  ...['microsoft-edge', 'msedge.exe', 'chrome.exe'],
];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
/** Pixels of the picture for one of the drawing. */
const SCALE = 2;
const PATIENCE_MS = 60_000;

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The browser that draws: the one that CHROMIUM names, or one that is installed. Throws USAGE. */
export function findBrowser(env: NodeJS.ProcessEnv): string {
  const named = env['CHROMIUM'] ?? '';
  if (named !== '') {
    if (canRun(named)) return named;
    throw new ToolError('USAGE', `CHROMIUM names ${named}, which cannot be run; correct the path.`);
  }
  const folders = (env['PATH'] ?? '').split(delimiter);
  const found = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), MAC].find(
    canRun,
  );
  if (found !== undefined) return found;
  throw new ToolError(
    'USAGE',
    'PNG is drawn by Chromium or Chrome, and neither is here; install one, name it in CHROMIUM, ' +
      'or use --format svg.',
  );
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    child.once('error', (error) => {
      said += error.message;
    });
    child.once('close', () => {
      clearTimeout(timer);
      resolve(said);
    });
  });
}

/** An SVG document as PNG, drawn by a browser of its own profile. Throws STORAGE where it fails. */
export async function svgToPng(svg: string, browser: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'podtape-png-'));
  try {
    const [source, target] = [join(folder, 'chart.svg'), join(folder, 'chart.png')];
    writeFileSync(source, svg);
    const size = /width="(\d+)" height="(\d+)"/.exec(svg);
    const isRoot = process.getuid?.() === 0;
    const said = await run(browser, [
      ...['--headless', '--disable-gpu', '--hide-scrollbars', '--no-first-run'],
      // Chromium refuses to run as root with its sandbox; the drawing has no script.
      ...(isRoot ? ['--no-sandbox'] : []),
      `--user-data-dir=${join(folder, 'profile')}`,
      `--force-device-scale-factor=${String(SCALE)}`,
      `--window-size=${size?.[1] ?? '960'},${size?.[2] ?? '600'}`,
      `--screenshot=${target}`,
      pathToFileURL(source).href,
    ]);
    try {
      return readFileSync(target);
    } catch (error) {
      const last = said.trim().split('\n').pop() ?? '';
      const message = `${browser} did not draw the chart (${last}); use --format svg.`;
      throw new ToolError('STORAGE', message, { browser }, { cause: error });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
