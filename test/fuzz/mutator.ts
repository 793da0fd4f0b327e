import type { Random } from '../unit/support/mutations';

/** A model that was made from a sound one by changes that its seed tells. */
export interface Mutated {
  /** Of the file or the folder. */
  readonly path: string;
  /** The sound base of an adapter. */
  readonly base?: string;
  /** The sound model and what was changed, for the message of a failure. */
  readonly what: string;
}

/**
 * Makes one model in the folder that the kind was given, which is empty at each call. The same random numbers make the
 * same model.
 */
export type Mutator = (random: Random) => Mutated;

/** A kind of mutation: its mutator for a folder, and how often its turn comes among the others. */
export interface Kind {
  readonly name: string;
  readonly weight: number;
  readonly mutatorIn: (folder: string) => Mutator;
}

export const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)] as T;

/** One change mostly, seldom three: a file with many faults is refused for its first. */
export const changes = (random: Random): number => pick(random, [1, 1, 1, 1, 2, 3]);

/**
 * Numbers at the bounds of integer types and of floating point, near small counts, and those that are no count at all.
 */
export const strangeNumbers: readonly number[] = [
  ...[0, 1, 2, 3, 7, 33, 257, 4096, -0, -1, -2, 0.5, 1.5, -0.5],
  ...[3, 4, 5, 6, 8, 16, 31, 32, 53].flatMap((bits) => [2 ** bits - 1, 2 ** bits]),
  ...[-(2 ** 31), 1e-5, 1e-9, 1e-12, 1e-30, 1e-45, 1e-300, 1e15, 1e38, 1e39, 1e300, Number.MAX_VALUE],
];

export const notNumbers: readonly number[] = [NaN, Infinity, -Infinity];

/** Spellings of tokens, names and flags; the last is long. */
export const strangeTexts: readonly string[] = [
  ...[
    '',
    ' ',
    '0',
    '1',
    '\0',
    '\n',
    'é',
    '\u0301',
    '\uFFFD',
    '😀',
    '\uD83D',
    '\uDE00',
    'x\uD83D',
    '▁',
    '▁▁▁',
    'Ġ',
    'ﷺ',
  ],
  ...['llama', 'gpt2', 'none', 'yarn', 'linear', 'longrope', 'default', '__proto__', 'constructor'],
  ...['<0x61>', '<0xF0>', '<s>', '(a+)+$', '(.*)+', '[', '\\'],
  ...[1, 2, 3, 64, 1024, 5000].map((count) => 'a'.repeat(count)),
  'x'.repeat(70_000),
];
