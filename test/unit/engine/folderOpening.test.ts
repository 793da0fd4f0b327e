import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { openModelFile } from '../../../src/engine/model/modelFile';
import type { Inspection } from '../../../src/shared/inspection';
import { said } from '../../../src/shared/said';
import { failing } from '../support/failing';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folders = join(root, 'test/fixtures/folders');
const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-opening-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const copy = (name: string, to: string): string => {
  cpSync(join(folders, name), join(scratch, to), { recursive: true });
  return join(scratch, to);
};
const nameOf = (path: string): string => {
  const { name, weights } = openModelFile(path);
  weights.close();
  return name;
};

describe('a folder', () => {
  it('is opened by its path or that of a file in it', () => {
    const folder = join(folders, 'qwen3-bf16');
    for (const path of [
      folder,
      `${folder}/`,
      ...['config.json', 'model.safetensors.index.json', 'model-00002-of-00002.safetensors'].map((file) =>
        join(folder, file),
      ),
    ])
      expect(nameOf(path)).toBe('qwen3-bf16');
  });

  it('in the cache of the Hugging Face library has the model’s name', () =>
    expect(nameOf(copy('qwen2', 'models--some--Qwen2-tiny/snapshots/0123456789abcdef'))).toBe('Qwen2-tiny'));

  it('has the end tokens of how it generates, else of what it is', () => {
    const folder = copy('qwen2', 'ends');
    const ends = () => {
      const { weights, readEndTokens } = openModelFile(folder);
      weights.close();
      return [...readEndTokens()];
    };
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, eos_token_id: 7 }));
    expect(ends()).toEqual([7]);
    writeFileSync(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: [5, 7] }));
    expect(ends()).toEqual([5, 7]);
  });

  it('is described by its headers', async () => {
    const engine = localEngine();
    const path = join(folders, 'qwen3-bf16');
    const shards = readdirSync(path).filter((file) => file.endsWith('.safetensors'));
    expect(shards).toHaveLength(2);
    expect(await engine.describe({ path })).toMatchObject({
      architecture: 'qwen3',
      quantisation: 'BF16',
      tied: true,
      contextLength: 96,
      fileBytes: shards.reduce((sum, file) => sum + statSync(join(path, file)).size, 0),
      refusal: null,
    });
    expect(await engine.describe({ path: join(folders, 'gptneox-untied') })).toMatchObject({
      architecture: 'gptneox',
      quantisation: 'F16',
      tied: null,
      refusal: null,
    });
    const ofGguf = await engine.describe({ path: join(root, 'test/fixtures/families/gpt2.gguf') });
    expect(await engine.describe({ path: join(folders, 'gpt2') })).toMatchObject({
      parameters: ofGguf.parameters,
      contextLength: ofGguf.contextLength,
    });
  });

  it('of an unknown family is described with all the rest', async () => {
    const path = copy('llama-untied', 'mamba');
    writeFileSync(join(path, 'config.json'), JSON.stringify({ model_type: 'mamba2' }));
    const known = await localEngine().describe({ path: join(folders, 'llama-untied') });
    expect(await localEngine().describe({ path })).toMatchObject({
      architecture: 'mamba2',
      parameters: known.parameters,
      refusal: { message: expect.stringContaining('“mamba2”') as string },
    });
  });

  it.each([{ model_type: 'mamba2' }, { quantization_config: { quant_method: 'gptq' } }])(
    'that cannot be run, with %j, shows its geometry all the same',
    async (change) => {
      const path = copy('llama-untied', `geometry-${Object.keys(change)[0]}`);
      const config = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8')) as object;
      writeFileSync(join(path, 'config.json'), JSON.stringify({ ...config, ...change }));
      await expect(localEngine().load({ path, threads: 1 })).rejects.toMatchObject({ code: 'geometry-only' });
      const engine = localEngine();
      expect(await engine.load({ path, threads: 1, geometryOnly: true })).toMatchObject({
        trunk: null,
        tied: false,
        vocabulary: 307,
        dimensions: 24,
      });
      expect((await engine.tokenise({ text: 'The capital' })).tokens.map(({ text }) => text).join('')).toBe(
        'The capital',
      );
      await engine.close();
    },
  );

  it.each(['{}', '[]'])('whose config.json is %s is told which key is missing', async (config) => {
    const path = copy('llama-untied', `config-${config === '{}' ? 'object' : 'list'}`);
    writeFileSync(join(path, 'config.json'), config);
    await expect(localEngine().describe({ path })).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(/config\.json: model_type is missing; expected: /) as string,
    });
  });

  it('whose layers hold more than the family’s equations is refused by what is too much, but for what follows from the config', async () => {
    const path = copy('qwen2', 'more');
    const file = join(path, 'model.safetensors');
    const renamed = (to: string) => {
      const bytes = readFileSync(join(folders, 'qwen2', 'model.safetensors'));
      const length = Number(bytes.readBigUInt64LE());
      const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, { shape: number[] }>;
      const bias = Object.keys(header).find((name) => name.endsWith('layers.0.self_attn.q_proj.bias')) as string;
      const { [bias]: tensor, ...others } = header;
      const text = Buffer.from(JSON.stringify({ ...others, [bias.replace('self_attn.q_proj.bias', to)]: tensor }));
      const size = Buffer.alloc(8);
      size.writeBigUInt64LE(BigInt(text.length));
      writeFileSync(file, Buffer.concat([size, text, bytes.subarray(8 + length)]));
      return localEngine().describe({ path });
    };
    expect(await renamed('extra_norm.weight')).toMatchObject({
      verdict: 'geometry',
      refusal: { message: expect.stringMatching(/does not read.*layers\.0\.extra_norm\.weight/) as string },
    });
    expect(await renamed('self_attn.rotary_emb.inv_freq')).toMatchObject({ verdict: 'runs', refusal: null });
  });

  it('in FP8 needs the scales of its blocks, in the file and finite', async () => {
    const path = copy('qwen3moe-fp8', 'scales');
    const file = join(path, 'model.safetensors');
    const bytes = readFileSync(file);
    const name = 'model.layers.0.self_attn.q_proj.weight_scale_inv';
    writeFileSync(file, Buffer.from(bytes.toString('latin1').replace(name, name.replace('inv', 'Inv')), 'latin1'));
    expect((await localEngine().describe({ path })).refusal?.message).toMatch(
      /model\.layers\.0\.self_attn\.q_proj\.weight_scale_inv is missing/,
    );
    const length = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, { data_offsets: number[] }>;
    bytes.writeFloatLE(NaN, 8 + length + (header[name]?.data_offsets[0] as number));
    writeFileSync(file, bytes);
    await expect(localEngine().load({ path, threads: 1 })).rejects.toEqual(
      failing('model-damaged', /blk\.0\.attn_q\.weight\[0\] holds NaN/),
    );
  });

  it('without tokenizer.json says what to do', async () => {
    const path = copy('qwen2', 'untokenised');
    rmSync(join(path, 'tokenizer.json'));
    expect((await localEngine().describe({ path })).refusal?.message).toMatch(/no tokenizer\.json\. Save/);
    await expect(localEngine().load({ path, threads: 1 })).rejects.toEqual(
      failing('model-unsupported', /no tokenizer\.json/),
    );
  });

  it('without a config is no model', async () =>
    await expect(localEngine().load({ path: scratch })).rejects.toEqual(
      failing('model-missing', /There is no config\.json in .*Choose another folder/),
    ));

  it('has no SHA-256', async () =>
    await expect(localEngine().load({ path: join(folders, 'qwen2'), sha256: '00' })).rejects.toEqual(
      failing('model-unsupported', /consists of several files/),
    ));

  it('is loaded under its name, with the row that has no token named', async () => {
    const engine = localEngine();
    const path = copy('qwen2', 'padded');
    const tokenizer = JSON.parse(readFileSync(join(path, 'tokenizer.json'), 'utf8')) as { added_tokens: unknown[] };
    writeFileSync(join(path, 'tokenizer.json'), JSON.stringify({ ...tokenizer, added_tokens: [] }));
    writeFileSync(join(path, 'tokenizer_config.json'), '{}');
    expect(await engine.load({ path, threads: 1 })).toMatchObject({
      name: 'padded',
      architecture: 'qwen2',
      vocabulary: 307,
      tied: true,
      tokenizer: said`byte-level BPE`,
      notices: [],
    });
    expect((await engine.find({ query: '306', count: 1 })).tokens[0]).toMatchObject({
      id: 306,
      text: '[PAD306]',
      special: false,
    });
    await engine.close();
  });

  it('whose tokenizer begins texts with a token gets it', async () => {
    const engine = localEngine();
    const path = copy('llama-3', 'begun');
    writeFileSync(join(path, 'tokenizer_config.json'), JSON.stringify({ add_bos_token: true }));
    writeFileSync(
      join(path, 'special_tokens_map.json'),
      JSON.stringify({ bos_token: { content: '<s>', lstrip: false } }),
    );
    await engine.load({ path, threads: 1 });
    const { tokens } = await engine.tokenise({ text: 'The' });
    expect(tokens[0]).toMatchObject({ index: 0, start: 0, end: 0, special: true, text: '<s>' });
    expect(
      tokens
        .slice(1)
        .map(({ text }) => text)
        .join(''),
    ).toBe('The');
    await engine.close();
  });
});

it('the command line opens a folder', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['bin/vectorscope.mjs', 'inspect', '--model', join(folders, 'gemma2'), '--json', 'The capital'],
    { cwd: root, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const { model, tokens } = JSON.parse(stdout) as Inspection;
  expect(model).toMatchObject({ name: 'gemma2', architecture: 'gemma2', vocabulary: 307, tied: true });
  expect(tokens.map(({ text }) => text).join('')).toBe('The capital');
});
