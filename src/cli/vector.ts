import { chosenOf } from '../shared/chosen';
import type { Engine } from '../shared/engine';
import { EngineError } from '../shared/errors';
import { inspectedModel } from '../shared/inspection';
import { byMetric } from '../shared/metrics';
import type { TextPlace } from '../shared/vectors/vector';
import { modelLine } from '../tools/tables';
import { harmless, paragraphs, width } from '../tools/text';
import { vectorJson, vectorTables, type PrintedVector } from '../tools/vector';
import { loadEngine, type Io, type ModelOptions } from './program';
import { madeWith } from './provenance';

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
