import { type DataColumn, printedRows, type TableRows, withValues } from '../shared/columns';
import { fixed, hexPairs, probability as likelihood } from '../shared/format';
import type {
  InspectedListing,
  InspectedNeighbours,
  InspectedPrediction,
  InspectedToken,
  Inspection,
} from '../shared/inspection';
import { layerPartIn, layerPartNames } from '../shared/layerParts';
import { metrics, type ByMetric } from '../shared/metrics';
import { modelTitle } from '../shared/modelName';
import { type InspectedEntry, neighbourMeasures, neighbourRows } from '../shared/neighbourTable';
import { englishPlural } from '../shared/plural';
import { predictionColumns, type PredictionRow, predictionRows, tokensTable } from '../shared/sectionTables';
import type { NamedToken, Token } from '../shared/tokens';
import { english } from '../shared/translator';
import { groupedCount, paragraphs, table, visible } from './text';

interface MoreTables {
  /** As `--limit` gave it. */
  readonly limit: number;
  /** Predicted tokens at every position but the last; without this all. */
  readonly shown?: number;
  /** What was asked for by an option, before what every inspection has. */
  readonly asked: readonly string[];
  readonly last: readonly string[];
}

/** The inspection as tables for a terminal, with further tables. */
export function tables(inspection: Inspection, { limit, shown: most = Infinity, asked, last }: MoreTables): string {
  const { model, tokens, leftOut, neighbours = [], predictions = [], listed = [], layers } = inspection;
  const tokenOf = ({ index }: { readonly index: number }) => tokens[index] as InspectedToken;
  /** How many entries are shown: all after the last position. */
  const shown = <T extends { readonly top: readonly unknown[] }>(one: T, all: readonly T[]): number =>
    one === all.at(-1) ? one.top.length : most;
  return `${paragraphs(
    modelLine(model),
    inspection.without && ablationLine(inspection.without, inspection),
    inspection.edge && edgeSaid(tokens, inspection.edge),
    ...asked,
    layers && layerTable(layers, inspection),
    printedTable(tokensTable(tokens)),
    leftOut > 0 &&
      `${groupedCount(leftOut)} ${englishPlural(leftOut, { one: 'token is beyond', other: 'tokens are beyond' })} --limit ${groupedCount(limit)}: only sizes are given for ${englishPlural(leftOut, { one: 'it', other: 'them' })}.`,
    ...neighbours.map((one) => neighbourTable(tokenOf(one), one)),
    ...predictions.map((one) => predictionTable(tokenOf(one), one, shown(one, predictions))),
    ...listed.map((one) => predictionTable(tokenOf(one), one, shown(one, listed))),
    ...last,
  )}\n`;
}

/** What is known of a model on a server depends on the server, and on whether its matrices are there. */
export function modelLine(model: Inspection['model']): string {
  const { vocabulary, dimensions, layers, mixers, tied, quantisation, server } = model;
  const kinds = mixers ? ` (${layerPartNames('attention', model, english)})` : '';
  const hasMatrices = model.architecture !== '';
  const facts = [
    ...(vocabulary === 0
      ? []
      : [`${groupedCount(vocabulary)} tokens${dimensions === 0 ? '' : ` of ${dimensions} dimensions`}`]),
    ...(layers === null ? [] : [`${layers} layers${kinds}`]),
    hasMatrices ? (tied ? 'input and output share one matrix' : 'two matrices') : 'matrices not known',
  ];
  return `${[modelTitle(model, english), ...(server || !quantisation ? [] : [quantisation])].join(' · ')}: ${facts.join(', ')}`;
}

/** What it costs that a text ends inside a word, or in a space. */
export const edgeSaid = (
  tokens: readonly NamedToken[],
  { index, whole, probability: likely, typed }: NonNullable<Inspection['edge']>,
): string => {
  const isSpace = tokens.slice(index).every(({ text }) => text.trim() === '');
  const where = isSpace ? 'in a space' : `inside ${visible(whole.text)}`;
  return `The text ends ${where}. After ${nameOf(tokens[index - 1] as NamedToken)} the model gives ${visible(whole.text)} ${likelihood(likely)}, and what stands there ${likelihood(typed)}.`;
};

function ablationLine(parts: readonly string[], { replacedBy: by, model }: Inspection): string {
  const named = parts.join(', ').replaceAll(/(\d+)\.(attention|feedForward)/g, (_, layer: string, kind) => {
    return `the ${layerPartIn(kind as 'attention' | 'feedForward', Number(layer), model, english)} of layer ${layer}`;
  });
  return `Run without ${named}, set to ${by === 'mean' ? 'the mean over the text' : '0'}; layers, heads, neurons and experts count from 0`;
}

/** A described table for a terminal. */
export function printedTable<R>(described: TableRows<R>, spelled: (token: NamedToken) => string = nameOf): string {
  const { head, rows, alignment } = printedRows(described, spelled);
  return table(head, rows, alignment);
}

const neighbourTable = (token: InspectedToken, neighbours: InspectedNeighbours): string =>
  `Neighbours of ${nameOf(token)} (${token.index + 1})\n${neighbourLists(neighbours)}`;

/** The lists by all metrics beside each other. */
export function neighbourLists(lists: ByMetric<readonly InspectedEntry[]>): string {
  const beside = metrics.map((by) => {
    const rows = neighbourRows(lists[by], by);
    const name = ({ entry }: (typeof rows)[number]) => `${visible(entry.token.text)}${entry.operand ? ' *' : ''}`;
    const measures = neighbourMeasures(english).filter(({ lists: only = by }) => only === by);
    return printedRows(withValues({ columns: [{ head: '', value: name }, ...measures], rows }), nameOf);
  });
  const rows = lists[metrics[0]].map((_, i) => [
    String(i + 1),
    ...beside.flatMap(({ head, rows: cells }) => cells[i] ?? head.map(() => '')),
  ]);
  return table(
    ['', ...beside.flatMap(({ head }) => head)],
    rows,
    `r${beside.map(({ alignment }) => alignment).join('')}`,
  );
}

const sign = (text: string): DataColumn<PredictionRow> => ({ head: '', value: () => text });

/** The likeliest tokens after a token. Of a server's list no factors are known, and of the entropy only bounds. */
function predictionTable(token: InspectedToken, one: InspectedPrediction | InspectedListing, shown: number): string {
  const rows = predictionRows(one).slice(0, shown);
  const top = rows.map(({ entry }) => entry);
  const {
    rank,
    token: name,
    probability,
    hiddenSize,
    size,
    cosine,
    bias,
    logit,
    capped,
  } = predictionColumns(top, english);
  const factors = [
    hiddenSize,
    sign('×'),
    size,
    sign('×'),
    cosine,
    ...(bias.head ? [sign('+'), bias] : []),
    sign('='),
    logit,
  ];
  const columns = [rank, name, probability, ...('nearest' in one ? [...factors, capped] : [])];
  const printed = printedTable({ columns, rows }, ({ text }) => visible(text));
  return `After ${nameOf(token)} (${token.index + 1}), entropy ${entropySaid(one)}\n${printed}`;
}

function entropySaid({ entropy }: InspectedPrediction | InspectedListing): string {
  if (typeof entropy === 'number') return `${entropy.toFixed(2)} bits`;
  const { atLeast, atMost } = entropy;
  return atMost === null ? `at least ${atLeast.toFixed(2)} bits` : `${atLeast.toFixed(2)} to ${atMost.toFixed(2)} bits`;
}

function layerTable(layers: NonNullable<Inspection['layers']>, { tokens, model: kinds }: Inspection): string {
  const position = (layers.residualSize[0]?.length ?? 1) - 1;
  const place = `${placeOf(tokens, position)}; every position is in --json`;
  const residual: DataColumn<number> = { head: 'residual', value: (at) => at };
  const rows = [...layers.residualSize.keys()];
  const at = (head: string, values: readonly (readonly number[])[], digits: number, first = 0): DataColumn<number> => ({
    ...{ head, value: (layer) => values[layer - first]?.[position], print: (value) => fixed(value, digits) },
  });
  const partOf = (row: number) => (row === 0 ? '' : layerPartIn('attention', row - 1, kinds, english));
  const columns = [
    residual,
    at('‖r‖', layers.residualSize, 2),
    at('° to input', layers.angleToInput, 1),
    at('° to prediction', layers.angleToPrediction, 1),
    ...(kinds.mixers ? [{ head: 'part', value: partOf }] : []),
    at(layerPartNames('attention', kinds, english), layers.attentionSize, 2, 1),
    at(layerPartNames('feedForward', kinds, english), layers.feedForwardSize, 2, 1),
  ];
  const { dimensions } = layers;
  /** The dimensions of each residual, from 0: number, value and share. */
  const shares = (dimensions?.[0]?.[position] ?? []).flatMap((_, n): readonly DataColumn<number>[] => {
    const of = (layer: number) => dimensions?.[layer]?.[position]?.[n];
    return [
      { head: 'dimension', value: (layer) => of(layer)?.dimension, print: String },
      { head: 'value', value: (layer) => of(layer)?.value, print: (value) => fixed(value, 2) },
      { head: 'share', value: (layer) => of(layer)?.share, print: (share) => `${fixed(100 * share, 1)} %` },
    ];
  });
  return paragraphs(
    `Layer by layer at ${place}. Row n is the residual after n layers, with what the last of them added: layer n − 1 for --attention and --why\n${printedTable({ columns, rows })}`,
    dimensions &&
      `Dimensions with the largest share of ‖r‖² at ${place}\n${printedTable({ columns: [residual, ...shares], rows })}`,
  );
}

/** A token by its text, or by its bytes in hex if they are not characters. */
export const nameOf = ({ text, bytes }: Pick<Token, 'text' | 'bytes'>): string =>
  text.includes('\ufffd') && bytes.length > 0 ? hexPairs(bytes) : visible(text);

/** The subject of a sentence for a tool with the argument `limit`: `88 tokens beyond limit were`. */
export const beyondLimit = (tokens: number): string =>
  `${groupedCount(tokens)} ${englishPlural(tokens, { one: 'token beyond limit was', other: 'tokens beyond limit were' })}`;

/** A position by its token and its number, from 1. */
export function placeOf(tokens: readonly InspectedToken[], position: number): string {
  const token = tokens[position];
  return `${token ? nameOf(token) : ''} (${position + 1})`;
}
