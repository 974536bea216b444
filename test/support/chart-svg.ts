// Run by itself, as a bundle: draws every template with fixed rows and prints the SVG texts.
import { parse, View } from 'vega';
import { compileCharts } from '../../src/report/charts/compile.ts';

const start = 1_700_000_000_000;
const hours = Array.from({ length: 30 }, (_, i) => start + i * 3_600_000);
const line = hours.map((t, i) => ({ t, v: i % 7 === 3 ? null : i % 5 }));
const band = [{ from: hours[3], to: hours[6], at: hours[3], align: 'left', dx: 4, name: 'leak' }];
const ROWS: Readonly<Record<string, readonly object[]>> = {
  ...{ raw: line, smoothed: line, score: line, signal: line, alerts: band, labels: band },
  over: line.map((row) => ({ ...row, b: 2 })),
  marks: [{ t: hours[9], name: 'restart' }],
  limits: [{ v: 3, name: 'limit 3' }],
  threshold: [{ v: 2, name: 'threshold 2' }],
  ends: [],
  cells: [
    { x: 30, y: 1, z: 0.2, told: '0.20', ink: 'black', tip: 'a' },
    { x: 60, y: 2, z: 0.9, told: '0.90', ink: 'white', tip: 'b' },
  ],
  ...{ best: [{ x: 30, y: 1 }], here: [{ x: 60, y: 2 }], names: [{ x: 0, y: 1, name: 'now' }] },
  ...{ dots: [{ x: 0.2, y: 0.5 }], front: [{ x: 0, y: 0.4 }] },
};

const svg: Record<string, string> = {};
for (const [name, spec] of Object.entries(compileCharts())) {
  const view = new View(parse(spec), { renderer: 'none' });
  for (const { name: data } of spec.data ?? []) {
    const rows = ROWS[data];
    if (rows !== undefined) view.data(data, [...rows]);
  }
  for (const { name: signal } of spec.signals ?? []) {
    if (signal === 'span') view.signal('span', [hours[0], hours[29]]);
    if (signal === 'reach') view.signal('reach', [0, 5]);
    if (signal === 'ticks') view.signal('ticks', [0, 1, 2]);
  }
  svg[name] = await view.toSVG();
}
process.stdout.write(JSON.stringify(svg));
