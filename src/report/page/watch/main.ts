import { plural } from '../../../core/plural.ts';
import { formatDuration } from '../../../core/time.ts';
import { byId, make, setText } from '../dom.ts';
import { clockText, zoneName } from '../clock.ts';
import type { WatchEnd, WatchStart, WatchStep } from '../../watch/events.ts';
import { alertItem } from './alert-item.ts';
import { Card } from './card.ts';
import { WatchState } from './state.ts';

const MOST_ALERTS = 100;
const RIBBON_TICKS = 240;
const RETRY_MS = 3000;
/** Without a sample for so many intervals the page says that nothing comes. */
const LATE_INTERVALS = 4;

const state = new WatchState();
let cards: Card[] = [];
let offsetMs = 0;
let isDue = false;
let connection: 'connecting' | 'on' | 'lost' | 'over' = 'connecting';
let ended = '';

const element = (id: string): HTMLElement => byId(id, HTMLElement);

function figure(value: string, name: string, remark: string, tone = 'plain'): HTMLElement {
  return make(
    'div',
    { class: tone },
    make('dt', {}, name),
    make('dd', { class: 'value' }, value),
    make('dd', {}, remark),
  );
}

function drawFigures(): void {
  const { ticks, alerts, facts } = state;
  const open = [...alerts.values()].filter(({ end }) => end === null).length;
  const whole = ticks.filter(([, outcome]) => outcome === 'ok').length;
  const last = ticks[ticks.length - 1];
  const isBad = last !== undefined && last[1] !== 'ok';
  const judged = state.shown.filter(({ series }) => !series.isSignal).length;
  const lasted = last === undefined ? 0 : Math.max(0, last[0] - (facts?.startMs ?? last[0]));
  element('figures').replaceChildren(
    figure(
      String(open),
      open === 1 ? 'open alert' : 'open alerts',
      `${plural(alerts.size, 'alert')} so far`,
      open > 0 ? 'bad' : 'good',
    ),
    figure(String(state.seen), 'series', `${String(judged)} shown with scores`),
    figure(
      `${String(whole)} of ${String(ticks.length)}`,
      'ticks are whole',
      isBad ? `last: ${last[1]} ${last[2]}` : 'last: whole',
      isBad ? 'bad' : 'plain',
    ),
    figure(formatDuration(lasted), 'recorded', facts?.file ?? ''),
  );
  element('ribbon').replaceChildren(
    ...ticks.slice(-RIBBON_TICKS).map(([t, outcome, reason]) =>
      make('i', {
        class: outcome,
        title: `${clockText(t, offsetMs)} ${outcome} ${reason}`.trim(),
      }),
    ),
  );
}

function drawAlerts(): void {
  const all = [...state.alerts.values()].sort((a, b) => b.detectedAt - a.detectedAt || b.id - a.id);
  element('no-alerts').classList.toggle('hidden', all.length > 0);
  element('alert-list').replaceChildren(
    ...all.slice(0, MOST_ALERTS).map((alert) => alertItem(alert, state.nameOf(alert), offsetMs)),
  );
}

function drawCards(): void {
  const root = element('cards');
  while (cards.length < state.shown.length) {
    const shown = state.shown[cards.length];
    if (shown === undefined) break;
    cards.push(new Card(shown));
  }
  const had = new Set([...state.alerts.values()].map(({ series }) => series));
  const rank = (i: number): number =>
    cards[i]?.isHot === true
      ? 0
      : had.has(i)
        ? 1
        : state.shown[i]?.series.isSignal === true
          ? 3
          : 2;
  const order = cards.map((_, i) => i).sort((a, b) => rank(a) - rank(b) || a - b);
  const wanted = order.map((i) => cards[i]?.element);
  // Moved only when the order changed: what moves cannot be read.
  if (wanted.some((card, i) => root.children[i] !== card)) {
    root.replaceChildren(...wanted.flatMap((card) => card ?? []));
  }
  const { facts, newest } = state;
  if (facts === null || newest === null) return;
  const span = Number(byId('span', HTMLSelectElement).value);
  let first = newest;
  for (const { times } of state.shown) first = Math.min(first, times[0] ?? first);
  const from = span === 0 ? first : Math.max(first, newest - span);
  for (const [i, card] of cards.entries()) {
    const { series } = state.shown[i] ?? {};
    const name = series === undefined ? '' : state.nameOf(series);
    card.draw({ from, to: newest, threshold: facts.threshold, offsetMs, name });
  }
  const hidden = state.seen - cards.length;
  setText(
    element('more'),
    hidden > 0
      ? `${plural(hidden, 'series has', 'more series have')} no picture here; their alerts are listed all the same.`
      : '',
  );
}

/** Says how things stand, every second. */
function drawState(): void {
  const { newest, facts } = state;
  const at = newest === null ? '' : `${clockText(newest, offsetMs)} ${zoneName(offsetMs)}`;
  const words = {
    connecting: 'connecting',
    on: newest === null ? 'recording; no sample yet' : 'recording',
    lost: 'connection lost; trying again',
    over: ended === '' ? 'the recording is over' : ended,
  };
  setText(element('state'), words[connection]);
  element('lamp').className = `lamp ${connection}`;
  const last = state.ticks[state.ticks.length - 1];
  const since = last === undefined ? 0 : Date.now() - last[0];
  const isLate =
    connection === 'on' && facts !== null && since > facts.intervalMs * LATE_INTERVALS + 5000;
  const late = isLate ? ` · no tick for ${formatDuration(since)}` : '';
  setText(element('last'), at === '' ? '' : `newest sample of ${at}${late}`);
}

function draw(): void {
  isDue = false;
  drawFigures();
  drawAlerts();
  drawCards();
  drawState();
}

function schedule(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(draw);
}

/** Tells a screen reader of alerts that opened. */
function announce({ alerts }: WatchStep): void {
  const opened = alerts.filter(({ end }) => end === null);
  if (opened.length === 0) return;
  setText(
    element('said'),
    opened.map((alert) => `Alert: ${state.nameOf(alert)} ${alert.metric}`).join('. '),
  );
}

function connect(): void {
  const source = new EventSource('events');
  source.addEventListener('open', () => {
    connection = 'on';
    schedule();
  });
  source.addEventListener('error', () => {
    if (connection === 'over') return;
    connection = 'lost';
    schedule();
    // Browsers try again by themselves, but not after an answer that is an error.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
  });
  // The server that made this page sends these shapes.
  source.addEventListener('start', ({ data }: MessageEvent<string>) => {
    const facts = JSON.parse(data) as WatchStart;
    state.begin(facts);
    cards = [];
    element('cards').replaceChildren();
    setText(
      element('about'),
      `${facts.settings} · threshold ${String(facts.threshold)}, ${plural(facts.consecutive, 'flag')} in a row · a sample every ${formatDuration(facts.intervalMs)}`,
    );
    schedule();
  });
  source.addEventListener('step', ({ data }: MessageEvent<string>) => {
    const step = JSON.parse(data) as WatchStep;
    state.step(step);
    announce(step);
    schedule();
  });
  source.addEventListener('over', ({ data }: MessageEvent<string>) => {
    ended = (JSON.parse(data) as WatchEnd).text;
    connection = 'over';
    source.close();
    schedule();
  });
}

const there = -new Date().getTimezoneOffset() * 60_000;
const zone = byId('zone', HTMLButtonElement);
zone.classList.toggle('hidden', there === 0);
zone.addEventListener('click', () => {
  offsetMs = offsetMs === 0 ? there : 0;
  setText(zone, offsetMs === 0 ? 'Local time' : 'Show UTC');
  schedule();
});
byId('span', HTMLSelectElement).addEventListener('change', schedule);
setInterval(drawState, 1000);
connect();
document.documentElement.dataset['ready'] = 'yes';
