import { unreadField, missingField } from '../damaged';
import { inOrderOf, transposed } from '../huggingFace/changes';
import { tensorTypes } from '../types/types';
import { numberOr, tensorOf, type Weights } from '../weights';
import { fittedToBase, isThin, otherBase, rowsIn, type AdapterFile, type AdapterChange } from './adapter';

/** Whether a GGUF file is an adapter. */
export const isGgufAdapter = ({ metadata }: Weights): boolean => metadata.get('general.type') === 'adapter';

const maybeRsLora =
  'llama.cpp’s converter forgets whether an adapter is rsLoRA, and alphas of single modules. If it is rsLoRA, this file makes the adapter √rank times weaker than its folder says.';

/** Reads an adapter of llama.cpp's converter. It keeps no magnitudes, so DoRA has no such file. */
export function ggufAdapter(file: Weights, base: Weights): AdapterFile {
  const text = (name: string) => {
    const value = file.metadata.get(name);
    return typeof value === 'string' ? value.slice(0, 1000) : null;
  };
  const type = text('adapter.type');
  if (type !== 'lora') throw unreadField('adapter.type', type, 'lora');
  // It would change only what follows these tokens.
  const tokens = 'adapter.alora.invocation_tokens';
  if (file.metadata.has(tokens)) throw unreadField(tokens, '[…]', 'null');
  const [own, expected] = [file, base].map(({ metadata }) => metadata.get('general.architecture'));
  if (own !== expected)
    throw otherBase('general.architecture', String(own).slice(0, 40), String(expected).slice(0, 40));
  const alpha = numberOr(file, 'adapter.lora.alpha', 0);
  const changes: AdapterChange[] = [];
  for (const [name, a] of file.tensors) {
    // llama.cpp's converter puts norms in whole.
    if (name.endsWith('_norm.weight')) changes.push({ tensor: name, module: name, by: rowsIn(file, a) });
    const [, tensor] = /^(.+)\.lora_a$/.exec(name) ?? [];
    if (tensor === undefined) continue;
    const b = tensorOf(file, `${tensor}.lora_b`);
    const stored = [rowsIn(file, a), rowsIn(file, b)] as const;
    const isEmbedding = tensor === 'token_embd.weight';
    if (isEmbedding && tensorTypes[b.type].length > 1) throw unreadField(`${b.name} (type)`, b.type, 'F32, F16, BF16');
    // Of an embedding, a has a row for each token.
    const [down, up] = isEmbedding
      ? [transposed(stored[1]), stored[0]]
      : [stored[0], inOrderOf(base, tensor, true)(stored[1])];
    // Without an alpha, llama.cpp does not divide.
    const scale = alpha === 0 ? 1 : alpha / (down.info.shape[0] as number);
    changes.push({ tensor, module: tensor, down, up, scale, magnitude: null });
  }
  const read = new Set(
    changes.flatMap((one) => (isThin(one) ? [`${one.tensor}.lora_a`, `${one.tensor}.lora_b`] : [one.tensor])),
  );
  const rank = Math.max(0, ...changes.map((change) => (isThin(change) ? (change.down.info.shape[0] as number) : 0)));
  if (rank === 0) throw missingField('*.lora_a', 'tensor');
  const adapter: AdapterFile = {
    form: 'gguf',
    method: 'lora',
    rank,
    alpha,
    base: text('general.base_model.0.repo_url') ?? text('general.base_model.0.name'),
    changes,
    unknown: [...file.tensors.keys(), ...file.unread.keys()].filter((name) => !read.has(name)),
    notices: [maybeRsLora],
    files: file.files ?? [],
    close: () => file.close(),
  };
  return fittedToBase(base, adapter);
}
