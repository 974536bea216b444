/** What a spreadsheet takes for the beginning of a formula, also in its wide forms. */
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const GUARDED = /^'+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/**
 * A name as a CSV file may hold it: with an apostrophe before it where a spreadsheet would run it
 * as a formula, or take such an apostrophe away. `plainName` is the inverse.
 */
export function formulaSafe(name: string): string {
  return FORMULA.test(name) ? `'${name}` : name;
}

/** The name that `formulaSafe` made this text of; itself where that changed nothing. */
export function plainName(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}
