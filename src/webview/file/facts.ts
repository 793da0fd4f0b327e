import * as l10n from '@vscode/l10n';
import { type DataRows, markdown, escaped } from '../../shared/columns';
import type { FileContents, FileView, TensorEntry, MetadataEntry } from '../../shared/contents';
import { count, fileSize, inShort, plural, fixed, percent } from '../../shared/format';
import type { ModelSummary } from '../../shared/model';
import { modelNameOf, modelWordsIn } from '../../shared/modelName';
import { translated } from '../../shared/said';
import { charCount } from '../parts/numbers';
import { cutDoubts } from './cuts';
import { tensorBytes } from './tree';

const modelWords = modelWordsIn(l10n);

export const tensorCount = (many: number): string =>
  plural(many, { one: l10n.t('{0} tensor', count(many)), other: l10n.t('{0} tensors', count(many)) });

export const keyCount = (many: number): string =>
  plural(many, { one: l10n.t('{0} key', count(many)), other: l10n.t('{0} keys', count(many)) });

/** 0 … 1. A small share is not nothing. */
export const shareWords = (share: number): string =>
  share > 0 && share < 0.0005 ? `<${percent(0.1)}` : percent(100 * share);

/** With one decimal below a hundred, since layers differ little; an en dash where the length of a type is not known. */
export function bytesWords(bytes: number): string {
  if (bytes === 0) return '–';
  if (bytes < 1000) return l10n.t('{0} B', count(bytes));
  if (bytes < 99_950) return l10n.t('{0} kB', fixed(bytes / 1e3, 1));
  return bytes >= 999_500 && bytes < 99.95e6 ? l10n.t('{0} MB', fixed(bytes / 1e6, 1)) : fileSize(bytes);
}

/** Whether the file holds no model, but an adapter to compare one with. */
export const isAdapter = ({ metadata, tensors }: FileContents): boolean =>
  metadata.some(({ key, text }) => key === 'general.type' && /^"?adapter"?$/.test(text)) ||
  tensors.some(({ name }) => /\.lora_(a|A|embedding_A)\b/.test(name));

export const shapeWords = ({ shape }: TensorEntry): string =>
  shape.length === 0 ? l10n.t('one number') : shape.map((many) => String(many)).join(' × ');

export const numbersIn = ({ shape }: TensorEntry): number => shape.reduce((product, many) => product * many, 1);

/** Values up to this many UTF-16 units are shown at once. */
const shortValue = 160;
const startOfValue = 40;

export const isShort = ({ text, isCut }: MetadataEntry): boolean =>
  !isCut && text.length <= shortValue && !text.includes('\n');

const startOf = (text: string): string => {
  const line = text.slice(0, startOfValue).replaceAll(/\s+/g, ' ').trim();
  return text.length > startOfValue ? `${line} …` : line;
};

/** What a long value holds: `list, 49,152 × text: "<|endoftext|>", …`. */
export function valueWords({ text, entries, isCut }: MetadataEntry): string {
  const held =
    entries === null
      ? `${typeWords('text')}, ${isCut ? '≥ ' : ''}${charCount(text.length)}`
      : `${typeWords('list')}, ${count(entries)} × ${typeWords(entryType(text))}`;
  return l10n.t('{0}: {1}', held, startOf(text));
}

/** A list names its kind by its first entry. */
const entryType = (text: string): MetadataEntry['type'] =>
  text.startsWith('"') ? 'text' : text.startsWith('[') ? 'list' : /^(true|false)/.test(text) ? 'boolean' : 'number';

export const typeWords = (type: MetadataEntry['type']): string =>
  ({
    text: () => l10n.t('text'),
    number: () => l10n.t('number'),
    boolean: () => l10n.t('boolean'),
    list: () => l10n.t('list'),
  })[type]();

/** All that is shown of a file, as a document in Markdown. Long values are in short. */
export function fileMarkdown(file: FileView): string {
  const { contents } = file;
  const parts = [`# ${escaped(file.name)}\n`, `${escaped(fileFinding(file))}\n`];
  parts.push(...cutDoubts(file).map((said) => `${escaped(said)}\n`));
  if (contents && contents.damage !== null) parts.push(`${escaped(translated(contents.damage, l10n))}\n`);
  parts.push(
    table(
      ['fact', 'value'],
      factsOf(file).map(({ label, value }) => [label, value]),
    ),
  );
  if (contents) {
    const { metadata, tensors } = contents;
    parts.push(
      `## ${l10n.t('Metadata')}\n`,
      table(
        ['key', 'type', 'value'],
        metadata.map((one) => [one.key, one.type, isShort(one) ? one.text : valueWords(one)]),
      ),
      `## ${l10n.t('Tensors')}\n`,
      table(
        ['name', 'type', 'shape', 'bytes'],
        tensors.map((one) => [one.name, one.type, shapeWords(one), one.bytes]),
      ),
    );
  }
  return parts.join('\n');
}

const table = (heads: readonly string[], rows: DataRows): string => markdown([[heads, ...rows]]);

export interface FileFact {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** All digits, for a number. */
  readonly raw?: number;
}

/** The types of the tensors, the largest share of all bytes first: 0 … 1. */
export function sharesByType(
  tensors: readonly TensorEntry[],
): readonly { readonly type: string; readonly share: number }[] {
  const all = tensorBytes(tensors);
  const byType = new Map<string, number>();
  for (const { type, bytes } of tensors) byType.set(type, (byType.get(type) ?? 0) + bytes);
  return [...byType]
    .map(([type, bytes]) => ({ type, share: all === 0 ? 0 : bytes / all }))
    .toSorted((a, b) => b.share - a.share);
}

/** Tokens of the vocabulary: entries of the list, or else rows of the embedding matrix; null where neither is there. */
export function vocabularyOf({ metadata, tensors }: FileContents): number | null {
  const listed = metadata.find(({ key }) => key === 'tokenizer.ggml.tokens')?.entries;
  const matrix = tensors.find(({ name }) =>
    /(^|\.)(token_embd|embed_tokens|wte|word_embeddings|embed_in)\.weight$/.test(name),
  );
  return listed ?? matrix?.shape[0] ?? null;
}

/** The name of the file, or that of its folder where all files of such folders have the same. */
export function shownFileName({ name, path }: Pick<FileView, 'name' | 'path'>): string {
  const file = modelNameOf(name.replace(/\.safetensors(\.index\.json)?$/i, ''));
  return /^model\b/i.test(file) ? (path.split(/[\\/]/).at(-2) ?? file) : file;
}

/** The file in one sentence. */
export function fileFinding(file: FileView): string {
  const { summary, contents } = file;
  if (contents && isAdapter(contents)) {
    const numbers = contents.tensors.reduce((sum, tensor) => sum + numbersIn(tensor), 0);
    return l10n.t(
      '{0}: an adapter with {1} parameters. It changes another model: load that model, then compare it with this file',
      ...[shownFileName(file), inShort(numbers)],
    );
  }
  if (summary) {
    const said = summaryFinding(shownFileName(file), summary);
    return cutDoubts(file).length === 0
      ? said
      : `${said}. ${l10n.t('It may cut text into other tokens than it was trained on')}`;
  }
  if (!contents) return file.failure === null ? l10n.t('Reading the file') : '';
  if (!file.isRead && contents.damage === null) return l10n.t('Reading the file');
  const read = [contents.format, keyCount(contents.metadata.length), tensorCount(contents.tensors.length)] as const;
  return contents.damage === null
    ? l10n.t('A {0} file with {1} and {2}. Vectorscope finds no language model in it.', ...read)
    : l10n.t('Only a part of this {0} file could be read: {1} and {2}.', ...read);
}

const verdicts: Readonly<Record<ModelSummary['verdict'], () => string>> = {
  runs: () => l10n.t('It runs on this machine'),
  geometry: () => l10n.t('Only its geometry can be loaded on this machine'),
  nothing: () => l10n.t('It cannot be loaded'),
};

/** The verdict is the one that the list of models gives. */
function summaryFinding(name: string, { architecture, parameters, quantisation, verdict }: ModelSummary): string {
  const model = [name, architecture, inShort(parameters), quantisation] as const;
  return `${l10n.t('{0}: a {1} model with {2} parameters in {3}', ...model)}. ${verdicts[verdict]()}`;
}

/** What the header says, in the order of the page. */
export function factsOf({ summary, contents }: FileView): readonly FileFact[] {
  const vocabulary = contents && vocabularyOf(contents);
  const tied = summary?.tied;
  const types = contents ? sharesByType(contents.tensors) : [];
  const numbers = contents?.tensors.reduce((sum, tensor) => sum + numbersIn(tensor), 0);
  const words = modelWords.facts;
  const list: readonly (FileFact | null | false | undefined)[] = [
    text('family', words.family(), summary?.architecture ?? null),
    summary
      ? number('parameters', words.parameters(), summary.parameters)
      : number('parameters', words.parameters(), numbers || null),
    types.length > 0 && {
      name: 'types',
      label: l10n.t('Types by bytes'),
      // A share stays on the line of its type.
      value: types.map(({ type, share }) => `${type} ${shareWords(share)}`.replaceAll(' ', '\u{a0}')).join(', '),
    },
    text('named', l10n.t('Type that its key names'), summary?.named ?? null),
    summary &&
      !(contents && isAdapter(contents)) && {
        name: 'matrices',
        label: words.matrices(),
        value: tied === null ? modelWords.tiedUnknown() : tied ? modelWords.tied() : modelWords.untied(),
      },
    number('context', words.context(), summary?.contextLength ?? null, modelWords.tokens),
    number('vocabulary', l10n.t('Vocabulary'), vocabulary, modelWords.tokens),
    text('license', words.license(), summary?.license ?? null),
    bytes('memory-run', l10n.t('Memory to run it'), summary?.memory.run ?? null),
    bytes('memory-geometry', l10n.t('Memory for its geometry'), summary?.memory.geometry ?? null),
    contents && {
      name: 'files',
      label: plural(contents.files, { 1: l10n.t('File'), other: l10n.t('Files') }),
      value: plural(contents.files, {
        1: `${contents.format}, ${fileSize(contents.fileBytes)}`,
        other: l10n.t(
          '{0}, {1} files, {2} together',
          contents.format,
          count(contents.files),
          fileSize(contents.fileBytes),
        ),
      }),
      raw: contents.fileBytes,
    },
  ];
  return list.filter((fact): fact is FileFact => Boolean(fact));
}

const text = (name: string, label: string, value: string | null): FileFact | null =>
  value === null ? null : { name, label, value };

const number = (name: string, label: string, value: number | null, print = (text: string) => text): FileFact | null =>
  value === null ? null : { name, label, value: print(count(value)), raw: value };

const bytes = (name: string, label: string, value: number | null): FileFact | null =>
  value === null ? null : { name, label, value: modelWords.about(fileSize(value)), raw: value };
