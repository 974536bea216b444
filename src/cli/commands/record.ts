import type { Argv } from 'yargs';
import { childCommand, outputOption } from '../command.ts';
import type { RecordFlags } from '../record/flags.ts';
import { prometheusOptions } from '../record/prometheus-flags.ts';
import { settingsOptions } from '../settings-flags.ts';

const DESCRIBE = 'Record what the pods of a cluster use, while a command runs or for a time';

const builder = (argv: Argv) =>
  prometheusOptions(
    settingsOptions(
      outputOption(argv, 'Recording to write; default: podtape-<UTC time>.db in this folder'),
    ),
  )
    .usage(`$0 record [options] [-- COMMAND...]\n\n${DESCRIBE}.`)
    .option('source', {
      choices: ['metrics-server', 'prometheus'] as const,
      default: 'metrics-server' as const,
      requiresArg: true,
      describe: "The cluster's metrics API, or a server with Prometheus' API",
    })
    .option('kubeconfig', {
      type: 'string',
      requiresArg: true,
      describe: 'Kubeconfig file; else KUBECONFIG, ~/.kube/config, the own service account',
    })
    .option('context', { type: 'string', requiresArg: true, describe: 'Context to use' })
    .option('namespace', {
      alias: 'n',
      type: 'string',
      requiresArg: true,
      describe: "Namespace to record; default: the context's",
    })
    .option('all-namespaces', {
      alias: 'A',
      type: 'boolean',
      default: false,
      describe: 'Record all namespaces',
    })
    .option('selector', {
      alias: 'l',
      type: 'string',
      requiresArg: true,
      describe: 'Only pods with these labels, such as app=web',
    })
    .option('interval', {
      type: 'string',
      requiresArg: true,
      describe:
        'Time between polls, by default 15s; metrics-server has new values every 15s to 60s',
    })
    .option('duration', {
      type: 'string',
      requiresArg: true,
      describe: 'How long to record; with COMMAND: at least so long',
    })
    .option('request-timeout', {
      type: 'string',
      requiresArg: true,
      describe: 'Limit of one request; default: 60% of the interval, at most 10s',
    })
    .option('resume', {
      type: 'string',
      requiresArg: true,
      describe: 'Go on with this recording, whatever ended it; started where it is not there',
    })
    .option('wait-for-space', {
      type: 'boolean',
      default: false,
      describe: 'When the disk is full, wait for space instead of ending',
    })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite the output file' })
    .option('print', {
      type: 'boolean',
      default: false,
      describe: 'Print CPU, memory and their ratio of every container at every poll',
    })
    .option('dry-run', {
      type: 'boolean',
      default: false,
      describe: 'Poll once, print what would be kept, write nothing',
    })
    .option('progress', {
      choices: ['auto', 'json', 'none'] as const,
      default: 'auto' as const,
      requiresArg: true,
      describe: 'How to tell of progress on stderr; json: a line for every tick that is safe',
    })
    .option('detect', {
      type: 'boolean',
      default: false,
      describe: 'Print alerts as they open and close, as a replay would find them',
    })
    .option('format', {
      choices: ['table', 'json'] as const,
      default: 'table' as const,
      requiresArg: true,
      describe: 'How alerts are printed; json: a line for each',
    })
    .option('webhook', {
      type: 'string',
      requiresArg: true,
      describe: 'With --detect: also POST each alert as JSON to this URL',
    })
    .option('live', {
      type: 'boolean',
      default: false,
      describe: 'Serve a page on this machine that draws samples, scores and alerts as they come',
    })
    .option('live-port', {
      type: 'number',
      requiresArg: true,
      default: 0,
      describe: 'Port of the live page; 0: any free one',
    })
    .example('$0 record -n shop --live', 'watch it in the browser')
    .example('$0 record -n shop --detect', 'watch, and say so when something is odd')
    .example('$0 record -n shop --duration 10m', 'record a namespace for ten minutes')
    .example('$0 record -n shop -o run.db -- k6 run script.js', 'record while a load test runs')
    .example('$0 record -n shop --resume run.db', 'go on after a crash; the gap is recorded')
    .example('$0 record -A -l app=web --dry-run', 'see what would be recorded')
    .example(
      '$0 record --source prometheus --prometheus-url http://127.0.0.1:9090 -n shop',
      'record what a Prometheus knows of the pods',
    );

/** `podtape record [-- COMMAND…]`: polls a metrics API, or a Prometheus, into a recording. */
export const recordCommand = {
  command: 'record',
  describe: DESCRIBE,
  builder,
  handler: async (flags: RecordFlags): Promise<void> => {
    if (flags.from !== undefined) {
      const { runBackfill } = await import('../record/backfill.ts');
      await runBackfill(flags, childCommand(flags));
      return;
    }
    const { runRecord } = await import('../record/run.ts');
    await runRecord(flags, childCommand(flags));
  },
};
