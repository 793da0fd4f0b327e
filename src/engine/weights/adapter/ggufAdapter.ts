import { unreadField, missingField } from '../damaged';
import { inOrderOf, transposed } from '../huggingFace/changes';
import { numberOr, tensorOf, type TensorInfo, type Weights } from '../weights';
import { fittedToBase, otherBase, rowsIn, type AdapterFile, type AdapterChange } from './adapter';

/** Whether a GGUF file is an adapter. */
export const isGgufAdapter = ({ metadata }: Weights): boolean => metadata.get('general.type') === 'adapter';

const maybeRsLora =
  'llama.cpp’s converter forgets whether an adapter is rsLoRA. If it is, this file makes the adapter √rank times weaker than its folder says.';

/** Reads an adapter of llama.cpp's converter. It keeps no magnitudes, so DoRA has no such file. */
export function ggufAdapter(file: Weights, base: Weights): AdapterFile {
  const text = (name: string) => {
    const value = file.metadata.get(name);
    return typeof value === 'string' ? value.slice(0, 1000) : null;
  };
  const type = text('adapter.type');
  if (type !== 'lora') throw unreadField('adapter.type', type, 'lora');
  const [own, expected] = [file, base].map(({ metadata }) => metadata.get('general.architecture'));
  if (own !== expected)
    throw otherBase('general.architecture', String(own).slice(0, 40), String(expected).slice(0, 40));
  const alpha = numberOr(file, 'adapter.lora.alpha', 0);
  const stored = (info: TensorInfo) => rowsIn(file, info);
  const changes: AdapterChange[] = [];
  for (const [name, a] of file.tensors) {
    const [, tensor] = /^(.+)\.lora_a$/.exec(name) ?? [];
    if (tensor === undefined) continue;
    const b = stored(tensorOf(file, `${tensor}.lora_b`));
    // Of an embedding, a has a row for each token.
    const [down, up] =
      tensor === 'token_embd.weight' ? [transposed(b), stored(a)] : [stored(a), inOrderOf(base, tensor, true)(b)];
    // Without an alpha, llama.cpp does not divide.
    const scale = alpha === 0 ? 1 : alpha / (down.info.shape[0] as number);
    changes.push({ tensor, down, up, scale, magnitude: null });
  }
  const paired = new Set(changes.flatMap(({ tensor }) => [`${tensor}.lora_a`, `${tensor}.lora_b`]));
  const rank = Math.max(0, ...changes.map((change) => ('down' in change ? (change.down.info.shape[0] as number) : 0)));
  if (rank === 0) throw missingField('*.lora_a', 'tensor');
  const adapter: AdapterFile = {
    form: 'gguf',
    method: 'lora',
    rank,
    alpha,
    base: text('general.base_model.0.repo_url') ?? text('general.base_model.0.name'),
    changes,
    unknown: [...file.tensors.keys(), ...file.unread.keys()].filter((name) => !paired.has(name)),
    notices: [maybeRsLora],
    files: file.files ?? [],
    close: () => file.close(),
  };
  return fittedToBase(base, adapter, ({ tensor }) => tensor);
}
