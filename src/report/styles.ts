/** The page's whole style sheet: one accent, a colour-blind-safe palette, light, dark and print. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --panel: #fff; --text: #1c1e21; --muted: #5d646d; --faint: #d9dcdf;
  --accent: #1f6feb; --alert: #d55e00; --label: #009e73; --mark: #7a5195;
  --ok: #9fc5ae; --partial: #e6b800; --empty: #b9bdc3; --missed: #6b7077;
  --soft: #eef3fc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --panel: #1b1f24; --text: #e8eaed; --muted: #a2a9b2; --faint: #39404a;
    --accent: #6ea8fe; --alert: #ff9142; --label: #4fd1a5; --mark: #c9a3e6;
    --ok: #3f6b53; --partial: #c9a40a; --empty: #5a616b; --missed: #8b929b;
    --soft: #1d2838;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif;
}
main { max-width: 1180px; margin: 0 auto; padding: 28px 24px 80px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 44px 0 10px; }
h3 { font-size: 15px; margin: 0 0 2px; overflow-wrap: anywhere; }
p { margin: 6px 0; max-width: 76ch; }
a { color: var(--accent); }
.quiet { color: var(--muted); font-size: 13px; }
.summary p { font-size: 16px; }
.panel {
  background: var(--panel); border: 1px solid var(--faint); border-radius: 8px;
  padding: 14px 16px; margin: 12px 0;
}
.groups { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 18px 26px; }
.group.wide { grid-column: 1 / -1; }
.group h3 { font-size: 13px; font-weight: 600; margin: 0 0 6px; }
.sparks { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 8px; }
.spark { background: var(--panel); border: 1px solid var(--faint); border-radius: 6px; padding: 8px 10px 4px; min-width: 0; }
.spark.hot { border-color: var(--alert); }
.spark-head { display: flex; justify-content: space-between; gap: 8px; font-size: 12px; }
.spark-head > * { white-space: nowrap; }
.spark-head span:first-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.badge { color: var(--alert); font-weight: 600; white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--faint); vertical-align: top; white-space: nowrap; }
th { color: var(--muted); font-weight: 500; white-space: nowrap; }
td.n, th.n { text-align: right; }
tr.chosen td { font-weight: 600; background: var(--soft); }
td.name { overflow-wrap: anywhere; min-width: 140px; white-space: normal; }
code, .mono { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.chart { width: 100%; min-height: 26px; }
.chart svg { display: block; max-width: 100%; }
.chart-name { font-size: 12px; color: var(--muted); margin: 8px 0 0 56px; }
.key { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12px; color: var(--muted); margin: 6px 0; }
.key i { display: inline-block; width: 18px; height: 9px; border-radius: 2px; margin-right: 6px; vertical-align: 0; }
.key i.line { height: 2px; vertical-align: 3px; }
.key .raw { background: var(--muted); } .key .smoothed { background: var(--accent); }
.key .alert { background: var(--alert); opacity: 0.6; } .key .label { background: var(--label); opacity: 0.5; }
.key .mark { background: var(--mark); } .key .limit { background: var(--text); }
.key .ok { background: var(--ok); } .key .partial { background: var(--partial); }
.key .empty { background: var(--empty); } .key .missed { background: var(--missed); }
.controls {
  position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 10px 22px;
  align-items: center; background: var(--panel); border: 1px solid var(--faint);
  border-radius: 8px; padding: 10px 14px; margin: 12px 0;
}
.controls #count { font-size: 14px; font-weight: 600; }
.controls label { font-size: 13px; color: var(--muted); display: flex; gap: 8px; align-items: center; }
.controls output { font-weight: 600; color: var(--text); min-width: 4ch; font-variant-numeric: tabular-nums; }
.controls input[type=range] { width: 170px; accent-color: var(--accent); }
.controls input[type=number] { width: 64px; font: inherit; padding: 2px 4px; background: var(--page); color: var(--text); border: 1px solid var(--faint); border-radius: 4px; }
button { font: inherit; font-size: 13px; padding: 4px 12px; border-radius: 6px; border: 1px solid var(--faint); background: var(--page); color: var(--text); cursor: pointer; }
button:hover { border-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 12px; }
.two > * { min-width: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; font-size: 13px; margin: 6px 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 56px; border-top: 1px solid var(--faint); padding-top: 14px; }
.vega-tooltip, #vg-tooltip-element { display: none; }
@media (max-width: 560px) {
  main { padding: 18px 14px 60px; }
  h1 { font-size: 21px; }
  .controls { position: static; }
  .controls input[type=range] { width: 150px; }
}
@media print {
  .controls { display: none; }
  .panel, .spark { break-inside: avoid; }
  body { background: #fff; color: #000; }
}
`;
