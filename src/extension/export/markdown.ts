import { markdownTable } from 'markdown-table';
import type { Neighbours, Prediction } from '../../shared/engine';
import { bits, degrees, fixed, hexPairs, percent, probability, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { Exportable, PanelState } from '../../shared/panel';
import { placeOf } from '../../shared/place';
import { metrics } from '../../shared/tokens';

type Spelled = { readonly bytes: readonly number[] };

/** What a section shows now as a Markdown table with a line above it that says of what, numbers as the panel prints them; null where it is not known. */
export function markdownOf(part: Exportable, state: PanelState): string | null {
  const { model, text, position, neighbours, prediction } = state;
  if (!model || !text) return null;
  const by = `by ${escaped(model.name)}`;
  switch (part) {
    case 'tokens':
      return titled(`Tokens ${by}`, tokensTable(state));
    case 'neighbours':
      return neighbours && titled(`Neighbours of ${tokenCell(neighbours.query)} (id ${neighbours.query.id}), ${neighbours.centred ? 'centred' : 'raw'}, ${by}`, neighboursTable(neighbours));
    case 'predictions': {
      const own = position === null ? undefined : text.tokens[position];
      return own && prediction ? titled(`After ${tokenCell(own)} (${placeOf(text, own.index)}), entropy ${bits(prediction.entropy)} bits, ${by}`, predictionsTable(prediction)) : null;
    }
  }
}

function tokensTable({ text, run }: PanelState): string {
  const head = ['index', 'token', 'id', 'bytes', 'start', 'end', 'size', 'smaller', 'surprisal (bits)', 'entropy after it (bits)'];
  const rows = (text?.tokens ?? []).map((token) => [
    String(token.index), tokenCell(token), String(token.id), hexPairs(token.bytes), String(token.start), String(token.end), size(token.size), percent(token.percentile),
    bits(run?.surprisal[token.index]), bits(run?.entropy[token.index]),
  ]);
  return markdownTable([head, ...rows], { align: 'rlrlrrrrrr'.split('') });
}

function neighboursTable({ lists }: Neighbours): string {
  const head = ['#', 'by distance', '‖q − w‖', 'by cosine', 'cos θ', 'by dot product', 'q·w'];
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
function predictionsTable({ top, hiddenSize }: Prediction): string {
  const biased = top.some(({ bias }) => bias !== 0);
  const head = ['#', 'token', 'id', 'probability', '‖h‖', '‖u‖', 'cos θ', ...(biased ? ['bias'] : []), 'logit', 'angle', '# by distance', '# by cosine'];
  const rows = top.map(({ token, probability: share, values, bias, logit, angle, ranks }, row) => [
    String(row + 1), tokenCell(token), String(token.id), probability(share), fixed(hiddenSize, 2), size(token.size), fixed(values.cosine, 5), ...(biased ? [fixed(bias, 2)] : []),
    fixed(logit, 2), degrees(angle), fixed(ranks.euclidean, 0), fixed(ranks.cosine, 0),
  ]);
  return markdownTable([head, ...rows], { align: head.map((name) => (name === 'token' ? 'l' : 'r')) });
}

const titled = (title: string, table: string): string => `${title}\n\n${table}\n`;

/** A token with its white space made visible, as code: there nothing else than these two characters has a meaning. */
export function tokenCell(token: Spelled): string {
  const text = plainToken(token);
  return /[`|]/.test(text) ? escaped(text) : `\`${text}\``;
}

/** A bar and a backtick become entities, since readers differ in what a backslash before a bar means in a table; other marks of Markdown get a backslash. */
const escaped = (text: string): string => text.replace(/[\\*_[\]<>#~&$:@|`]/g, (character) => (character === '|' ? '&#124;' : character === '`' ? '&#96;' : `\\${character}`));
