import { markdownTable } from 'markdown-table';
import type { Neighbours, Prediction } from '../../shared/engine';
import { bits, degrees, fixed, probability, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { escaped } from '../../shared/markdown';
import { metricFacts, metrics, shortFormula } from '../../shared/metrics';
import type { Exportable, PanelState } from '../../shared/panel';
import { placeInText } from '../../shared/place';
import { modelTitle } from '../../shared/servedName';
import { spacesIn } from '../../shared/sides';
import { printedTokens, rowsOfText } from '../../shared/tokenColumns';
import type { Token } from '../../shared/tokens';
import type { Translator } from '../../shared/translator';

/**
 * A section as a Markdown table below a line that names its content, with numbers as the panel prints them; `null` if
 * they are not known.
 */
export function markdownOf(part: Exportable, state: PanelState, l10n: Translator): string | null {
  const { model, text, run, position, neighbours, prediction } = state;
  if (!model || !text) return null;
  const name = escaped(modelTitle(model, l10n));
  switch (part) {
    case 'tokens': {
      const { head, rows, alignment } = printedTokens('markdown', rowsOfText(text.tokens, run), l10n, tokenCell);
      return titled(l10n.t('Tokens by {0}', name), markdownTable([head, ...rows], { align: [...alignment] }));
    }
    case 'neighbours':
      return neighbours && titled(neighboursTitle(neighbours, name, l10n), neighboursTable(neighbours, l10n));
    case 'predictions': {
      const after = position === null ? undefined : text.tokens[position];
      if (!after || !prediction) return null;
      const title = predictionsTitle(
        tokenCell(after),
        placeInText(text, after.index),
        bits(prediction.entropy),
        name,
        l10n,
      );
      return titled(title, predictionsTable(prediction, l10n));
    }
  }
}

function neighboursTitle({ query, centred, space }: Neighbours, model: string, l10n: Translator): string {
  const title = centred
    ? l10n.t('Neighbours of {0} (id {1}), centred, by {2}', tokenCell(query), query.id, model)
    : l10n.t('Neighbours of {0} (id {1}), raw, by {2}', tokenCell(query), query.id, model);
  return space ? `${title}. ${spacesIn(l10n)[space]}` : title;
}

function predictionsTitle(
  token: string,
  place: ReturnType<typeof placeInText>,
  entropy: string,
  model: string,
  l10n: Translator,
): string {
  if ('added' in place)
    return l10n.t('After {0}, which the model adds before the text, entropy {1} bits, by {2}', token, entropy, model);
  return 'position' in place
    ? l10n.t('After {0} (position {1}), entropy {2} bits, by {3}', token, place.position, entropy, model)
    : l10n.t('After {0} ({1} before the text), entropy {2} bits, by {3}', token, place.before, entropy, model);
}

function neighboursTable({ lists }: Neighbours, l10n: Translator): string {
  const head = ['#', ...metrics.flatMap((metric) => [metricFacts[metric].words(l10n).by, shortFormula(metric)])];
  const rows = lists[metrics[0]].map((_, row) => [
    String(row + 1),
    ...metrics.flatMap((metric) => {
      const entry = lists[metric][row];
      return entry ? [tokenCell(entry.token), fixed(entry.values[metric], metricFacts[metric].decimals)] : ['', ''];
    }),
  ]);
  return markdownTable([head, ...rows], { align: ['r', ...metrics.flatMap(() => ['l', 'r'])] });
}

/** The printed factors multiply to the printed logit, as in the panel. */
function predictionsTable({ top, hiddenSize }: Prediction, l10n: Translator): string {
  const isBiased = top.some(({ bias }) => bias !== 0);
  const isCapped = top.some(({ logit, rawLogit }) => logit !== rawLogit);
  // The rows are in the order of the dot product, except for the bias.
  const others = metrics.filter((metric) => metric !== 'dot');
  const head = [
    ...['#', l10n.t('token'), l10n.t('id'), l10n.t('probability'), '‖h‖', '‖u‖', 'cos θ'],
    ...(isBiased ? [l10n.t('bias')] : []),
    l10n.t('logit'),
    ...(isCapped ? [l10n.t('capped')] : []),
    l10n.t('angle'),
    ...others.map((metric) => `# ${metricFacts[metric].words(l10n).by}`),
  ];
  const rows = top.map(({ token, probability: share, values, bias, logit, rawLogit, angle, ranks }, row) => [
    ...[String(row + 1), tokenCell(token), String(token.id), probability(share), fixed(hiddenSize, 2)],
    ...[size(token.outputSize ?? token.size), fixed(values.cosine, 5)],
    ...(isBiased ? [fixed(bias, 2)] : []),
    fixed(rawLogit, 2),
    ...(isCapped ? [fixed(logit, 2)] : []),
    degrees(angle),
    ...others.map((metric) => fixed(ranks[metric], 0)),
  ]);
  return markdownTable([head, ...rows], { align: head.map((_, column) => (column === 1 ? 'l' : 'r')) });
}

/** A table below a line that names its content. */
export const titled = (title: string, table: string): string => `${title}\n\n${table}\n`;

/** A token with visible white space: as code, or as escaped text if it has backticks or bars. */
export function tokenCell(token: Pick<Token, 'bytes'>): string {
  const text = plainToken(token);
  return /[`|]/.test(text) ? escaped(text) : `\`${text}\``;
}
