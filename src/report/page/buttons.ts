import { zoneName } from './clock.ts';
import { byId, make, setText } from './dom.ts';
import { flagsFor, settingsFileFor } from './settings-text.ts';
import type { Store } from './store.ts';

const COPIED_MS = 2500;

/** Selects an element's text, for the reader to copy. */
function selectText(element: HTMLElement): void {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}

function say(text: string): void {
  setText(byId('said', HTMLElement), text);
}

function on(id: string, act: () => void): HTMLButtonElement {
  const button = byId(id, HTMLButtonElement);
  button.addEventListener('click', act);
  return button;
}

/** Wires copying of flags and saving of a settings file. */
function wireTaking(store: Store): void {
  const flags = byId('flags', HTMLElement);
  const copy = on('copy', () => {
    const text = flagsFor(store) ?? '';
    navigator.clipboard.writeText(text).then(
      () => {
        setText(copy, 'Copied');
        say(`Copied: ${text}`);
        setTimeout(() => {
          setText(copy, 'Copy as flags');
        }, COPIED_MS);
      },
      () => {
        // Without leave to write to the clipboard the flags are shown, to be copied by hand.
        flags.classList.remove('hidden');
        selectText(flags);
        say('The flags are selected; copy them with the keyboard.');
      },
    );
  });
  on('download', () => {
    const blob = new Blob([settingsFileFor(store)], { type: 'application/json' });
    const link = make('a', { download: 'podtape-settings.json' });
    link.href = URL.createObjectURL(blob);
    link.click();
    URL.revokeObjectURL(link.href);
    say('Saved podtape-settings.json.');
  });
  store.watch(({ decisions }) => {
    if (!decisions) return;
    const text = flagsFor(store);
    copy.disabled = text === null;
    copy.title = text ?? 'These settings need a settings file.';
    setText(flags, text ?? '');
  });
}

/** Wires the buttons of the bar: what to take away, and the ways back. */
export function wireButtons(store: Store): void {
  wireTaking(store);
  const reset = on('reset', () => {
    store.change(store.settingsOf(store.view.setting));
  });
  const unzoom = on('unzoom', () => {
    store.change({ from: store.home.from, to: store.home.to });
  });
  const there = -new Date(store.home.from).getTimezoneOffset() * 60_000;
  const zone = on('zone', () => {
    store.change({ offsetMs: store.view.offsetMs === 0 ? there : 0 });
  });
  zone.classList.toggle('hidden', there === 0 && store.view.offsetMs === 0);
  store.watch((changes) => {
    const own = store.settingsOf(store.view.setting);
    reset.disabled = (Object.keys(own) as (keyof typeof own)[]).every(
      (name) => own[name] === store.view[name],
    );
    unzoom.classList.toggle('hidden', !store.isZoomed);
    if (!changes.zone) return;
    setText(zone, store.view.offsetMs === 0 ? 'Local time' : 'Show UTC');
    zone.title = `Times are ${zoneName(store.view.offsetMs)}`;
  });
}
