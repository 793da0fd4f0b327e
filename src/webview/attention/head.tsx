import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import type { Head, HeadView, PushedToken } from '../../shared/attention';
import { degrees, raw, roundedSize, signed } from '../../shared/format';
import type { TextView } from '../../shared/place';
import type { Actions } from '../actions';
import { targetWords } from '../parts/compared';
import { passFocus } from '../parts/passFocus';
import { Sentence } from '../parts/text';
import { TokenButtons } from '../parts/tokenButtons';
import { filled } from '../parts/words';
import { Behind } from '../picture/behind';
import { Pending } from '../section';
import { RunAblated } from './ablation';
import { headName, headWords } from './headWords';
import { Sources, weightsTable } from './sources';
import { Weights } from './weights';

interface OpenHeadProps {
  readonly head: Head;
  /** `null` while it is computed. */
  readonly view: HeadView | null;
  readonly text: TextView;
  readonly chosen: number | undefined;
  readonly act: Actions;
  /** What leaving the head out changed. */
  readonly ablated: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** One head at the chosen position: a sentence, its weights on the tokens, and what it does to the logits. */
export function OpenHead(props: OpenHeadProps) {
  const { head, view, act } = props;
  const name = headName(head.layer, head.head);
  return (
    <div class="open-head" data-layer={head.layer} data-head={head.head}>
      <div class="table-head">
        <h3>{name}</h3>
        <button
          type="button"
          class="quiet-action"
          onClick={(event) => {
            passFocus(event, 'section', '.head-cell[aria-selected="true"]');
            act.post({ type: 'openHead', head: null });
          }}
        >
          {l10n.t('Close the head')}
        </button>
      </div>
      {view === null || view.layer !== head.layer || view.head !== head.head ? (
        <Pending>{l10n.t('Computing.')}</Pending>
      ) : (
        <Known {...props} view={view} name={name} />
      )}
    </div>
  );
}

interface KnownProps extends OpenHeadProps {
  readonly view: HeadView;
  readonly name: string;
}

function Known({ view, text, chosen, act, name, ablated, children }: KnownProps) {
  return (
    <>
      <p class="head-sentence" data-fact="head">
        <Sentence words={headWords(view, text.tokens)} chosen={chosen} />
      </p>
      <dl class="head-facts">
        <Fact name="size" value={view.size} shown={roundedSize(view.size)}>
          {l10n.t('size')}
        </Fact>
        <Fact name="push" value={view.push} shown={signed(view.push)}>
          {filled(l10n.t('push on {0}'), <Sentence words={targetWords(view)} chosen={chosen} />)}
        </Fact>
        <Fact name="angle" value={view.angle} shown={degrees(view.angle)}>
          {filled(l10n.t('angle to {0}'), <Sentence words={targetWords(view)} chosen={chosen} />)}
        </Fact>
      </dl>
      <div data-picture="head">
        <Weights view={view} text={text} chosen={chosen} />
        <p class="note">{l10n.t('The numbers are the attention weights of the head. They add up to 1.')}</p>
      </div>
      <Sources view={view} text={text} chosen={chosen} />
      <PushedTokens label={l10n.t('The head raises')} entries={view.raised} chosen={chosen} act={act} />
      <PushedTokens label={l10n.t('It lowers')} entries={view.lowered} chosen={chosen} act={act} />
      <p class="layer-actions">
        <RunAblated
          part={{ kind: 'head', layer: view.layer, head: view.head }}
          label={l10n.t('Run without this head')}
          act={act}
        />
        <button
          type="button"
          class="text-link"
          onClick={() => act.post({ type: 'setOptions', options: { colouring: 'attention' } })}
        >
          {l10n.t('Colour the text by these weights')}
        </button>
      </p>
      {ablated}
      {children}
      <Behind name="head" title={name} table={() => weightsTable(view, text)} act={act} />
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: number;
  readonly shown: string;
  readonly children: ComponentChildren;
}

const Fact = ({ name, value, shown, children }: FactProps) => (
  <div>
    <dt>{children}</dt>
    <dd data-fact={name} data-value={raw(value)}>
      {shown}
    </dd>
  </div>
);

interface PushedTokensProps {
  readonly label: string;
  readonly entries: readonly PushedToken[];
  readonly chosen: number | undefined;
  readonly act: Actions;
}

const PushedTokens = ({ label, entries, chosen, act }: PushedTokensProps) => (
  <div class="pushed-tokens">
    <span class="quiet">{label}</span>
    <TokenButtons
      entries={entries.map(({ token, push }) => ({ token, value: push }))}
      print={signed}
      chosen={chosen}
      act={act}
    />
  </div>
);
