/** A text that reads back from SQLite as it was given: lone surrogates become U+FFFD. */
export function storable(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
