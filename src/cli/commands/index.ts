import type { CommandModule } from 'yargs';
import { checkCommand } from './check.ts';
import { completionCommand } from './completion.ts';
import { demoCommand } from './demo.ts';
import { diffCommand } from './diff.ts';
import { evaluateCommand } from './evaluate.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { inspectCommand } from './inspect.ts';
import { labelCommand } from './label.ts';
import { recordCommand } from './record.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { salvageCommand } from './salvage.ts';
import { synthCommand } from './synth.ts';
import { tuneCommand } from './tune.ts';
import { verifyCommand } from './verify.ts';

// Each command's flags are checked by yargs against its own builder, which no common type can say.
const command = (module: unknown): CommandModule => module as CommandModule;

/** Every command, in the order in which help lists them: along the flow of the work. */
export const commands: readonly CommandModule[] = [
  command(recordCommand),
  command(importCommand),
  command(synthCommand),
  command(inspectCommand),
  command(verifyCommand),
  command(salvageCommand),
  command(labelCommand),
  command(replayCommand),
  command(tuneCommand),
  command(reportCommand),
  command(diffCommand),
  command(checkCommand),
  command(exportCommand),
  command(evaluateCommand),
  command(demoCommand),
  command(completionCommand),
];
