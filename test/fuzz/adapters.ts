import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../bench/inputs';
import { peftConfig, randomNumbers, safetensorsOf } from '../unit/support/adapters';
import { changeConfig, changeFile, changeTensors, type Files } from './folders';
import { changes, pick, type Kind } from './mutator';

// Folders of peft with other values in their config, other headers of their tensors, other numbers, or without a file.

const base = fromRoot('test/fixtures/families/llama-untied.gguf');
const [width, inner, vocabulary] = [24, 44, 307];

const sound = (isDora: boolean): Files => {
  const config = {
    ...peftConfig,
    use_dora: isDora,
    rank_pattern: {},
    alpha_pattern: { up_proj: 3 },
    use_rslora: false,
  };
  const module = 'base_model.model.model.layers.1.mlp.up_proj';
  const tensors = {
    [`${module}.lora_A.weight`]: randomNumbers(1, [3, width], 0.3),
    [`${module}.lora_B.weight`]: randomNumbers(2, [inner, 3], 0.3),
    ...(isDora && { [`${module}.lora_magnitude_vector`]: randomNumbers(3, [inner], 1) }),
    'base_model.model.model.embed_tokens.lora_embedding_A': randomNumbers(4, [3, vocabulary], 0.3),
    'base_model.model.model.embed_tokens.lora_embedding_B': randomNumbers(5, [width, 3], 0.3),
    'base_model.model.model.norm.weight': randomNumbers(6, [width], 1),
  };
  return new Map([
    ['adapter_config.json', new TextEncoder().encode(JSON.stringify(config))],
    ['adapter_model.safetensors', safetensorsOf(tensors)],
  ]);
};

export const adapterKind: Kind = {
  name: 'adapter',
  weight: 2,
  mutatorIn(folder) {
    const path = join(folder, 'adapter');
    return (random) => {
      const files = sound(random(2) === 0);
      mkdirSync(path);
      const ways = [changeConfig, changeTensors];
      const said = Array.from({ length: changes(random) }, () => pick(random, ways)(random, files));
      if (random(12) === 0) said.push(changeFile(random, files, path));
      for (const [file, bytes] of files) writeFileSync(join(path, file), bytes);
      return { path, base, what: `adapter: ${said.join('; ')}` };
    };
  },
};
