import { unreadField } from '../weights/damaged';

/**
 * Units of all spellings together: four times those of real vocabularies. The limit keeps the memory below about 200
 * MB.
 */
const mostUnits = 2 ** 23;

/** Throws `EngineError('model-unsupported')` if the spellings have more UTF-16 units than any vocabulary. */
export function checkUnits(units: number): void {
  if (units > mostUnits) throw unreadField('tokens (Σ len)', units, `≤ ${mostUnits}`);
}

interface Spelled {
  readonly value: number;
  readonly end: number;
}

/**
 * A trie of spellings in UTF-16 units with values ≥ 0. Node 0 is the root. All edges share one open-addressed hash
 * table, so a step takes the same time however many spellings there are.
 */
export class Trie {
  readonly #mask: number;
  /** Node and unit of each edge as one number, plus 1; 0 in a free slot. */
  readonly #edges: Float64Array;
  readonly #children: Int32Array;
  readonly #values: Int32Array;
  #nodes = 1;

  /** Ignores empty spellings. Throws `EngineError('model-unsupported')` if they have more units than any vocabulary. */
  constructor(spellings: ReadonlyMap<string, number>) {
    let units = 0;
    for (const spelling of spellings.keys()) units += spelling.length;
    checkUnits(units);
    const size = 2 ** Math.ceil(Math.log2(2 * units + 2));
    this.#mask = size - 1;
    this.#edges = new Float64Array(size);
    this.#children = new Int32Array(size);
    this.#values = new Int32Array(units + 1).fill(-1);
    for (const [spelling, value] of spellings) if (spelling !== '') this.#add(spelling, value);
  }

  /** The next node, or −1 if no spelling continues this way. */
  next(node: number, unit: number): number {
    const slot = this.#slotOf(node, unit);
    return this.#edges[slot] === 0 ? -1 : (this.#children[slot] as number);
  }

  /** The value of the spelling that ends at a node, or −1. */
  valueAt(node: number): number {
    return this.#values[node] as number;
  }

  /** The longest spelling that begins at `from` and ends at or before `to`. */
  longest(text: string, from: number, to = text.length): Spelled | undefined {
    let found: Spelled | undefined;
    let node = 0;
    for (let at = from; at < to;) {
      node = this.next(node, text.charCodeAt(at++));
      if (node < 0) break;
      const value = this.valueAt(node);
      if (value >= 0) found = { value, end: at };
    }
    return found;
  }

  #add(spelling: string, value: number): void {
    let node = 0;
    for (let at = 0; at < spelling.length; at++) {
      const unit = spelling.charCodeAt(at);
      const slot = this.#slotOf(node, unit);
      if (this.#edges[slot] === 0) {
        this.#edges[slot] = edge(node, unit);
        this.#children[slot] = this.#nodes++;
      }
      node = this.#children[slot] as number;
    }
    this.#values[node] = value;
  }

  /** The edge's slot, or the free slot for it. */
  #slotOf(node: number, unit: number): number {
    const wanted = edge(node, unit);
    let hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & this.#mask;
    while (this.#edges[slot] !== 0 && this.#edges[slot] !== wanted) slot = (slot + 1) & this.#mask;
    return slot;
  }
}

const edge = (node: number, unit: number): number => node * 2 ** 16 + unit + 1;
