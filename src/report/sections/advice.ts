import { formatDuration } from '../../core/time.ts';
import type { CaughtFault, HeldOut, InjectedFault, Robustness } from '../../core/tune-advice.ts';
import { faultSize } from '../display.ts';
import type { CaughtModel, TuneModel } from '../model.ts';
import { e, type Html, tableHtml } from './markup.ts';

const short = (value: number | null): string =>
  value === null ? '–' : String(Number(value.toPrecision(3)));
const percent = (share: number): string => `${String(Math.round(share * 100))} %`;

const heldOutRow = ({ by, chosen, heldOut }: HeldOut): Html[] => [
  by === 'time' ? 'chosen on half of the time' : 'chosen on the other runs',
  short(chosen),
  chosen === null ? '–' : `${short(heldOut)} on the rest`,
];

const changeRow = ({ change, value, detected, labels, falseAlerts, holds }: Robustness): Html[] => [
  e(change),
  short(value),
  `${holds ? 'holds' : 'does not hold'}: ` +
    (labels === 0 ? '' : `${String(detected)} of ${String(labels)} found, `) +
    `${String(falseAlerts)} false`,
];

/** How far a recommendation can be relied on; '' where that was not looked into. */
export function confidenceHtml({ confidence }: TuneModel): Html {
  if (confidence === null) return '';
  const { enough, because, measure, value, interval, otherWins, compared } = confidence;
  const reasons = because.map((why) => `<li>${e(why)}</li>`).join('');
  const verdict = enough
    ? '<p>There is enough evidence to rely on it.</p>'
    : `<p>There is not enough evidence to rely on it, because</p><ul>${reasons}</ul>`;
  const range =
    interval === null
      ? 'how sure that is cannot be told'
      : `${short(interval[0])} to ${short(interval[1])} in 95 % of resamples`;
  const rows = [
    [e(measure), short(value), range],
    [
      'other settings',
      '',
      `better in ${percent(otherWins)} of resamples, of ${String(compared)} compared`,
    ],
    ...(confidence.chance === null
      ? []
      : [['by chance', short(confidence.chance), 'at most, with alerts moved in time']]),
    ...confidence.heldOut.map(heldOutRow),
    ...confidence.robustness.map(changeRow),
  ];
  const columns = [
    { title: 'Checked' },
    { title: 'Value', kind: 'n' as const },
    { title: 'What it says' },
  ];
  return (
    `<div class="panel">${verdict}<details><summary>How that was checked</summary>` +
    `${tableHtml('How far it can be relied on', columns, rows)}</details></div>`
  );
}

const sizeText = (caught: CaughtFault | null, unit: InjectedFault['unit']): string =>
  caught === null ? '–' : faultSize(caught.size, unit);

const soonText = (caught: CaughtFault | null): string =>
  caught === null
    ? '–'
    : (caught.delaySeconds === 0 ? 'at once' : formatDuration(caught.delaySeconds * 1000)) +
      (caught.grownMiB === null ? '' : `, ${short(caught.grownMiB)} MiB`);

const caughtRow = ({ fault, power }: CaughtModel): Html[] => [
  e(fault.kind),
  e(fault.describe),
  sizeText(power.half, fault.unit),
  soonText(power.half),
  sizeText(power.most, fault.unit),
  soonText(power.most),
  String(fault.places),
];

const COLUMNS = [
  { title: 'Fault' },
  { title: 'What it is' },
  ...['In 50 % of places from', 'After', 'In 90 % from', 'After', 'Places'].map((title) => ({
    title,
    kind: 'n' as const,
  })),
];

/** What would be caught of faults added to copies of the series; '' where none were. */
export function caughtHtml(
  { caught }: TuneModel,
  picture: (name: string, title: string, describe: string) => Html,
): Html {
  if (caught.length === 0) return '';
  const has = (unit: string): boolean => caught.some(({ fault }) => fault.unit === unit);
  const told = 'share of places in which it is found, by size; the table has the numbers';
  const pictures =
    (has('MiB/h') ? picture('powerGrowth', 'Leaks found', `Injected leaks: ${told}`) : '') +
    (has('millicores') ? picture('powerCpu', 'CPU hogs found', `Injected hogs: ${told}`) : '');
  return (
    `<div class="panel">${tableHtml('Injected faults that it would catch', COLUMNS, caught.map(caughtRow))}` +
    `<p class="quiet">Faults were added to copies of these very series, away from known faults. Each ` +
    `size from that on is found at least as often.</p></div><div class="two">${pictures}</div>`
  );
}
