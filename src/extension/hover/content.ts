import type { SameTokens } from '../../shared/both';
import { cutTo } from '../../shared/codePoints';
import { isLeastAt, printed } from '../../shared/colouring';
import type { ModelInfo, Neighbours, SizeSummary } from '../../shared/engine';
import { capitalised, count, fixed, hexPairs, percent, probability, size, valued } from '../../shared/format';
import { byteWord, glyphPieces, glyphWordsIn, markName, plainToken } from '../../shared/glyphs';
import { type Metric, metricFacts, metrics, shortFormula } from '../../shared/metrics';
import { isOneList } from '../../shared/neighbours';
import type { RunView } from '../../shared/panel';
import type { LikelyToken } from '../../shared/run';
import { areAlike, sizeDecimals, spacesIn } from '../../shared/sides';
import type { NamedToken, RankedToken, Token, VocabularyToken, Range } from '../../shared/tokens';
import type { Translator } from '../../shared/translator';
import { code, codeInCell, commandLink, escapeMarkdown, hoverTable, linkArguments } from './hoverMarkdown';

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
  readonly inspected: Range | null;
}

/**
 * Lists with room for `listed` others. `late` and `lateInRun`: requested and not yet computed. `null`: not available.
 */
export type KnownNeighbours = Neighbours | 'late' | 'lateInRun' | null;

/** The hover of one token. */
export function tokenHover(token: Token, known: Known, neighbours: KnownNeighbours, l10n: Translator): string {
  const facts = l10n.t('{0}, {1}', valued(l10n.t('id'), token.id), valued(l10n.t('bytes'), hexPairs(token.bytes)));
  return hoverParagraphs([
    // One paragraph: in a small window a hover is 250 pixels high and 500 wide. With a gap above the links it would
    // have no room for five neighbours.
    [
      `${name(token, l10n)}\u2003${facts}${token.special ? `, ${escapeMarkdown(l10n.t('special token'))}` : ''}`,
      // Not on the line of the expected tokens, which fill it.
      ...together([...sizeOfToken(token, known, l10n), ...surprisal(token, known, l10n)]),
      ...expectation(token, known, l10n),
      ...comparison(token, known, l10n),
      ...ending([token], known, l10n, title(neighbours, l10n)),
    ],
    // The long table comes last, so the links are visible.
    nearest(neighbours, l10n),
  ]);
}

/** One line, or none if there is nothing on it. */
const together = (facts: readonly string[]): readonly string[] => (facts.length === 0 ? [] : [facts.join('\u2003')]);

/** Its size on the scale of the vocabulary, if the matrices are known. */
function sizeOfToken({ size: own, percentile }: Token, { model }: Known, l10n: Translator): readonly string[] {
  if (own === null) return [];
  const [smallest, largest] = [model?.sizes?.smallest.size ?? 0, model?.sizes?.largest.size ?? Infinity];
  if (areAlike(smallest, largest))
    return [
      l10n.t('Size {0}, almost the same for all tokens', escapeMarkdown(fixed(own, sizeDecimals(smallest, largest)))),
    ];
  const scale = model?.sizes ? code(sizeScale(own, model.sizes)) : '';
  return [
    l10n.t('Size {0} {1} {2} are smaller', escapeMarkdown(size(own)), scale, escapeMarkdown(percent(percentile))),
  ];
}

const encoder = new TextEncoder();

/** The hover of a character that several tokens share. */
export function sharedHover(
  character: string,
  tokens: readonly [Token, ...Token[]],
  known: Known,
  l10n: Translator,
): string {
  const rows = tokens.map((token) => [
    codeInCell(unbroken(plainToken(token))),
    String(token.id),
    escapeMarkdown(size(token.size)),
    escapeMarkdown(percent(token.percentile)),
    ...(known.run ? [escapeMarkdown(bitsOf(token, known))] : []),
  ]);
  const header = [
    l10n.t('token'),
    l10n.t('id'),
    l10n.t('size'),
    l10n.t('tokens smaller'),
    ...(known.run ? [l10n.t('{0}, {1}', l10n.t('surprisal'), l10n.t('bits'))] : []),
  ].map((title) => escapeMarkdown(unbroken(title)));
  return hoverParagraphs([
    [
      l10n.t(
        '{0} is cut into {1} tokens',
        isolated(code(plainToken({ bytes: [...encoder.encode(character)] }))),
        count(tokens.length),
      ),
    ],
    [hoverTable([header, ...rows], ['left', 'right', 'right', 'right', 'right'])],
    tokens.slice(0, -1).flatMap((token) => {
      const expected = likeliest(known, token.index, l10n);
      return expected === null
        ? []
        : [l10n.t('Expected after {0}: {1}', isolated(code(unbroken(plainToken(token)))), expected)];
    }),
    ending(tokens, known, l10n),
  ]);
}

/** The hover of a word while no model is loaded. */
export const notLoadedHover = (l10n: Translator): string =>
  `${escapeMarkdown(l10n.t('Vectorscope’s model is not loaded.'))} ${commandLink(l10n.t('Load the model'), hoverCommands.load)}`;

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
export function name(token: Pick<NamedToken, 'bytes'>, l10n: Translator): string {
  const [list, glyphs] = [glyphPieces(token.bytes), glyphWordsIn(l10n)];
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
const likeliest = ({ run }: Known, position: number, l10n: Translator): string | null =>
  likely(run?.likeliest[position] ?? [], l10n);

/** Likely tokens with their probabilities; `null` if there are none. */
export function likely(tokens: readonly LikelyToken[], l10n: Translator): string | null {
  return tokens.length === 0
    ? null
    : tokens
        .slice(0, mostLikely)
        .map(({ token, probability: share }) => `${name(token, l10n)} ${escapeMarkdown(probability(share))}`)
        .join(' · ');
}

const bitsOf = ({ index }: Pick<Token, 'index'>, { run }: Pick<Known, 'run'>): string =>
  printed('surprisal', run?.surprisal[index] ?? null, isLeastAt('surprisal', index, run));

/** `bits` as printed. */
export const surprisalWords = (bits: string, l10n: Translator): string =>
  capitalised(valued(l10n.t('surprisal'), l10n.t('{0} bits', escapeMarkdown(bits))));

function surprisal({ index }: Token, { run }: Known, l10n: Translator): readonly string[] {
  const isKnown = (run?.surprisal[index] ?? null) !== null;
  return isKnown ? [surprisalWords(bitsOf({ index }, { run }), l10n)] : [];
}

function expectation({ index }: Token, known: Known, l10n: Translator): readonly string[] {
  const expected = likeliest(known, index - 1, l10n);
  return expected === null ? [] : [l10n.t('Expected here: {0}', expected)];
}

/** What a second model predicts after the token, and how far that is from the first's prediction. */
function comparison({ index }: Token, { compared }: Known, l10n: Translator): readonly string[] {
  const likeliestOfB = compared?.first[index]?.[1];
  const divergence = compared?.divergence[0][index];
  if (!compared || !likeliestOfB || divergence === undefined) return [];
  return [
    l10n.t(
      'After it {0} expects {1}, KL {2} bits',
      escapeMarkdown(compared.name),
      `${name(likeliestOfB.token, l10n)} ${escapeMarkdown(probability(likeliestOfB.probability))}`,
      escapeMarkdown(printed('difference', divergence)),
    ),
  ];
}

/** The compared vectors, if they are not the usual ones. */
function title(neighbours: KnownNeighbours, l10n: Translator): readonly string[] {
  if (neighbours === null || neighbours === 'late' || neighbours === 'lateInRun') return [];
  const { space, centred } = neighbours;
  const titles = [
    ...(space ? [spacesIn(l10n)[space]] : []),
    ...(centred ? [l10n.t('Centred: the mean vector is subtracted')] : []),
  ];
  return titles.length > 0 ? [escapeMarkdown(titles.join('. '))] : [];
}

const nearestBy = (metric: Metric, l10n: Translator): string => {
  const { by } = metricFacts[metric].words(l10n);
  return metric === metrics[0] ? l10n.t('nearest {0}', by) : by;
};

/** The lists as a table, or why there is none. */
function nearest(neighbours: KnownNeighbours, l10n: Translator): readonly string[] {
  if (neighbours === null) return [];
  if (neighbours === 'lateInRun') return [escapeMarkdown(l10n.t('Neighbours appear after the run.'))];
  if (neighbours === 'late')
    return [escapeMarkdown(l10n.t('Neighbours were not ready in time. Hover again to see them.'))];
  const { query, space, lists } = neighbours;
  // In the space `cross` the token's own output row is a neighbour like any other.
  const others = (metric: Metric) =>
    lists[metric].filter(({ token }) => space === 'cross' || token.id !== query.id).slice(0, listedNeighbours);
  if (isOneList(neighbours)) return [oneList(others(metrics[0]), l10n)];
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
    .flatMap((metric) => [nearestBy(metric, l10n), shortFormula(metric)])
    .map((title) => escapeMarkdown(unbroken(title)));
  return [
    hoverTable(
      [header, ...(rows ?? [])],
      metrics.flatMap(() => ['left', 'right'] as const),
    ),
  ];
}

/** One list with its values by every metric, where three would name the same tokens. */
const oneList = (entries: readonly RankedToken[], l10n: Translator): string =>
  hoverTable(
    [
      [l10n.t('nearest by all metrics'), ...metrics.map(shortFormula)].map((title) => escapeMarkdown(unbroken(title))),
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
  l10n: Translator,
  heading: readonly string[] = [],
): readonly string[] {
  const unloaded = loaded ? [] : [notLoadedHover(l10n)];
  if (!inspected) return [...unloaded, ...heading];
  const about = linkArguments(tokens, inspected);
  const links = [
    commandLink(l10n.t('Inspect'), hoverCommands.inspect, ...about),
    commandLink(l10n.t('Show in panel'), hoverCommands.showInPanel, ...about),
    commandLink(l10n.t('Copy'), hoverCommands.copy, ...about),
  ];
  return [...unloaded, [...links, ...heading].join('\u2003')];
}
