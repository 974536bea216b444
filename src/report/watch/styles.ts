/** What the live page adds to the style sheet of reports. */
export const WATCH_STYLES = `
.live-bar { position: sticky; top: 0; z-index: 5; margin: 18px -14px 0; padding: 10px 14px; background: var(--panel); border: 1px solid var(--faint); border-radius: 12px; box-shadow: var(--shadow); display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; font-size: 14px; font-weight: 600; }
.live-bar .quiet { font-weight: 400; } .live-bar .buttons { margin-left: auto; display: flex; gap: 8px; align-items: center; }
.field-inline { font-size: 12.5px; font-weight: 400; color: var(--muted); } .field-inline select { font: inherit; height: 28px; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 6px; }
.lamp { width: 10px; height: 10px; border-radius: 50%; background: var(--line); }
.lamp.on { background: var(--good); } .lamp.lost { background: var(--alert); border-radius: 2px; } .lamp.over { background: var(--muted); }
.figures.four { grid-template-columns: repeat(4, minmax(0, 1fr)); }
.ribbon-live { display: flex; height: 14px; margin-top: 10px; border-radius: 4px; overflow: hidden; background: var(--faint); } .ribbon-live i { flex: 1 1 0; min-width: 0; }
.alert-list { list-style: none; margin: 0; padding: 0; }
.alert-list li { display: grid; grid-template-columns: 84px minmax(0, 1fr) auto; gap: 2px 14px; padding: 9px 0; border-bottom: 1px solid var(--faint); font-size: 13px; } .alert-list li:last-child { border: 0; }
.alert-list .why { grid-column: 2; color: var(--muted); } .alert-list .facts { text-align: right; white-space: nowrap; color: var(--muted); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); gap: 10px; }
.card { background: var(--panel); border: 1px solid var(--faint); border-radius: 10px; padding: 10px 12px 8px; min-width: 0; }
.card.hot { border-color: var(--alert); }
.card-head { display: flex; gap: 8px; align-items: baseline; font-size: 13px; } .card-head b { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .card-head .value { margin-left: auto; font-weight: 650; font-size: 15px; white-space: nowrap; }
.card-sub { display: flex; justify-content: space-between; gap: 8px; font-size: 12px; color: var(--muted); } .card-sub span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .card-sub span:last-child { flex: none; }
.card svg { display: block; width: 100%; height: 92px; margin-top: 4px; overflow: visible; }
.card .line { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.card .dots { fill: none; stroke: var(--accent); stroke-width: 4; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.card .score { fill: var(--alert); opacity: 0.28; } .card .threshold { stroke: var(--alert); stroke-dasharray: 2 2; vector-effect: non-scaling-stroke; }
.card .band { fill: var(--alert); opacity: 0.18; } .card .base { stroke: var(--faint); vector-effect: non-scaling-stroke; }
.card .ends { display: flex; justify-content: space-between; font-size: 11px; color: var(--muted); }
@media (max-width: 900px) { .figures.four { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 620px) { .alert-list li { grid-template-columns: 70px minmax(0, 1fr); } .alert-list .facts { grid-column: 2; text-align: left; } .live-bar { margin: 14px 0 0; } }
`;
