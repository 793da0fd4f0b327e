import { randomLcg, randomNormal } from 'd3-random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hyperparameters } from '../../../../src/engine/architecture/hyperparameters';
import { GraphBuilder } from '../../../../src/engine/backends/onnx/graph';
import { GraphLayers } from '../../../../src/engine/backends/onnx/layerGraph';
import type { OnnxTarget } from '../../../../src/engine/backends/onnx/products';
import type { Session } from '../../../../src/engine/backends/onnx/runtime';
import { addedTo, storedAs, storedForms, type StoredForm } from '../../../../src/engine/backends/onnx/storedForms';
import { dequantise, tensorTypes, type TensorType } from '../../../../src/engine/weights/types/types';
import type { TensorInfo, Weights } from '../../../../src/engine/weights/weights';
import { onnxSession } from '../../support/onnxSession';

// The runtime's product with a matrix as it is stored, against the same matrix plainly dequantised.

/** Where a block has its half-precision scales; the second one, if any, is of a minimum. */
const scalesAt: Readonly<Partial<Record<TensorType, readonly number[]>>> = {
  Q4_0: [0],
  Q4_1: [0, 2],
  Q4_K: [0, 2],
  Q2_K: [80, 82],
  Q3_K: [108],
  Q5_0: [0],
  Q5_1: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
  Q8_0: [0],
  IQ4_NL: [0],
  IQ4_XS: [0],
};
const types = Object.keys(scalesAt) as TensorType[];
const [rows, columns] = [24, 512];

/**
 * IEEE 754 half precision of a few magnitudes, by its bits: 0.05 or so of either sign, the smallest there is, and 0.
 */
const someHalf = (random: () => number): number =>
  (random() < 0.5 ? 0x8000 : 0) | (0x2800 + Math.floor(random() * 0x400));

/**
 * Random blocks. Every fifth has a scale of 0, every fifth a minimum of 0, every fifth the smallest scale, every fifth
 * none of both.
 */
function randomBlocks(type: TensorType, count: number): Uint8Array {
  const random = randomLcg(0.4);
  // Halves that are numbers and no infinities.
  if (type === 'F16') return new Uint8Array(Uint16Array.from({ length: count }, () => someHalf(random)).buffer);
  const { bytes } = tensorTypes[type];
  const data = Uint8Array.from({ length: count * bytes }, () => Math.floor(random() * 256));
  const put = (block: number, place: number | undefined, bits: number) => {
    if (place !== undefined) new DataView(data.buffer).setUint16(block * bytes + place, bits, true);
  };
  for (let block = 0; block < count; block++) {
    const [scale, minimum] = scalesAt[type] as readonly number[];
    put(block, scale, block % 5 === 0 || block % 5 === 3 ? 0 : block % 5 === 2 ? 1 : someHalf(random));
    put(block, minimum, block % 5 === 1 || block % 5 === 3 ? 0 : someHalf(random));
    // A group of 16 or 32 numbers whose own scale is 0, in a block that has one.
    if (type === 'Q4_K' || type === 'Q5_K') data[block * bytes + 4] = (data[block * bytes + 4] as number) & 0xc0;
    if (type === 'Q2_K') data[block * bytes] = (data[block * bytes] as number) & 0xf0;
  }
  return data;
}

/** In the runtime's memory: 0.75 to 1.5, where float32 takes 4. */
const bytesPerWeight = (form: StoredForm): number =>
  form.bits / 8 + (form.bits === 4 || form.minimum ? 8 : 4) / form.blockSize;
const formOf = (type: TensorType) => storedForms[type] as StoredForm;

/** The graph of one `linear` alone, and the matrix that it stands for. */
async function product(
  type: TensorType,
  target: OnnxTarget = 'wasm',
): Promise<{ readonly session: Session; readonly matrix: Float32Array; readonly heldBytes: number }> {
  const { length, bytes: blockBytes } = tensorTypes[type];
  const data = randomBlocks(type, (rows * columns) / length);
  const tensor: TensorInfo = { name: 'm.weight', shape: [rows, columns], type, offset: 0, byteLength: data.length };
  const rowBytes = (columns / length) * blockBytes;
  const weights: Weights = {
    metadata: new Map(),
    unread: new Map(),
    tensors: new Map([[tensor.name, tensor]]),
    fileBytes: data.length,
    readRows: (_name, first, count) => data.slice(first * rowBytes, (first + count) * rowBytes),
    read: () => data,
    close: () => undefined,
  };
  const graph = new GraphBuilder();
  const model: Hyperparameters = {
    layers: 1,
    dimensions: columns,
    heads: 1,
    keyValueHeads: 1,
    headSize: 8,
    feedForward: 8,
    contextLength: 8,
    epsilon: 1e-5,
    attention: [],
  };
  const builder = new GraphLayers(graph, weights, model, target);
  const x = { ...graph.input('x', 'float', [1, 'positions', columns]), width: columns };
  graph.output('y', builder.linear(x, 'm'), 'float', [1, 'positions', rows]);
  const heldBytes = graph.build().external.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
  graph.output('part', builder.linear(x, 'm', { rows: [5, 12] }), 'float', [1, 'positions', 7]);
  const matrix = new Float32Array(rows * columns);
  dequantise(type, data, matrix);
  return { session: await onnxSession(graph.build()), matrix, heldBytes };
}

async function run(session: Session, x: Float32Array, name = 'y'): Promise<Float32Array> {
  const { [name]: y } = await session.run({ x: { data: x, dims: [1, x.length / columns, columns] } }, [name]);
  return y?.data as Float32Array;
}

describe.each(types)('%s', (type) => {
  let session: Session;
  let matrix: Float32Array;
  let heldBytes: number;
  beforeAll(async () => ({ session, matrix, heldBytes } = await product(type)));
  afterAll(() => session.release());

  it('takes the memory of its form', () => expect(heldBytes / (rows * columns)).toBe(bytesPerWeight(formOf(type))));

  it('has every weight within the rounding of float32', async () => {
    // The product with the unit vectors is the matrix itself, as the runtime works it out.
    const units = new Float32Array(columns * columns);
    for (let j = 0; j < columns; j++) units[j * columns + j] = 1;
    const y = await run(session, units);
    const { blockSize = 1 } = storedForms[type] ?? {};
    // An expectation for each of the weights would take most of the time.
    const wrong: string[] = [];
    for (let row = 0; row < rows; row++) {
      for (let block = 0; block < columns; block += blockSize) {
        const own = matrix.subarray(row * columns + block, row * columns + block + blockSize);
        const found = Float32Array.from(own, (_, j) => y[(block + j) * rows + row] as number);
        // Of the larger of the two numbers whose difference a weight is.
        const largest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        own.forEach((value, j) => {
          const isRight = Math.abs((found[j] as number) - value) <= 4 * 2 ** -24 * largest;
          if (!isRight) wrong.push(`row ${row}, column ${block + j}: ${found[j]} for ${value}`);
        });
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([1, 3, 40])('gives the products of %i vectors', async (positions) => {
    const normal = randomNormal.source(randomLcg(0.7))();
    const x = Float32Array.from({ length: positions * columns }, () => normal());
    const [y, part] = [await run(session, x), await run(session, x, 'part')];
    for (let i = 0; i < positions; i++) {
      for (let row = 0; row < rows; row++) {
        let [sum, size] = [0, 0];
        for (let j = 0; j < columns; j++) {
          const term = (x[i * columns + j] as number) * (matrix[row * columns + j] as number);
          sum += term;
          size += Math.abs(term);
        }
        const allowed = 3e-7 * size;
        expect(Math.abs((y[i * rows + row] as number) - sum)).toBeLessThanOrEqual(allowed);
        if (row >= 5 && row < 12)
          expect(Math.abs((part[i * 7 + row - 5] as number) - sum)).toBeLessThanOrEqual(allowed);
      }
    }
  });
});

describe.each([...types, 'F16'] as const)('%s in a GPU’s operators', (type) => {
  it('is the same matrix', async () => {
    const [here, there] = [await product(type), await product(type, 'webgpu')];
    const normal = randomNormal.source(randomLcg(0.3))();
    const x = Float32Array.from({ length: 3 * columns }, () => normal());
    for (const name of ['y', 'part']) {
      const [expected, found] = [await run(here.session, x, name), await run(there.session, x, name)];
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      found.forEach((value, i) =>
        expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(5e-6 * largest),
      );
    }
    await Promise.all([here.session.release(), there.session.release()]);
  });
});

describe.each(types)('the integers of %s', (type) => {
  it('give what is unpacked, to the bit', () => {
    const form = formOf(type);
    const { length } = tensorTypes[type];
    // More than are unpacked at a time.
    const data = randomBlocks(type, 1500);
    const plain = new Float32Array(1500 * length);
    dequantise(type, data, plain);
    const { integers, scales, minimums } = storedAs(form, type, data);
    const found = plain.map((_, i) => {
      const block = Math.floor(i / form.blockSize);
      const byte = integers[form.bits === 8 ? i : i >> 1] as number;
      const q = (form.bits === 8 ? byte : (byte >> (4 * (i & 1))) & 15) - addedTo(form);
      return (scales[block] as number) * q + (minimums[block] ?? 0);
    });
    expect(found.findIndex((value, i) => value !== plain[i])).toBe(-1);
  });
});

describe('the choice of a form', () => {
  it('is float32 for what no kernel of the runtime takes', () => {
    for (const type of ['F32', 'F16', 'BF16'] as const) expect(storedForms[type]).toBeUndefined();
  });

  it('counts the bytes of integers, scales, zero points and minimums', () => {
    const bytes = (type: TensorType) => bytesPerWeight(formOf(type));
    expect([bytes('Q4_K'), bytes('Q2_K'), bytes('Q8_0'), bytes('Q6_K'), bytes('Q5_K')]).toEqual([
      0.75, 1, 1.125, 1.25, 1.25,
    ]);
  });
});
