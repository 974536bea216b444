import spinner from 'yocto-spinner';
import { formatDuration } from '../core/time.ts';

/** One line on stderr that says how far a piece of work is; nothing where it is no terminal. */
export interface Progress {
  /** `done` of `total` are through; the line also tells the time left. */
  portion(done: number, total: number): void;
  text(text: string): void;
  /** Takes the line away. */
  stop(): void;
}

const SILENT: Progress = { portion: () => undefined, text: () => undefined, stop: () => undefined };

/**
 * Starts a progress line, unless --quiet or stderr is no terminal. A signal ends the program, as
 * usual, and the line with it; with `keepSignals` the caller sees to signals, and to `stop`.
 */
export function startProgress(
  task: string,
  flags: { readonly quiet?: boolean; readonly keepSignals?: boolean },
): Progress {
  if (flags.quiet === true || !process.stderr.isTTY) return SILENT;
  const others = new Set([...process.listeners('SIGINT'), ...process.listeners('SIGTERM')]);
  const line = spinner({ text: task, stream: process.stderr }).start();
  if (flags.keepSignals === true) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      for (const listener of process.listeners(signal)) {
        if (!others.has(listener)) process.off(signal, listener);
      }
    }
  }
  const startedMs = performance.now();
  return {
    portion(done, total) {
      const share = total === 0 ? 1 : done / total;
      const spent = performance.now() - startedMs;
      const left = share > 0.02 ? `, ${formatDuration((spent / share) * (1 - share))} left` : '';
      line.text = `${task}: ${String(Math.floor(share * 100))} %${left}`;
    },
    text(text) {
      line.text = `${task}: ${text}`;
    },
    stop() {
      line.stop();
    },
  };
}
