import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  array,
  integers,
  join as joined,
  text,
  texts,
  u64,
  valueTypes,
  writeGguf,
  type GgufKey,
  type GgufTensor,
} from '../unit/support/ggufWriter';
import { edited, mutation, type Random } from '../unit/support/mutations';
import { draftOf, soundFiles, type Draft } from './ggufDraft';
import { changes, notNumbers, pick, strangeNumbers, strangeTexts, type Kind } from './mutator';
import { spoilNumbers } from './numbers';

/** For lists of many. */
const shortTexts = strangeTexts.filter(({ length }) => length < 100);

/** Changes a draft and says how. */
type Change = (random: Random, draft: Draft) => string;

const float = (type: number, value: number): GgufKey => ({
  key: '',
  type,
  value: new Uint8Array((type === valueTypes.f32 ? Float32Array : Float64Array).of(value).buffer),
});

/** A value of any type, and its words. */
function strangeValue(random: Random): readonly [value: GgufKey, words: string] {
  const number = pick(random, random(6) === 0 ? notNumbers : strangeNumbers);
  const written = pick(random, strangeTexts);
  const length = pick(random, [0, 1, 2, 300, 70_000]);
  switch (random(9)) {
    case 0:
    case 1:
      return [float(valueTypes.f32, number), `${number} in 32 bits`];
    case 2:
      return [float(valueTypes.f64, number), `${number} in 64 bits`];
    case 3:
    case 4:
    case 5:
      return [
        {
          key: '',
          type: pick(random, [valueTypes.u64, valueTypes.i64]),
          value: u64(
            BigInt.asUintN(
              64,
              BigInt(Math.trunc(Number.isFinite(number) ? Math.min(Math.max(number, -(2 ** 63)), 2 ** 64) : 0)) -
                BigInt(random(2)),
            ),
          ),
        },
        `about ${number} as an integer`,
      ];
    case 6:
      return [text('', written), `the text ${JSON.stringify(written.slice(0, 20))}`];
    case 7:
      return [
        pick(random, [
          integers(
            '',
            Array.from({ length }, () => pick(random, [0, 1, 3, 2 ** 31])),
          ),
          texts(
            '',
            Array.from({ length }, () => pick(random, shortTexts)),
          ),
          array('', valueTypes.bool, length, new Uint8Array(length)),
          array('', valueTypes.f32, length, new Uint8Array(4 * length).fill(random(256))),
        ]),
        `a list of ${length}`,
      ];
    default:
      return [{ key: '', type: valueTypes.bool, value: Uint8Array.of(random(3)) }, 'a boolean'];
  }
}

/** Exchanges a part of two entries. */
function exchange<Entry extends object>(list: Entry[], at: () => number, part: keyof Entry): Entry[] {
  const [a, b] = [at(), at()];
  const [first, second] = [list[a] as Entry, list[b] as Entry];
  list[a] = { ...first, [part]: second[part] };
  list[b] = { ...second, [part]: first[part] };
  return [first, second];
}

const keyOf = (random: Random, { keys }: Draft): number => {
  // Most keys that count are the family's own; there are more of the tokenizer's.
  const own = [...keys.keys()].filter((i) => !(keys[i] as GgufKey).key.startsWith('tokenizer.'));
  return random(3) > 0 ? pick(random, own) : random(keys.length);
};

const ofKeys: readonly Change[] = [
  ...Array.from({ length: 4 }, (): Change => (random, draft) => {
    const at = keyOf(random, draft);
    const { key } = draft.keys[at] as GgufKey;
    const [value, words] = strangeValue(random);
    draft.keys[at] = { ...value, key };
    return `${key} holds ${words}`;
  }),
  (random, draft) => {
    const [removed] = draft.keys.splice(keyOf(random, draft), 1);
    return `${removed?.key} is missing`;
  },
  (random, draft) => {
    const at = keyOf(random, draft);
    const { key } = draft.keys[at] as GgufKey;
    draft.keys.splice(
      random(draft.keys.length),
      0,
      random(2) === 0 ? (draft.keys[at] as GgufKey) : { ...strangeValue(random)[0], key },
    );
    return `${key} comes twice`;
  },
  (random, draft) => {
    const [first, second] = exchange(draft.keys, () => keyOf(random, draft), 'key');
    return `${first?.key} and ${second?.key} hold each other's values`;
  },
  (random, draft) => {
    const key = `${pick(random, ['llama', 'gemma2', 'gemma3', 'phi3', 'qwen2'])}.${pick(random, ['attention.sliding_window', 'attention.key_length', 'attention.value_length', 'attention.head_count_kv', 'rope.dimension_count', 'rope.scaling.type', 'rope.scaling.factor', 'attention.scale', 'final_logit_softcapping', 'attention.sliding_window_pattern', 'rope.freq_base_swa'])}`;
    const [value, words] = strangeValue(random);
    draft.keys.push({ ...value, key });
    return `${key} is added, ${words}`;
  },
  (random, draft) => {
    const family = pick(random, [
      'llama',
      'qwen2',
      'qwen3',
      'gemma2',
      'gemma3',
      'phi2',
      'phi3',
      'gpt2',
      'gptneox',
      'smollm3',
      'olmo2',
      'olmoe',
      'qwen3moe',
      'granite',
      'cohere2',
      'exaone4',
      'glm4',
      'mistral3',
      'lfm2',
      'qwen35',
      'gemma4',
      'granitemoe',
      'gpt-oss',
    ]);
    const old = /^[a-z0-9]+/.exec(draft.name)?.[0] ?? '';
    draft.keys = draft.keys.map((key) =>
      key.key === 'general.architecture'
        ? text(key.key, family)
        : { ...key, key: key.key.replace(`${old}.`, `${family}.`) },
    );
    return `the family says it is ${family}`;
  },
  // A list or a text that says another length than it has.
  (random, draft) => {
    const lists = [...draft.keys.keys()].filter((i) =>
      [valueTypes.array, valueTypes.string].includes((draft.keys[i] as GgufKey).type as 8),
    );
    const at = pick(random, lists);
    const { key, type, value } = draft.keys[at] as GgufKey;
    const place = type === valueTypes.array ? 4 : 0;
    const was = new DataView(value.buffer, value.byteOffset).getBigUint64(place, true);
    const says = pick(random, [was + 1n, was - 1n, 0n, was * 2n, 2n ** 22n, 2n ** 31n, 2n ** 53n, 2n ** 63n]);
    draft.keys[at] = {
      key,
      type,
      value: joined(value.slice(0, place), u64(BigInt.asUintN(64, says)), value.slice(place + 8)),
    };
    return `${key} says ${says} entries and has ${was}`;
  },
  (random, draft) => {
    draft[random(2) === 0 ? 'countedKeys' : 'countedTensors'] += pick(random, [-1, 1, 2, 2 ** 16, 2 ** 31]);
    return 'another number of keys or tensors';
  },
];

const shown = ({ name, dimensions, type }: GgufTensor): string => `${name} [${dimensions.join(', ')}] of type ${type}`;

/** Gives a tensor another shape, type or place. */
const changed =
  (other: (random: Random, tensor: GgufTensor) => Partial<GgufTensor>): Change =>
  (random, draft) => {
    const at = random(draft.tensors.length);
    const tensor = draft.tensors[at] as GgufTensor;
    const given = other(random, tensor);
    draft.tensors[at] = { ...tensor, ...given };
    return `${shown(tensor)} takes ${Object.entries(given)
      .map(([part, value]) => `${part} ${String(value)}`)
      .join()}`;
  };

const ofTensors: readonly Change[] = [
  (random, draft) => {
    const [removed] = draft.tensors.splice(random(draft.tensors.length), 1);
    return `${removed?.name} is missing`;
  },
  (random, draft) => {
    const tensor = pick(random, draft.tensors);
    const name = pick(random, [
      tensor.name,
      `${tensor.name.slice(0, 40)}.more`,
      'output.weight',
      'output.bias',
      'rope_freqs.weight',
      'rope_factors_long.weight',
      'blk.99.attn_q.weight',
      'blk.0.attn_q.bias',
      'position_embd.weight',
    ]);
    draft.tensors.splice(random(draft.tensors.length), 0, { ...tensor, name });
    return `${tensor.name} comes again as ${name}`;
  },
  ...(['name', 'data'] as const).map((part): Change => (random, draft) => {
    const [first, second] = exchange(draft.tensors, () => random(draft.tensors.length), part);
    return `${first?.name} and ${second?.name} exchange their ${part}`;
  }),
  changed((random, { dimensions: [columns = 1, rows = 1] }) => {
    const [c, r] = [Number(columns), Number(rows)];
    const dimensions = pick(random, [
      ...[[], [c * r], [r, c], [c, r, 1], [1, c, r], [c, r + 1], [c, r - 1], [c + 32, r], [c, 2 ** 31]],
      ...[
        [2 ** 31, r],
        [c / 2, r * 2],
        [c * r, 1],
        [1, c * r],
      ],
    ]);
    return { dimensions: dimensions.map((size) => Math.max(0, Math.floor(size))) };
  }),
  changed((random) => ({ type: pick(random, [0, 1, 2, 3, 6, 7, 8, 10, 12, 14, 16, 20, 24, 30, 39, 99, 2 ** 31]) })),
  changed((random) => ({
    offset: pick(random, [0n, 32n, 1n, 64n, 2n ** 31n, 2n ** 53n, 2n ** 63n, BigInt(32 * random(4000))]),
  })),
  (random, draft) => {
    draft.tensors.reverse();
    if (random(2) === 0)
      draft.tensors.push({
        name: pick(random, ['extra.weight', 'x'.repeat(64), '']),
        dimensions: [8],
        type: 0,
        data: new Uint8Array(32),
      });
    return 'the tensors come backwards';
  },
];

const ofData: Change = (random, draft) => {
  const at =
    random(2) === 0
      ? pick(
          random,
          [...draft.tensors.keys()].filter((i) =>
            /norm|bias|freqs|factors/.test((draft.tensors[i] as GgufTensor).name),
          ),
        )
      : random(draft.tensors.length);
  const tensor = draft.tensors[at] as GgufTensor;
  const data = tensor.data.slice();
  const how = spoilNumbers(random, data, tensor.type);
  draft.tensors[at] = { ...tensor, data };
  return `${shown(tensor)}: ${how}`;
};

const ways: readonly (readonly Change[])[] = [ofKeys, ofKeys, ofTensors, [ofData], [ofData]];

/** GGUF files of all families whose keys, tensors or numbers were changed, or that were cut. */
export const ggufKind: Kind = {
  name: 'gguf',
  weight: 5,
  mutatorIn(folder) {
    const sound = soundFiles();
    const path = join(folder, 'model.gguf');
    return (random) => {
      const base = pick(random, sound);
      if (random(6) === 0) {
        // Bytes of the header, which may then say anything.
        const source = edited(base, mutation(random, base));
        writeFileSync(path, source.read(0, source.size));
        return { path, what: `${base.name}: bytes of its header` };
      }
      const draft = draftOf(base);
      const said = Array.from({ length: changes(random) }, () => pick(random, pick(random, ways))(random, draft));
      const bytes = writeGguf({
        keys: draft.keys,
        tensors: draft.tensors,
        keyCount: counted(draft.keys, draft.countedKeys),
        tensorCount: counted(draft.tensors, draft.countedTensors),
      });
      const cut = random(12) === 0 ? random(bytes.length) : bytes.length;
      writeFileSync(path, bytes.subarray(0, cut));
      return { path, what: `${base.name}: ${said.join('; ')}${cut < bytes.length ? `; cut after ${cut} bytes` : ''}` };
    };
  },
};

const counted = (all: readonly unknown[], more: number): bigint => BigInt(Math.max(0, all.length + more));
