import { make } from './dom.ts';

/** Where a stretch of time lies in the lanes, as a style; null: outside of what is shown. */
export type Place = (from: number, to: number) => string | null;

/** A lane: its name, and what draws it anew for the shown time. */
export interface Lane {
  readonly name: HTMLElement;
  readonly lane: HTMLElement;
  readonly draw: (place: Place) => void;
}

/** Letters at the end of a name that are never cut: pods of one workload differ there. */
const TAIL = 6;

/** A long name whose middle gives way where there is no room for all of it. */
export function cutName(text: string): HTMLElement[] {
  return [
    make('span', { class: 'head' }, text.slice(0, -TAIL)),
    make('span', { class: 'tail' }, text.slice(-TAIL)),
  ];
}

/** An empty lane under a name. */
export function newLane(name: string, kind = '', told: readonly (Node | string)[] = [name]) {
  return {
    name: make('div', { class: 'lane-name', title: name }, ...told),
    lane: make('div', { class: `lane ${kind}`.trim() }),
  };
}

/** A bar over a stretch of time; nothing outside of what is shown. */
export function bar(style: string | null, kind: string, title: string): HTMLElement[] {
  if (style === null) return [];
  return [make('i', { class: kind, style, ...(title === '' ? {} : { title }) })];
}
