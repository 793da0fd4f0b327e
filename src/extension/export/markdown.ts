import { markdownTable } from 'markdown-table';
import type { NeighbourSpace } from '../../shared/sides';
import type { Neighbours, Prediction } from '../../shared/engine';
import { bits, degrees, fixed, hexPairs, percent, probability, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { Exportable, PanelState } from '../../shared/panel';
import { placeOf } from '../../shared/place';
import { metrics } from '../../shared/tokens';

type Spelled = { readonly bytes: readonly number[] };

type Column =
  | 'index'
  | 'token'
  | 'id'
  | 'bytes'
  | 'start'
  | 'end'
  | 'size'
  | 'smaller'
  | 'surprisal'
  | 'entropy'
  | 'byDistance'
  | 'byCosine'
  | 'byDotProduct'
  | 'probability'
  | 'bias'
  | 'logit'
  | 'capped'
  | 'angle'
  | 'rankByDistance'
  | 'rankByCosine';

/** The line above each table, whose arguments are Markdown, and the heads of the columns. */
export interface MarkdownWords {
  tokens(model: string): string;
  neighbours(token: string, id: number, model: string): string;
  centredNeighbours(token: string, id: number, model: string): string;
  /** What the neighbours compare, of a model with two matrices: a sentence of its own. */
  readonly spaces: Readonly<Record<NeighbourSpace, string>>;
  predictions(token: string, position: number, entropy: string, model: string): string;
  /** After a token of the context, which stands so many tokens before the text. */
  contextPredictions(token: string, before: number, entropy: string, model: string): string;
  /** After the token that the model adds before every text. */
  addedPredictions(token: string, entropy: string, model: string): string;
  readonly columns: Readonly<Record<Column, string>>;
}

/**
 * What a section shows now as a Markdown table with a line above it that says of what, numbers as the panel prints
 * them; null where it is not known.
 */
export function markdownOf(part: Exportable, state: PanelState, words: MarkdownWords): string | null {
  const { model, text, position, neighbours, prediction } = state;
  if (!model || !text) return null;
  const name = escaped(model.name);
  switch (part) {
    case 'tokens':
      return titled(words.tokens(name), tokensTable(state, words));
    case 'neighbours': {
      if (!neighbours) return null;
      const { query, centred, space } = neighbours;
      const title = centred
        ? words.centredNeighbours(tokenCell(query), query.id, name)
        : words.neighbours(tokenCell(query), query.id, name);
      return titled(space ? `${title}. ${words.spaces[space]}` : title, neighboursTable(neighbours, words));
    }
    case 'predictions': {
      const own = position === null ? undefined : text.tokens[position];
      if (!own || !prediction) return null;
      const place = placeOf(text, own.index);
      const entropy = bits(prediction.entropy);
      const title =
        'added' in place
          ? words.addedPredictions(tokenCell(own), entropy, name)
          : 'position' in place
            ? words.predictions(tokenCell(own), place.position, entropy, name)
            : words.contextPredictions(tokenCell(own), place.before, entropy, name);
      return titled(title, predictionsTable(prediction, words));
    }
  }
}

function tokensTable({ text, run }: PanelState, { columns }: MarkdownWords): string {
  const head = [
    columns.index,
    columns.token,
    columns.id,
    columns.bytes,
    columns.start,
    columns.end,
    columns.size,
    columns.smaller,
    columns.surprisal,
    columns.entropy,
  ];
  const rows = (text?.tokens ?? []).map((token) => [
    String(token.index),
    tokenCell(token),
    String(token.id),
    hexPairs(token.bytes),
    String(token.start),
    String(token.end),
    size(token.size),
    percent(token.percentile),
    bits(run?.surprisal[token.index]),
    bits(run?.entropy[token.index]),
  ]);
  return markdownTable([head, ...rows], { align: 'rlrlrrrrrr'.split('') });
}

function neighboursTable({ lists }: Neighbours, { columns }: MarkdownWords): string {
  const head = ['#', columns.byDistance, '‖q − w‖', columns.byCosine, 'cos θ', columns.byDotProduct, 'q·w'];
  const rows = lists.dot.map((_, row) => [
    String(row + 1),
    ...metrics.flatMap((metric) => {
      const entry = lists[metric][row];
      return entry ? [tokenCell(entry.token), fixed(entry.values[metric], 3)] : ['', ''];
    }),
  ]);
  return markdownTable([head, ...rows], { align: 'rlrlrlr'.split('') });
}

/** The printed factors multiply to the printed logit, as in the panel. */
function predictionsTable({ top, hiddenSize }: Prediction, { columns }: MarkdownWords): string {
  const biased = top.some(({ bias }) => bias !== 0);
  const capped = top.some(({ logit, rawLogit }) => logit !== rawLogit);
  const head = [
    '#',
    columns.token,
    columns.id,
    columns.probability,
    '‖h‖',
    '‖u‖',
    'cos θ',
    ...(biased ? [columns.bias] : []),
    columns.logit,
    ...(capped ? [columns.capped] : []),
    columns.angle,
    columns.rankByDistance,
    columns.rankByCosine,
  ];
  const rows = top.map(({ token, probability: share, values, bias, logit, rawLogit, angle, ranks }, row) => [
    String(row + 1),
    tokenCell(token),
    String(token.id),
    probability(share),
    fixed(hiddenSize, 2),
    size(token.outputSize ?? token.size),
    fixed(values.cosine, 5),
    ...(biased ? [fixed(bias, 2)] : []),
    fixed(rawLogit, 2),
    ...(capped ? [fixed(logit, 2)] : []),
    degrees(angle),
    fixed(ranks.euclidean, 0),
    fixed(ranks.cosine, 0),
  ]);
  return markdownTable([head, ...rows], { align: head.map((_, column) => (column === 1 ? 'l' : 'r')) });
}

const titled = (title: string, table: string): string => `${title}\n\n${table}\n`;

/** A token with its white space made visible, as code: there nothing else than these two characters has a meaning. */
export function tokenCell(token: Spelled): string {
  const text = plainToken(token);
  return /[`|]/.test(text) ? escaped(text) : `\`${text}\``;
}

/**
 * A bar and a backtick become entities, since readers differ in what a backslash before a bar means in a table; other
 * marks of Markdown get a backslash.
 */
const escaped = (text: string): string =>
  text.replace(/[\\*_[\]<>#~&$:@|`]/g, (character) =>
    character === '|' ? '&#124;' : character === '`' ? '&#96;' : `\\${character}`,
  );
