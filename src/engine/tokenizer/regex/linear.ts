import { modelUnsupported } from '../../../shared/errors';
import { programOf, type RegexProgram, type RegexState } from './program';
import { parse } from './syntax';

/** A match in UTF-16 units; `to` is exclusive. */
interface Match {
  readonly from: number;
  readonly to: number;
}

/** Finds the matches of a pattern, as `matchAll` does. */
export interface Matcher {
  /** Work for each character, 1 for patterns of a usual size. */
  readonly cost: number;
  matches(text: string): Iterable<Match>;
}

/** GPT-2's pattern has about 40 states, GPT-4o's about 100. */
const usualStates = 64;
/** Bits of notes for one text: 64 MiB. */
const mostNotes = 2 ** 29;

/**
 * Matches an untrusted pattern in linear time. It tries the same as `RegExp` in the same order, but notes for each
 * state and offset that no match follows, and never tries them again (Davis, Servant and Lee 2021, “Using Selective
 * Memoization to Defeat Regular Expression Denial of Service”). The notes hold for all matches of a text. Throws
 * `UnknownSyntax` for back references, lookbehinds of more than one character and repetitions of something that may be
 * empty.
 */
export class LinearPattern implements Matcher {
  readonly cost: number;
  readonly #program: RegexProgram;

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

/**
 * The search in one text. For each offset it has a row of bits: which states with a slot lead to no match from there,
 * and which do.
 */
class Search {
  readonly #row: number;
  readonly #dead: Uint32Array;
  /** Only for states in lookaheads, where the end of a match does not matter. */
  readonly #live: Uint32Array;

  constructor(
    private readonly program: RegexProgram,
    private readonly text: string,
  ) {
    const { slotCount, states } = program;
    this.#row = Math.ceil(slotCount / 32);
    const words = this.#row * (text.length + 1);
    if (words * 32 > mostNotes)
      throw modelUnsupported`The model's tokenizer cuts texts by a pattern that is too large for a text of ${text.length} characters. Select less text, or choose another model.`;
    this.#dead = new Uint32Array(words);
    this.#live = new Uint32Array(states.some(({ kind }) => kind === 'ahead') ? words : 0);
  }

  /** End of the match that begins at `from`, or −1. */
  endOf(from: number): number {
    return this.#run(this.program.start, from, false);
  }

  #run(start: number, from: number, ahead: boolean): number {
    const { states, slots } = this.program;
    const { text } = this;
    /** Forks with an untried second state: the state, the offset and the length of the path. */
    const open: number[] = [];
    /** The slots since the start, as indices of bits. */
    const path: number[] = [];
    let state = start;
    let at = from;
    for (;;) {
      const now = states[state] as RegexState;
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

  /** Whether to try a state. It counts as dead until a match proves otherwise. */
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
