import * as l10n from '@vscode/l10n';
import { useMemo } from 'preact/hooks';
import type { DocumentView } from '../../shared/document/view';
import { Button, Checkbox } from '../controls';
import { Fold } from '../parts/fold';
import { NoticeLine, Bar } from '../parts/progress';
import { passFocus } from '../parts/roving';
import { Sentence, TextLink } from '../parts/text';
import { filled, words } from '../parts/words';
import type { Section, SectionProps } from '../section';
import { documentFinding, reachedWords, windowWords } from './finding';
import { measuredLines, type DocumentProps } from './lines';
import { LinesChart } from './linesChart';
import { LinesTable, Surprising } from './linesTable';

/** Control tokens that are named. */
const mostNamed = 8;

const source = 'https://arxiv.org/abs/2302.07248';

/** How far the measures are, or why they ended. */
function progressWords(document: DocumentView): string | null {
  const { progress, failure, outOfDate, tokens, total } = document;
  if (progress === 'running' && tokens === 0) return l10n.t('Reading the document');
  if (outOfDate && (progress === 'running' || failure === null))
    return l10n.t('The document has changed. These numbers belong to the earlier text.');
  if (progress === 'running') return l10n.t('Measuring {0}', reachedWords(document));
  if (failure !== null) return failure;
  if (progress === 'done') return null;
  return total.tokens === 0 ? l10n.t('Stopped.') : l10n.t('Stopped at {0}.', reachedWords(document));
}

/** Says that, with the way to stop or to continue. */
function Progress({ document, act }: DocumentProps) {
  const { progress, failure, outOfDate, tokens, measured } = document;
  const said = progressWords(document);
  if (said === null) return null;
  const isRunning = progress === 'running';
  const kind = isRunning ? 'working' : failure !== null ? 'failed' : outOfDate ? 'out-of-date' : 'cancelled';
  return (
    <>
      <NoticeLine kind={kind} said={said} isSilent={isRunning}>
        {progress !== 'done' && (
          <Button
            key="action"
            primary={!isRunning}
            onPress={() => act.post({ type: isRunning ? 'stopDocument' : 'continueDocument' })}
          >
            {isRunning ? l10n.t('Stop') : outOfDate ? l10n.t('Measure again') : l10n.t('Continue')}
          </Button>
        )}
      </NoticeLine>
      {isRunning && <Bar fraction={tokens === 0 ? null : measured / tokens} />}
    </>
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
          <p class="note readable">
            {filled(
              l10n.t(
                'They show where a text is hard to predict. That is useful for prose, prompts and data, and to compare models on the same text. They do not find bugs: marking the unlikely tokens of code that a model wrote did not help programmers ({0}).',
              ),
              <a href={source}>arXiv 2302.07248</a>,
            )}
          </p>
        )}
      </Fold>
    </>
  );
}

/** Control tokens in a document about models are seldom meant as such. */
function ControlTokens({ document: { control }, plain, act }: DocumentProps & { readonly plain: boolean }) {
  if (control.length === 0 && !plain) return null;
  const toggle = (to: boolean) => {
    act.post({ type: 'setOptions', options: { plain: to } });
    act.post({ type: 'continueDocument' });
  };
  return (
    <p class="row note" data-fact="control">
      {control.length > 0 && (
        <span>
          <Sentence
            words={words(
              l10n.t('The text spells control tokens: {0}.'),
              control.slice(0, mostNamed).flatMap((token, at) => (at === 0 ? [token] : [', ', token])),
            )}
          />
        </span>
      )}
      <Checkbox checked={plain} onToggle={toggle}>
        {l10n.t('Special tokens as text')}
      </Checkbox>
    </p>
  );
}

function Body({ state: { document, documentLines, options }, act }: SectionProps) {
  const lines = useMemo(() => (document ? measuredLines(document, documentLines) : []), [document, documentLines]);
  if (!document) return <></>;
  const props = { document, act };
  return (
    <>
      <Progress {...props} />
      <About document={document} />
      <ControlTokens {...props} plain={document.plain ?? options.plain} />
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
  <TextLink
    onClick={(event) => {
      passFocus(event, 'main', '.panel-head .model');
      act.post({ type: 'closeDocument' });
    }}
  >
    {l10n.t('Close')}
  </TextLink>
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
