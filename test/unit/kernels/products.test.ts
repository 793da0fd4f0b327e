import { expect, it } from 'vitest';
import type { LayerProgram } from '../../../src/engine/kernels/layerProgram';
import { roomForLayers } from '../../../src/engine/kernels/runLayers';
import { Team } from '../../../src/engine/kernels/team';

// Products whose rows are no multiple of sixteen and whose columns take several panels: neighbouring threads must not
// add to the same numbers.

const [positions, rows, columns] = [40, 24, 1100];
const random = (seed: number) => (_: unknown, i: number) => Math.sin(seed + 12.9898 * i) * 0.5;
const [x, matrix] = [
  Float32Array.from({ length: positions * columns }, random(1)),
  Float32Array.from({ length: rows * columns }, random(2)),
];

async function products(threads: number, times: number): Promise<Float32Array[]> {
  const team = await Team.start(threads);
  expect(team.threads).toBe(threads);
  const memory = team.memory(0);
  const put = (values: Float32Array) => {
    const at = memory.allocate(values.byteLength + 16 * columns * 4);
    memory.floats(at, values.length).set(values);
    return at;
  };
  const [weights, from, out] = [put(matrix), put(x), memory.allocate(positions * rows * 4)];
  const stored = { at: weights, type: 0, rows, columns, rowBytes: columns * 4, bias: 0 };
  const program: LayerProgram = {
    stages: [{ kind: 'products', products: [{ x: 0, out: 1, matrix: stored }] }],
    epsilon: 1e-5,
  };
  const id = team.handOver(memory, program);
  const bytes = roomForLayers(positions, 0);
  const room = { at: memory.allocate(threads * bytes), bytes };
  const found: Float32Array[] = [];
  for (let i = 0; i < times; i++) {
    await team.run(memory, () => ({
      kind: 'layers',
      program: id,
      from: 0,
      to: 1,
      rows: positions,
      past: 0,
      addresses: [from, out],
      room,
      parts: 0,
    }));
    found.push(memory.floats(out, positions * rows).slice());
  }
  await team.close();
  return found;
}

it.each([2, 3, 8])('have the same bits on %i threads as on one', async (threads) => {
  const [expected] = await products(1, 1);
  for (let position = 0; position < positions; position++) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let k = 0; k < columns; k++)
        sum += (x[position * columns + k] as number) * (matrix[row * columns + k] as number);
      expect(Math.abs((expected?.[position * rows + row] as number) - sum)).toBeLessThan(1e-3);
    }
  }
  for (const found of await products(threads, 60)) expect(found).toEqual(expected);
});
