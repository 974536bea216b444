import { badInput, shown } from './bad-input.ts';
import { type Layout, nameFault } from './header.ts';
import type { NumberColumn } from './number-columns.ts';
import type { SampleSink } from './sample-sink.ts';

/** The names that a row carries, and the ids of the series it feeds by number column. */
interface RowSeries {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** 0: not defined, since no value has been seen. */
  readonly ids: Int32Array;
}

/** A copy that shares no memory with the text it was cut from. */
const copyOf = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** Names looked up by comparison before the map is asked; more than pods that fit a cluster. */
const MOST_TURNS = 200_000;

/** Finds the series that a row feeds by the names in it. */
export class SeriesFinder {
  readonly #layout: Layout;
  readonly #fixed: { readonly namespace: string; readonly pod: string };
  readonly #columns: readonly NumberColumn[];
  readonly #sink: SampleSink;
  readonly #nameOf: (cell: string) => string;
  readonly #known = new Map<string, RowSeries>();
  /** Rows of one time nearly always come in the order of the time before. */
  readonly #turns: RowSeries[] = [];
  #turn = 0;
  #t = NaN;

  /** `fixed`: the names where the layout has no column for them; `nameOf`: what a cell names. */
  constructor(
    sink: SampleSink,
    layout: Layout,
    columns: readonly NumberColumn[],
    fixed: { readonly namespace: string; readonly pod: string },
    nameOf: (cell: string) => string,
  ) {
    this.#nameOf = nameOf;
    this.#sink = sink;
    this.#layout = layout;
    this.#columns = columns;
    this.#fixed = fixed;
  }

  /** The series of a row at time `t`. Throws BAD_INPUT on a name that no series can have. */
  find(cells: readonly string[], t: number, where: () => string): RowSeries {
    const { namespace: n, pod: p, container: c } = this.#layout;
    const namespace = n === -1 ? this.#fixed.namespace : cells[n]!;
    const pod = p === -1 ? this.#fixed.pod : cells[p]!;
    const container = c === -1 ? '' : cells[c]!;
    if (t !== this.#t) {
      this.#t = t;
      this.#turn = 0;
    }
    const usual = this.#turns[this.#turn];
    if (usual?.pod === pod && usual.namespace === namespace && usual.container === container) {
      this.#turn += 1;
      return usual;
    }
    const found = this.#lookUp(namespace, pod, container, where);
    if (this.#turn < MOST_TURNS) this.#turns[this.#turn] = found;
    this.#turn += 1;
    return found;
  }

  #lookUp(namespace: string, pod: string, container: string, where: () => string): RowSeries {
    // No name holds a control character, so this cannot be two different triples.
    const key = `${namespace}\n${pod}\n${container}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    for (const [column, text] of Object.entries({ namespace, pod, container })) {
      const fault = nameFault(text);
      if (fault === '') continue;
      throw badInput(where(), `column "${column}" holds ${shown(text)}, which ${fault}`);
    }
    const made = {
      namespace: copyOf(this.#nameOf(namespace)),
      pod: copyOf(this.#nameOf(pod)),
      container: copyOf(this.#nameOf(container)),
      ids: new Int32Array(this.#columns.length),
    };
    this.#known.set(copyOf(key), made);
    return made;
  }

  /** Defines the series of the i-th number column of a row; returns its id. */
  define(row: RowSeries, i: number, where: () => string): number {
    const { name, metric, kind, unit } = this.#columns[i]!;
    const isWide = this.#layout.format === 'wide';
    const isPodless = this.#layout.format === 'long' && kind === 'usage' && row.pod === '';
    if (isPodless && !this.#sink.knows({ ...row, metric })) {
      throw badInput(where(), `column "pod" is empty beside a value of "${name}"; name the pod`);
    }
    const { namespace, container } = row;
    const id = this.#sink.define({
      ...{ namespace, container, pod: isWide ? name : row.pod },
      ...{ metric, kind, unit, denominator: 1 },
    });
    row.ids[i] = id;
    return id;
  }
}
