/** A column of cells, or of names as the distinct ones and a place among them for each cell. */
export type SentColumn =
  ArrayLike<unknown> | { readonly words: readonly unknown[]; readonly places: Uint32Array };

/** A column as it is sent to another process: of few names that repeat, each only once. */
export function toSend(column: ArrayLike<unknown>): SentColumn {
  if (typeof column[0] !== 'string') return column;
  const known = new Map<unknown, number>();
  const places = new Uint32Array(column.length);
  for (let i = 0; i < column.length; i += 1) {
    const cell = column[i];
    let place = known.get(cell);
    if (place === undefined) known.set(cell, (place = known.size));
    places[i] = place;
  }
  return { words: [...known.keys()], places };
}

/** The inverse of `toSend`. */
export function received(column: SentColumn): ArrayLike<unknown> {
  if (!('words' in column)) return column;
  const { words, places } = column;
  return Array.from(places, (place) => words[place]);
}
