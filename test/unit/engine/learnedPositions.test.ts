import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { EmbeddingMatrix } from '../../../src/engine/weights/embedding';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openSource } from '../../../src/engine/weights/source';

// A model with a learned vector for each position, compared in float64 with its rows.

const pathOf = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/families/${name}.gguf`, import.meta.url));
const text = 'The capital of France';

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
const size = (a: Float64Array) => Math.sqrt(dot(a, a));

describe('the vector of a position', () => {
  const weights = readGguf(openSource(pathOf('gpt2')));
  const rowsOf = (tensor: string): Float64Array[] => {
    const matrix = new EmbeddingMatrix(weights, tensor);
    return Array.from({ length: matrix.vocabulary }, (_, id) => Float64Array.from(matrix.block(id, 1)));
  };
  const [inputs, positions] = [rowsOf('token_embd.weight'), rowsOf('position_embd.weight')];
  const engine = localEngine();
  beforeAll(async () => void (await engine.load({ path: pathOf('gpt2'), threads: 1 })));
  afterAll(() => engine.close());

  it.each([0, 1, 3])('is measured beside the token’s and in their sum: position %i', async (position) => {
    const { learned, input, residualSize } = await engine.journey({ text, position });
    const [e, p] = [inputs[input.id], positions[position]] as [Float64Array, Float64Array];
    const sum = e.map((x, i) => x + (p[i] as number));
    expect(learned?.sizes).toHaveLength(positions.length);
    positions.forEach((row, at) => expect(learned?.sizes[at]).toBeCloseTo(size(row), 12));
    expect(learned?.angleToInput).toBeCloseTo((Math.acos(dot(e, p) / size(e) / size(p)) * 180) / Math.PI, 8);
    expect(learned?.share).toBeCloseTo(dot(p, sum) / dot(sum, sum), 5);
    expect(residualSize[0]).toBeCloseTo(size(sum), 4);
  });
});

it('is none where positions enter inside attention', async () => {
  const engine = localEngine();
  try {
    await engine.load({ path: pathOf('gemma2'), threads: 1 });
    expect((await engine.journey({ text, position: 1 })).learned).toBeNull();
  } finally {
    await engine.close();
  }
});
