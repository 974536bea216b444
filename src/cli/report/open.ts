import { spawn } from 'node:child_process';

/** The program that opens a file as a double click would. */
function opener(path: string): readonly [program: string, ...args: string[]] {
  if (process.platform === 'darwin') return ['open', path];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '', path];
  return ['xdg-open', path];
}

/**
 * Opens a file or address in the browser and does not wait for it. Resolves to whether a program
 * could be started; never throws, since what was asked for is written already.
 */
export function openInBrowser(path: string): Promise<boolean> {
  const [program, ...args] = opener(path);
  return new Promise((settle) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    child.once('error', () => {
      settle(false);
    });
    child.once('spawn', () => {
      child.unref();
      settle(true);
    });
  });
}
