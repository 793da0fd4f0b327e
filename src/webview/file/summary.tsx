import * as l10n from '@vscode/l10n';
import type { FileView } from '../../shared/contents';
import { translated } from '../../shared/said';
import { Button } from '../controls';
import { posted, Take } from '../parts/copy';
import { Bar, NoticeLine } from '../parts/progress';
import type { SectionProps } from '../section';
import { factsOf, fileMarkdown } from './facts';
import { FileFacts } from './filter';

interface FileProps extends Pick<SectionProps, 'state' | 'act'> {
  readonly file: FileView;
}

/** What is wrong with the file, and below it what was read. */
function FileNotices({ file: { summary, contents, failure, outOfDate } }: FileProps) {
  const refusal = summary?.verdict === 'runs' ? null : (summary?.refusal ?? null);
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
      <button
        type="button"
        class="text-link"
        onClick={() => {
          if (token === null && largest) act.post({ type: 'chooseToken', id: largest.id });
          act.goTo('token');
        }}
      >
        {l10n.t('Look at its tokens')}
      </button>{' '}
      <button type="button" class="text-link" onClick={() => act.goTo('lab')}>
        {l10n.t('Open the lab')}
      </button>
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
      {summary && summary.verdict !== 'nothing' && !inUse && (
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

export function FileBody({ state, act }: SectionProps) {
  const { file } = state;
  if (!file) return <></>;
  const props = { file, state, act };
  const facts = factsOf(file);
  return (
    <>
      <FileNotices {...props} />
      {facts.length > 0 && <FileFacts facts={facts} />}
      <FileButtons {...props} />
      <p class="file-in-use above" role="status">
        {file.inUse &&
          l10n.t('This is the model in use. Select text in an editor and run “Inspect Selection with Vectorscope”.')}
      </p>
      <Geometry {...props} />
    </>
  );
}
