import * as l10n from '@vscode/l10n';
import { type DataRows, markdown } from '../../shared/columns';
import type { FileView } from '../../shared/contents';
import { escaped } from '../../shared/markdown';
import { translated } from '../../shared/said';
import { factsOf, fileFinding } from './facts';
import { isShort, shapeWords, valueWords } from './words';

/** All that is shown of a file, as a document in Markdown. Long values are in short. */
export function fileMarkdown(file: FileView): string {
  const { contents } = file;
  const parts = [`# ${escaped(file.name)}\n`, `${escaped(fileFinding(file))}\n`];
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
