import type { SameTokens } from '../../shared/both';
import { cutTo } from '../../shared/codePoints';
import { isLeastAt, printed } from '../../shared/colouring';
import type { ModelInfo, Neighbours, SizeSummary } from '../../shared/engine';
import { count, fixed, hexPairs, percent, probability, size } from '../../shared/format';
import { byteWord, markName, glyphPieces, plainToken } from '../../shared/glyphs';
import { type Metric, metricFacts, metrics, shortFormula } from '../../shared/metrics';
import { isOneList } from '../../shared/oneList';
import type { RunView } from '../../shared/panel';
import type { LikelyToken } from '../../shared/run';
import { areAlike, sizeDecimals } from '../../shared/sides';
import type { NamedToken, RankedToken, Token, VocabularyToken } from '../../shared/tokens';
import { code, codeInCell, commandLink, escapeMarkdown, hoverTable, linkArguments } from './hoverMarkdown';
import type { HoverWords } from './hoverWords';
import type { Span } from './tokensAt';

// Pure functions that turn the facts about a token into Markdown.

/** The commands that a hover may run. */
export const hoverCommands = {
  inspect: 'vectorscope.inspectToken',
  showInPanel: 'vectorscope.showInPanel',
  copy: 'vectorscope.copyToken',
  load: 'vectorscope.loadModel',
} as const;

/** How many neighbours are listed by each metric, without the token itself. */
export const listedNeighbours = 5;

/** The facts of an inspection or, outside of an inspected text, of the vocabulary. */
export interface Known {
  readonly model: Pick<ModelInfo, 'sizes'> | null;
  readonly loaded: boolean;
  /** `null` outside of an inspected text, and until its run has ended. */
  readonly run: Pick<RunView, 'likeliest' | 'surprisal' | 'listed'> | null;
  /** The second model by its name, and the inspected text in both if that is known and they cut it alike. */
  readonly compared?: (Pick<SameTokens, 'divergence' | 'first'> & { readonly name: string }) | null;
  /**
   * The hover's characters, UTF-16 offsets into the inspected text. `null` outside of an inspected text, where commands
   * cannot refer to a token.
   */
  readonly inspected: Span | null;
}

/**
 * Lists with room for `listed` others. `late` and `lateInRun`: requested and not yet computed. `null`: not available.
 */
export type KnownNeighbours = Neighbours | 'late' | 'lateInRun' | null;

/** The hover of one token. */
export function tokenHover(token: Token, known: Known, neighbours: KnownNeighbours, words: HoverWords): string {
  const facts = words.facts(String(token.id), hexPairs(token.bytes));
  return hoverParagraphs([
    // One paragraph: in a small window a hover is 250 pixels high and 500 wide. With a gap above the links it would
    // have no room for five neighbours.
    [
      `${name(token, words)}\u2003${facts}${token.special ? `, ${escapeMarkdown(words.special)}` : ''}`,
      // Not on the line of the expected tokens, which fill it.
      ...together([...sizeOfToken(token, known, words), ...surprisal(token, known, words)]),
      ...expectation(token, known, words),
      ...comparison(token, known, words),
      ...ending([token], known, words, title(neighbours, words)),
    ],
    // The long table comes last, so the links are visible.
    nearest(neighbours, words),
  ]);
}

/** One line, or none if there is nothing on it. */
const together = (facts: readonly string[]): readonly string[] => (facts.length === 0 ? [] : [facts.join('\u2003')]);

/** Its size on the scale of the vocabulary, if the matrices are known. */
function sizeOfToken({ size: own, percentile }: Token, { model }: Known, words: HoverWords): readonly string[] {
  if (own === null) return [];
  const [smallest, largest] = [model?.sizes?.smallest.size ?? 0, model?.sizes?.largest.size ?? Infinity];
  if (areAlike(smallest, largest)) return [words.alike(escapeMarkdown(fixed(own, sizeDecimals(smallest, largest))))];
  const scale = model?.sizes ? code(sizeScale(own, model.sizes)) : '';
  return [words.size(escapeMarkdown(size(own)), scale, escapeMarkdown(percent(percentile)))];
}

const encoder = new TextEncoder();

/** The hover of a character that several tokens share. */
export function sharedHover(
  character: string,
  tokens: readonly [Token, ...Token[]],
  known: Known,
  words: HoverWords,
): string {
  const { columns } = words;
  const rows = tokens.map((token) => [
    codeInCell(unbroken(plainToken(token))),
    String(token.id),
    escapeMarkdown(size(token.size)),
    escapeMarkdown(percent(token.percentile)),
    ...(known.run ? [escapeMarkdown(bitsOf(token, known))] : []),
  ]);
  const header = [
    columns.token,
    columns.id,
    columns.size,
    columns.smaller,
    ...(known.run ? [columns.surprisal] : []),
  ].map((title) => escapeMarkdown(unbroken(title)));
  return hoverParagraphs([
    [words.cut(isolated(code(plainToken({ bytes: [...encoder.encode(character)] }))), count(tokens.length))],
    [hoverTable([header, ...rows], ['left', 'right', 'right', 'right', 'right'])],
    tokens.slice(0, -1).flatMap((token) => {
      const expected = likeliest(known, token.index, words);
      return expected === null ? [] : [words.expectedAfter(isolated(code(unbroken(plainToken(token)))), expected)];
    }),
    ending(tokens, known, words),
  ]);
}

/** The hover of a word while no model is loaded. */
export const notLoadedHover = (words: HoverWords): string =>
  `${escapeMarkdown(words.notLoaded)} ${commandLink(words.load, hoverCommands.load)}`;

/** Joins the lines of each paragraph with a backslash, which is Markdown's line break. */
export const hoverParagraphs = (list: readonly (readonly string[])[]): string =>
  list
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\\\n'))
    .join('\n\n');

/**
 * A token made visible. A lone mark and hex pairs are followed by their name, since they read as a full stop or as a
 * number.
 */
export function name(token: Pick<NamedToken, 'bytes'>, { glyphs }: HoverWords): string {
  const list = glyphPieces(token.bytes);
  const word = markName(list, glyphs) ?? byteWord(list, glyphs);
  return isolated(code(unbroken(plainToken(token)))) + (word === null ? '' : ` ${escapeMarkdown(word)}`);
}

/** Keeps the bytes of one token on one line. */
const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0');

/** Keeps right-to-left text from reordering the text around it. */
const isolated = (markdown: string): string => `\u2068${markdown}\u2069`;

/** The most characters of a neighbour in a cell. */
const cellLength = 20;

/** Not as code: a second font makes every row of the table higher, by two pixels if the editor's font is Noto Sans. */
const neighbour = (token: VocabularyToken): string => escapeMarkdown(cutTo(cellLength, unbroken(plainToken(token))));

/** The steps of the scale. With more of them, its line wraps in a hover of 500 pixels. */
const steps = 8;

/** A size on a scale from the vocabulary's smallest to its largest. */
export function sizeScale(value: number, { smallest, largest }: Pick<SizeSummary, 'smallest' | 'largest'>): string {
  const share = largest.size > smallest.size ? (value - smallest.size) / (largest.size - smallest.size) : 0;
  const at = Math.round(Math.min(1, Math.max(0, share)) * (steps - 1));
  return `${fixed(smallest.size, 1)} ├${'─'.repeat(at)}╂${'─'.repeat(steps - 1 - at)}┤ ${fixed(largest.size, 1)}`;
}

/** A server may list more. */
const mostLikely = 3;

/** The likeliest tokens after a position with their probabilities; `null` if they are not known. */
const likeliest = ({ run }: Known, position: number, words: HoverWords): string | null =>
  likely(run?.likeliest[position] ?? [], words);

/** Likely tokens with their probabilities; `null` if there are none. */
export function likely(tokens: readonly LikelyToken[], words: HoverWords): string | null {
  return tokens.length === 0
    ? null
    : tokens
        .slice(0, mostLikely)
        .map(({ token, probability: share }) => `${name(token, words)} ${escapeMarkdown(probability(share))}`)
        .join(' · ');
}

const bitsOf = ({ index }: Pick<Token, 'index'>, { run }: Pick<Known, 'run'>): string =>
  printed('surprisal', run?.surprisal[index] ?? null, isLeastAt('surprisal', index, run));

function surprisal({ index }: Token, { run }: Known, words: HoverWords): readonly string[] {
  const isKnown = (run?.surprisal[index] ?? null) !== null;
  return isKnown ? [words.surprisal(escapeMarkdown(bitsOf({ index }, { run })))] : [];
}

function expectation({ index }: Token, known: Known, words: HoverWords): readonly string[] {
  const expected = likeliest(known, index - 1, words);
  return expected === null ? [] : [words.expectedHere(expected)];
}

/** What a second model predicts after the token, and how far that is from the first's prediction. */
function comparison({ index }: Token, { compared }: Known, words: HoverWords): readonly string[] {
  const likeliestOfB = compared?.first[index]?.[1];
  const divergence = compared?.divergence[0][index];
  if (!compared || !likeliestOfB || divergence === undefined) return [];
  return [
    words.compared(
      escapeMarkdown(compared.name),
      `${name(likeliestOfB.token, words)} ${escapeMarkdown(probability(likeliestOfB.probability))}`,
      escapeMarkdown(printed('difference', divergence)),
    ),
  ];
}

/** The compared vectors, if they are not the usual ones. */
function title(neighbours: KnownNeighbours, words: HoverWords): readonly string[] {
  if (neighbours === null || neighbours === 'late' || neighbours === 'lateInRun') return [];
  const { space, centred } = neighbours;
  const titles = [...(space ? [words.spaces[space]] : []), ...(centred ? [words.centred] : [])];
  return titles.length > 0 ? [escapeMarkdown(titles.join('. '))] : [];
}

/** The lists as a table, or why there is none. */
function nearest(neighbours: KnownNeighbours, words: HoverWords): readonly string[] {
  if (neighbours === null) return [];
  if (neighbours === 'late' || neighbours === 'lateInRun') return [escapeMarkdown(words[neighbours])];
  const { query, space, lists } = neighbours;
  // In the space `cross` the token's own output row is a neighbour like any other.
  const others = (metric: Metric) =>
    lists[metric].filter(({ token }) => space === 'cross' || token.id !== query.id).slice(0, listedNeighbours);
  if (isOneList(neighbours)) return [oneList(others(metrics[0]), words)];
  const columns = metrics.map((metric) => ({ metric, entries: others(metric) }));
  const rows = columns[0]?.entries.map((_, row) =>
    columns.flatMap(({ metric, entries }) => {
      const entry = entries[row];
      return entry
        ? [neighbour(entry.token), escapeMarkdown(fixed(entry.values[metric], metricFacts[metric].decimals))]
        : ['', ''];
    }),
  );
  const header = metrics
    .flatMap((metric) => [words.metrics[metric], shortFormula(metric)])
    .map((title) => escapeMarkdown(unbroken(title)));
  return [
    hoverTable(
      [header, ...(rows ?? [])],
      metrics.flatMap(() => ['left', 'right'] as const),
    ),
  ];
}

/** One list with its values by every metric, where three would name the same tokens. */
const oneList = (entries: readonly RankedToken[], words: HoverWords): string =>
  hoverTable(
    [
      [words.nearestByAll, ...metrics.map(shortFormula)].map((title) => escapeMarkdown(unbroken(title))),
      ...entries.map(({ token, values }) => [
        neighbour(token),
        ...metrics.map((metric) => escapeMarkdown(fixed(values[metric], metricFacts[metric].decimals))),
      ]),
    ],
    ['left', ...metrics.map(() => 'right' as const)],
  );

/** The links. The title of the table below stands on the same line. */
function ending(
  tokens: readonly [Token, ...Token[]],
  { loaded, inspected }: Known,
  words: HoverWords,
  heading: readonly string[] = [],
): readonly string[] {
  const unloaded = loaded ? [] : [notLoadedHover(words)];
  if (!inspected) return [...unloaded, ...heading];
  const about = linkArguments(tokens, inspected);
  const links = (['inspect', 'showInPanel', 'copy'] as const).map((name) =>
    commandLink(words[name], hoverCommands[name], ...about),
  );
  return [...unloaded, [...links, ...heading].join('\u2003')];
}
