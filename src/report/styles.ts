/** The page's whole style sheet: one accent, a colour-blind-safe palette, light, dark and print. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --page: #f6f6f4; --panel: #fff; --sunk: #f0f1f0; --text: #16181b; --muted: #59606a; --faint: #e1e3e6;
  --line: #c9cdd2; --accent: #0b5fc0; --soft: #e8f0fa; --alert: #b54404; --alert-soft: #fdefe6;
  --label: #00704f; --mark: #75489b; --raw: #a3a9b1; --good: #00704f;
  --ok: #b7d3c5; --partial: #e2b007; --empty: #8d949d; --failed: #b54404; --missed: #40464e;
  --shadow: 0 1px 2px rgb(0 0 0 / 5%), 0 4px 16px rgb(0 0 0 / 6%);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111316; --panel: #191c20; --sunk: #14171a; --text: #e8eaed; --muted: #a1a8b2; --faint: #2b3037;
    --line: #454c55; --accent: #70b1ff; --soft: #1a2a3f; --alert: #ff9351; --alert-soft: #33210f;
    --label: #4cc9a0; --mark: #c8a8e6; --raw: #6d7580; --good: #4cc9a0;
    --ok: #335c49; --partial: #d3a90c; --empty: #7d8590; --failed: #ff9351; --missed: #b4bac2;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 6px 20px rgb(0 0 0 / 35%);
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 136px; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 "Inter", "SF Pro Text", "Segoe UI Variable Text", "Segoe UI", system-ui, "Noto Sans", "Liberation Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
main, .mast { max-width: 1240px; margin: 0 auto; padding: 0 28px; }
.mast { padding-top: 36px; } .mast p { max-width: none; }
main { padding-bottom: 72px; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.018em; font-weight: 680; margin: 2px 0 6px; overflow-wrap: anywhere; }
h2 { font-size: 19px; line-height: 1.3; letter-spacing: -0.01em; font-weight: 650; margin: 52px 0 4px; }
h3 { font-size: 13px; font-weight: 650; margin: 0; overflow-wrap: anywhere; }
p { margin: 6px 0; max-width: 78ch; }
a { color: var(--accent); text-underline-offset: 2px; }
.eyebrow { font-size: 12px; font-weight: 650; letter-spacing: 0.07em; text-transform: uppercase; color: var(--accent); margin: 0; }
.quiet, .lead { color: var(--muted); font-size: 13px; }
.lead { margin: 0 0 12px; font-size: 14px; }
code, .mono { font: 12.5px/1.55 var(--mono); overflow-wrap: anywhere; }
code.block { display: block; background: var(--sunk); border: 1px solid var(--faint); border-radius: 6px; padding: 8px 12px; margin: 8px 0; }
.toc { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 13px; margin: 10px 0 0; padding: 0; list-style: none; } .toc a { text-decoration: none; } .toc a:hover { text-decoration: underline; }
.skip { position: absolute; left: -999px; top: 8px; background: var(--panel); padding: 8px 14px; z-index: 9; }
.skip:focus { left: 8px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.hidden { display: none !important; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

/* The top: what to take away */
.summary { display: grid; grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr); gap: 20px 40px; margin-top: 18px; }
.headline { font-size: 21px; line-height: 1.35; letter-spacing: -0.01em; font-weight: 600; margin: 0 0 8px; }
.advice { margin: 10px 0 0; padding: 0; list-style: none; }
.advice li { padding: 8px 12px 8px 14px; border-left: 3px solid var(--accent); background: var(--soft); border-radius: 0 6px 6px 0; margin: 6px 0; max-width: 78ch; font-size: 14px; }
.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1px; background: var(--faint); border: 1px solid var(--faint); border-radius: 10px; overflow: hidden; margin: 0; align-self: start; }
.figures div { background: var(--panel); padding: 14px 16px 12px; }
.figures dt { font-size: 13px; color: var(--muted); }
.figures dd { margin: 0; font-size: 12.5px; color: var(--muted); }
.figures dd.value { font-size: 27px; line-height: 1.15; font-weight: 650; letter-spacing: -0.02em; color: var(--text); }
.figures .good .value { color: var(--good); } .figures .bad .value { color: var(--alert); }

.findings { list-style: none; margin: 10px 0; padding: 0; } .findings li { padding: 7px 0; border-top: 1px solid var(--faint); font-size: 14px; max-width: 78ch; } .findings li:last-child { border-bottom: 1px solid var(--faint); } .findings a { font-weight: 650; text-decoration: none; } .findings a:hover { text-decoration: underline; } .findings .why { color: var(--muted); }

.figures.four { grid-template-columns: repeat(4, minmax(0, 1fr)); margin-top: 12px; }

/* Cards and tables */
.panel { background: var(--panel); border: 1px solid var(--faint); border-radius: 10px; padding: 14px 18px; margin: 10px 0; }
.scroll { position: relative; overflow-x: auto; margin: 0 -18px; padding: 0 18px; }
table { border-collapse: collapse; font-size: 13px; width: 100%; }
th, td { text-align: left; padding: 7px 16px 7px 0; border-bottom: 1px solid var(--faint); vertical-align: top; white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
th { color: var(--muted); font-weight: 500; font-size: 12px; }
td.n, th.n { text-align: right; }
td.name { overflow-wrap: anywhere; white-space: normal; min-width: 190px; }
td.words { white-space: normal; min-width: 170px; color: var(--muted); }
tr.chosen td { background: var(--soft); box-shadow: 0 0 0 0 var(--soft); }
tr.chosen td:first-child { box-shadow: inset 3px 0 0 var(--accent); padding-left: 10px; }
.chip { display: inline-block; font-size: 11.5px; line-height: 1.5; font-weight: 600; padding: 0 7px; border-radius: 9px; background: var(--sunk); color: var(--muted); white-space: nowrap; }
.chip.alerting { background: var(--alert-soft); color: var(--alert); }
.numbers { font-size: 12px; margin-top: 2px; } .numbers summary { cursor: pointer; color: var(--accent); width: max-content; } .numbers dl.pairs { font-size: 12px; margin: 4px 0 2px; gap: 1px 12px; }
.chip.cause { background: var(--sunk); color: var(--text); } .cause-cpu-without-load, .cause-memory-leak { box-shadow: inset 0 0 0 1px var(--alert); } .chip.cause-load, .chip.cause-dilution, .chip.cause-restart { font-weight: 500; color: var(--muted); }
.chip.labelled { background: none; color: var(--label); box-shadow: inset 0 0 0 1px var(--label); }

/* The controls */
.tuner { position: sticky; top: 0; z-index: 5; margin: 26px -16px 0; padding: 12px 16px; background: var(--panel); border: 1px solid var(--faint); border-radius: 0 0 12px 12px; box-shadow: var(--shadow); display: grid; grid-template-columns: 224px minmax(200px, 1fr) auto; gap: 8px 26px; align-items: start; }
.field { display: flex; flex-direction: column; gap: 3px; font-size: 12px; color: var(--muted); min-width: 0; }
.field .row { display: flex; justify-content: space-between; align-items: baseline; gap: 12px; }
.field output { color: var(--text); font-weight: 650; font-size: 15px; line-height: 1; }
.tuner select, .tuner input[type=number] { font: inherit; font-size: 13px; height: 30px; width: 100%; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0 8px; }
.tuner select:disabled { color: var(--muted); border-color: var(--faint); }
.pick { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 10px; } .pick .field:first-child { grid-column: 1 / -1; }
.counts { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px 10px; } .counts .field { white-space: nowrap; }
.tuner .buttons { display: flex; gap: 6px; flex-wrap: wrap; margin-top: 10px; }
.curve-key { display: flex; gap: 12px; margin-right: auto; } .curve-key .alerts { color: var(--alert); } .curve-key .found { color: var(--label); }
.slider { position: relative; height: 46px; }
.slider svg { position: absolute; inset: 0 8px 16px; width: calc(100% - 16px); height: 30px; overflow: visible; }
.slider input { position: absolute; left: 0; right: 0; bottom: 0; width: 100%; height: 18px; margin: 0; accent-color: var(--accent); }
.curve-plateau { fill: var(--accent); opacity: 0.13; }
.curve-alerts { fill: var(--alert); opacity: 0.16; } .curve-found { fill: none; stroke: var(--label); stroke-width: 1.6; vector-effect: non-scaling-stroke; }
.curve-edge { fill: none; stroke: var(--alert); stroke-width: 1.2; vector-effect: non-scaling-stroke; }
.verdict { display: flex; flex-wrap: wrap; gap: 0 14px; align-items: baseline; font-size: 13px; min-height: 22px; }
.verdict .told { font-size: 14px; font-weight: 650; color: var(--text); }
.tuner #flags { grid-column: 1 / -1; }
button { font: inherit; font-size: 12.5px; line-height: 1; padding: 7px 11px; border-radius: 6px; border: 1px solid var(--line); background: var(--panel); color: var(--text); cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
button:disabled { opacity: 0.45; cursor: default; border-color: var(--faint); color: var(--muted); }

/* What happened when */
.lanes { display: grid; grid-template-columns: minmax(90px, 270px) minmax(0, 1fr); gap: 0 14px; font-size: 12.5px; padding: 12px 18px; }
.lanes > .lane-name { display: flex; gap: 6px; justify-content: space-between; white-space: nowrap; line-height: 24px; color: var(--muted); min-width: 0; }
.lane-name a { text-decoration: none; color: var(--text); display: flex; min-width: 0; } .lane-name a:hover { text-decoration: underline; } .lane-name .head { overflow: hidden; text-overflow: ellipsis; } .lane-name .tail { flex: none; }
.lane { position: relative; height: 24px; border-bottom: 1px solid var(--faint); overflow: hidden; touch-action: pan-y; }
.lane.tall { height: 34px; }
.lane i { position: absolute; top: 5px; bottom: 5px; min-width: 2px; border-radius: 2px; }
.lane i.alive { top: 11px; bottom: 11px; background: var(--line); opacity: 0.7; border-radius: 0; }
.lane i.alert { background: var(--alert); }
.lane i.label { top: 2px; bottom: 1px; background: color-mix(in srgb, var(--label) 16%, transparent); border: 1px solid var(--label); }
.lane i.mark { top: 0; bottom: 0; width: 1px; min-width: 1px; background: var(--mark); border-radius: 0; }
.lane span { position: absolute; top: 2px; font-size: 11px; color: var(--mark); white-space: nowrap; padding-left: 4px; }
.lane svg { position: absolute; inset: 3px 0 0; width: 100%; height: calc(100% - 3px); }
.lane svg path { fill: var(--muted); opacity: 0.28; }
.ribbon i { top: 6px; bottom: 6px; border-radius: 0; min-width: 1px; }
.ok { background: var(--ok); } .partial { background: var(--partial); } .empty { background: var(--empty); }
.repeated { background: repeating-linear-gradient(90deg, var(--ok) 0 2px, transparent 2px 4px); } .stale { background: repeating-linear-gradient(90deg, var(--partial) 0 2px, transparent 2px 4px); }
.failed { background: var(--failed); } .missed, .gap { background: var(--missed); }
.key { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 12px; color: var(--muted); margin: 8px 0 0; }
.key i { display: inline-block; width: 16px; height: 9px; border-radius: 2px; margin-right: 6px; }
.key i.line { height: 2px; vertical-align: 3px; }
.key .a { background: var(--alert); } .key .l { background: color-mix(in srgb, var(--label) 16%, transparent); border: 1px solid var(--label); }
.key .m { background: var(--mark); } .key .r { background: var(--raw); } .key .s { background: var(--accent); }

/* Small pictures */
#sparks { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); gap: 16px 20px; }
.group { min-width: 0; } .group.wide { grid-column: 1 / -1; }
.group h3 { margin-bottom: 6px; }
.sparks { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
.wide .sparks { grid-template-columns: repeat(auto-fill, minmax(176px, 1fr)); }
.spark { display: block; background: var(--panel); border: 1px solid var(--faint); border-radius: 8px; padding: 8px 10px 6px; min-width: 0; color: inherit; text-decoration: none; }
.spark:hover { border-color: var(--accent); }
.spark.hot { border-color: var(--alert); }
.spark-head { display: flex; justify-content: space-between; align-items: baseline; gap: 8px; font-size: 12.5px; white-space: nowrap; }
.spark-head b { font-weight: 650; overflow: hidden; text-overflow: ellipsis; }
.spark-name { font-size: 11.5px; line-height: 1.35; color: var(--muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.spark svg { display: block; width: 100%; height: 40px; margin-top: 4px; overflow: visible; }
.spark .line { fill: none; stroke: var(--accent); stroke-width: 1.2; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.spark .dots { fill: none; stroke: var(--accent); stroke-width: 3; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.spark .bands { fill: var(--alert); opacity: 0.4; stroke: none; }

/* Series in detail */
details.series { padding: 0; overflow: hidden; margin: 10px 0; }
details.series:not([open]) { border-radius: 0; margin: -1px 0 0; } details.series[open] + details.series:not([open]), #panels > details.series:not([open]):first-child { border-radius: 10px 10px 0 0; margin-top: 10px; } details.series:not([open]):last-child { border-radius: 0 0 10px 10px; }
details.series > summary { cursor: pointer; list-style: none; display: grid; grid-template-columns: 10px minmax(0, 1fr) auto; align-items: baseline; gap: 2px 10px; padding: 7px 18px; font-size: 13px; }
details.series > summary::-webkit-details-marker { display: none; }
details.series > summary::before { content: "▸"; color: var(--muted); width: 10px; }
details.series[open] > summary::before { content: "▾"; }
details.series > summary b { font-weight: 650; overflow-wrap: anywhere; margin-right: 8px; }
details.series > summary .chip { margin-left: 8px; }
details.series > summary .facts { color: var(--muted); }
.charts { position: relative; padding: 2px 8px 8px; touch-action: pan-y; }
.charts .cursor { position: absolute; top: 0; bottom: 30px; width: 1px; background: var(--text); opacity: 0.45; pointer-events: none; }
.charts .window-band { position: absolute; background: var(--accent); opacity: 0.07; border-bottom: 3px solid var(--accent); pointer-events: none; }
.charts svg .mark-text text, [data-chart^=power] .mark-text text, [data-chart^=trade] .mark-text text { paint-order: stroke; stroke: var(--panel); stroke-width: 3px; stroke-linejoin: round; }
.charts .brush { position: absolute; top: 0; bottom: 30px; background: var(--accent); opacity: 0.14; pointer-events: none; }
.chart-name { font-size: 11.5px; color: var(--muted); padding-left: 56px; display: flex; justify-content: space-between; gap: 12px; min-height: 18px; }
.charts > .chart-name:first-child { margin-bottom: -17px; position: relative; pointer-events: none; }
.readout { color: var(--text); text-align: right; background: var(--panel); padding-left: 8px; }
.chart { width: 100%; overflow: hidden; }
.chart svg { display: block; }
.chart.grab { cursor: ns-resize; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 10px; }
.two:has(> :nth-child(4):last-child) { grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); }
.two > * { min-width: 0; margin: 0; }
dl.pairs { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 18px; font-size: 13px; margin: 8px 0; }
.pairs dt { color: var(--muted); } .pairs dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 60px; border-top: 1px solid var(--faint); padding-top: 14px; }

@media (max-width: 900px) {
  .summary { grid-template-columns: minmax(0, 1fr); }
  .figures.four { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tuner { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .tuner .wide { grid-column: 1 / -1; order: -1; }
}
@media (max-width: 620px) {
  .scroll:has(#alert-rows) thead { display: none; } #alert-rows tr { display: grid; grid-template-columns: max-content max-content max-content 1fr; gap: 2px 12px; padding: 10px 0; border-bottom: 1px solid var(--faint); }
  #alert-rows td { border: 0; padding: 0; min-width: 0; } #alert-rows td:nth-child(2) { display: none; } #alert-rows td:nth-child(n + 5) { order: 1; } #alert-rows td.name { grid-column: 1 / -1; font-weight: 650; } #alert-rows td.words { grid-column: 1 / -1; order: 2; }
  main, .mast { padding-left: 16px; padding-right: 16px; }
  h1 { font-size: 24px; } .headline { font-size: 18px; }
  .tuner { display: contents; }
  .tuner .wide { position: sticky; top: 0; z-index: 5; margin: 20px -16px 0; padding: 8px 16px 6px; background: var(--panel); border-bottom: 1px solid var(--faint); box-shadow: var(--shadow); }
  .pick, .side { margin-top: 12px; } .tuner .verdict .quiet { display: none; }
  .panel { padding: 12px 14px; } .scroll { margin: 0 -14px; padding: 0 14px; }
  .lanes { grid-template-columns: minmax(0, 1fr); padding: 10px 14px; }
  .lanes > .lane-name { justify-content: flex-start; line-height: 18px; padding-top: 4px; }
  .lane { height: 20px; }
  .wide .sparks { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .filler:not(.busy) { display: none; }
  details.series > summary { padding: 10px 14px; } details.series > summary .facts { grid-column: 2; }
  .charts { padding: 2px 2px 6px; }
}
@page { margin: 12mm; }
@media print {
  :root { --page: #fff; --panel: #fff; --text: #000; }
  body { font-size: 11px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, .mast { padding: 0; max-width: none; } h2 { margin-top: 26px; }
  .tuner { position: static; box-shadow: none; margin: 16px 0 0; grid-template-columns: 150px minmax(0, 1fr) 170px; } .counts .field { white-space: normal; justify-content: flex-end; } .tuner .wide { order: 0; grid-column: auto; }
  .toc, .tuner .buttons, .skip, .slider input, #show-recommended, #tune-note, .numbers { display: none; }
  .chart svg { width: 100% !important; height: auto !important; }
  .scroll { overflow: visible; } table { font-size: 9.5px; } th, td { white-space: normal; padding-right: 8px; } td.name { min-width: 110px; } td.words { min-width: 150px; }
  .panel, .spark, tr { break-inside: avoid; }
  h2, h3, .lead { break-after: avoid; }
  details.series:not([open]) { display: none; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
