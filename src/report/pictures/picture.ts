/** A chart as a file of its own. */
export interface Picture {
  /** Letters, digits, dots and hyphens: fit for a file's name and for `--chart`. */
  readonly name: string;
  /** An SVG document: the same bytes for the same report, in any time zone and locale. */
  readonly draw: () => Promise<string>;
}

const LONGEST = 80;

/** Names from anywhere as names of files, no two the same. */
export class PictureNames {
  readonly #taken = new Set<string>();

  take(text: string): string {
    const plain = text
      .replace(/[^A-Za-z0-9.]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '')
      .slice(0, LONGEST);
    const stem = plain === '' ? 'series' : plain;
    let name = stem;
    for (let n = 2; this.#taken.has(name.toLowerCase()); n += 1) name = `${stem}-${String(n)}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}
