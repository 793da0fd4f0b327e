import { EngineError } from '../../../shared/errors';
import { programOf, type Program, type State } from './program';
import { parse } from './syntax';

/** A match, from its first UTF-16 unit to behind its last. */
export interface Match {
  readonly from: number;
  readonly to: number;
}

/** What finds the matches of a pattern, as `matchAll` does. */
export interface Matcher {
  /** Work for each character of a text, 1 for patterns of a usual size. */
  readonly cost: number;
  matches(text: string): Iterable<Match>;
}

/** GPT-2's pattern has about 40, GPT-4o's about 100. */
const usualStates = 64;
/** Of what is noted of a text, in bits: 64 MiB. */
const mostNotes = 2 ** 29;

/**
 * A pattern that anybody may have written, matched in a time that grows with the text alone. It tries what `RegExp`
 * tries, in the same order, but notes of each state and place that no match comes from there, and never tries it again
 * (Davis, Servant and Lee 2021, “Using Selective Memoization to Defeat Regular Expression Denial of Service”). The
 * notes hold for all matches of a text. Throws `UnknownSyntax` for back references, looks behind at more than one
 * character, and repetitions of what may be empty.
 */
export class LinearPattern implements Matcher {
  readonly cost: number;
  readonly #program: Program;

  constructor(pattern: RegExp) {
    this.#program = programOf(parse(pattern));
    this.cost = Math.ceil(this.#program.states.length / usualStates);
  }

  matches(text: string): Match[] {
    const found: Match[] = [];
    const search = new Search(this.#program, text);
    for (let from = 0; from <= text.length;) {
      const to = search.endOf(from);
      if (to >= 0) found.push({ from, to });
      from = to > from ? to : from + ((text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1);
    }
    return found;
  }
}

/** One text. A row of bits for each place: which states that have a slot lead to no match from there, and which do. */
class Search {
  readonly #row: number;
  readonly #dead: Uint32Array;
  /** Of states in looks ahead only: where such a match ends does not count. */
  readonly #live: Uint32Array;

  constructor(
    private readonly program: Program,
    private readonly text: string,
  ) {
    const { slotCount, states } = program;
    this.#row = Math.ceil(slotCount / 32);
    const words = this.#row * (text.length + 1);
    if (words * 32 > mostNotes)
      throw new EngineError(
        'model-unsupported',
        `The model's tokenizer cuts texts by a pattern that is too large for a text of ${text.length} characters. Select less of it, or choose another model.`,
      );
    this.#dead = new Uint32Array(words);
    this.#live = new Uint32Array(states.some(({ kind }) => kind === 'ahead') ? words : 0);
  }

  /** Where the match that begins at `from` ends, −1 if there is none. */
  endOf(from: number): number {
    return this.#run(this.program.start, from, false);
  }

  #run(start: number, from: number, ahead: boolean): number {
    const { states, slots } = this.program;
    const { text } = this;
    /** Forks whose second way is open: the state, the place, and how long the path was. */
    const open: number[] = [];
    /** Slots on the way to where we are, each as a place in the rows of bits. */
    const path: number[] = [];
    let state = start;
    let at = from;
    for (;;) {
      const now = states[state] as State;
      let goesOn = this.#enter(slots[state] as number, at, path);
      if (goesOn && now.kind === 'fork') {
        open.push(now.second, at, path.length);
        state = now.first;
      } else if (goesOn && now.kind === 'character') {
        const character = at < text.length ? (text.codePointAt(at) as number) : -1;
        goesOn = character >= 0 && now.set(character);
        if (goesOn) [state, at] = [now.next, at + (character > 0xffff ? 2 : 1)];
      } else if (goesOn && now.kind === 'ahead') {
        goesOn = this.#run(now.start, at, true) >= 0 !== now.negated;
        state = now.next;
      } else if (goesOn && now.kind === 'behind') {
        goesOn = (at > 0 && now.set(characterBefore(text, at))) !== now.negated;
        state = now.next;
      } else if (goesOn || (ahead && this.#lives(slots[state] as number, at))) {
        this.#keep(path, ahead);
        return at;
      }
      if (goesOn) continue;
      if (open.length === 0) return -1;
      path.length = open.pop() as number;
      at = open.pop() as number;
      state = open.pop() as number;
    }
  }

  /** Whether a state is worth trying; it is noted as dead until it turns out otherwise. */
  #enter(slot: number, at: number, path: number[]): boolean {
    if (slot < 0) return true;
    const word = at * this.#row + (slot >>> 5);
    const bit = 1 << (slot & 31);
    if (((this.#dead[word] as number) & bit) !== 0) return false;
    if (this.#live.length > 0 && ((this.#live[word] as number) & bit) !== 0) return false;
    this.#dead[word] = (this.#dead[word] as number) | bit;
    path.push(32 * word + (slot & 31));
    return true;
  }

  #lives(slot: number, at: number): boolean {
    return slot >= 0 && ((this.#live[at * this.#row + (slot >>> 5)] as number) & (1 << (slot & 31))) !== 0;
  }

  /** These led to a match. */
  #keep(path: readonly number[], ahead: boolean): void {
    for (const place of path) {
      const [word, bit] = [place >>> 5, 1 << (place & 31)];
      this.#dead[word] = (this.#dead[word] as number) & ~bit;
      if (ahead) this.#live[word] = (this.#live[word] as number) | bit;
    }
  }
}

function characterBefore(text: string, at: number): number {
  const pair = at > 1 ? (text.codePointAt(at - 2) as number) : 0;
  return pair > 0xffff ? pair : text.charCodeAt(at - 1);
}
