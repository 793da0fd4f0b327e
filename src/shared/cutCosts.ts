import { cutTo } from './codePoints';
import type { CutBy, CutReason, CutToken, OtherCut, Parting, TokenizerSource } from './cuts';
import { encodings, type EncodingName } from './encodings';
import { count, plural } from './format';
import type { NamedToken } from './tokens';
import type { Translator } from './translator';
import { type Words, words } from './words';

// What page, terminal and agents say of a text under several tokenizers.

/** The models that use an encoding of OpenAI, as their names begin. */
const models: Readonly<Record<EncodingName, { readonly named: string; readonly begin: RegExp }>> = {
  o200k_base: { named: 'GPT-5, GPT-4o, o3', begin: /^(gpt-(5|4o|4\.[15])|o[134]\b)/i },
  cl100k_base: { named: 'GPT-4, GPT-3.5', begin: /^gpt-(4|3\.5)(-|$)/i },
  r50k_base: { named: 'GPT-3, GPT-2', begin: /^gpt-?[23]$/i },
};

export const modelsOf = (encoding: EncodingName): string => models[encoding].named;

/** A tokenizer as it is typed: an encoding, a model that uses one, or a path. */
export function sourceNamed(name: string): TokenizerSource {
  const isFile = /[\\/]|\.(gguf|json)$/i.test(name);
  const encoding = encodings.find((one) => !isFile && (one === name || models[one].begin.test(name)));
  return encoding ? { encoding } : { path: name };
}

/** What tells two tokenizers apart. */
export const sourceKey = (source: TokenizerSource): string => ('path' in source ? source.path : source.encoding);

/** Words as Unicode bounds them, and bytes of UTF-8. */
export interface TextSize {
  readonly words: number;
  readonly bytes: number;
}

export function textSize(text: string): TextSize {
  let words = 0;
  for (const { isWordLike } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text))
    if (isWordLike) words++;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return { words, bytes };
}

/** The tokens of both between two boundaries that they share; `parting` where they cut it differently. */
export interface Stretch {
  readonly own: readonly CutToken[];
  readonly other: readonly CutToken[];
  readonly parting: Parting | null;
}

/** Both cuts by the characters of the text, as far as both are known. */
export function stretchesOf(own: CutBy, other: OtherCut): readonly Stretch[] {
  const isWhole = [own, other].every(({ count, tokens }) => count === tokens.length);
  const [a, b] = [own.tokens, other.tokens];
  const stretches: Stretch[] = [];
  let [i, j, parted] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    const [fromA, fromB] = [i, j];
    let [endA, endB] = [-1, -1];
    for (;;) {
      const [nextA, nextB] = [a[i], b[j]];
      if (nextA && (i === fromA || endA < endB || sharesEnd(nextA, endA)))
        [i, endA] = [i + 1, Math.max(endA, nextA.end)];
      else if (nextB && (j === fromB || endB < endA || sharesEnd(nextB, endB)))
        [j, endB] = [j + 1, Math.max(endB, nextB.end)];
      else break;
    }
    // One of the two is cut off here.
    if (endA !== endB && !isWhole) break;
    const start = Math.min(a[fromA]?.start ?? Infinity, b[fromB]?.start ?? Infinity);
    while ((other.partings[parted]?.end ?? Infinity) <= start) parted++;
    const next = other.partings[parted];
    const parting = next && next.start < Math.max(endA, endB) ? next : null;
    stretches.push({ own: a.slice(fromA, i), other: b.slice(fromB, j), parting });
  }
  return stretches;
}

/** Whether a token has bytes of the character that ends there. */
const sharesEnd = ({ start, end }: CutToken, last: number): boolean => start < last || end <= last;

/** Tokens of both in a part of the text. */
export interface PartCost {
  readonly counts: readonly [own: number, other: number];
}

/**
 * Lines with a token, from 1, those that differ most first. A token counts in the line in which it begins.
 */
export function costByLine(text: string, sides: readonly [CutBy, CutBy]): readonly (PartCost & { line: number })[] {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  const counts = starts.map((): [number, number] => [0, 0]);
  for (const [side, { tokens }] of sides.entries()) {
    let line = 0;
    for (const { start } of tokens) {
      while ((starts[line + 1] ?? Infinity) <= start) line++;
      const of = counts[line];
      if (of) of[side] = (of[side] ?? 0) + 1;
    }
  }
  return counts
    .flatMap((of, line) => (of[0] + of[1] > 0 ? [{ line: line + 1, counts: of }] : []))
    .toSorted(({ counts: [a, b] }, { counts: [c, d] }) => Math.abs(c - d) - Math.abs(a - b));
}

/** ISO 15924. What is in none of them, such as digits and signs, counts as `null`. */
const scripts =
  'Latn Cyrl Grek Hani Hira Kana Hang Arab Hebr Deva Beng Taml Telu Knda Mlym Gujr Guru Sinh Thai Laoo Khmr Mymr Tibt Geor Armn Ethi'
    .split(' ')
    .map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const);

/** By the script of each token's first letter, those with the most tokens first. */
export function costByScript(text: string, sides: readonly [CutBy, CutBy]) {
  const counts = new Map<string | null, [number, number]>();
  for (const [side, { tokens }] of sides.entries())
    for (const { start, end } of tokens) {
      const letter = /\p{L}/u.exec(text.slice(start, end))?.[0] ?? '';
      const script = scripts.find(([, one]) => one.test(letter))?.[0] ?? null;
      const of = counts.get(script) ?? [0, 0];
      of[side] = (of[side] ?? 0) + 1;
      counts.set(script, of);
    }
  return [...counts]
    .map(([script, of]) => ({ script, counts: of as PartCost['counts'] }))
    .toSorted(({ counts: [a] }, { counts: [b] }) => b - a);
}

/** Why they part, inside a sentence or a table. */
export function reasonWords(reason: CutReason | null, l10n: Translator): string {
  switch (reason) {
    case 'special':
      return l10n.t('one of them reads a special token');
    case 'normaliser':
      return l10n.t('one of them changes characters first');
    case 'start':
      return l10n.t('one of them puts a space before the text');
    case 'pattern':
      return l10n.t('they split it into words differently');
    case 'unknown':
      return l10n.t('one of them does not know a sign');
    case 'merges':
      return l10n.t('they merge the same word differently');
    case null:
      return '';
  }
}

/** Characters of a stretch that a sentence names. */
const longestNamed = 40;

/** A part of a text in the form of a token, which shows its spaces and line ends. */
export function partAsToken(text: string): NamedToken {
  // The bytes of a text are those of its URI, percent by percent.
  const bytes = Array.from(encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd')).matchAll(/%(..)|./g), ([one, hex]) =>
    hex === undefined ? one.charCodeAt(0) : parseInt(hex, 16),
  );
  return { id: -1, text, bytes, special: false, size: null, percentile: null };
}

/** What the two come to, and where and why they part first. */
export function cutsFinding(
  { text, own, other }: { readonly text: string; readonly own: CutBy; readonly other: OtherCut },
  l10n: Translator,
): Words {
  const [first] = other.partings;
  if (!first && own.count === other.count) return [l10n.t('{0} and {1} cut this text alike', own.name, other.name)];
  const tokens = (value: number): string =>
    plural(value, { one: l10n.t('{0} token', count(value)), other: l10n.t('{0} tokens', count(value)) });
  const said = l10n.t('{0}: {1}. {2}: {3}', own.name, tokens(own.count), other.name, tokens(other.count));
  if (!first?.reason) return [said];
  const named = partAsToken(cutTo(longestNamed, text.slice(first.start, first.end)));
  return words(l10n.t('{0}. They part first at {1}: {2}'), said, named, reasonWords(first.reason, l10n));
}
