import * as l10n from '@vscode/l10n';
import { useMemo } from 'preact/hooks';
import type { MetadataEntry, FileView } from '../../shared/contents';
import { count } from '../../shared/format';
import { translated } from '../../shared/said';
import type { Actions } from '../actions';
import { Button } from '../controls';
import { copiedRows, type TableData } from '../parts/columns';
import { Copy, posted, Take } from '../parts/copy';
import { Fold } from '../parts/fold';
import { Bar, NoticeLine } from '../parts/progress';
import { useRememberedOf } from '../parts/remembered';
import { Table } from '../parts/table';
import { TextLink } from '../parts/text';
import type { Section, SectionProps } from '../section';
import { FileCuts } from './cuts';
import {
  isAdapter,
  fileFinding,
  keyCount,
  tensorCount,
  isShort,
  typeWords,
  valueWords,
  factsOf,
  fileMarkdown,
} from './facts';
import { Breakable, Filter, FileFacts } from './filter';
import { TensorsBody, TensorsControls } from './tensors';
import { matching } from './tree';

interface FileProps extends Pick<SectionProps, 'state' | 'act'> {
  readonly file: FileView;
}

/** What is wrong with the file, and below it what was read. */
function FileNotices({ file: { summary, contents, failure, outOfDate } }: FileProps) {
  // The finding says so of an adapter.
  const isRefused = summary?.verdict !== 'runs' && !(contents && isAdapter(contents));
  const refusal = isRefused ? (summary?.refusal ?? null) : null;
  const damage = contents?.damage ? translated(contents.damage, l10n) : null;
  return (
    <>
      {[failure, damage].map((said) => said !== null && <NoticeLine kind="failed" said={said} />)}
      {outOfDate && (
        <NoticeLine
          kind="out-of-date"
          said={l10n.t('The file has changed and is being read again. These are its earlier contents.')}
        />
      )}
      {refusal !== null && (
        <p class="note" data-fact="refusal">
          {translated(refusal, l10n)}
        </p>
      )}
    </>
  );
}

/** The way to the sizes of its tokens, which only its matrices tell. */
function Geometry({ file: { geometry, summary }, state: { status, token, model }, act }: FileProps) {
  if (geometry === 'loading') {
    return (
      <div class="file-loading above">
        <NoticeLine kind="working" said={l10n.t('Loading the geometry of this file')}>
          <Button onPress={() => act.post({ type: 'cancel' })}>{l10n.t('Cancel')}</Button>
        </NoticeLine>
        <Bar fraction={status.kind === 'working' ? status.fraction : null} />
      </div>
    );
  }
  if (geometry === 'none')
    return summary && summary.memory.geometry !== null ? (
      <p class="note">
        {l10n.t(
          'Load Geometry reads the tokenizer and the matrices of the vocabulary: the size of every token, its neighbours, and which tokens were never trained. The model in use stays loaded.',
        )}
      </p>
    ) : null;
  /** The largest token is as good a first one as any, and often a telling one. */
  const largest = model?.sizes?.largest;
  return (
    <p class="row above">
      {l10n.t('The geometry is loaded.')}{' '}
      <TextLink
        onClick={() => {
          if (token === null && largest) act.post({ type: 'chooseToken', id: largest.id });
          act.goTo('token');
        }}
      >
        {l10n.t('Look at its tokens')}
      </TextLink>{' '}
      <TextLink onClick={() => act.goTo('lab')}>{l10n.t('Open the lab')}</TextLink>
    </p>
  );
}

/** What can be done with the file. */
function FileButtons({ file, act }: FileProps) {
  const { summary, contents, geometry, inUse } = file;
  if (!contents) return null;
  return (
    <p class="row above">
      {summary?.verdict === 'runs' && !inUse && (
        <Button primary onPress={() => act.post({ type: 'useFile' })}>
          {l10n.t('Use This Model')}
        </Button>
      )}
      {(isAdapter(contents) || (summary && summary.verdict !== 'nothing')) && !inUse && (
        <Button onPress={() => act.post({ type: 'compareFile' })}>{l10n.t('Compare with the Loaded Model')}</Button>
      )}
      {geometry === 'none' && summary && summary.memory.geometry !== null && (
        <Button onPress={() => act.post({ type: 'loadGeometry' })}>{l10n.t('Load Geometry')}</Button>
      )}
      <Take
        items={[posted(act, '', () => ({ type: 'copy', text: fileMarkdown(file), as: 'markdown' }))]}
        text={l10n.t('Copy as Markdown')}
      />
    </p>
  );
}

function FileBody({ state, act }: SectionProps) {
  const { file } = state;
  if (!file) return <></>;
  const props = { file, state, act };
  const facts = factsOf(file);
  return (
    <>
      <FileNotices {...props} />
      {facts.length > 0 && <FileFacts facts={facts} />}
      <FileButtons {...props} />
      <FileCuts {...props} />
      <p class="file-in-use above" role="status">
        {file.inUse &&
          l10n.t('This is the model in use. Select text in an editor and run “Inspect Selection with Vectorscope”.')}
      </p>
      <Geometry {...props} />
    </>
  );
}

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
  <Copy name={l10n.t('Metadata')} tables={() => [copiedRows(metadataTable(file?.contents?.metadata ?? [], act))]} />
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
