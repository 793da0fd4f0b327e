import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { openModelFile } from '../../../src/engine/model/modelFile';
import { number, text, texts, writeGguf, type GgufKey, type GgufTensor } from '../support/ggufWriter';

const families = fileURLToPath(new URL('../../fixtures/families/', import.meta.url));
const names = readdirSync(families).filter((name) => name.endsWith('.gguf'));
const folder = mkdtempSync(join(tmpdir(), 'vectorscope-describe-'));
afterAll(() => rmSync(folder, { recursive: true }));

const engine = localEngine();
const describeBytes = (bytes: Uint8Array) => {
  const path = join(folder, 'made.gguf');
  writeFileSync(path, bytes);
  return engine.describe({ path });
};
const matrix = (name: string, rows: number, type = 0): GgufTensor => ({
  name,
  dimensions: [2, rows],
  type,
  data: new Uint8Array(rows * 2 * (type === 0 ? 4 : 2)),
});
const made = (keys: readonly GgufKey[], tensors: readonly GgufTensor[] = [matrix('token_embd.weight', 3)]) =>
  describeBytes(writeGguf({ keys: [text('general.architecture', 'new'), ...keys], tensors }));

describe('a model file by its header', () => {
  it.each(names)('%s: the family, its size, and that it can be run', async (name) => {
    const path = join(families, name);
    const summary = await engine.describe({ path });
    expect(summary).toMatchObject({ fileBytes: readFileSync(path).length, verdict: 'runs', refusal: null });
    expect(summary.memory.run).toBeGreaterThan(summary.memory.geometry ?? NaN);
    expect(name).toMatch(new RegExp(`^${summary.architecture}[-.]`));
    expect(summary.parameters).toBeGreaterThan(1000);
    expect(summary.contextLength).toBeGreaterThan(0);
  });

  it('agrees with what a load finds', async () => {
    const path = join(families, 'qwen2.gguf');
    const summary = await engine.describe({ path });
    const loaded = localEngine();
    const { architecture, quantisation, trunk, fileBytes, tied, name } = await loaded.load({ path, name: 'qwen:tiny' });
    await loaded.close();
    expect(summary).toMatchObject({ architecture, quantisation, contextLength: trunk?.contextLength, fileBytes, tied });
    expect(name).toBe('qwen:tiny');
  });

  it('has a name that a terminal does not obey', () => {
    const path = join(folder, '\u001b[31mred\u0007.gguf');
    copyFileSync(join(families, names[0] as string), path);
    const { name, weights } = openModelFile(path);
    weights.close();
    expect(name).toBe('\uFFFD[31mred\uFFFD');
  });

  it.each([
    // F32 and F16.
    [0, [0, 0], { quantisation: 'F32' }],
    [1, [0, 0], { quantisation: 'F32', named: 'F16' }],
    [1, [1, 0, 1], { quantisation: 'F16' }],
    [1, [1, 0, 0], { quantisation: 'F32', named: 'F16' }],
  ])('whose key says type %i has the type of most weights: %j', async (key, types, expected) => {
    const tensors = types.map((type, i) => matrix(i === 0 ? 'token_embd.weight' : `other.${i}.weight`, 3, type));
    const { quantisation, named } = await made([number('general.file_type', key)], tensors);
    expect({ quantisation, ...(named !== undefined && { named }) }).toEqual(expected);
  });

  it('knows an adapter, which is no damaged model', async () => {
    const summary = await made([text('general.type', 'adapter')], [matrix('blk.0.ffn_down.weight.lora_a', 2)]);
    expect(summary).toMatchObject({ verdict: 'nothing', memory: { run: null, geometry: null } });
    expect(summary.refusal?.message).toMatch(/an adapter, which changes another model/);
  });

  it('names a family that is not known, with all the rest', async () => {
    const summary = await made(
      [number('new.context_length', 77), text('general.license', ' two\nlines ')],
      [matrix('token_embd.weight', 3), matrix('output.weight', 3, 1)],
    );
    expect(summary).toMatchObject({
      architecture: 'new',
      parameters: 12,
      quantisation: 'F32',
      tied: false,
      contextLength: 77,
      license: 'two lines',
    });
    expect(summary.refusal?.message).toMatch(/“new”.*llama/);
    // Without tokens there is nothing to look at.
    expect(summary.verdict).toBe('nothing');
    const named = await made([texts('tokenizer.ggml.tokens', ['a', 'b', 'c'])]);
    expect(named).toMatchObject({ verdict: 'geometry', memory: { run: null, geometry: expect.any(Number) as number } });
  });

  it('calls the types of its weights as the file does, and says their shares where they differ', async () => {
    const mixed = [matrix('token_embd.weight', 6), matrix('output.weight', 2, 1)];
    const mix = [
      { type: 'F32', share: 0.75 },
      { type: 'F16', share: 0.25 },
    ];
    expect(await made([number('general.file_type', 0)], mixed)).toMatchObject({ quantisation: 'F32', mix });
    expect(await made([number('general.file_type', 15)], mixed)).toMatchObject({
      quantisation: 'F32',
      named: 'Q4_K_M',
    });
    // llama.cpp adds 1,024 to a type that it guessed.
    expect(await made([number('general.file_type', 1024 + 15)], mixed)).toMatchObject({ named: 'Q4_K_M' });
    const bases = { Q4_K_M: 12, IQ3_M: 21, Q2_K_S: 10, MXFP4_MOE: 39 };
    for (const [key, name] of [15, 27, 21, 38].map((one, i) => [one, Object.keys(bases)[i]] as const)) {
      const many: GgufTensor = {
        name: 'blk.weight',
        dimensions: [256, 8],
        type: bases[name as keyof typeof bases],
        data: new Uint8Array(4096),
      };
      expect(await made([number('general.file_type', key)], [matrix('token_embd.weight', 3), many])).toMatchObject({
        quantisation: name,
      });
    }
    expect(await made([number('general.file_type', 999)], mixed)).toMatchObject({ quantisation: 'F32', mix });
    const alike = await made([number('general.file_type', 1)], [matrix('token_embd.weight', 3, 1)]);
    expect(alike.quantisation).toBe('F16');
    expect(alike).not.toHaveProperty('mix');
  });

  it('leaves vectors and tiny shares out of the mix', async () => {
    const gain: GgufTensor = { name: 'output_norm.weight', dimensions: [2], type: 1, data: new Uint8Array(4) };
    const tensors = [matrix('token_embd.weight', 1000), matrix('small', 4, 1), gain];
    expect(await made([], tensors)).not.toHaveProperty('mix');
  });

  it('says that the two matrices are tied only where that can be known', async () => {
    expect(await made([])).toMatchObject({ tied: true, contextLength: null, license: null });
    expect(await made([], [matrix('token_embd.weight', 3), matrix('output.weight', 3)])).toMatchObject({ tied: null });
    expect(await made([], [matrix('other', 3)])).toMatchObject({ tied: null });
  });

  it('refuses a part of a model whose name does not say which part it is', async () => {
    const part = [number('split.count', 3), texts('tokenizer.ggml.tokens', ['a', 'b', 'c'])];
    await expect(made(part)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(
        /part 1 of a model that is split into 3 files.*-00001-of-00003\.gguf\.$/,
      ) as string,
    });
  });

  it('fails with a clear word where there is no such file, or no header', async () => {
    await expect(engine.describe({ path: join(folder, 'none.gguf') })).rejects.toMatchObject({ code: 'model-missing' });
    await expect(describeBytes(new TextEncoder().encode('GGUF'))).rejects.toMatchObject({ code: 'model-damaged' });
    await expect(describeBytes(new TextEncoder().encode('<html>'))).rejects.toMatchObject({ code: 'model-damaged' });
  });
});
