import { verbatim } from '../../../src/shared/said';
// Small model files for the panel's tests, as their documents show them.
import type {
  FileContents,
  FileView,
  MetadataEntry,
  TensorEntry,
  TensorStatistics,
} from '../../../src/shared/contents';
import type { TokenizerCheck } from '../../../src/shared/cuts';
import type { ModelSummary } from '../../../src/shared/model';
import type { PanelState } from '../../../src/shared/panel';

const entry = (key: string, text: string, change: Partial<MetadataEntry> = {}): MetadataEntry => ({
  key,
  type: 'text',
  text,
  entries: null,
  isCut: false,
  ...change,
});

export const template = '{% for message in messages %}\n{{ message.content }}\n{% endfor %}';

export const metadata: readonly MetadataEntry[] = [
  entry('general.name', 'Small Model'),
  entry('general.architecture', 'llama'),
  entry('llama.context_length', '2048', { type: 'number' }),
  entry('tokenizer.ggml.tokens', '"<s>", "</s>", "a"', { type: 'list', entries: 49_152, isCut: true }),
  entry('tokenizer.ggml.add_bos_token', 'false', { type: 'boolean' }),
  entry('tokenizer.chat_template', template),
];

const tensor = (name: string, type: string, ...shape: number[]): TensorEntry => ({
  name,
  type,
  shape,
  bytes: shape.reduce((product, many) => product * many, type === 'F32' ? 4 : 1),
});

/** The tensors of so many layers, the last layers first. */
export const tensorsOf = (layers: number): readonly TensorEntry[] => [
  tensor('token_embd.weight', 'Q8_0', 49_152, 64),
  ...Array.from({ length: layers }, (_, index) => layers - 1 - index).flatMap((layer) => [
    tensor(`blk.${layer}.attn_norm.weight`, 'F32', 64),
    tensor(`blk.${layer}.attn_q.weight`, 'Q4_K', 64, 64),
    tensor(`blk.${layer}.ffn_up.weight`, 'Q4_K', 256, 64),
  ]),
  tensor('output_norm.weight', 'F32', 64),
];

export const contentsOf = (change: Partial<FileContents> = {}): FileContents => {
  const tensors = change.tensors ?? tensorsOf(12);
  return {
    format: 'GGUF',
    files: 1,
    fileBytes: tensors.reduce((sum, { bytes }) => sum + bytes, 1000),
    metadata,
    damage: null,
    ...change,
    tensors,
  };
};

export const summary: ModelSummary = {
  architecture: 'llama',
  parameters: 135_000_000,
  quantisation: 'Q4_K_M',
  tied: true,
  contextLength: 2048,
  fileBytes: 4_000_000,
  license: 'apache-2.0',
  memory: { run: 300e6, geometry: 90e6 },
  verdict: 'runs',
  refusal: null,
};

export const statistics: TensorStatistics = {
  count: 4096,
  least: -0.5,
  most: 0.75,
  mean: 0.0012,
  standardDeviation: 0.125,
  zeros: 0.25,
  rows: {
    count: 64,
    least: 0.5,
    most: 1.5,
    mean: 1,
    histogram: { from: 0.5, width: 0.25, counts: [4, 20, 30, 10] },
  },
};

/** Found of a file whose pattern is not that of its vocabulary. */
export const wrongCuts: TokenizerCheck = {
  notices: [],
  cutThrough: { count: 3, of: 900, examples: [' 12', '34'] },
  against: {
    name: 'другой',
    texts: 72,
    parted: [{ text: '12 345', start: 3, end: 6, reason: 'pattern' }],
  },
};

export const fileOf = (change: Partial<FileView> = {}): FileView => ({
  name: 'small.Q4_K_M.gguf',
  path: '/models/small.Q4_K_M.gguf',
  summary,
  contents: contentsOf(),
  tokenizer: null,
  isRead: true,
  failure: null,
  outOfDate: false,
  statistics: {},
  geometry: 'none',
  inUse: false,
  ...change,
});

/** Names without a Latin letter, so that every Latin letter on a page is one of the webview's own words. */
const cyrillic = (change: Partial<FileContents> = {}, tensors = tensorsOf(2)): FileContents =>
  contentsOf({
    metadata: [
      entry('имя', 'Мир'),
      entry('шаблон', 'да\nнет'),
      entry('текст', 'да', { isCut: true }),
      entry('да', 'да', { type: 'boolean' }),
      entry('число', '7', { type: 'number' }),
      ...['"да"', '[1]', 'true', '1'].map((text, at) =>
        entry(`список ${at}`, text, { type: 'list', entries: 1000, isCut: true }),
      ),
    ],
    tensors: [
      ...tensors.map((one, at) => ({ ...one, name: `блок.${at % 3}.т${at}`, type: '№4' })),
      { name: 'число', type: '№5', shape: [], bytes: 4 },
      { name: 'большой', type: '№5', shape: [10_000, 1000], bytes: 20e6 },
      { name: 'вектор', type: '№5', shape: [64], bytes: 0 },
    ],
    ...change,
  });

/** What the states below open. */
export const openedFile = {
  path: '№/1',
  tensors: ['большой', 'вектор', 'число'],
  folds: ['шаблон', 'текст', 'список 0'],
};

/** Between them, nearly all that the room of a file can say. */
export function fileStates(empty: PanelState): Readonly<Record<string, PanelState>> {
  const said: ModelSummary = { ...summary, architecture: '№2', quantisation: '4', license: '№3' };
  const file = (change: Partial<FileView>): PanelState => ({
    ...empty,
    file: fileOf({ name: '№1', path: openedFile.path, summary: said, contents: cyrillic(), ...change }),
  });
  const numbers: FileView['statistics'] = {
    большой: { kind: 'read', statistics },
    вектор: { kind: 'reading', fraction: 0.5 },
    число: { kind: 'failed', message: 'Нет.' },
  };
  return {
    'a model file that is being read': file({ summary: null, contents: null }),
    'a model file': file({ statistics: numbers }),
    'a model file with closed numbers': file({}),
    'a model file that may cut otherwise': file({ tokenizer: wrongCuts }),
    'a model file that cannot run': file({
      summary: {
        ...said,
        tied: false,
        verdict: 'geometry',
        refusal: verbatim('Нет.'),
        memory: { run: null, geometry: 1e8 },
      },
      geometry: 'loading',
    }),
    'a model file that is not supported': file({
      summary: { ...said, tied: null, verdict: 'nothing', refusal: verbatim('Нет.') },
    }),
    'a model file whose geometry is loaded': file({ geometry: 'loaded', outOfDate: true }),
    'a damaged file': file({
      summary: null,
      contents: cyrillic({ damage: verbatim('Нет.'), files: 2 }),
      failure: 'Нет.',
    }),
    'a file of one tensor': file({ summary: null, contents: cyrillic({ metadata: [entry('имя', '7')] }, []) }),
    'a file without a model': file({
      summary: null,
      contents: contentsOf({
        fileBytes: 98e6,
        metadata: [],
        tensors: [{ name: 'т', type: '№', shape: [1], bytes: 1 }],
      }),
    }),
  };
}
