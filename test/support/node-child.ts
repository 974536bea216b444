import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The built modules of the recording, for programs that run outside the test. */
export const BUILT = fileURLToPath(new URL('../../dist/record/recording', import.meta.url));

/** Whether a process may mount a file system that only it can see. */
export function canMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts a program of `children/` beside the test; `mounts`: it may mount for itself alone. */
export function startChild(program: URL, args: readonly string[], mounts = false): ChildProcess {
  if (!existsSync(BUILT)) throw new Error('Build first: npm run build (npm test does).');
  const command = [process.execPath, fileURLToPath(program), ...args];
  const [file = '', ...rest] = mounts ? ['unshare', '-rm', ...command] : command;
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** All that a child writes to stdout, as soon as it has ended in any way. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  await new Promise((resolve) => child.on('close', resolve));
  return text;
}

/** Resolves when a child has written something that holds `text`. */
export function seen(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    let all = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      all += chunk.toString('utf8');
      if (all.includes(text)) resolve();
    });
  });
}
