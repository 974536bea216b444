import type { CommandModule } from 'yargs';

/** Every command, in the order in which help lists them: along the flow of the work. */
export const commands: readonly CommandModule[] = [];
