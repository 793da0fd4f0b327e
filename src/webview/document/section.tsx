import * as l10n from '@vscode/l10n';
import { useMemo } from 'preact/hooks';
import { Button } from '../controls';
import { Fold } from '../parts/fold';
import { passFocus } from '../parts/passFocus';
import { Bar } from '../parts/progress';
import { filled } from '../parts/words';
import type { Section, SectionProps } from '../section';
import { documentFinding, reachedWords, windowWords } from './finding';
import { measuredLines } from './lines';
import { LinesChart } from './linesChart';
import { LinesTable } from './linesTable';
import type { DocumentProps } from './props';
import { Surprising } from './surprising';

const source = 'https://arxiv.org/abs/2302.07248';

/** How far it is, or why it ended, with the way to stop it or to go on. */
function Progress({ document, act }: DocumentProps) {
  const { progress, failure, outOfDate, tokens, measured } = document;
  if (progress === 'running')
    return (
      <>
        <p class="notice" data-notice="working">
          <span class="notice-text">
            {tokens === 0 ? l10n.t('Reading the document') : l10n.t('Measuring {0}', reachedWords(document))}
          </span>
          <Button key="action" onPress={() => act.post({ type: 'stopDocument' })}>
            {l10n.t('Stop')}
          </Button>
        </p>
        <Bar fraction={tokens === 0 ? null : measured / tokens} />
      </>
    );
  const said = outOfDate
    ? l10n.t('The document has changed. These numbers belong to the earlier text.')
    : (failure ?? (progress === 'stopped' ? l10n.t('Stopped at {0}.', reachedWords(document)) : null));
  if (said === null) return null;
  const kind = outOfDate ? 'out-of-date' : failure === null ? 'cancelled' : 'failed';
  return (
    <p class="notice" data-notice={kind}>
      <span key={kind} class="notice-text" role={kind === 'failed' ? 'alert' : 'status'}>
        {said}
      </span>
      <Button key="action" primary onPress={() => act.post({ type: 'continueDocument' })}>
        {outOfDate ? l10n.t('Measure again') : l10n.t('Go on')}
      </Button>
    </p>
  );
}

/** How the numbers were made, and what they are for. */
function About({ document }: Pick<DocumentProps, 'document'>) {
  const said = windowWords(document);
  return (
    <>
      {said !== null && (
        <p class="note" data-fact="window">
          {said}
        </p>
      )}
      <Fold name="document-purpose" summary={l10n.t('What these numbers are for, and what they are not for')}>
        {() => (
          <p class="note document-purpose">
            {filled(
              l10n.t(
                'They show where a text is hard to predict: useful for prose, prompts and data, and to compare models on the same text. They do not find bugs: in a study, marking the unlikely tokens of generated code did not help programmers ({0}).',
              ),
              <a class="link" href={source}>
                arXiv 2302.07248
              </a>,
            )}
          </p>
        )}
      </Fold>
    </>
  );
}

function Body({ state: { document }, act }: SectionProps) {
  const lines = useMemo(() => (document ? measuredLines(document.lines) : []), [document]);
  if (!document) return <></>;
  const props = { document, act };
  return (
    <>
      <Progress {...props} />
      <About document={document} />
      {lines.length > 0 && (
        <>
          <LinesChart {...props} lines={lines} />
          <Surprising {...props} />
          <LinesTable {...props} lines={lines} />
        </>
      )}
    </>
  );
}

const Controls = ({ act }: SectionProps) => (
  <button
    type="button"
    class="text-link"
    onClick={(event) => {
      passFocus(event, 'main', '.panel-head .model');
      act.post({ type: 'closeDocument' });
    }}
  >
    {l10n.t('Close')}
  </button>
);

/** A document that is inspected as a whole. */
export const document: Section = {
  id: 'document',
  title: () => l10n.t('The document'),
  shown: (state) => state.document !== null,
  finding: documentFinding,
  Controls,
  Body,
};
