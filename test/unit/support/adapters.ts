import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { join as joined, text, u32, u64, valueTypes, writeGguf } from './ggufWriter';
import { randomOf } from './mutations';

/** A float32 tensor, row by row. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Numbers between −size and size. */
export function randomNumbers(seed: number, shape: readonly number[], size: number): Numbers {
  const random = randomOf(seed, 0);
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
  return { shape, values: values.map(() => (size * (random(20_001) - 10_000)) / 10_000) };
}

export function safetensorsOf(tensors: Readonly<Record<string, Numbers>>): Uint8Array {
  let at = 0;
  const header = Object.entries(tensors).map(([name, { shape, values }]) => {
    const [from, to] = [at, (at += values.byteLength)];
    return [name, { dtype: 'F32', shape, data_offsets: [from, to] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const data = Object.values(tensors).map(({ values }) => new Uint8Array(values.buffer));
  return joined(u64(BigInt(json.length)), json, ...data);
}

export const peftConfig = { peft_type: 'LORA', r: 3, lora_alpha: 6, base_model_name_or_path: 'someone/base' };

/** Writes a folder of peft and returns its path. */
export function writePeft(folder: string, config: object, tensors: Readonly<Record<string, Numbers>>): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'adapter_config.json'), JSON.stringify({ ...peftConfig, ...config }));
  writeFileSync(join(folder, 'adapter_model.safetensors'), safetensorsOf(tensors));
  return folder;
}

/** Writes a GGUF adapter as llama.cpp's converter does, and returns its path. */
export function writeGgufAdapter(
  path: string,
  architecture: string,
  alpha: number,
  tensors: Readonly<Record<string, Numbers>>,
): string {
  const float = u32(new Uint32Array(Float32Array.of(alpha).buffer)[0] as number);
  const keys = [
    text('general.architecture', architecture),
    text('general.type', 'adapter'),
    text('adapter.type', 'lora'),
    { key: 'adapter.lora.alpha', type: valueTypes.f32, value: float },
  ];
  const stored = Object.entries(tensors).map(([name, { shape, values }]) => ({
    ...{ name, dimensions: shape.toReversed(), type: 0, data: new Uint8Array(values.buffer) },
  }));
  writeFileSync(path, writeGguf({ keys, tensors: stored }));
  return path;
}
