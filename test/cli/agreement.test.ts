// Holds `evaluate` against two implementations that are not ours, on data that is not in this
// repository: TEST_CORPUS names a folder with tools/k8s_eval.py, tools/nab_score.py,
// data/NAME.csv with data/NAME.labels.json, and data/nab in the layout of NAB.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const folder = resolve(process.env['TEST_CORPUS'] ?? '/nowhere');
const isHere = existsSync(join(folder, 'tools/k8s_eval.py'));
const days = isHere
  ? readdirSync(join(folder, 'data'))
      .filter((name) => name.endsWith('.csv'))
      .map((name) => name.replace(/\.csv$/, ''))
  : [];

function python(tool: string, ...args: readonly string[]): unknown {
  const told = execFileSync('python3', [join(folder, 'tools', tool), ...args, '--json'], {
    encoding: 'utf8',
  });
  return JSON.parse(told) as unknown;
}

async function podtape(cwd: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, { cwd });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** The rows of a CSV file without quotes, by column name. */
function rowsOf(path: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

const rounded = (value: number | null, digits: number): number | null =>
  value === null ? null : Number(value.toFixed(digits));

type Evaluation = Record<string, number | null>;

describe.skipIf(!isHere)('labelled recordings', () => {
  const presets = ['default', 'level', 'isolation-per-pod', 'fetch-metrics-graph'];
  const rules = [
    { ours: [], theirs: [] },
    {
      ours: ['--tolerance', '0s', '--warmup-time', '150m', '--merge', '20m'],
      theirs: ['--tolerance-min', '0', '--warmup-min', '150', '--merge-min', '20'],
    },
  ];

  test.each(days)(
    '%s: every figure is that of the other program',
    { timeout: 300_000 },
    async (day) => {
      const cwd = tempFolder();
      const csv = join(folder, `data/${day}.csv`);
      const labels = join(folder, `data/${day}.labels.json`);
      await podtape(cwd, 'import', csv, '--labels', labels, '-o', 'run.db');
      for (const preset of presets) {
        await podtape(cwd, 'replay', 'run.db', '--preset', preset, '--scores', 's.csv', '--force');
        const alarms = rowsOf(join(cwd, 's.csv'))
          .filter(({ alert }) => alert === '1')
          .map(
            (row) =>
              `${row['timestamp'] ?? ''},${row['namespace'] ?? ''},${row['pod'] ?? ''},${row['metric'] ?? ''}`,
          );
        writeFileSync(
          join(cwd, 'alarms.csv'),
          ['timestamp,namespace,pod,metric', ...alarms, ''].join('\n'),
        );
        for (const { ours, theirs } of rules) {
          const told = await podtape(
            cwd,
            'evaluate',
            'run.db',
            '--preset',
            preset,
            '--json',
            ...ours,
          );
          const { rows } = JSON.parse(told) as {
            rows: { setting: string; evaluation: Evaluation }[];
          };
          const own = rows.find(({ setting }) => setting === preset)?.evaluation ?? {};
          const { missed, ...other } = python(
            'k8s_eval.py',
            ...[labels, csv, join(cwd, 'alarms.csv'), ...theirs],
          ) as Evaluation & { missed: readonly unknown[] };
          const value = (name: string): number | null => own[name] ?? null;
          expect({
            ...{ events: value('events'), detected: value('detected'), missed: value('missed') },
            recall: rounded(value('recall') ?? 0, 3),
            false_episodes: value('falseEpisodes'),
            false_per_pod_day: rounded(value('falsePerPodDay'), 3),
            precision_events: rounded(value('precision') ?? 0, 3),
            f1_events: rounded(value('f1'), 3),
            ...{
              median_delay_s: value('medianDelaySeconds'),
              max_delay_s: value('maxDelaySeconds'),
            },
          }).toEqual({ ...other, missed: missed.length });
        }
      }
    },
  );
});

describe.skipIf(!isHere)('a corpus in the layout of NAB', () => {
  interface Profile {
    readonly score: number;
    readonly threshold: number | null;
  }

  test.each(['nab', 'isolation-per-pod'])(
    '%s: three scores and thresholds are those of the other program',
    { timeout: 300_000 },
    async (preset) => {
      const cwd = tempFolder();
      const corpus = join(folder, 'data/nab/data');
      await podtape(cwd, 'import', corpus, '--format', 'nab', '-o', 'nab.db');
      await podtape(cwd, 'replay', 'nab.db', '--preset', preset, '--scores', 's.csv');
      const files = new Map<string, string[]>();
      for (const row of rowsOf(join(cwd, 's.csv'))) {
        const name = `${row['namespace'] ?? ''}/${row['pod'] ?? ''}.csv`;
        const lines = files.get(name) ?? ['timestamp,anomaly_score'];
        files.set(name, lines);
        lines.push(`${row['timestamp'] ?? ''},${row['score'] ?? ''}`);
      }
      for (const [name, lines] of files) {
        const path = join(cwd, 'results', name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, [...lines, ''].join('\n'));
      }
      const windows = join(folder, 'data/nab/windows.json');
      const { profiles } = python('nab_score.py', ...[join(cwd, 'results'), windows]) as {
        profiles: Record<string, Profile>;
      };
      const told = await podtape(
        cwd,
        'evaluate',
        '--corpus',
        'nab',
        corpus,
        '--preset',
        preset,
        '--json',
      );
      const own = JSON.parse(told) as Record<string, number> & {
        thresholds: Record<string, number>;
      };
      const pairs = { standard: 'standard', rewardLowFpRate: 'low_FP', rewardLowFnRate: 'low_FN' };
      for (const [ours, theirs] of Object.entries(pairs)) {
        expect(rounded(own[ours] ?? NaN, 4)).toBe(profiles[theirs]?.score);
        expect(own.thresholds[ours]).toBe(profiles[theirs]?.threshold);
      }
    },
  );
});
