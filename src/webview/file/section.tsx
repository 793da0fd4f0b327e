import * as l10n from '@vscode/l10n';
import { useMemo } from 'preact/hooks';
import type { MetadataEntry } from '../../shared/contents';
import { count } from '../../shared/format';
import type { Actions } from '../actions';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy, posted, Take } from '../parts/copy';
import { Fold } from '../parts/fold';
import { useRememberedOf } from '../parts/remembered';
import { Table } from '../parts/table';
import type { Section, SectionProps } from '../section';
import { fileFinding, keyCount, tensorCount, isShort, typeWords, valueWords } from './facts';
import { Breakable, Filter } from './filter';
import { FileBody } from './summary';
import { TensorsBody, TensorsControls } from './tensors';
import { matching } from './tree';

const metadataTable = (rows: readonly MetadataEntry[], act: Actions): TableData<MetadataEntry> => ({
  rows,
  columns: [
    {
      key: 'key',
      head: l10n.t('key'),
      value: ({ key }) => key,
      draw: ({ key }) => <Breakable name={key} />,
      cells: 'mono',
      names: true,
    },
    { key: 'type', head: l10n.t('type'), value: ({ type }) => ({ key: type, label: typeWords(type) }), cells: 'quiet' },
    {
      key: 'value',
      head: l10n.t('value'),
      value: (entry) => entry.text,
      draw: (entry) => <Value entry={entry} act={act} />,
    },
  ],
});

/** A value, or a line that says what a long one holds. */
function Value({ entry, act }: { readonly entry: MetadataEntry; readonly act: Actions }) {
  if (isShort(entry)) return <span class="mono">{entry.text}</span>;
  const { key, text, entries, isCut } = entry;
  return (
    <Fold name={`metadata ${key}`} summary={<span class="mono">{valueWords(entry)}</span>}>
      {() => (
        <>
          <pre class="mono">{text}</pre>
          {isCut && (
            <p class="note">
              {entries === null
                ? l10n.t('The rest of the text is not shown.')
                : l10n.t('Only the first of {0} entries are shown.', count(entries))}
            </p>
          )}
          {!isCut && (
            <Take
              items={[posted(act, '', () => ({ type: 'copy', text }))]}
              label={l10n.t('Copy the value of {0}', key)}
            />
          )}
        </>
      )}
    </Fold>
  );
}

/** The metadata as a table that a query narrows. */
function MetadataBody({ state: { file }, act }: SectionProps) {
  const [query, setQuery] = useRememberedOf('metadata query', [file?.path], '');
  const all = file?.contents?.metadata;
  const rows = useMemo(() => matching(all ?? [], query, ({ key, text }) => `${key}\n${text}`), [all, query]);
  return (
    <>
      <Filter
        id="metadata-filter"
        label={l10n.t('Filter by key or value')}
        placeholder={l10n.t('Filter by key or value')}
        value={query}
        onFilter={setQuery}
        left={query.trim() === '' ? null : l10n.t('{0} of {1}', count(rows.length), keyCount(all?.length ?? 0))}
      />
      {rows.length > 0 && (
        <Table {...metadataTable(rows, act)} name="fixed file-metadata" label={l10n.t('Metadata')} inChunks />
      )}
    </>
  );
}

const MetadataControls = ({ state: { file }, act }: SectionProps) => (
  <Copy
    name={l10n.t('Metadata')}
    tables={() => [copiedRows(metadataTable(file?.contents?.metadata ?? [], act))]}
    act={act}
  />
);

/** A model file that is open as a document. */
export const file: Section = {
  id: 'file',
  title: () => l10n.t('The file'),
  shown: ({ file: shown }) => shown !== null,
  finding: ({ file: shown }) => (shown ? [fileFinding(shown)] : []),
  Body: FileBody,
};

export const fileMetadata: Section = {
  id: 'file-metadata',
  title: () => l10n.t('Metadata'),
  isFolded: true,
  shown: ({ file: shown }) => (shown?.contents?.metadata.length ?? 0) > 0,
  finding: ({ file: shown }) => [keyCount(shown?.contents?.metadata.length ?? 0)],
  Controls: MetadataControls,
  Body: MetadataBody,
};

export const fileTensors: Section = {
  id: 'file-tensors',
  title: () => l10n.t('Tensors'),
  shown: ({ file: shown }) => (shown?.contents?.tensors.length ?? 0) > 0,
  finding: ({ file: shown }) => [tensorCount(shown?.contents?.tensors.length ?? 0)],
  Controls: TensorsControls,
  Body: TensorsBody,
};
