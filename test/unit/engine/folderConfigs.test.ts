import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { architectureOf, hyperparametersOf } from '../../../src/engine/architecture/families';
import type { Hyperparameters } from '../../../src/engine/architecture/hyperparameters';
import { openModelFile } from '../../../src/engine/model/modelFile';
import { gemma4Folder } from '../../../src/engine/weights/huggingFace/gemma4';
import { failing } from '../support/failing';

// Configs as old and new versions of transformers write them, read as the same model's GGUF file is: see
// make_folders.py.

const folders = fileURLToPath(new URL('../../fixtures/folders/', import.meta.url));
const families = fileURLToPath(new URL('../../fixtures/families/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-configs-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A folder with another config over the tensors of a model of the same family. */
function folderWith(config: object, tensorsOf: string): string {
  const folder = mkdtempSync(join(scratch, 'model-'));
  for (const name of readdirSync(join(folders, tensorsOf)).filter(
    (file) => file.includes('safetensors') || file.startsWith('tokenizer'),
  ))
    symlinkSync(join(folders, tensorsOf, name), join(folder, name));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
const configOf = (name: string) => read(join(folders, name, 'config.json'));

function hyperparametersAt(path: string): Hyperparameters {
  const { weights } = openModelFile(path);
  try {
    return hyperparametersOf(architectureOf(weights), weights);
  } finally {
    weights.close();
  }
}

/** Without the one thing that differs, and numbers as exact as float32, in which a GGUF file has them. */
const comparable = (found: Hyperparameters): unknown =>
  JSON.parse(
    JSON.stringify(found, (key, value: unknown) =>
      // Of the file and its order alone.
      ['interleaved', 'grouped', 'further'].includes(key)
        ? undefined
        : value instanceof Float64Array
          ? [...value]
          : typeof value === 'number'
            ? Number.isFinite(value)
              ? Number(value.toPrecision(6))
              : String(value)
            : value,
    ),
  );

const donors = {
  gemma2: 'gemma2',
  llama: 'llama-3',
  gptneox: 'gptneox-untied',
  phi2: 'phi2',
  phi3: 'phi3-long',
  qwen3: 'qwen3-bf16',
  olmo2: 'olmo2-window',
  exaone4: 'exaone4',
} as const;
const donorOf = (name: string) => donors[name.split('-')[0] as keyof typeof donors];
const withWeights = readdirSync(folders).filter((name) => !/^configs$|^qwen3-|fp[48]$/.test(name));

const cases: readonly (readonly [label: string, name: string, config: string, tensors: string])[] = [
  ...withWeights.flatMap((name) =>
    readdirSync(join(folders, name))
      .filter((file) => file === 'config.json' || file === 'old.json')
      .map((file) => [`${name}, ${file}`, name, join(folders, name, file), name] as const),
  ),
  ...readdirSync(join(folders, 'configs')).map((file) => {
    const name = basename(file, '.json').replace('.old', '');
    return [file, name, join(folders, 'configs', file), donorOf(name)] as const;
  }),
];

describe('a config', () => {
  it('is there of every GGUF fixture, old and new', () => {
    const models = new Set(cases.map(([, name]) => name));
    for (const file of readdirSync(families).filter((name) => /(?<!-nvfp4)\.gguf$/.test(name)))
      expect(models).toContain(basename(file, '.gguf'));
    expect(cases.length).toBeGreaterThan(1.8 * models.size);
  });

  it.each(cases)('%s says what the GGUF file says', (_, name, config, tensors) => {
    const found = comparable(hyperparametersAt(folderWith(read(config), tensors)));
    const expected = comparable(hyperparametersAt(join(families, `${name}.gguf`)));
    expect(found).toEqual(expected);
  });

  it('has its rows of q and k in order', () => {
    expect(hyperparametersAt(join(folders, 'llama-3')).attention[0]?.rotary?.interleaved).toBe(false);
    expect(hyperparametersAt(join(families, 'llama-3.gguf')).attention[0]?.rotary?.interleaved).toBe(true);
  });
});

describe('what a config leaves out', () => {
  const hyperparameters = (name: string, change: object) =>
    hyperparametersAt(folderWith({ ...configOf(name), ...change }, name));

  it('is what the class takes for granted', () => {
    expect(hyperparameters('gpt2', { n_inner: null }).feedForward).toBe(4 * 28);
    expect(hyperparameters('qwen2', { num_key_value_heads: null }).keyValueHeads).toBe(6);
    expect(hyperparameters('llama-3', { head_dim: null }).headSize).toBe(4);
    expect(hyperparameters('phi2', { num_key_value_heads: null, rope_parameters: null })).toMatchObject({
      keyValueHeads: 5,
      attention: [{ rotary: { base: 10_000, frequencies: { length: 2 } } }],
    });
    expect(hyperparameters('llama-3', { rope_parameters: null }).attention[0]?.rotary?.base).toBe(10_000);
    for (const [change, window] of [
      [{ model_type: 'mistral' }, 4096],
      [{ model_type: 'mistral', sliding_window: null }, Infinity],
      [{ sliding_window: 7 }, Infinity],
    ] as const) {
      expect(hyperparameters('llama-3', change).attention[0]?.window).toBe(window);
    }
    for (const [change, windows] of [
      [{ sliding_window: undefined }, [4096, Infinity]],
      [{ sliding_window: null }, [Infinity]],
    ] as const) {
      expect(hyperparameters('exaone4', change).attention.map(({ window }) => window)).toEqual(windows);
    }
    expect(() => hyperparameters('cohere2', { sliding_window: null })).toThrow('sliding_window');
    expect(
      hyperparameters('gemma3', {
        rope_parameters: null,
        layer_types: null,
        num_attention_heads: null,
        head_dim: null,
        query_pre_attn_scalar: null,
      }),
    ).toMatchObject({ heads: 8, headSize: 256, scoreScale: 1 / 16, globalPeriod: 6 });
    expect(
      hyperparameters('gemma2', { attn_logit_softcapping: undefined, final_logit_softcapping: undefined }),
    ).toMatchObject({ scoreCap: 50, logitCap: 30 });
  });

  it('is Gemma 4’s class’s too', () => {
    const sizes = { num_hidden_layers: 6, hidden_size: 24, intermediate_size: 44, max_position_embeddings: 96 };
    const bare = { model_type: 'gemma4', ...sizes, use_bidirectional_attention: 'vision' };
    const { keys, tensors } = gemma4Folder.keys(bare);
    expect(keys).toMatchObject({
      'attention.head_count': 8,
      'attention.head_count_kv': [4, 4, 4, 4, 4, 4],
      'attention.key_length': 512,
      'attention.key_length_swa': 256,
      'attention.sliding_window': 512,
      'attention.sliding_window_pattern': [true, true, true, true, true, false],
      'attention.shared_kv_layers': 0,
      'rope.freq_base': 1_000_000,
      'rope.freq_base_swa': 10_000,
      embedding_length_per_layer_input: 256,
      feed_forward_length: [44, 44, 44, 44, 44, 44],
      final_logit_softcapping: 0,
    });
    expect(tensors['rope_freqs.weight']?.filter((divisor) => divisor === 1)).toHaveLength(64);
  });

  it('of a model for pictures too, the part that reads text is taken', () => {
    const config = { model_type: 'gemma3', text_config: configOf('gemma3'), vision_config: {} };
    expect(comparable(hyperparametersAt(folderWith(config, 'gemma3')))).toEqual(
      comparable(hyperparametersAt(join(folders, 'gemma3'))),
    );
  });

  it('scales scores by the query’s size where the config says so', () =>
    expect(hyperparameters('gemma2', { query_pre_attn_scalar: 100 }).scoreScale).toBeCloseTo(0.1, 12));

  it('a temperature of attention as long as the config names one, by its original context', () => {
    const temperatures = (rope: object | null) =>
      hyperparameters('mistral3', { rope_parameters: rope }).attention.map(({ rotary }) => rotary?.temperature);
    const rope = { rope_type: 'default', rope_theta: 500, llama_4_scaling_beta: 0.2 };
    expect(temperatures({ ...rope, original_max_position_embeddings: 24 })).toEqual([
      undefined,
      { scale: 0.2, every: 24 },
    ]);
    // Nothing grows within the whole context.
    expect(temperatures(rope)).toEqual([undefined, { scale: 0.2, every: 96 }]);
    expect(temperatures({ ...rope, llama_4_scaling_beta: null })).toEqual([undefined]);
    expect(temperatures(null)).toEqual([undefined]);
  });

  it('frequencies by YaRN as its own numbers say', () => {
    const rope = {
      rope_type: 'yarn',
      rope_theta: 500,
      factor: 4,
      original_max_position_embeddings: 24,
      beta_fast: 3,
      beta_slow: 0.2,
    };
    expect(hyperparameters('llama-3', { rope_parameters: rope }).attention[0]?.rotary?.attentionFactor).toBeCloseTo(
      1 + 0.1 * Math.log(4),
      12,
    );
    expect(
      hyperparameters('llama-3', { rope_parameters: { ...rope, attention_factor: 1.5 } }).attention[0]?.rotary
        ?.attentionFactor,
    ).toBeCloseTo(1.5, 12);
    expect(
      hyperparameters('llama-3', { rope_parameters: { ...rope, mscale: 1, mscale_all_dim: 0.5 } }).attention[0]?.rotary
        ?.attentionFactor,
    ).toBeCloseTo((1 + 0.1 * Math.log(4)) / (1 + 0.05 * Math.log(4)), 12);
  });
});

describe('a model that the equations do not fit is refused by what differs', () => {
  const refused = (name: string, change: object) => () =>
    hyperparametersAt(folderWith({ ...configOf(name), ...change }, name));

  it.each([
    ['llama-3', { hidden_act: 'relu2' }, 'model-unsupported', /hidden_act is relu2; Vectorscope reads silu/],
    [
      'gpt2',
      { activation_function: 'relu' },
      'model-unsupported',
      /activation_function is relu; Vectorscope reads gelu_new/,
    ],
    ['gptneox-untied', { hidden_act: 'gelu_fast' }, 'model-unsupported', /hidden_act is gelu_fast/],
    ['phi2', { hidden_act: 'gelu' }, 'model-unsupported', /hidden_act is gelu; Vectorscope reads gelu_new/],
    ['phi2', { qk_layernorm: true }, 'model-unsupported', /qk_layernorm is true/],
    ['gemma3', { hidden_activation: 'silu' }, 'model-unsupported', /hidden_activation is silu/],
    ['gemma3', { use_bidirectional_attention: true }, 'model-unsupported', /use_bidirectional_attention is true/],
    [
      'gemma3',
      {
        layer_types: [
          'full_attention',
          'sliding_attention',
          'full_attention',
          'full_attention',
          'full_attention',
          'full_attention',
          'full_attention',
        ],
      },
      'model-unsupported',
      /layer_types is full_attention, sliding/,
    ],
    ['gemma3', { final_logit_softcapping: 30 }, 'model-unsupported', /final_logit_softcapping/],
    ['gemma4', { hidden_activation: 'silu' }, 'model-unsupported', /hidden_activation is silu/],
    ['gemma4', { enable_moe_block: true }, 'model-damaged', /top_k_experts is missing/],
    ['gemma4', { use_bidirectional_attention: 'all' }, 'model-unsupported', /use_bidirectional_attention is all/],
    ['gemma4', { layer_types: ['full_attention'] }, 'model-unsupported', /layer_types \(layers\) is 1/],
    ['gemma4', { layer_types: Array.from({ length: 6 }, () => 'conv') }, 'model-unsupported', /layer_types\.0 is conv/],
    [
      'gemma4',
      { rope_parameters: { full_attention: { rope_type: 'yarn' } } },
      'model-unsupported',
      /rope_parameters\.full_attention is yarn; Vectorscope reads proportional/,
    ],
    ['gemma4', { num_kv_shared_layers: 5 }, 'model-damaged', /gemma4\.attention\.shared_kv_layers is 5/],
    ['gemma4', { num_kv_shared_layers: 1 }, 'model-damaged', /layers\.4\.self_attn\.k_proj\.weight/],
    [
      'gemma2',
      { layer_types: Array.from({ length: 6 }, (_, i) => (i === 5 ? 'full_attention' : 'sliding_attention')) },
      'model-unsupported',
      /sliding_window_pattern is 6; Vectorscope reads 2/,
    ],
    ['qwen2', { use_sliding_window: true, layer_types: null }, 'model-unsupported', /use_sliding_window is true/],
    ['llama-3', { rope_parameters: { rope_type: 'spiral' } }, 'model-unsupported', /rope\.scaling\.type is spiral/],
    ['llama-3', { rope_parameters: { rope_type: 'linear' } }, 'model-damaged', /rope_scaling\.factor is missing/],
    [
      'llama-3',
      { quantization_config: { quant_method: 'gptq' } },
      'model-unsupported',
      /quant_method is gptq; Vectorscope reads fp8, mxfp4, F32, F16, BF16/,
    ],
    [
      'qwen3moe-fp8',
      { quantization_config: { quant_method: 'fp8', weight_block_size: [8, 128] } },
      'model-damaged',
      /embed_tokens\.weight_scale_inv \(shape\) is 8 × 1; expected: 39 × 1/,
    ],
    [
      'qwen3moe-fp8',
      { quantization_config: { quant_method: 'fp8', weight_block_size: [40, 16] } },
      'model-unsupported',
      /weight_block_size is 40 × 16; Vectorscope reads n × 64m/,
    ],
    [
      'qwen3moe-fp8',
      { quantization_config: { quant_method: 'fp8', weight_block_size: [0, 16] } },
      'model-damaged',
      /quantization_config\.weight_block_size\.0 is 0/,
    ],
    [
      'qwen3moe-fp8',
      { quantization_config: { quant_method: 'fp8', scale_fmt: 'ue8m0' } },
      'model-unsupported',
      /scale_fmt is ue8m0; Vectorscope reads float/,
    ],
    ['gpt-oss-mxfp4', { quantization_config: null }, 'model-damaged', /quantization_config \(.*\) is missing/],
    ['qwen3moe-fp8', { quantization_config: null }, 'model-damaged', /quantization_config \(.*\) is missing/],
    [
      'exaone4',
      { layer_types: null, sliding_window_pattern: 'LLLGGG' },
      'model-unsupported',
      /sliding_window_pattern is LLLGGG/,
    ],
    ['llama-3', { num_attention_heads: null }, 'model-damaged', /num_attention_heads is missing/],
    ['llama-3', { num_attention_heads: -1 }, 'model-damaged', /num_attention_heads is -1/],
    ['llama-3', { num_hidden_layers: 1_000_000_000 }, 'model-damaged', /num_hidden_layers is 1000000000/],
    ['llama-3', { num_hidden_layers: 7 }, 'model-damaged', /model\.layers\.6\..* is missing/],
    ['llama-3', { tie_word_embeddings: false }, 'model-damaged', /lm_head\.weight is missing/],
    [
      'gpt2',
      { scale_attn_by_inverse_layer_idx: true },
      'model-unsupported',
      /scale_attn_by_inverse_layer_idx.* is .*true/,
    ],
    ['llama-3', { model_type: 'mamba2' }, 'model-unsupported', /“mamba2”; Vectorscope runs llama, qwen2/],
    ['llama-3', { model_type: undefined }, 'model-damaged', /model_type/],
  ] as const)('%s with %j', (name, change, code, message) =>
    expect(refused(name, change)).toThrow(failing(code, message)),
  );

  it('but its two matrices can be read', () => {
    for (const change of [
      { hidden_act: 'relu2' },
      { model_type: 'mamba2' },
      { quantization_config: { quant_method: 'gptq' } },
    ]) {
      const { weights } = openModelFile(folderWith({ ...configOf('llama-untied'), ...change }, 'llama-untied'));
      expect(weights.tensors.get('token_embd.weight')?.shape).toEqual([307, 24]);
      expect(weights.readRows('output.weight', 1, 2).length).toBe(2 * 24 * 2);
      weights.close();
    }
  });
});
