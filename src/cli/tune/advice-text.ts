import { plural } from '../../core/plural.ts';
import type { TuneResult } from '../../core/results.ts';
import { settingsDigest } from '../../core/settings-digest.ts';
import { formatDuration } from '../../core/time.ts';
import type {
  CaughtFault,
  Confidence,
  FaultPower,
  InjectedFault,
  Injection,
  Robustness,
} from '../../core/tune-advice.ts';
import { visible } from '../../core/visible.ts';
import { type Column, table } from '../output.ts';
import { wrapped } from '../wrapped.ts';
import { fittingTable } from './fitting-table.ts';
import { settingColumns, settingsText } from './settings-text.ts';

const NAME_WIDTH = 29;

const percent = (share: number): string => `${String(Math.round(share * 100))} %`;
const short = (value: number): string => String(Number(value.toPrecision(3)));
const orNone = (value: number | null): string =>
  value === null ? 'nothing to tell' : short(value);

function named(name: string, text: string): string {
  const start = `  ${name.padEnd(NAME_WIDTH)} `;
  return wrapped(`${start}${text}`.replace(/ {2}/g, '\u00a0\u00a0'), start.length).replaceAll(
    '\u00a0',
    ' ',
  );
}

function valueText({ value, interval, resamples, usable, blockSeconds }: Confidence): string {
  const range =
    interval === null
      ? 'it cannot be told how sure that is'
      : `${short(interval[0])} to ${short(interval[1])} in 95 % of resamples`;
  const blocks = formatDuration(blockSeconds * 1000);
  const left = usable < resamples ? `, ${String(usable)} of them with a label` : '';
  return `${orNone(value)}; ${range} (${String(resamples)} of ${blocks} blocks${left})`;
}

function rivalText({ otherWins, rival, compared }: Confidence, grid: TuneResult['grid']): string {
  if (compared === 1) return 'none to compare with';
  const most = rival === null ? '' : `; most often ${settingsText(rival, grid)}`;
  return `better in ${percent(otherWins)} of resamples, of ${String(compared)} compared${most}`;
}

function changeText({ value, detected, labels, falseAlerts, holds }: Robustness): string {
  const found = labels === 0 ? '' : `${String(detected)} of ${String(labels)} found, `;
  const wrong = plural(falseAlerts, 'false alert');
  return `${holds ? 'holds' : 'DOES NOT HOLD'}: ${orNone(value)} (${found}${wrong})`;
}

const POD = 'without pod ';

/** Pods taken away in turn as one line: what holds is of less interest than what does not. */
function podsText(pods: readonly Robustness[]): string {
  const failed = pods.filter(({ holds }) => !holds);
  const all = `any one of ${String(pods.length)}`;
  if (failed.length === 0) return `holds without ${all}`;
  const names = failed.map(({ change }) => visible(change.slice(POD.length))).join(', ');
  return `DOES NOT HOLD without ${names}`;
}

/** How far the recommendation can be relied on, in lines of at most a hundred characters. */
export function confidenceText({ confidence, recommended, grid }: TuneResult): string {
  if (confidence === null || recommended === null) return '';
  const { enough, because, measure, chance, heldOut, robustness } = confidence;
  const pods = robustness.filter(({ change }) => change.startsWith(POD));
  const verdict = enough
    ? ['There is enough evidence to rely on it.']
    : ['There is not enough evidence to rely on it, because', ...because.map((why) => `- ${why}`)];
  const [low, high] = recommended.plateau.thresholds;
  return [
    ...verdict.map((line) => wrapped(line, 2)),
    '',
    named(measure, valueText(confidence)),
    named('thresholds as good', `${short(low)} to ${short(high)}`),
    named('other settings', rivalText(confidence, grid)),
    ...(chance === null
      ? []
      : [named('by chance', `up to ${short(chance)} with alerts moved in time`)]),
    ...heldOut.map(({ by, chosen, heldOut: rest }) =>
      named(
        by === 'time' ? 'chosen on half of the time' : 'chosen on the other runs',
        chosen === null ? 'nothing to tell' : `${short(chosen)} there, ${orNone(rest)} on the rest`,
      ),
    ),
    ...robustness
      .filter(({ change }) => !change.startsWith(POD))
      .map((one) => named(one.change, changeText(one))),
    ...(pods.length === 0 ? [] : [named('without a pod', podsText(pods))]),
  ].join('\n');
}

/** That there is not enough evidence, and why, in one line; '' where there is. */
export function doubt({ confidence }: TuneResult): string {
  if (confidence === null || confidence.enough) return '';
  return `There is not enough evidence to rely on it: ${confidence.because.join('; ')}.`;
}

/** A size with its unit: the millicores as Kubernetes writes them. */
function sizeText(size: number, { unit }: InjectedFault): string {
  return unit === 'millicores' ? `${short(size)}m` : `${short(size)} ${unit}`;
}

const caughtText = (caught: CaughtFault | null, fault: InjectedFault): string =>
  caught === null ? '-' : sizeText(caught.size, fault);

const afterText = (caught: CaughtFault | null): string =>
  caught === null
    ? '-'
    : (caught.delaySeconds === 0 ? 'at once' : formatDuration(caught.delaySeconds * 1000)) +
      (caught.grownMiB === null ? '' : `, ${short(caught.grownMiB)} MiB`);

interface Caught {
  readonly fault: InjectedFault;
  readonly power: FaultPower | undefined;
}

const CAUGHT: readonly Column<Caught>[] = [
  { title: 'FAULT', cell: ({ fault }) => fault.kind },
  {
    title: '50 % FROM',
    cell: ({ fault, power }) => caughtText(power?.half ?? null, fault),
    align: 'right',
  },
  { title: 'AFTER', cell: ({ power }) => afterText(power?.half ?? null), align: 'right' },
  {
    title: '90 % FROM',
    cell: ({ fault, power }) => caughtText(power?.most ?? null, fault),
    align: 'right',
  },
  { title: 'AFTER', cell: ({ power }) => afterText(power?.most ?? null), align: 'right' },
  {
    title: 'WATCHED',
    cell: ({ fault }) => formatDuration(fault.lastsSeconds * 1000),
    align: 'right',
  },
  { title: 'PLACES', cell: ({ fault }) => String(fault.places), align: 'right' },
  {
    title: 'ALERTS ANYWAY',
    cell: ({ power }) => String(power?.alertsAnyway ?? '-'),
    align: 'right',
  },
];

const ROWS_COMPARED = 8;
const COMPARED = ['leak', 'hog'];

function comparedTable({ faults, settings }: Injection, grid: TuneResult['grid']): string {
  type Row = Injection['settings'][number];
  const n = (title: string, cell: (row: Row) => string): Column<Row> => ({
    ...{ title, cell, align: 'right' },
  });
  const columns = faults
    .filter(({ kind, places }) => COMPARED.includes(kind) && places > 0)
    .flatMap((fault) => {
      const powerOf = ({ power }: Row) => power.find(({ kind }) => kind === fault.kind);
      const name = fault.kind.toUpperCase();
      return [
        n(`${name} 50 %`, (row) => caughtText(powerOf(row)?.half ?? null, fault)),
        n(`${name} 90 %`, (row) => caughtText(powerOf(row)?.most ?? null, fault)),
      ];
    });
  if (columns.length === 0 || settings.length < 2) return '';
  return fittingTable(
    [
      ...settingColumns<Row>(grid),
      n('THRESHOLD', (row) => short(row.settings.threshold ?? NaN)),
      ...columns,
    ],
    settings.slice(0, ROWS_COMPARED),
    COMPARED.map((kind) => `${kind.toUpperCase()} 50 %`),
  );
}

/** Which injected faults the recommended setting, or else the best, would catch, and others. */
export function injectedText({ injected, recommended, grid }: TuneResult): string {
  if (injected === null) return '';
  const { faults, settings } = injected;
  const none = faults.filter(({ places }) => places === 0).map(({ kind }) => kind);
  const room =
    none.length === 0
      ? ''
      : wrapped(`No room for ${none.join(', ')}: no series long enough, without labels.`);
  const [first] = settings;
  if (first === undefined || none.length === faults.length) return room;
  const isOwn =
    recommended !== null && settingsDigest(first.settings) === settingsDigest(recommended.settings);
  const whose = isOwn ? 'The recommended setting' : 'The best setting';
  const own = table(
    CAUGHT,
    faults
      .filter(({ places }) => places > 0)
      .map((fault) => ({ fault, power: first.power.find(({ kind }) => kind === fault.kind) })),
  );
  const title = wrapped(
    `${whose} catches these faults, added to copies of the series, in 50 % and in 90 % of places:`,
  );
  return [title, own, comparedTable(injected, grid), room]
    .filter((text) => text !== '')
    .join('\n\n');
}
