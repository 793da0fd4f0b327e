import { group } from 'd3-array';
import type { Ablated } from '../shared/ablation';
import { allHeads, type Attention, type AttentionPart } from '../shared/attention';
import type { Engine, ModelInfo } from '../shared/engine';
import { fixed } from '../shared/format';
import type { InspectedPush, Inspection, InspectedToken } from '../shared/inspection';
import { layerPartIn } from '../shared/layerParts';
import type { Lens } from '../shared/layers';
import type { TextRequest } from '../shared/tokens';
import { english } from '../shared/translator';
import { sourcesJson } from '../tools/insides';
import { nameOf, placeOf } from '../tools/tables';
import { groupedCount, table, visible } from '../tools/text';
import type { Heads } from './options';

interface Asked {
  readonly engine: Engine;
  readonly model: ModelInfo;
  readonly text: TextRequest;
  readonly heads: Heads;
  readonly push: number | undefined;
}

/** Weights that are held at a time, 128 MiB, and characters that are written at a time. */
const weightsTogether = 2 ** 24;
const charactersTogether = 2 ** 20;

/** The heads at every position, some at a time. */
async function* everyHead({ engine, model, text, heads, push }: Asked, positions: number): AsyncGenerator<Attention> {
  const output = push === undefined ? {} : { output: push };
  // Without layers the engine refuses with its own message.
  if (!model.trunk) yield await engine.attention(text);
  const named = heads === 'all' ? allHeads(model.trunk ?? { layers: 0, heads: 0 }) : heads;
  const step = Math.max(1, Math.floor(weightsTogether / ((positions * (positions + 1)) / 2)));
  for (let first = 0; first < named.length; first += step)
    yield await engine.attention({ ...text, ...output, heads: named.slice(first, first + step) });
}

/**
 * The members `attention`, `attentionBias` and `sources` of `Inspection` as pieces of JSON: all weights of a long text
 * do not fit into one string.
 */
export async function* attentionJson(asked: Asked, positions: number): AsyncGenerator<string> {
  const biases = new Map<number, string>();
  let piece = '"attention":[';
  let isFirst = true;
  for await (const { heads, biases: some } of everyHead(asked, positions)) {
    for (const { layer, head, rows, ...part } of heads) {
      piece += `${isFirst ? '' : ','}{"layer":${layer},"head":${head},"rows":[`;
      isFirst = false;
      for (const [i, row] of rows.entries()) {
        piece += `${i > 0 ? ',' : ''}${JSON.stringify(Array.from(row))}`;
        if (piece.length < charactersTogether) continue;
        yield piece;
        piece = '';
      }
      piece += `],${members(part)}}`;
    }
    for (const { layer, ...part } of some) biases.set(layer, `{"layer":${layer},${members(part)}}`);
  }
  yield `${piece}]${biases.size > 0 ? `,"attentionBias":[${[...biases.values()].join()}]` : ''}`;
  const { engine, model, text, heads, push } = asked;
  if (heads !== 'all' || !model.trunk?.mixers) return;
  const grid = await engine.headGrid({ ...text, position: positions - 1, ...(push !== undefined && { output: push }) });
  yield `,"sources":${JSON.stringify(sourcesJson(grid, model.trunk, push !== undefined))}`;
}

/** `size` and `push` as members of a JSON object. */
const members = ({ size, push }: AttentionPart): string =>
  JSON.stringify({ size: Array.from(size), ...(push && { push: Array.from(push) }) }).slice(1, -1);

/** Heads of a table of all. */
const shownHeads = 20;

export async function attentionTable(
  { engine, model, text, heads, push }: Asked,
  tokens: readonly InspectedToken[],
  positions: number,
): Promise<string> {
  const position = positions - 1;
  const found = await engine.attention({
    ...text,
    positions: { from: position, to: positions },
    ...(heads !== 'all' && { heads }),
    ...(push !== undefined && { output: push }),
  });
  const rows = linesOf(found, tokens);
  const shown = heads === 'all' ? rows.sort((a, b) => b.rank - a.rank).slice(0, shownHeads) : rows;
  const some =
    heads === 'all'
      ? `, the ${shown.length} of ${groupedCount(rows.length)} parts with the largest ${found.output ? 'push' : 'size'}`
      : '';
  const pushed = found.output && `push on ${visible(found.output.text)}`;
  return `Attention at ${placeOf(tokens, position)}${some}; layers and heads count from 0, every position is in --json\n${table(
    ['layer', 'head', 'size', ...(pushed ? [pushed] : []), 'looks most at', '', 'weight'],
    shown.map(({ cells }) => cells),
    `rrr${pushed ? 'r' : ''}lrr`,
  )}${heads === 'all' ? headless(model) : ''}`;
}

/** The layers that have no heads, and what they have instead. */
function headless({ trunk }: ModelInfo): string {
  const layers = trunk?.mixers?.flatMap((mixer, layer) => (mixer === 'attention' ? [] : layer)) ?? [];
  const named = group(layers, (layer) => layerPartIn('attention', layer, trunk, english));
  if (layers.length === 0) return '';
  return `\nLayers without heads: ${Array.from(named, ([name, own]) => `${name} in ${own.join(', ')}`).join('; ')}`;
}

/** One line a head, and one for the bias of each of their layers. */
function linesOf({ heads, biases }: Attention, tokens: readonly InspectedToken[]) {
  const line = (layer: number, head: string, { size: [size = 0], push }: AttentionPart, most: readonly string[]) => ({
    rank: push ? Math.abs(push[0] ?? 0) : size,
    cells: [String(layer), head, fixed(size, 3), ...(push ? [fixed(push[0] ?? 0, 3)] : []), ...most],
  });
  return [
    ...heads.map((head) => {
      const weights = head.rows[0] ?? new Float64Array();
      const most = weights.reduce((best, weight, i) => (weight > (weights[best] ?? 0) ? i : best), 0);
      const token = tokens[most];
      return line(head.layer, String(head.head), head, [
        token ? nameOf(token) : '',
        `(${most + 1})`,
        fixed(weights[most] ?? 0, 3),
      ]);
    }),
    ...biases.map((bias) => line(bias.layer, 'bias', bias, ['', '', ''])),
  ];
}

const lensEntries = 3;

/** The prediction from every residual of a text, L + 1 rows. */
export async function lensOf(
  engine: Engine,
  text: TextRequest,
  layers: number,
  ablated?: Ablated,
): Promise<NonNullable<Inspection['lens']>> {
  const { rows } = await engine.lens({
    ...text,
    first: 0,
    count: layers + 1,
    top: lensEntries,
    ...(ablated && { ablated }),
  });
  return plainCells(rows);
}

/** The rows between attention and feed-forward, how far all rows are from the final prediction, and what leads them. */
export async function lensDetails(
  engine: Engine,
  text: TextRequest,
  layers: number,
  position: number,
): Promise<Pick<Inspection, 'lensAfterAttention' | 'divergence' | 'divergenceAfterAttention' | 'leaders'>> {
  const whole = { ...text, first: 0, count: layers + 1 };
  const between = { ...text, first: 1, count: layers, after: 'attention' } as const;
  const bits = (rows: readonly Float64Array[]) => rows.map((row) => Array.from(row));
  return {
    lensAfterAttention: plainCells((await engine.lens({ ...between, top: lensEntries })).rows),
    divergence: bits((await engine.divergence(whole)).rows),
    divergenceAfterAttention: bits((await engine.divergence(between)).rows),
    leaders: (await engine.leaders({ ...text, position })).tokens.map(({ token, probability, rank }) => ({
      id: token.id,
      text: token.text,
      probability: Array.from(probability),
      rank: Array.from(rank),
    })),
  };
}

function plainCells(rows: Lens['rows']): NonNullable<Inspection['lens']> {
  return rows.map((cells) =>
    cells.map(({ top }) =>
      top.map(({ token: { id, text: spelled }, probability }) => ({ id, text: spelled, probability })),
    ),
  );
}

/** The logit contribution of each layer's parts to one token, at every position that was run. */
export async function pushOf(
  engine: Engine,
  text: TextRequest,
  output: number,
  positions: number,
  layers: number,
): Promise<InspectedPush> {
  const rows = () => Array.from({ length: layers }, (): number[] => []);
  const input: number[] = [];
  const [attention, feedForward] = [rows(), rows()];
  let bias = 0;
  for (let position = 0; position < positions; position++) {
    const { push } = await engine.journey({ ...text, position, output });
    input.push(push.input);
    bias = push.bias;
    for (let layer = 0; layer < layers; layer++) {
      attention[layer]?.push(push.attention[layer] as number);
      feedForward[layer]?.push(push.feedForward[layer] as number);
    }
  }
  return { input, attention, feedForward, bias };
}
