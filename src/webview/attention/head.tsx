import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import {
  type Head,
  headNumber,
  type HeadScores,
  type HeadSource,
  type HeadView,
  type PushedToken,
} from '../../shared/attention';
import { degrees, raw, roundedSize, signed } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { TextView } from '../../shared/place';
import type { Actions } from '../actions';
import { targetWords } from '../parts/compared';
import { shortPlace } from '../parts/place';
import { passFocus } from '../parts/roving';
import { barColumn, type TableProps } from '../parts/table';
import { Sentence, TokenText, TextLink } from '../parts/text';
import { TokenButtons } from '../parts/tokenButtons';
import { ValueChips } from '../parts/valueChips';
import { filled, sentence } from '../parts/words';
import { Behind } from '../picture/behind';
import { Pending } from '../section';
import { RunAblated } from './ablation';
import { headName, headWords, weight } from './headWords';
import { WhyThere } from './why';

/** Raised tokens that are named in a row. */
const named = 3;

/** The most attended positions: their weights as bars, and what each of them sends. */
export const sourcesTable = (view: HeadView, text: TextView, chosen?: number): TableProps<HeadSource> => ({
  name: 'above sources',
  row: ({ position }) => ({ 'data-position': position }),
  rows: view.sources,
  columns: [
    { key: 'position', value: ({ position }) => shortPlace(text, position) },
    {
      ...{ key: 'token', head: l10n.t('looks at'), name: 'name', names: true },
      value: ({ position }) => text.tokens[position],
      draw: ({ position }) => {
        const token = text.tokens[position];
        return (
          <>
            {token && <TokenText token={token} chosen={token.id === chosen} />}{' '}
            <span class="quiet small">{shortPlace(text, position)}</span>
          </>
        );
      },
    },
    barColumn<HeadSource>(({ weight: share }) => share, l10n.t('weight')),
    { key: 'weight', head: null, value: ({ weight: share }) => share, print: weight, name: 'weight' },
    { key: 'size', head: l10n.t('size'), value: ({ size }) => size, print: roundedSize, cells: 'size' },
    {
      ...{ key: `push on ${sentence(targetWords(view))}`, head: l10n.t('push'), cells: 'push' },
      ...{ value: ({ push }: HeadSource) => push, print: signed },
    },
    {
      ...{ key: 'raises', head: l10n.t('raises most'), name: 'raises not-tiny' },
      value: ({ raised }) => raised.map(({ token }) => plainToken(token)).join(' '),
      draw: ({ raised }) =>
        raised.slice(0, named).map(({ token }, at) => (
          <>
            {at > 0 && <span class="quiet">, </span>}
            <TokenText token={token} chosen={token.id === chosen} />
          </>
        )),
    },
  ],
});

interface OpenHeadProps {
  readonly head: Head;
  /** `null` while it is computed. */
  readonly view: HeadView | null;
  /** Why it looks where it does; `null` while it is computed. */
  readonly scores: HeadScores | null;
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
      <div class="spread">
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

function Known({ view, scores, text, chosen, act, name, ablated, children }: KnownProps) {
  return (
    <>
      <p class="head-sentence above" data-fact="head">
        <Sentence words={headWords(view, text.tokens)} chosen={chosen} />
      </p>
      <dl class="row small above">
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
      <div class="above" data-picture="head">
        <ValueChips
          label={l10n.t('Weights of {0}', name)}
          text={text}
          values={view.weights}
          full={1}
          print={weight}
          position={view.position}
          chosen={chosen}
        />
      </div>
      {scores?.layer === view.layer && scores.head === view.head && (
        <WhyThere key={headNumber(view)} scores={scores} text={text} chosen={chosen} act={act} />
      )}
      <PushedTokens label={l10n.t('The head raises')} entries={view.raised} chosen={chosen} />
      <PushedTokens label={l10n.t('It lowers')} entries={view.lowered} chosen={chosen} />
      <p class="row small above">
        <RunAblated
          part={{ kind: 'head', layer: view.layer, head: view.head }}
          label={l10n.t('Run without this head')}
        />
        <TextLink onClick={() => act.post({ type: 'setOptions', options: { colouring: 'attention' } })}>
          {l10n.t('Colour the text by these weights')}
        </TextLink>
      </p>
      {ablated}
      {children}
      <Behind name="head" title={l10n.t('What it sends from there')} table={() => sourcesTable(view, text, chosen)} />
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
  <div class="inline-pair">
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
}

const PushedTokens = ({ label, entries, chosen }: PushedTokensProps) => (
  <div class="pairs small above pushed-tokens">
    <span class="quiet">{label}</span>
    <TokenButtons entries={entries.map(({ token, push }) => ({ token, value: push }))} print={signed} chosen={chosen} />
  </div>
);
