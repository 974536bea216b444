import yargs, { type Argv } from 'yargs';

const builder = (argv: Argv) =>
  argv
    .example('$0 completion >> ~/.bashrc', 'Commands and flags after the Tab key, in new shells')
    .example('source <($0 completion)', 'In this shell only');

function handler(): void {
  yargs([]).scriptName('podtape').showCompletionScript();
}

export const completionCommand = {
  command: 'completion',
  describe: 'Print a completion script for bash or zsh',
  builder,
  handler,
};
