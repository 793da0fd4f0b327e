import type {
  InspectedEntry,
  InspectedNeighbours,
  InspectedPrediction,
  InspectedToken,
  Inspection,
} from '../shared/inspection';
import { metrics } from '../shared/tokens';
import { count, number, table, visible } from './text';

const shownPredictions = 5;

/** The inspection as tables for a terminal. */
export function tables(inspection: Inspection): string {
  const { model, tokens, leftOut } = inspection;
  const parts = [
    `${model.name}: ${count(model.vocabulary)} tokens of ${model.dimensions} dimensions, ${model.layers === null ? '' : `${model.layers} layers, `}${model.tied ? 'one matrix at both ends' : 'two matrices'}`,
    tokenTable(tokens),
  ];
  if (leftOut > 0) parts.push(`${count(leftOut)} tokens are beyond the limit: they have sizes only.`);
  for (const neighbours of inspection.neighbours ?? [])
    parts.push(neighbourTable(tokens[neighbours.index] as InspectedToken, neighbours));
  const last = inspection.predictions?.at(-1);
  for (const prediction of inspection.predictions ?? [])
    parts.push(
      predictionTable(
        tokens[prediction.index] as InspectedToken,
        prediction,
        prediction === last ? prediction.top.length : shownPredictions,
      ),
    );
  if (inspection.layers) parts.push(layerTable(inspection.layers, tokens));
  return `${parts.join('\n\n')}\n`;
}

function tokenTable(tokens: readonly InspectedToken[]): string {
  const twoMatrices = tokens.some(({ outputSize }) => outputSize !== undefined);
  const output = ({ outputSize, outputPercentile, angleInputOutput }: InspectedToken) => [
    outputSize?.toFixed(3) ?? '–',
    outputPercentile === undefined ? '–' : `${outputPercentile.toFixed(1)} %`,
    angleInputOutput === undefined ? '–' : `${angleInputOutput.toFixed(1)}°`,
  ];
  return table(
    ['', 'token', 'id', 'size', 'smaller', ...(twoMatrices ? ['output size', 'smaller', 'angle'] : []), 'surprisal'],
    tokens.map((token) => [
      String(token.index + 1),
      nameOf(token),
      String(token.id),
      token.size.toFixed(3),
      `${token.percentile.toFixed(1)} %`,
      ...(twoMatrices ? output(token) : []),
      token.surprisal === null ? '–' : `${token.surprisal.toFixed(2)} bits`,
    ]),
    twoMatrices ? 'rlrrrrrrr' : 'rlrrrr',
  );
}

function neighbourTable(token: InspectedToken, neighbours: InspectedNeighbours): string {
  const names = { euclidean: 'distance', cosine: 'cosine', dot: 'dot product' };
  const cells = (entry: InspectedEntry | undefined) =>
    entry ? [visible(entry.text), number(entry.value, 3)] : ['', ''];
  const rows = neighbours.dot.map((_, i) => [
    String(i + 1),
    ...metrics.flatMap((metric) => cells(neighbours[metric][i])),
  ]);
  return `Neighbours of ${nameOf(token)} (${token.index + 1})\n${table(['', ...metrics.flatMap((metric) => ['', names[metric]])], rows, 'rlrlrlr')}`;
}

function predictionTable(
  token: InspectedToken,
  { top, hiddenSize, entropy }: InspectedPrediction,
  shown: number,
): string {
  const rows = top
    .slice(0, shown)
    .map((entry, i) => [
      String(i + 1),
      visible(entry.text),
      entry.probability < 0.0005 ? '<0.001' : entry.probability.toFixed(3),
      number(hiddenSize, 2),
      '×',
      number(entry.size, 3),
      '×',
      number(entry.cosine, 5),
      '=',
      number(entry.rawLogit - entry.bias, 2),
    ]);
  return `After ${nameOf(token)} (${token.index + 1}), entropy ${entropy.toFixed(2)} bits\n${table(['', 'token', 'probability', '‖h‖', '', '‖u‖', '', 'cos θ', '', 'logit'], rows, 'rlrrlrlrlr')}`;
}

function layerTable(layers: NonNullable<Inspection['layers']>, tokens: readonly InspectedToken[]): string {
  const position = (layers.residualSize[0]?.length ?? 1) - 1;
  const at = (rows: readonly (readonly number[])[], layer: number, digits: number) => {
    const value = rows[layer]?.[position];
    return value === undefined ? '' : number(value, digits);
  };
  const rows = layers.residualSize.map((_, layer) => [
    String(layer),
    at(layers.residualSize, layer, 2),
    at(layers.angleToInput, layer, 1),
    at(layers.angleToPrediction, layer, 1),
    layer === 0 ? '' : at(layers.attentionSize, layer - 1, 2),
    layer === 0 ? '' : at(layers.feedForwardSize, layer - 1, 2),
  ]);
  const token = tokens[position];
  return `Layer by layer at ${token ? nameOf(token) : ''} (${position + 1}); every position is in --json\n${table(['layer', '‖r‖', '° to input', '° to prediction', 'attention', 'feed-forward'], rows, 'rrrrrr')}`;
}

/** A token by its text, or by its bytes in hex where they are no characters. */
const nameOf = ({ text, bytes }: InspectedToken): string =>
  text.includes('\ufffd')
    ? bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')
    : visible(text);
