import { floats } from '../../../src/engine/architecture/layers';
import { llama } from '../../../src/engine/architecture/llama';
import { EmbeddingMatrix } from '../../../src/engine/weights/embedding';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openSource } from '../../../src/engine/weights/source';
import { tensorOf } from '../../../src/engine/weights/weights';
import { modelPath } from './engine';

/** The default model's vocabulary, for plain loops over all of its rows. */
export interface PlainRows {
  readonly vocabulary: number;
  readonly dimensions: number;
  /** vocabulary × dimensions */
  readonly matrix: Float32Array;
  readonly mean: Float64Array;
  /** Of the final norm. */
  readonly gain: Float32Array;
}

let rows: PlainRows | undefined;

/** Reads the rows once for all test files that share their modules. */
export function plainRows(): PlainRows {
  rows ??= read();
  return rows;
}

function read(): PlainRows {
  const weights = readGguf(openSource(modelPath));
  const embedding = new EmbeddingMatrix(weights, llama.embedding);
  const { vocabulary, dimensions } = embedding;
  const matrix = embedding.block(0, vocabulary);
  const mean = new Float64Array(dimensions);
  for (let at = 0; at < matrix.length; at += dimensions)
    for (let i = 0; i < dimensions; i++) (mean[i] as number) += (matrix[at + i] as number) / vocabulary;
  const gain = floats(weights, tensorOf(weights, llama.finalNorm));
  weights.close();
  return { vocabulary, dimensions, matrix, mean, gain };
}
