import type {
  CutBy,
  CutReason,
  Cuts,
  CutsRequest,
  CutToken,
  OtherCut,
  Parting,
  TokenizerSource,
  Vocabularies,
} from '../../shared/cuts';
import type { Control } from '../../shared/engine';
import type { Model } from '../model/model';
import type { OtherTokenizers } from '../model/otherTokenizers';
import { pause } from '../tasks/pause';
import { encodingNamed } from '../tokenizer/encodings';
import { textOfUtf8 } from '../tokenizer/utf8';

/** A text as a tokenizer cuts it, and what it did before it merged. */
export interface Cut {
  readonly tokens: readonly CutToken[];
  /** Where pieces begin that were merged by themselves. UTF-16 offsets. */
  readonly pieces: ReadonlySet<number>;
  /** Whether the token with this index was found in the text before any other step. */
  isFound(index: number): boolean;
  /** Whether the token with this index stands for what the vocabulary cannot spell. */
  standsIn(index: number): boolean;
}

interface Cutter {
  readonly name: string;
  readonly size: number;
  bytesOf(id: number): ArrayLike<number>;
  cut(text: string, plain: boolean): Cut;
}

/** Tokens whose spellings are compared before waiting messages are let in. */
const atATime = 8192;
const mostLongest = 20;

/** One text under the tokenizer of the loaded model and others. */
export async function cuts(
  { model, name }: { readonly model: Pick<Model, 'tokenizer'>; readonly name: string },
  tokenizers: OtherTokenizers,
  { text, plain = false, others, most = Infinity, vocabularies = false }: CutsRequest,
  { signal }: Control,
): Promise<Cuts> {
  const own = cutterOf(name, model.tokenizer);
  const cut = own.cut(text, plain);
  const cutBy = (cutter: Cutter, { tokens }: Cut): CutBy => ({
    name: cutter.name,
    count: tokens.length,
    tokens: tokens.slice(0, most),
  });
  const found: OtherCut[] = [];
  for (const source of others) {
    await pause(signal);
    const cutter = await cutterAt(source, tokenizers);
    const other = cutter.cut(text, plain);
    const shown = cutBy(cutter, other);
    const last = shown.tokens.length < shown.count ? (shown.tokens.at(-1)?.end ?? 0) : Infinity;
    found.push({
      ...shown,
      source,
      partings: partingsOf(text, cut, other).filter(({ start }) => start < last),
      ...(vocabularies && { vocabularies: await vocabulariesOf(own, cutter, signal) }),
    });
  }
  return { own: cutBy(own, cut), others: found };
}

async function cutterAt(source: TokenizerSource, tokenizers: OtherTokenizers): Promise<Cutter> {
  if ('path' in source) {
    const { name, tokenizer } = await tokenizers.at(source.path);
    return cutterOf(name, tokenizer);
  }
  const { size, bytesOf, encode } = await encodingNamed(source.encoding);
  const own = { bytesOf, encode, first: undefined, standsIn: () => false };
  return { name: source.encoding, size, bytesOf, cut: (text) => cutWith(own, text, false) };
}

const cutterOf = (name: string, tokenizer: Tokenizing & { readonly size: number }): Cutter => ({
  name,
  size: tokenizer.size,
  bytesOf: (id) => tokenizer.bytesOf(id),
  cut: (text, plain) => cutWith(tokenizer, text, plain),
});

type Tokenizing = Pick<Model['tokenizer'], 'encode' | 'first' | 'standsIn'> & {
  bytesOf(id: number): ArrayLike<number>;
};

/** Without the token that the model wants before every text. */
export function cutWith(tokenizer: Tokenizing, text: string, plain: boolean): Cut {
  const { ids, starts, ends, pieces = [], found = [] } = tokenizer.encode(text, { plain });
  const added = tokenizer.first === undefined ? 0 : 1;
  const tokens = Array.from(ids.subarray(added), (id, i) => ({
    id,
    bytes: Array.from(tokenizer.bytesOf(id)),
    start: starts[added + i] as number,
    end: ends[added + i] as number,
  }));
  const isFound = new Set(Array.from(found, (index) => index - added));
  return {
    tokens,
    pieces: new Set(Array.from(pieces, (index) => tokens[index - added]?.start ?? text.length)),
    isFound: (index) => isFound.has(index),
    standsIn: (index) => tokenizer.standsIn((tokens[index] as CutToken).id),
  };
}

/** Indices of the tokens of a cut from one place of the text up to another. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The stretches between two places where both cut, as short as there are, in which the tokens have other borders or
 * other bytes.
 */
export function partingsOf(text: string, a: Cut, b: Cut): Parting[] {
  const partings: Parting[] = [];
  const [ofA, ofB] = [bordersOf(a), bordersOf(b)];
  let [start, i, j] = [0, 0, 0];
  const places = [...ofA.keys()].filter((place) => place > 0 && place < text.length && ofB.has(place));
  for (const end of [...places, text.length]) {
    const [nextA, nextB] =
      end === text.length ? [a.tokens.length, b.tokens.length] : [ofA.get(end) as number, ofB.get(end) as number];
    const [own, other] = [
      { from: i, to: nextA },
      { from: j, to: nextB },
    ];
    if (!isSame(a, own, b, other)) {
      const follows = (cut: Cut, at: number) => start === 0 || cut.isFound(at - 1);
      const begins = follows(a, i) || follows(b, j);
      const isForced = () => forces([a, ofB], start, end) || forces([b, ofA], start, end);
      partings.push({ start, end, reason: reasonOf([a, b], [own, other], begins, isForced) });
    }
    [start, i, j] = [end, nextA, nextB];
  }
  return partings;
}

/** The places that no token reaches across, rising, and the first token from each on. */
function bordersOf({ tokens }: Cut): Map<number, number> {
  const borders = new Map<number, number>();
  let reached = 0;
  tokens.forEach(({ start, end }, index) => {
    // What lies between two tokens has none, and may be cut anywhere by the other.
    if (start >= reached) {
      if (!borders.has(reached)) borders.set(reached, index);
      if (!borders.has(start)) borders.set(start, index);
    }
    reached = Math.max(reached, end);
  });
  if (!borders.has(reached)) borders.set(reached, tokens.length);
  return borders;
}

function isSame(a: Cut, own: Stretch, b: Cut, other: Stretch): boolean {
  if (own.to - own.from !== other.to - other.from) return false;
  for (let step = 0; step < own.to - own.from; step++) {
    const [one, two] = [a.tokens[own.from + step] as CutToken, b.tokens[other.from + step] as CutToken];
    if (one.start !== two.start || one.end !== two.end || one.bytes.join() !== two.bytes.join()) return false;
  }
  return true;
}

/**
 * The first step in which two tokenizers part over a stretch. `begins`: it follows a token that was found, or nothing.
 * `isForced`: one of them merges pieces by themselves that the other one has as one.
 */
function reasonOf(
  both: readonly [Cut, Cut],
  stretches: readonly [Stretch, Stretch],
  begins: boolean,
  isForced: () => boolean,
): CutReason {
  const which = (of: (cut: Cut, index: number) => boolean): [string, string] =>
    onBoth((side) => {
      const { from, to } = stretches[side];
      const cut = both[side];
      return Array.from({ length: to - from }, (_, step) => from + step)
        .filter((index) => of(cut, index))
        .map((index) => `${cut.tokens[index]?.start}–${cut.tokens[index]?.end}`)
        .join();
    });
  const differ = ([one, two]: readonly [string, string]): boolean => one !== two;
  if (differ(which((cut, index) => cut.isFound(index)))) return 'special';
  const spelled = onBoth((side) =>
    both[side].tokens
      .slice(stretches[side].from, stretches[side].to)
      .flatMap(({ bytes }) => bytes)
      .join(),
  );
  const [space, comma] = ['32', ','];
  const withSpace = (bytes: string) => (bytes === '' ? space : space + comma + bytes);
  if (begins && (spelled[0] === withSpace(spelled[1]) || spelled[1] === withSpace(spelled[0]))) return 'start';
  if (differ(which((cut, index) => cut.standsIn(index)))) return 'unknown';
  if (differ(spelled)) return 'normaliser';
  return isForced() ? 'pattern' : 'merges';
}

/** Whether a piece of one begins inside the stretch where the other one does not cut. */
function forces([{ pieces }, borders]: readonly [Cut, ReadonlyMap<number, number>], start: number, end: number) {
  for (let place = start + 1; place < end; place++) if (pieces.has(place) && !borders.has(place)) return true;
  return false;
}

const onBoth = <T>(of: (side: 0 | 1) => T): [T, T] => [of(0), of(1)];

/** Tokens of two vocabularies by their bytes. */
async function vocabulariesOf(a: Cutter, b: Cutter, signal: Control['signal']): Promise<Vocabularies> {
  const spellings = [new Map<string, number>(), new Map<string, number>()] as const;
  for (const [side, { size, bytesOf }] of [a, b].entries())
    for (let id = 0; id < size; id++) {
      if (id % atATime === 0) await pause(signal);
      const spelling = String.fromCharCode(...Array.from(bytesOf(id)));
      if (!spellings[side as 0 | 1].has(spelling)) spellings[side as 0 | 1].set(spelling, id);
    }
  const only = onBoth((side) => {
    const alone = [...spellings[side]].filter(([spelling]) => !spellings[side === 0 ? 1 : 0].has(spelling));
    // Every vocabulary has long rows of spaces and dashes, which tell nothing of its texts.
    const spelled = alone.filter(([spelling]) => /[A-Za-z\x80-\xff]/.test(spelling));
    const longest = (spelled.length > 0 ? spelled : alone)
      .toSorted(([one], [two]) => two.length - one.length)
      .slice(0, mostLongest);
    return {
      count: alone.length,
      longest: longest.map(([spelling, id]) => ({
        id,
        text: textOfUtf8(Uint8Array.from(spelling, (unit) => unit.charCodeAt(0))),
      })),
    };
  });
  return { shared: spellings[0].size - only[0].count, only };
}
