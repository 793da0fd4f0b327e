import { chosenOf } from '../shared/chosen';
import type { Engine } from '../shared/engine';
import { EngineError } from '../shared/errors';
import { fixed, probability } from '../shared/format';
import { inspectedModel } from '../shared/inspection';
import { byMetric } from '../shared/metrics';
import type { TextRequest } from '../shared/tokens';
import type { Steered, Steering } from '../shared/vectors/steering';
import type { TextPlace } from '../shared/vectors/vector';
import { modelLine } from '../tools/tables';
import { harmless, paragraphs, width, table, visible } from '../tools/text';
import { vectorJson, vectorTables, type PrintedVector } from '../tools/vector';
import type { InspectOptions } from './inspectOptions';
import { loadEngine, type Io, type ModelOptions } from './program';
import { madeWith } from './provenance';

/** Steers the prediction after a position. */
export async function steeringOf(
  io: Io,
  engine: Engine,
  text: TextRequest,
  { steer: expression = '', at, strength, takeOut, everywhere, top }: InspectOptions,
  position: number,
) {
  const how = takeOut ? 'remove' : 'add';
  // The residual after a layer is counted with the one before the first.
  const layer = typeof at === 'number' ? at + 1 : at === 'input' ? 0 : null;
  const steering: Steering = { expression, how, strength, layer, positions: everywhere ? 'all' : 'last' };
  const question = { ...text, position, steering, count: Math.max(1, top) };
  return { steering, steered: await pointing(io, expression, () => engine.steer(question)) };
}

interface Printed {
  readonly steering: Steering;
  readonly steered: Steered;
}

/** The part of `--json` that tells of steering. Pairs are before and after. */
export const steerJson = ({ steering, steered: { tokens, promised, ...steered } }: Printed) => ({
  ...steering,
  ...steered,
  tokens: tokens.map(({ token: { id, text }, ...both }, i) => ({ id, text, ...both, promised: promised[i] })),
});

/** The same as tables. */
export function steerTables({ steering, steered }: Printed): string {
  const { vectorSize, residualSize, divergence, entropy, hiddenSize, tokens, promised } = steered;
  const changes = tokens.map(({ token, probabilities, logits: [before, after] }, i) => [
    visible(token.text),
    ...probabilities.map(probability),
    ...[before, after, after - before, promised[i] as number].map((logits) => fixed(logits, 2)),
  ]);
  const wholes = [
    ['entropy, bits', ...entropy.map((bits) => fixed(bits, 2))],
    ['‖h‖', ...hiddenSize.map((size) => fixed(size, 2))],
  ];
  const place = steering.layer === null ? 'after layer 0' : 'there';
  const at = steering.positions === 'all' ? `${place} at the last position` : place;
  return `${sentence(steering)}
The vector has size ${fixed(vectorSize, 3)}, the residual ${at} ${fixed(residualSize, 2)}. The predictions are ${fixed(divergence, 3)} bits apart (KL divergence)
${table(['', 'before', 'steered'], wholes, 'lrr')}

The likeliest tokens of both. “Push alone” is the change of the logit if no later layer reacted
${table(['token', 'probability', 'steered', 'logit', 'steered', 'change', 'push alone'], changes, 'lrrrrrr')}`;
}

function sentence({ expression, how, strength, layer, positions }: Steering): string {
  const after =
    layer === null
      ? 'after every layer'
      : layer === 0
        ? 'before the first layer (r0)'
        : `after layer ${layer - 1} (r${layer} in an expression)`;
  const where = `the residual ${after}, at ${positions === 'all' ? 'all positions' : 'the last position'}`;
  const times = `, times ${String(strength).replace('-', '−')},`;
  return how === 'add'
    ? `Steered: ${harmless(expression)}${times} is added to ${where}`
    : `Steered: the direction of ${harmless(expression)}${strength === 1 ? '' : times} is taken out of ${where}`;
}

interface Options {
  readonly neighbours: number;
  readonly centred: boolean;
  readonly withoutOperands: boolean;
}

/** Prints a vector that needs no text. */
export async function vectorAlone(
  io: Io,
  options: Options & ModelOptions & { readonly json: boolean },
  expression: string,
): Promise<void> {
  const { engine, model } = await loadEngine(io, options);
  const vector = await vectorOf(io, engine, expression, options);
  const shown = inspectedModel(model);
  const made = options.json
    ? await madeWith(io, engine, { model }, { centred: options.centred, chosen: chosenOf({ vector: expression }) })
    : {};
  io.out(
    `${options.json ? JSON.stringify({ model: shown, vector: vectorJson(vector), ...made }) : paragraphs(modelLine(shown), vectorTables(vector))}\n`,
  );
}

export async function vectorOf(
  io: Io,
  engine: Engine,
  expression: string,
  { neighbours, centred, withoutOperands }: Options,
  place?: TextPlace,
): Promise<PrintedVector> {
  const request = { expression, centred, count: Math.max(1, neighbours), ...(place && { place }) };
  const own = await pointing(io, expression, () => engine.vector(request));
  return { own: neighbours > 0 ? own : { ...own, lists: byMetric(() => []) }, without: withoutOperands };
}

/** Where the expression is wrong, prints it with a mark under the place. */
export async function pointing<T>(io: Io, expression: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError && error.at) io.err(pointed(expression, error.at));
    throw error;
  }
}

/** The expression on a line, and carets under the place. */
export function pointed(expression: string, { from, to }: { readonly from: number; readonly to: number }): string {
  const before = ' '.repeat(width(harmless(expression.slice(0, from))));
  return `${harmless(expression)}\n${before}${'^'.repeat(Math.max(1, width(harmless(expression.slice(from, to)))))}\n`;
}
