import type { Mark } from '../../core/recording.ts';
import type { Timeline } from '../../record/clock.ts';
import { startChild } from './child.ts';

/** The user's command while it is recorded; its start and end become marks. */
export interface Load {
  readonly name: string;
  /** When it ended, ms from the start of the recording; null: it runs. */
  endedAtMs(): number | null;
  /** As a shell gives it; 0 while it runs. */
  exitCode(): number;
  kill(signal: NodeJS.Signals): void;
  /** Waits for its end, at most `ms`. */
  waitForEnd(ms: number): Promise<void>;
  /** The recording is about to be closed: no mark may come any more. */
  detach(): void;
}

/**
 * Starts `command` and marks `load-start` now and `load-end` when it ends, with the command's file
 * name only; `write` makes a mark safe. `onEnd` is told after the second one is; `onError` where
 * one could not be written.
 */
export function startLoad(
  command: readonly string[],
  timeline: Timeline,
  write: (mark: Mark) => Promise<void>,
  onEnd: (load: Load) => void,
  onError: (error: unknown) => void,
): Load {
  let endedAtMs: number | null = null;
  let exitCode = 0;
  let isAttached = true;
  const child = startChild(command);
  const mark = (kind: string): Mark => {
    const { name } = child;
    return { startMs: timeline.nowMs(), endMs: null, kind, name, namespace: '', pod: '' };
  };
  const begun = write(mark('load-start'));
  begun.catch(onError);
  const ended = child.ended
    .then(async (code) => {
      endedAtMs = timeline.elapsedMs();
      exitCode = code;
      const end = mark('load-end');
      await begun.catch(() => undefined);
      if (isAttached) await write(end);
      onEnd(load);
    })
    .catch(onError);
  const load: Load = {
    name: child.name,
    endedAtMs: () => endedAtMs,
    exitCode: () => exitCode,
    kill: child.kill,
    async waitForEnd(ms) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      });
      await Promise.race([ended, late]);
      clearTimeout(timer);
    },
    detach() {
      isAttached = false;
    },
  };
  return load;
}
