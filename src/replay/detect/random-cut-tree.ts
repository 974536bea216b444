import type { Rng } from '../../core/rng.ts';

const NONE = -1;

/**
 * A robust random cut tree that points enter and leave one at a time, and that always has the
 * distribution of a tree cut afresh on the points it holds.
 *
 * A cut's dimension is chosen in proportion to the box's side, its place uniformly. Leaves hold a
 * point and how many equal ones there are. Nodes are numbers: leaves 0..capacity−1, inner nodes
 * from capacity on. Source: Guha, Mishra, Roy and Schrijvers, "Robust Random Cut Forest Based
 * Anomaly Detection on Streams" (2016), algorithms 1 and 2.
 */
export class RandomCutTree {
  readonly #capacity: number;
  readonly #dimensions: number;
  readonly #rng: Rng;
  readonly #points: Float64Array;
  readonly #lows: Float64Array;
  readonly #highs: Float64Array;
  readonly #cutFeatures: Int32Array;
  readonly #cuts: Float64Array;
  readonly #lefts: Int32Array;
  readonly #rights: Int32Array;
  readonly #parents: Int32Array;
  readonly #masses: Int32Array;
  readonly #freeLeaves: Int32Array;
  readonly #freeInner: Int32Array;
  #root = NONE;
  #leafCount = 0;
  #innerCount = 0;

  constructor(capacity: number, dimensions: number, rng: Rng) {
    this.#capacity = capacity;
    this.#dimensions = dimensions;
    this.#rng = rng;
    const nodes = 2 * capacity;
    this.#points = new Float64Array(capacity * dimensions);
    this.#lows = new Float64Array(capacity * dimensions);
    this.#highs = new Float64Array(capacity * dimensions);
    this.#cutFeatures = new Int32Array(capacity);
    this.#cuts = new Float64Array(capacity);
    this.#lefts = new Int32Array(capacity);
    this.#rights = new Int32Array(capacity);
    this.#parents = new Int32Array(nodes).fill(NONE);
    this.#masses = new Int32Array(nodes);
    this.#freeLeaves = Int32Array.from({ length: capacity }, (_, i) => i);
    this.#freeInner = Int32Array.from({ length: capacity }, (_, i) => i);
  }

  /** Points in the tree, equal ones counted each. */
  get size(): number {
    return this.#root === NONE ? 0 : this.#masses[this.#root]!;
  }

  /** Puts the point at points[at..] in; returns the leaf that holds it. There must be room. */
  insert(points: Float64Array, at: number): number {
    if (this.#root === NONE) {
      this.#root = this.#newLeaf(points, at);
      this.#parents[this.#root] = NONE;
      return this.#root;
    }
    let node = this.#root;
    for (;;) {
      const isCut = this.#drawCut(node, points, at);
      if (isCut) return this.#splitOff(node, points, at);
      if (node < this.#capacity) {
        this.#addMass(node, 1);
        return node;
      }
      node = this.#childFor(node - this.#capacity, points, at);
    }
  }

  /** Takes one point out of a leaf. */
  remove(leaf: number): void {
    this.#addMass(leaf, -1);
    if (this.#masses[leaf]! > 0) return;
    this.#leafCount -= 1;
    this.#freeLeaves[this.#leafCount] = leaf;
    const parent = this.#parents[leaf]!;
    if (parent === NONE) {
      this.#root = NONE;
      return;
    }
    const inner = parent - this.#capacity;
    const sibling = this.#lefts[inner] === leaf ? this.#rights[inner]! : this.#lefts[inner]!;
    this.#replaceChild(this.#parents[parent]!, parent, sibling);
    this.#innerCount -= 1;
    this.#freeInner[this.#innerCount] = inner;
    this.#shrinkBoxes(this.#parents[sibling]!);
  }

  /**
   * The mean collusive displacement that the point at points[at..] would have if it joined, over
   * all ways in which it could: at each node it is cut off with a known probability, and then
   * displaces what is beside it. Higher is more anomalous; the tree is not changed; 0 when empty.
   */
  displacement(points: Float64Array, at: number): number {
    if (this.#root === NONE) return 0;
    let node = this.#root;
    let reached = 1;
    let mean = 0;
    // The largest ratio of what an ancestor's other side holds to what is on the point's side.
    let above = 0;
    while (node >= this.#capacity) {
      const inner = node - this.#capacity;
      const mass = this.#masses[node]!;
      const parted = this.#partingProbability(inner, points, at);
      if (parted > 0) {
        mean += reached * parted * Math.max(above, mass);
        reached *= 1 - parted;
        if (parted >= 1) return mean;
      }
      const child = this.#childFor(inner, points, at);
      const own = this.#masses[child]!;
      above = Math.max(above, (mass - own) / (own + 1));
      node = child;
    }
    const isTwin = this.#equals(node, points, at);
    return mean + reached * (isTwin ? above : Math.max(above, this.#masses[node]!));
  }

  /** The probability that a first cut of the box, grown to hold the point, parts them. */
  #partingProbability(inner: number, points: Float64Array, at: number): number {
    const base = inner * this.#dimensions;
    let outside = 0;
    let inside = 0;
    for (let f = 0; f < this.#dimensions; f += 1) {
      const x = points[at + f]!;
      const low = this.#lows[base + f]!;
      const high = this.#highs[base + f]!;
      inside += high - low;
      if (x < low) outside += low - x;
      else if (x > high) outside += x - high;
    }
    return outside > 0 ? outside / (outside + inside) : 0;
  }

  #equals(leaf: number, points: Float64Array, at: number): boolean {
    const base = leaf * this.#dimensions;
    for (let f = 0; f < this.#dimensions; f += 1) {
      if (this.#points[base + f] !== points[at + f]) return false;
    }
    return true;
  }

  #childFor(inner: number, points: Float64Array, at: number): number {
    const isLeft = points[at + this.#cutFeatures[inner]!]! <= this.#cuts[inner]!;
    return isLeft ? this.#lefts[inner]! : this.#rights[inner]!;
  }

  /** The box of a node in one dimension; a leaf's box is its point. */
  #low(node: number, f: number): number {
    return node < this.#capacity
      ? this.#points[node * this.#dimensions + f]!
      : this.#lows[(node - this.#capacity) * this.#dimensions + f]!;
  }

  #high(node: number, f: number): number {
    return node < this.#capacity
      ? this.#points[node * this.#dimensions + f]!
      : this.#highs[(node - this.#capacity) * this.#dimensions + f]!;
  }

  #drawnFeature = 0;
  #drawnCut = 0;

  /**
   * Draws a cut of a node's box grown to hold the point; true, and the cut kept, when it parts the
   * point from the box.
   */
  #drawCut(node: number, points: Float64Array, at: number): boolean {
    let total = 0;
    let outside = 0;
    for (let f = 0; f < this.#dimensions; f += 1) {
      const x = points[at + f]!;
      const low = this.#low(node, f);
      const high = this.#high(node, f);
      const beyond = x < low ? low - x : x > high ? x - high : 0;
      outside += beyond;
      total += high - low + beyond;
    }
    if (outside <= 0) return false;
    let rest = this.#rng.next() * total;
    for (let f = 0; f < this.#dimensions; f += 1) {
      const x = points[at + f]!;
      const low = this.#low(node, f);
      const high = this.#high(node, f);
      const from = Math.min(x, low);
      const side = Math.max(x, high) - from;
      if (rest >= side) {
        rest -= side;
        continue;
      }
      const cut = from + rest;
      this.#drawnFeature = f;
      this.#drawnCut = cut;
      return (x < low && cut < low) || (x > high && cut >= high && cut < x);
    }
    return false;
  }

  #newLeaf(points: Float64Array, at: number): number {
    const leaf = this.#freeLeaves[this.#leafCount]!;
    this.#leafCount += 1;
    const base = leaf * this.#dimensions;
    for (let f = 0; f < this.#dimensions; f += 1) this.#points[base + f] = points[at + f]!;
    this.#masses[leaf] = 1;
    return leaf;
  }

  /** Puts a new inner node with the drawn cut above `node`, the point as its other child. */
  #splitOff(node: number, points: Float64Array, at: number): number {
    const leaf = this.#newLeaf(points, at);
    const inner = this.#freeInner[this.#innerCount]!;
    this.#innerCount += 1;
    const added = inner + this.#capacity;
    const feature = this.#drawnFeature;
    const cut = this.#drawnCut;
    this.#cutFeatures[inner] = feature;
    this.#cuts[inner] = cut;
    const isLeft = points[at + feature]! <= cut;
    this.#lefts[inner] = isLeft ? leaf : node;
    this.#rights[inner] = isLeft ? node : leaf;
    const parent = this.#parents[node]!;
    this.#replaceChild(parent, node, added);
    this.#parents[node] = added;
    this.#parents[leaf] = added;
    this.#masses[added] = this.#masses[node]! + 1;
    const base = inner * this.#dimensions;
    for (let f = 0; f < this.#dimensions; f += 1) {
      const x = points[at + f]!;
      this.#lows[base + f] = Math.min(this.#low(node, f), x);
      this.#highs[base + f] = Math.max(this.#high(node, f), x);
    }
    this.#growBoxes(parent, points, at);
    return leaf;
  }

  #replaceChild(parent: number, old: number, child: number): void {
    this.#parents[child] = parent;
    if (parent === NONE) {
      this.#root = child;
      return;
    }
    const inner = parent - this.#capacity;
    if (this.#lefts[inner] === old) this.#lefts[inner] = child;
    else this.#rights[inner] = child;
  }

  /** Adds to the mass of a node and of all above it. */
  #addMass(node: number, change: number): void {
    for (let n = node; n !== NONE; n = this.#parents[n]!) {
      this.#masses[n] = this.#masses[n]! + change;
    }
  }

  #growBoxes(from: number, points: Float64Array, at: number): void {
    for (let node = from; node !== NONE; node = this.#parents[node]!) {
      this.#masses[node] = this.#masses[node]! + 1;
      const base = (node - this.#capacity) * this.#dimensions;
      for (let f = 0; f < this.#dimensions; f += 1) {
        const x = points[at + f]!;
        if (x < this.#lows[base + f]!) this.#lows[base + f] = x;
        if (x > this.#highs[base + f]!) this.#highs[base + f] = x;
      }
    }
  }

  /** Takes the boxes from their children again, upward until one does not change. */
  #shrinkBoxes(from: number): void {
    for (let node = from; node !== NONE; node = this.#parents[node]!) {
      const inner = node - this.#capacity;
      const left = this.#lefts[inner]!;
      const right = this.#rights[inner]!;
      const base = inner * this.#dimensions;
      let isSame = true;
      for (let f = 0; f < this.#dimensions; f += 1) {
        const low = Math.min(this.#low(left, f), this.#low(right, f));
        const high = Math.max(this.#high(left, f), this.#high(right, f));
        isSame &&= low === this.#lows[base + f] && high === this.#highs[base + f];
        this.#lows[base + f] = low;
        this.#highs[base + f] = high;
      }
      if (isSame) return;
    }
  }
}
