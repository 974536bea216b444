import type { Rng } from '../../core/rng.ts';

const NONE = -1;

/** By how much a point lies outside a box, over all dimensions: two at a time. */
function outsideOf(
  boxes: Float64Array,
  base: number,
  d: number,
  points: Float64Array,
  at: number,
): number {
  let outside = 0;
  let f = 0;
  for (; f + 1 < d; f += 2) {
    const x = points[at + f]!;
    const y = points[at + f + 1]!;
    const lowX = boxes[base + f]!;
    const lowY = boxes[base + f + 1]!;
    const highX = boxes[base + d + f]!;
    const highY = boxes[base + d + f + 1]!;
    if (x < lowX) outside += lowX - x;
    else if (x > highX) outside += x - highX;
    if (y < lowY) outside += lowY - y;
    else if (y > highY) outside += y - highY;
  }
  if (f < d) {
    const x = points[at + f]!;
    const low = boxes[base + f]!;
    const high = boxes[base + d + f]!;
    if (x < low) outside += low - x;
    else if (x > high) outside += x - high;
  }
  return outside;
}

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
  /** Per node the low ends of its box, then the high ends; a leaf's are its point. */
  readonly #boxes: Float64Array;
  /** Sum of a box's sides. */
  readonly #sides: Float64Array;
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
    this.#boxes = new Float64Array(nodes * 2 * dimensions);
    this.#sides = new Float64Array(nodes);
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
    const boxes = this.#boxes;
    const masses = this.#masses;
    const d = this.#dimensions;
    let node = this.#root;
    let reached = 1;
    let mean = 0;
    // The largest ratio of what an ancestor's other side holds to what is on the point's side.
    let above = 0;
    while (node >= this.#capacity) {
      const mass = masses[node]!;
      const base = 2 * d * node;
      const outside = outsideOf(boxes, base, d, points, at);
      if (outside > 0) {
        // The probability that a first cut of the box, grown to hold the point, parts them.
        const parted = outside / (outside + this.#sides[node]!);
        mean += reached * parted * Math.max(above, mass);
        reached *= 1 - parted;
      }
      const child = this.#childFor(node - this.#capacity, points, at);
      const own = masses[child]!;
      above = Math.max(above, (mass - own) / (own + 1));
      node = child;
    }
    const isTwin = this.#equals(node, points, at);
    return mean + reached * (isTwin ? above : Math.max(above, masses[node]!));
  }

  #equals(leaf: number, points: Float64Array, at: number): boolean {
    const base = 2 * leaf * this.#dimensions;
    for (let f = 0; f < this.#dimensions; f += 1) {
      if (this.#boxes[base + f] !== points[at + f]) return false;
    }
    return true;
  }

  #childFor(inner: number, points: Float64Array, at: number): number {
    const isLeft = points[at + this.#cutFeatures[inner]!]! <= this.#cuts[inner]!;
    return isLeft ? this.#lefts[inner]! : this.#rights[inner]!;
  }

  #drawnFeature = 0;
  #drawnCut = 0;

  /**
   * Draws a cut of a node's box grown to hold the point; true, and the cut kept, when it parts the
   * point from the box.
   */
  #drawCut(node: number, points: Float64Array, at: number): boolean {
    const boxes = this.#boxes;
    const d = this.#dimensions;
    const base = 2 * d * node;
    const outside = outsideOf(boxes, base, d, points, at);
    if (outside <= 0) return false;
    let rest = this.#rng.next() * (outside + this.#sides[node]!);
    for (let f = 0; f < d; f += 1) {
      const x = points[at + f]!;
      const low = boxes[base + f]!;
      const high = boxes[base + d + f]!;
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
    const d = this.#dimensions;
    const base = 2 * d * leaf;
    for (let f = 0; f < d; f += 1) {
      this.#boxes[base + f] = this.#boxes[base + d + f] = points[at + f]!;
    }
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
    this.#joinBoxes(added, node, leaf);
    this.#growBoxes(parent, leaf);
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

  /** Makes a node's box hold those of two others; whether it is another box than before. */
  #joinBoxes(node: number, one: number, other: number): boolean {
    const boxes = this.#boxes;
    const d = this.#dimensions;
    const base = 2 * d * node;
    const a = 2 * d * one;
    const b = 2 * d * other;
    let sides = 0;
    let hasChanged = false;
    for (let f = 0; f < d; f += 1) {
      const low = Math.min(boxes[a + f]!, boxes[b + f]!);
      const high = Math.max(boxes[a + d + f]!, boxes[b + d + f]!);
      hasChanged ||= low !== boxes[base + f] || high !== boxes[base + d + f];
      boxes[base + f] = low;
      boxes[base + d + f] = high;
      sides += high - low;
    }
    this.#sides[node] = sides;
    return hasChanged;
  }

  /** Adds a leaf to the mass and the box of a node and of all above it. */
  #growBoxes(from: number, leaf: number): void {
    let mayGrow = true;
    for (let node = from; node !== NONE; node = this.#parents[node]!) {
      this.#masses[node] = this.#masses[node]! + 1;
      mayGrow &&= this.#joinBoxes(node, node, leaf);
    }
  }

  /** Takes the boxes from their children again, upward until one does not change. */
  #shrinkBoxes(from: number): void {
    for (let node = from; node !== NONE; node = this.#parents[node]!) {
      const inner = node - this.#capacity;
      if (!this.#joinBoxes(node, this.#lefts[inner]!, this.#rights[inner]!)) return;
    }
  }
}
