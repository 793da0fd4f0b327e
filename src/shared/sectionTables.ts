import { isLeastAt, printed } from './colouring';
import { type DataColumn, type DataRows, dataRows, type TableRows } from './columns';
import { capitalised, degrees, fixed, hexPairs, percent, probability, size, sizeOfH, valued } from './format';
import { plainToken } from './glyphs';
import type { InspectedListing, InspectedPrediction } from './inspection';
import { metricColumn, metrics } from './metrics';
import { modelTitle } from './modelName';
import { namedOnly, neighbourColumns, type RankedEntry, rankedIn } from './neighbourTable';
import type { Exportable, PanelState, RunView } from './panel';
import { placeInText } from './place';
import { sizeOnSide } from './sides';
import type { NamedToken, PredictedToken, Token } from './tokens';
import { english, type Translator } from './translator';

/** A token of a text with the numbers of the run; null where there are none. Bits. */
export interface TokenRow extends Token {
  readonly surprisal: number | null;
  /** Of the prediction after it. */
  readonly entropy?: number | null;
  /** Whether they are only the least that they can be, since a server lists only the likeliest tokens. */
  readonly surprisalIsLeast?: boolean;
  readonly entropyIsLeast?: boolean;
}

const hasTwoMatrices = ({ outputSize }: TokenRow): boolean => outputSize !== undefined;

interface TokenColumn extends DataColumn<TokenRow> {
  /** Only tables with such a row have it; all if absent. */
  readonly onlyWith?: (row: TokenRow) => boolean;
}

/** The tokens of a text, one a row: those with a key are copied, those with a head are printed in a terminal. */
const tokenColumns: readonly TokenColumn[] = [
  { key: 'index', value: ({ index }) => index },
  { head: '', value: ({ index }) => index + 1, print: String },
  { head: 'token', value: (token) => token },
  { key: 'id', head: 'id', value: ({ id }) => id, print: String },
  { key: 'token', value: (token) => token },
  { key: 'bytes', value: ({ bytes }) => hexPairs(bytes) },
  { key: 'start', value: ({ start }) => start },
  { key: 'end', value: ({ end }) => end },
  { key: 'special', value: ({ special }) => String(special) },
  { key: 'size', head: 'size', value: (row) => row.size, print: size },
  { key: 'percentile', head: 'smaller', value: ({ percentile }) => percentile, print: percent },
  {
    key: 'output size',
    head: 'output size',
    value: ({ outputSize }) => outputSize,
    print: size,
    onlyWith: hasTwoMatrices,
  },
  {
    key: 'output percentile',
    head: 'smaller',
    value: ({ outputPercentile }) => outputPercentile,
    print: percent,
    onlyWith: hasTwoMatrices,
  },
  {
    key: 'angle (degrees)',
    head: 'angle',
    value: ({ angleInputOutput }) => angleInputOutput,
    print: degrees,
    onlyWith: hasTwoMatrices,
  },
  { key: 'surprisal (bits)', value: ({ surprisal }) => surprisal },
  {
    head: 'surprisal',
    value: ({ surprisal }) => surprisal,
    text: ({ surprisal, surprisalIsLeast }) => `${printed('surprisal', surprisal, surprisalIsLeast)} bits`,
    onlyWith: ({ surprisal }) => surprisal !== null,
  },
  {
    key: 'surprisal is at least',
    value: ({ surprisalIsLeast = false }) => String(surprisalIsLeast),
    onlyWith: ({ surprisalIsLeast = false }) => surprisalIsLeast,
  },
  { key: 'entropy after it (bits)', value: ({ entropy }) => entropy },
  {
    key: 'entropy is at least',
    value: ({ entropyIsLeast = false }) => String(entropyIsLeast),
    onlyWith: ({ entropyIsLeast = false }) => entropyIsLeast,
  },
];

export const tokensTable = (rows: readonly TokenRow[]): TableRows<TokenRow> => ({
  columns: tokenColumns.filter(({ onlyWith }) => !onlyWith || rows.some(onlyWith)),
  rows,
});

/** Rows of the tokens that the panel shows. */
export const rowsOfText = (tokens: readonly Token[], run: RunView | null): readonly TokenRow[] =>
  tokens.map((token) => ({
    ...token,
    surprisal: run?.surprisal[token.index] ?? null,
    entropy: run?.entropy[token.index] ?? null,
    surprisalIsLeast: isLeastAt('surprisal', token.index, run),
    entropyIsLeast: isLeastAt('entropy', token.index, run),
  }));

/** A likely next token, as far as it is known: of a server's list its probability alone. */
export interface PredictionEntry extends Partial<Omit<PredictedToken, 'token' | 'values' | 'probability'>> {
  readonly token: NamedToken;
  readonly probability: number;
  readonly values?: Pick<PredictedToken['values'], 'cosine'>;
}

/** The likeliest next tokens, one a row as an equation: ‖h‖ × ‖u‖ × cos θ + bias = logit. */
export const predictionColumns = (top: readonly PredictionEntry[], l10n: Translator) => {
  const isCapped = top.some(({ logit, rawLogit }) => logit !== rawLogit);
  return {
    rank: { key: '#', head: '#', value: ({ rank }) => rank },
    id: { key: 'id', value: ({ entry }) => entry.token.id },
    token: { key: 'token', head: l10n.t('token'), value: ({ entry }) => entry.token },
    probability: {
      key: 'probability',
      head: l10n.t('probability'),
      value: ({ entry }) => entry.probability,
      print: probability,
    },
    hiddenSize: { key: '‖h‖', head: '‖h‖', value: ({ hiddenSize }) => hiddenSize, print: sizeOfH },
    size: {
      key: '‖u‖',
      head: '‖u‖',
      value: ({ entry }) => sizeOnSide(entry.token, 'output') ?? undefined,
      print: size,
    },
    cosine: {
      key: 'cos θ',
      head: 'cos θ',
      value: ({ entry }) => entry.values?.cosine,
      print: (cosine) => fixed(cosine, 5),
    },
    bias: {
      key: 'bias',
      head: top.some(({ bias = 0 }) => bias !== 0) ? l10n.t('bias') : undefined,
      value: ({ entry }) => entry.bias,
      print: (bias) => fixed(bias, 3),
    },
    logit: {
      key: 'logit',
      head: l10n.t('logit'),
      value: ({ entry }) => entry.rawLogit,
      print: (logit) => fixed(logit, 2),
    },
    /** Only where the model caps logits before the softmax. */
    capped: {
      ...(isCapped && { key: 'capped logit', head: l10n.t('capped') }),
      value: ({ entry }) => entry.logit,
      print: (logit) => fixed(logit, 2),
    },
    entropy: {
      key: 'entropy (bits)',
      value: ({ entropy }) => (typeof entropy === 'number' ? entropy : undefined),
    },
    angle: { key: 'angle (degrees)', head: 'θ', value: ({ entry }) => entry.angle, print: degrees },
    // The table is sorted by logit, so the rank by dot product is its first column.
    ranks: metrics
      .filter((metric) => metric !== 'dot')
      .map((metric) => ({
        key: `rank by ${metricColumn[metric]}`,
        metric,
        value: ({ entry }: PredictionRow) => entry.ranks?.[metric],
      })),
  } satisfies Record<string, DataColumn<PredictionRow> | readonly DataColumn<PredictionRow>[]>;
};

export type PredictionRow<E extends PredictionEntry = PredictionEntry> = RankedEntry<E> &
  Pick<InspectedPrediction | InspectedListing, 'hiddenSize' | 'entropy'>;

/** The predictions at a position that JSON has, or the list of a server. */
export const predictionRows = ({
  top,
  hiddenSize,
  entropy,
}: Pick<InspectedPrediction | InspectedListing, 'top' | 'hiddenSize' | 'entropy'>): readonly PredictionRow[] =>
  rankedIn(
    top.map(
      ({ id, text, ...entry }: Partial<InspectedPrediction['top'][number]> & InspectedListing['top'][number]) => ({
        ...entry,
        token: { ...namedOnly({ id, text }), size: entry.size ?? null },
        ...(entry.cosine !== undefined && { values: { cosine: entry.cosine } }),
      }),
    ),
  ).map((row) => ({ ...row, hiddenSize, entropy }));

/** What a copied section is about: `Neighbours: ·France (id 4649), raw, SmolLM2-135M`. */
export function sectionTitle(
  part: Exportable,
  { model, text, position, neighbours }: Pick<PanelState, 'model' | 'text' | 'position' | 'neighbours'>,
  l10n: Translator,
): string {
  const place = text && position !== null ? placeInText(text, position) : null;
  const token = position === null ? undefined : text?.tokens[position];
  const { space, centred, query } = neighbours ?? {};
  const [name, ...about] = {
    tokens: [capitalised(l10n.t('tokens'))],
    neighbours: [
      capitalised(l10n.t('neighbours')),
      ...(query ? [`${plainToken(query)} (id ${query.id})`, space, centred ? l10n.t('centred') : l10n.t('raw')] : []),
    ],
    predictions: [
      l10n.t('Likeliest next tokens'),
      token && plainToken(token),
      place && 'position' in place && valued(l10n.t('position'), place.position),
    ],
  }[part];
  return `${name}: ${[...about, model && modelTitle(model, l10n)].filter(Boolean).join(', ')}`;
}

/** What a section shows, as a table to copy; null if it is not known. */
export function sectionRows(part: Exportable, { text, run, neighbours, prediction }: PanelState): DataRows | null {
  if (part === 'tokens') return text && dataRows(tokensTable(rowsOfText(text.tokens, run)));
  if (part === 'predictions') {
    if (!prediction) return null;
    const { top, hiddenSize, entropy } = prediction;
    const rows = rankedIn(top).map((row) => ({ ...row, hiddenSize, entropy }));
    return dataRows({ columns: Object.values(predictionColumns(top, english)).flat(), rows });
  }
  return (
    neighbours &&
    dataRows({
      columns: Object.values(neighbourColumns(neighbours.space, english)).flat(),
      rows: metrics.flatMap((by) => rankedIn(neighbours.lists[by]).map((row) => ({ ...row, by }))),
    })
  );
}
