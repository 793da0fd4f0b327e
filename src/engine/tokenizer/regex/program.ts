import { UnknownSyntax, type CharacterSet, type Node } from './syntax';

/** An instruction and its successors. A fork tries its first successor first. */
export type RegexState =
  | { readonly kind: 'character'; readonly set: CharacterSet; readonly next: number }
  | { readonly kind: 'fork'; first: number; second: number }
  | { readonly kind: 'ahead'; readonly start: number; readonly negated: boolean; readonly next: number }
  | { readonly kind: 'behind'; readonly set: CharacterSet; readonly negated: boolean; readonly next: number }
  | { readonly kind: 'end' };

/** The states of a match, from `start` to an end. */
export interface RegexProgram {
  readonly states: readonly RegexState[];
  readonly start: number;
  /** The number of a state among those with more than one predecessor, else −1. */
  readonly slots: Int32Array;
  readonly slotCount: number;
}

/** Real patterns have up to about 1,100, because counted repetitions are unrolled. */
const mostStates = 2048;

/**
 * Throws `UnknownSyntax` if a pattern has more states than any tokenizer's, or repeats something that may be empty.
 * Engines differ in such rounds, and without them no state occurs twice at one offset on the way to a match.
 */
export function programOf(tree: Node): RegexProgram {
  const states: RegexState[] = [];
  const add = (state: RegexState): number => {
    if (states.length === mostStates) throw new UnknownSyntax();
    return states.push(state) - 1;
  };
  const end = add({ kind: 'end' });

  /** The first state of a match of the node that continues at `next`. */
  function begin(node: Node, next: number): number {
    switch (node.kind) {
      case 'character':
        return add({ kind: 'character', set: node.set, next });
      case 'behind':
        return add({ kind: 'behind', set: node.set, negated: node.negated, next });
      case 'ahead':
        return add({ kind: 'ahead', start: begin(node.of, end), negated: node.negated, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => begin(part, after), next);
      case 'choice':
        return node.options
          .map((option) => begin(option, next))
          .reduceRight((second, first) => add({ kind: 'fork', first, second }));
      case 'repeat':
        return repeat(node, next);
    }
  }

  function repeat({ of, least, most, lazy }: Node & { readonly kind: 'repeat' }, next: number): number {
    if (isEmpty(of)) throw new UnknownSyntax();
    let entry = next;
    if (most === Infinity) {
      const fork: RegexState & { readonly kind: 'fork' } = { kind: 'fork', first: next, second: next };
      entry = add(fork);
      fork[lazy ? 'second' : 'first'] = begin(of, entry);
    } else {
      for (let left = most - least; left > 0; left--) {
        const inner = begin(of, entry);
        entry = add({ kind: 'fork', first: lazy ? next : inner, second: lazy ? inner : next });
      }
    }
    for (let left = least; left > 0; left--) entry = begin(of, entry);
    return entry;
  }

  const start = begin(tree, end);
  return { states, start, ...slotsOf(states, start) };
}

/** Whether the node can match the empty text. */
function isEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'character':
      return false;
    case 'sequence':
      return node.parts.every(isEmpty);
    case 'choice':
      return node.options.some(isEmpty);
    case 'repeat':
      return node.least === 0 || isEmpty(node.of);
    case 'ahead':
    case 'behind':
      return true;
  }
}

function slotsOf(states: readonly RegexState[], start: number): Pick<RegexProgram, 'slots' | 'slotCount'> {
  const ways = new Int32Array(states.length);
  const reach = (state: number, more = 1) => (ways[state] = (ways[state] as number) + more);
  reach(start);
  for (const state of states) {
    if (state.kind === 'fork') [state.first, state.second].forEach((next) => reach(next));
    else if (state.kind !== 'end') reach(state.next);
    // A lookahead can start at any offset.
    if (state.kind === 'ahead') reach(state.start, 2);
  }
  let slotCount = 0;
  const slots = Int32Array.from(ways, (count, state) =>
    count > 1 && states[state]?.kind !== 'end' ? slotCount++ : -1,
  );
  return { slots, slotCount };
}
