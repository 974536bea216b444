/** What a comparison adds to the style sheet of reports. Colours of runs: Okabe and Ito's palette. */
export const COMPARISON_STYLES = `
:root { --r0: #7a828c; --r1: #0b5fc0; --r2: #d55e00; --r3: #00805f; --r4: #a8548a; --r5: #9a7200; --r6: #2f8fb8; --r7: #16181b; --up: #b54404; --down: #0b5fc0; }
@media (prefers-color-scheme: dark) {
  :root { --r0: #98a0aa; --r1: #70b1ff; --r2: #ff9351; --r3: #4cc9a0; --r4: #e6a3cd; --r5: #e0bd4a; --r6: #8fd3f2; --r7: #e8eaed; --up: #ff9351; --down: #70b1ff; }
}
.told { margin-top: 18px; }
.views { position: sticky; top: 8px; z-index: 5; display: inline-flex; margin: 22px 0 0; padding: 4px; gap: 2px; background: var(--panel); border: 1px solid var(--faint); border-radius: 10px; box-shadow: var(--shadow); font-size: 13px; }
.views label { padding: 5px 12px; border-radius: 7px; cursor: pointer; color: var(--muted); }
.views label:hover { color: var(--text); }
.v-mean, .v-high, .v-total { display: none; }
#v-mean:checked ~ main .v-mean, #v-high:checked ~ main .v-high, #v-total:checked ~ main .v-total { display: revert; }
body:not(:has(#v-mean)) .v-mean { display: revert; }
#v-mean:checked ~ main label[for=v-mean], #v-high:checked ~ main label[for=v-high], #v-total:checked ~ main label[for=v-total] { background: var(--soft); color: var(--accent); font-weight: 650; }
#v-mean:focus-visible ~ main label[for=v-mean], #v-high:focus-visible ~ main label[for=v-high], #v-total:focus-visible ~ main label[for=v-total] { outline: 2px solid var(--accent); }
.swatch { display: inline-block; width: 16px; height: 4px; border-radius: 2px; margin-right: 7px; vertical-align: 3px; }
.swatch.r0 { background: var(--r0); } .swatch.r1 { background: var(--r1); } .swatch.r2 { background: var(--r2); } .swatch.r3 { background: var(--r3); }
.swatch.r4 { background: var(--r4); } .swatch.r5 { background: var(--r5); } .swatch.r6 { background: var(--r6); } .swatch.r7 { background: var(--r7); }
.key .swatch { height: 4px; width: 20px; }
.up { color: var(--up); font-weight: 600; } .down { color: var(--down); font-weight: 600; }
.verdict-higher { background: var(--alert-soft); color: var(--up); } .verdict-lower { background: var(--soft); color: var(--down); }
.verdict-unclear { background: none; box-shadow: inset 0 0 0 1px var(--line); }
.forest { width: 200px; height: 22px; display: block; }
.forest .none { stroke: var(--line); stroke-dasharray: 2 2; fill: none; }
.forest .bar { stroke: var(--muted); stroke-width: 2; opacity: 0.6; } .forest .dot { fill: var(--muted); }
.forest.higher .bar { stroke: var(--up); } .forest.higher .dot { fill: var(--up); }
.forest.lower .bar { stroke: var(--down); } .forest.lower .dot { fill: var(--down); }
.overlays { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); gap: 10px; margin-top: 10px; }
.overlay { margin: 0; padding: 10px 12px 6px; min-width: 0; }
.overlay figcaption { font-size: 13px; overflow-wrap: anywhere; margin-bottom: 4px; } .overlay figcaption .chip { float: right; }
.overlay svg { width: 100%; height: auto; }
.overlay svg text { font-size: 10.5px; fill: var(--muted); } .overlay .unit { font-size: 10.5px; }
.overlay .phase { fill: none; } .overlay .phase.odd { fill: var(--sunk); } .overlay .phase-name { fill: var(--mark); }
.overlay .grid { stroke: var(--faint); fill: none; } .overlay .zero { stroke: var(--mark); stroke-dasharray: 1 3; fill: none; }
.overlay .run { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.run.r0 { stroke: var(--r0); stroke-width: 1.2; } .run.r1 { stroke: var(--r1); } .run.r2 { stroke: var(--r2); } .run.r3 { stroke: var(--r3); stroke-dasharray: 6 2; }
.run.r4 { stroke: var(--r4); stroke-dasharray: 2 2; } .run.r5 { stroke: var(--r5); } .run.r6 { stroke: var(--r6); stroke-dasharray: 6 2; } .run.r7 { stroke: var(--r7); stroke-dasharray: 2 2; }
@media (max-width: 620px) {
  .stacks thead { display: none; } .stacks tr { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 6px 12px; padding: 10px 0; border-bottom: 1px solid var(--faint); } .stacks tbody tr:last-child { border-bottom: 0; }
  .stacks td { border: 0; padding: 0; min-width: 0; white-space: normal; text-align: left; } .stacks td.name, .stacks td:has(.forest) { grid-column: 1 / -1; }
  .stacks tr:has(.chip) td.name { grid-column: span 2; }
  .stacks td:not(.name)[data-title]::before { content: attr(data-title); display: block; font-size: 11px; font-weight: 400; color: var(--muted); }
  .forest { width: 100%; }
  .views { display: flex; } .views label { padding: 5px 8px; text-align: center; flex: 1 1 auto; }
}
@media print { .views { display: none; } .overlay { break-inside: avoid; } }
`;
