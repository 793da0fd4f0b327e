import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import type { Head, HeadView, PushedToken } from '../../shared/attention';
import { degrees, raw, roundedSize, signed } from '../../shared/format';
import { spokenToken, plainToken } from '../../shared/glyphs';
import { levelOf } from '../../shared/levels';
import type { TextView } from '../../shared/place';
import type { Actions } from '../actions';
import type { TableData } from '../parts/columns';
import { targetWords } from '../parts/compared';
import { memoised } from '../parts/memo';
import { placeName, shortPlace } from '../parts/place';
import { underlined } from '../parts/quantities';
import { passFocus } from '../parts/roving';
import { barColumn, Table } from '../parts/table';
import { Sentence, TokenText } from '../parts/text';
import { TokenButtons } from '../parts/tokenButtons';
import { filled, glyphWords, sentence } from '../parts/words';
import { Behind } from '../picture/behind';
import { Pending } from '../section';
import { RunAblated } from './ablation';
import { headName, headWords, weight } from './headWords';

/** Raised tokens that are named in a row. */
const named = 3;

/** All weights of a head by position. The copy also lists what the most attended positions send. */
export function weightsTable(view: HeadView, text: TextView): TableData<number> {
  const sources = new Map(view.sources.map((source) => [source.position, source]));
  const raisedBy = (at: number) => sources.get(at)?.raised.map(({ token }) => token) ?? [];
  return {
    columns: [
      { key: 'position', value: (at) => (text.tokens[at] ? shortPlace(text, at) : at) },
      { key: 'token', head: l10n.t('token'), value: (at) => text.tokens[at] },
      { key: 'weight', sorts: true, head: l10n.t('weight'), value: (at) => view.weights[at], print: weight },
      { key: 'size', value: (at) => sources.get(at)?.size },
      { key: `push on ${sentence(targetWords(view))}`, value: (at) => sources.get(at)?.push },
      { key: 'raises', value: (at) => raisedBy(at).map(plainToken).join(' ') },
    ],
    rows: [...view.weights.keys()],
    order: 'attention weights',
  };
}

/** The most attended positions: their weights as bars, and what each of them sends. */
export const WeightSources = ({ view, text, chosen }: WeightsProps) => (
  <Table
    name="above sources"
    label={l10n.t('The positions that the head looks at most')}
    row={({ position }) => ({ 'data-position': position })}
    rows={view.sources}
    columns={[
      {
        head: l10n.t('looks at'),
        name: 'name',
        names: true,
        draw: ({ position }) => {
          const token = text.tokens[position];
          return (
            <>
              {token && <TokenText token={token} chosen={token.id === chosen} />}{' '}
              <span class="quiet small">{token ? shortPlace(text, position) : position}</span>
            </>
          );
        },
      },
      barColumn<HeadView['sources'][number]>(({ weight: share }) => share, l10n.t('weight')),
      { head: null, value: ({ weight: share }) => share, print: weight, name: 'weight' },
      { head: l10n.t('size'), value: ({ size }) => size, print: roundedSize, cells: 'size' },
      { head: l10n.t('push'), value: ({ push }) => push, print: signed, cells: 'push' },
      {
        head: l10n.t('raises most'),
        name: 'raises not-tiny',
        draw: ({ raised }) =>
          raised.slice(0, named).map(({ token }, at) => (
            <>
              {at > 0 && <span class="quiet">, </span>}
              <TokenText token={token} chosen={token.id === chosen} />
            </>
          )),
      },
    ]}
  />
);

interface WeightsProps {
  readonly view: HeadView;
  readonly text: TextView;
  readonly chosen: number | undefined;
}

/** The tokens up to the chosen position, coloured by the weights with which a head looks at them. */
const Weights = memoised(({ view, text, chosen }: WeightsProps): VNode => (
  <div
    class="chips weights"
    role="region"
    aria-label={l10n.t('Weights of {0}', headName(view.layer, view.head))}
    tabIndex={0}
  >
    <ul class="contents">
      {Array.from(view.weights, (value, index) => {
        const token = text.tokens[index];
        if (!token) return null;
        return (
          <li class={index === view.position ? 'chip weight current' : 'chip weight'} data-token-index={index}>
            <span class="hidden">{`${spokenToken(token, glyphWords)}, ${placeName(text, index)}, `}</span>
            <span
              class="chip-box"
              aria-hidden="true"
              style={{ '--strength': value.toFixed(3), ...underlined(levelOf(value)) }}
            >
              <TokenText token={token} chosen={token.id === chosen} named={false} />
            </span>
            <span class="chip-value" data-value={raw(value)}>
              {weight(value)}
            </span>
          </li>
        );
      })}
    </ul>
  </div>
));

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

function Known({ view, text, chosen, act, name, ablated, children }: KnownProps) {
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
        <Weights view={view} text={text} chosen={chosen} />
        <p class="note">{l10n.t('The numbers are the attention weights of the head. They add up to 1.')}</p>
      </div>
      <WeightSources view={view} text={text} chosen={chosen} />
      <PushedTokens label={l10n.t('The head raises')} entries={view.raised} chosen={chosen} act={act} />
      <PushedTokens label={l10n.t('It lowers')} entries={view.lowered} chosen={chosen} act={act} />
      <p class="row small above">
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
  readonly act: Actions;
}

const PushedTokens = ({ label, entries, chosen, act }: PushedTokensProps) => (
  <div class="pairs small above pushed-tokens">
    <span class="quiet">{label}</span>
    <TokenButtons
      entries={entries.map(({ token, push }) => ({ token, value: push }))}
      print={signed}
      chosen={chosen}
      act={act}
    />
  </div>
);
