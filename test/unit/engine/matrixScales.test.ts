import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { floats } from '../../../src/engine/architecture/layers';
import { localEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import { openModelFile } from '../../../src/engine/model/modelFile';
import { readGguf } from '../../../src/engine/weights/gguf';
import { withMatrixScales } from '../../../src/engine/weights/matrixScales';
import { fromBytes } from '../../../src/engine/weights/source';
import { tensorOf, type Weights } from '../../../src/engine/weights/weights';
import { familyPath } from '../support/families';
import { partsOf } from '../support/ggufParts';
import { writeGguf, type GgufFile, type GgufTensor } from '../support/ggufWriter';
import { partsOf as split, writeParts } from '../support/splitModel';

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-scales-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = familyPath('qwen3moe-nvfp4');
const numbersOf = (weights: Weights, name: string) => floats(weights, tensorOf(weights, name));

describe('a scale beside a matrix of NVFP4', () => {
  const stored = readGguf(fromBytes(new Uint8Array(readFileSync(path))));
  const { weights } = openModelFile(path);
  afterAll(() => weights.close());

  it.each(['output', 'blk.1.attn_output', 'blk.0.ffn_down_exps'])('multiplies the numbers of %s', (name) => {
    const [plain, scales] = [numbersOf(stored, `${name}.weight`), numbersOf(stored, `${name}.scale`)];
    const each = plain.length / scales.length;
    const found = numbersOf(weights, `${name}.weight`);
    expect(Math.max(...scales)).toBeLessThan(0.01);
    for (const [at, number] of found.entries()) {
      const exact = (plain[at] as number) * (scales[Math.floor(at / each)] as number);
      expect(Math.abs(number - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -23);
    }
  });

  it('is read once, however often rows of the matrix are', () => {
    const read: string[] = [];
    const counted = withMatrixScales({ ...stored, read: (name) => (read.push(name), stored.read(name)) });
    for (let row = 0; row < 3; row++) counted.readRows('blk.0.ffn_up_exps.weight', row, 1);
    expect(read).toEqual(['blk.0.ffn_up_exps.scale']);
  });

  it('is found in another part of a split model', () => {
    const [first = ''] = writeParts(folder, 'split', split(path, 40));
    const { weights: parts } = openModelFile(first);
    for (const name of ['output.weight', 'blk.0.ffn_up_exps.weight'])
      expect(numbersOf(parts, name)).toEqual(numbersOf(weights, name));
    parts.close();
  });

  it('is not counted, and the type is that of the file', async () => {
    const { parameters, quantisation, mix = [] } = await localEngine().describe({ path });
    const own = [...stored.tensors.values()].filter(({ name }) => !name.endsWith('scale'));
    const sizes = own.map(({ shape }) => shape.reduce((product, side) => product * side, 1));
    expect(parameters).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect([quantisation, ...mix.map(({ type }) => type)]).toEqual(['NVFP4', 'NVFP4', 'F16']);
    const { tensors } = await localEngine().tensorChanges({ path, other: path });
    expect(tensors.find(({ name }) => name === 'output.weight')?.bitsPerWeight).toEqual([4.5, 4.5]);
  });
});

describe('is refused by its name', () => {
  const sound = partsOf(new Uint8Array(readFileSync(path)));
  const load = (change: Partial<GgufFile>) => {
    writeFileSync(join(folder, 'changed.gguf'), writeGguf({ ...sound, ...change }));
    return loadModel({ path: join(folder, 'changed.gguf'), threads: 1 }, undefined, () => undefined);
  };
  const changed = (name: string, change: (tensor: GgufTensor) => Partial<GgufTensor>) => ({
    tensors: sound.tensors.map((one) => (one.name === name ? { ...one, ...change(one) } : one)),
  });
  const of = (name: string, ...values: number[]) =>
    changed(name, () => ({ dimensions: [values.length], data: new Uint8Array(Float32Array.from(values).buffer) }));
  const withoutKeys = sound.tensors.filter(({ name }) => name !== 'blk.0.attn_k.weight');
  const besideRouter = changed('blk.1.attn_k.input_scale', () => ({ name: 'blk.1.ffn_gate_inp.scale' }));

  it.each([
    ['one too many', of('blk.0.attn_q.scale', 1, 1), 'blk.0.attn_q.scale (shape) is 2; expected: 1'],
    ['an expert without one', of('blk.1.ffn_up_exps.scale', 1), 'ffn_up_exps.scale (shape) is 1; expected: 5'],
    ['one that is NaN', of('output.scale', NaN), 'output.scale holds NaN'],
    ['one beyond float32', of('blk.0.attn_v.scale', 2 ** 113), 'blk.0.attn_v.weight[0] holds NaN or infinity'],
    [
      'a matrix of another name',
      changed('blk.0.attn_q.weight', () => ({ name: 'blk.0.attn_q.more' })),
      'blk.0.attn_q.weight is missing',
    ],
    ['one without its matrix', { tensors: withoutKeys }, 'blk.0.attn_k.weight is missing'],
    ['one beside another type', besideRouter, 'such as “blk.1.ffn_gate_inp.scale”'],
  ])('%s', (_, change, message) => expect(load(change)).rejects.toThrow(message));
});
