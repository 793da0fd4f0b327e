import * as l10n from '@vscode/l10n';
import type { MetadataEntry, TensorEntry } from '../../shared/contents';
import { count, fileSize, fixed, percent, plural } from '../../shared/format';
import { modelWordsIn } from '../../shared/modelName';

export const modelWords = modelWordsIn(l10n);

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

/** What a long value holds: `list of 49,152 texts: "<|endoftext|>", …`. */
export function valueWords({ text, entries, isCut }: MetadataEntry): string {
  if (entries !== null) return l10n.t('list of {0}: {1}', entriesOf(text, entries), startOf(text));
  return isCut
    ? l10n.t('text of more than {0} characters: {1}', count(text.length), startOf(text))
    : l10n.t('text of {0} characters: {1}', count(text.length), startOf(text));
}

/** A list names its kind by its first entry. */
function entriesOf(text: string, entries: number): string {
  const many = count(entries);
  if (text.startsWith('"')) return plural(entries, { one: l10n.t('{0} text', many), other: l10n.t('{0} texts', many) });
  if (text.startsWith('[')) return plural(entries, { one: l10n.t('{0} list', many), other: l10n.t('{0} lists', many) });
  return /^(true|false)/.test(text)
    ? plural(entries, { one: l10n.t('{0} boolean', many), other: l10n.t('{0} booleans', many) })
    : plural(entries, { one: l10n.t('{0} number', many), other: l10n.t('{0} numbers', many) });
}

export const typeWords = (type: MetadataEntry['type']): string =>
  ({
    text: () => l10n.t('text'),
    number: () => l10n.t('number'),
    boolean: () => l10n.t('boolean'),
    list: () => l10n.t('list'),
  })[type]();
