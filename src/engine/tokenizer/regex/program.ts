import { UnknownSyntax, type CharacterSet, type Node } from './syntax';

/** What to do at a place of a text, and the states that come next. Of a fork the first is tried first. */
export type State =
  | { readonly kind: 'character'; readonly set: CharacterSet; readonly next: number }
  | { readonly kind: 'fork'; first: number; second: number }
  | { readonly kind: 'ahead'; readonly start: number; readonly negated: boolean; readonly next: number }
  | { readonly kind: 'behind'; readonly set: CharacterSet; readonly negated: boolean; readonly next: number }
  | { readonly kind: 'end' };

/** States that a match goes through from `start` to an end. */
export interface Program {
  readonly states: readonly State[];
  readonly start: number;
  /** Of a state that can be reached in more than one way, its number among those; −1 of any other. */
  readonly slots: Int32Array;
  readonly slotCount: number;
}

/** Real patterns have up to about 1,100: counted repetitions are written out. */
const mostStates = 2048;

/**
 * Throws `UnknownSyntax` where a pattern takes more states than any tokenizer's, and where it repeats what may be
 * empty: engines differ in what such a round does, and without them no state is met twice at one place on the way to a
 * match.
 */
export function programOf(tree: Node): Program {
  const states: State[] = [];
  const add = (state: State): number => {
    if (states.length === mostStates) throw new UnknownSyntax();
    return states.push(state) - 1;
  };
  const end = add({ kind: 'end' });

  /** The state in which a match of the node begins that goes on at `next`. */
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
      const fork: State & { readonly kind: 'fork' } = { kind: 'fork', first: next, second: next };
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

/** Whether a match of it can have no character. */
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

function slotsOf(states: readonly State[], start: number): Pick<Program, 'slots' | 'slotCount'> {
  const ways = new Int32Array(states.length);
  const reach = (state: number, more = 1) => (ways[state] = (ways[state] as number) + more);
  reach(start);
  for (const state of states) {
    if (state.kind === 'fork') [state.first, state.second].forEach((next) => reach(next));
    else if (state.kind !== 'end') reach(state.next);
    // A look ahead begins anew at any place.
    if (state.kind === 'ahead') reach(state.start, 2);
  }
  let slotCount = 0;
  const slots = Int32Array.from(ways, (count, state) =>
    count > 1 && states[state]?.kind !== 'end' ? slotCount++ : -1,
  );
  return { slots, slotCount };
}
