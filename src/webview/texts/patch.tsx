import * as l10n from '@vscode/l10n';
import { range } from 'd3-array';
import { useRef } from 'preact/hooks';
import { raw, signed } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { PatchView } from '../../shared/instruments';
import { layerPartNames } from '../../shared/layerParts';
import type { NamedToken } from '../../shared/tokens';
import { type OfBoth, type PatchPart } from '../../shared/vectors/texts';
import { SecondRun } from '../attention/ablation';
import { Button } from '../controls';
import { NumberField } from '../lab/options';
import { pending } from '../parts/awaited';
import { type Column, type TableData } from '../parts/columns';
import { Fold } from '../parts/fold';
import { Bar } from '../parts/progress';
import { ColourScale } from '../parts/ramp';
import { useRemembered } from '../parts/remembered';
import { useIntoSight } from '../parts/sight';
import { Sentence, TextLink } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { TokenSearch } from '../parts/tokenSearch';
import { words } from '../parts/words';
import { Behind } from '../picture/behind';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { alignedTexts, chosenPlaces, isSameSoFar, partnerOf } from './finding';
import { PatchGrid, measuredBy, openedWords, patchedPart, patchFinding, share, shortRow } from './grid';

/** What the next grid is filled with. */
interface Draft {
  readonly part: PatchPart;
  /** Whose heads are the rows. */
  readonly layer: number;
  /** null: those that A and B predict first. */
  readonly tokens: OfBoth<NamedToken> | null;
}
const useDraft = () => useRemembered<Draft>('patch', { part: 'residual', layer: 0, tokens: null });

/** A grid in numbers: one row for each of its rows, one column for each position of B. */
export function patchTable(grid: PatchView, tokens: readonly NamedToken[]): TableData<number> {
  return {
    columns: [
      { key: grid.part, head: l10n.t('layer'), name: 'number', value: (row) => shortRow(grid, row) },
      ...tokens.map((token, at): Column<number> => ({
        key: `${at} ${plainToken(token)}`,
        head: plainToken(token),
        cell: (row) => ({ 'data-value': raw(grid.rows[row]?.[at]) }),
        value: (row) => grid.rows[row]?.[at] ?? null,
        print: share,
      })),
    ],
    rows: range(grid.rows.length),
  };
}

/** The choice of a grid, and its start, stop and progress. */
function Choice({ state, act, tokens }: SectionProps & { readonly tokens: Draft['tokens'] }) {
  const { next = null, patch = null } = state.texts ?? {};
  const [draft, setDraft] = useDraft();
  const { part, tokens: own } = draft;
  const layers = state.model?.trunk?.layers ?? 1;
  const asked = {
    part,
    layer: part === 'head' ? Math.min(draft.layer, layers - 1) : null,
    tokens: own && ([own[0].id, own[1].id] satisfies OfBoth),
  };
  const isShown =
    patch?.part === asked.part && patch.layer === asked.layer && String(patch.tokens) === String(asked.tokens);
  const isRunning = patch?.progress === 'running';
  const known = patch?.rows.filter((row) => row !== null).length ?? 0;
  const isMeasured = tokens && tokens[0].id !== tokens[1].id;
  const find = (side: number, label: string, pairOf: (token: NamedToken) => OfBoth<NamedToken>) => (
    <TokenSearch
      id={`patch-token-${side}`}
      found={state.found}
      label={label}
      placeholder={label}
      onChoose={(id) => {
        const token = state.found?.tokens.find((one) => one.id === id);
        if (token) setDraft({ ...draft, tokens: pairOf(token) });
      }}
      act={act}
    />
  );
  return (
    <>
      <div class="row quiet above">
        <Toggles<PatchPart>
          label={l10n.t('What goes from A into B')}
          options={[
            ['residual', l10n.t('residual')],
            ['attention', layerPartNames('attention', state.model?.trunk, l10n)],
            ['feedForward', layerPartNames('feedForward', state.model?.trunk, l10n)],
            ['head', l10n.t('heads')],
          ]}
          value={part}
          onChoose={(choice) => setDraft({ ...draft, part: choice })}
        />
        {part === 'head' && (
          <NumberField
            label={l10n.t('of layer')}
            value={asked.layer}
            range={{ least: 0, most: layers - 1 }}
            onChange={(layer) => setDraft({ ...draft, layer })}
          />
        )}
        {isRunning ? (
          <Button onPress={() => act.post({ type: 'stopPatch' })}>{l10n.t('Stop')}</Button>
        ) : (
          (!isShown || patch.progress === 'stopped') &&
          isMeasured && (
            <Button primary onPress={() => act.post({ type: 'patch', patch: asked })}>
              {isShown ? l10n.t('Go on') : l10n.t('Fill the grid')}
            </Button>
          )
        )}
      </div>
      {isRunning && <Bar fraction={patch.rows.length > 0 ? known / patch.rows.length : null} />}
      <p class="note patch-measure">
        {tokens && isMeasured ? (
          <Sentence
            words={words(
              isShown && patch.difference
                ? l10n.t('Measured by the logit of {0} minus that of {1}, which is {2} in A and {3} in B.')
                : l10n.t('Measured by the logit of {0} minus that of {1}.'),
              ...tokens,
              ...(patch?.difference?.map((value) => signed(value)) ?? []),
            )}
          />
        ) : next ? (
          l10n.t('A and B predict the same token first. Measure the difference by other tokens.')
        ) : (
          pending(state)
        )}
      </p>
      {tokens && (
        <Fold name="patch-tokens" summary={l10n.t('Measure by other tokens')}>
          {() => (
            <div class="row quiet above">
              {find(0, l10n.t('Instead of {0}', plainToken(tokens[0])), (token) => [token, tokens[1]])}
              {find(1, l10n.t('Instead of {0}', plainToken(tokens[1])), (token) => [tokens[0], token])}
              {own && (
                <TextLink onClick={() => setDraft({ ...draft, tokens: null })}>
                  {l10n.t('Back to the first predictions')}
                </TextLink>
              )}
            </div>
          )}
        </Fold>
      )}
    </>
  );
}

/** The run of an open cell. */
function Opened({ state, act, patch, tokens }: GridPartProps) {
  const { open } = patch;
  const at = alignedTexts(state)?.tokens[1][open?.at ?? -1];
  const box = useRef<HTMLDivElement>(null);
  useIntoSight(box, '.without', open && `${open.row} ${open.at}`, Boolean(open?.result));
  return (
    <div ref={box}>
      {open && at && (
        <div class="without above">
          <SecondRun
            title={
              <Sentence
                words={words(l10n.t('B with {0} from A, at {1}'), patchedPart(patch, open.row, state.model?.trunk), at)}
              />
            }
            of="patch"
            result={open.result}
            pending={l10n.t('Computing.')}
            said={openedWords(patch, tokens)}
            end={l10n.t('Close')}
            onEnd={() => act.post({ type: 'openPatch', cell: null })}
            chosen={chosenId(state)}
          />
        </div>
      )}
    </div>
  );
}

interface GridPartProps extends SectionProps {
  readonly patch: PatchView;
  readonly tokens: OfBoth<NamedToken> | null;
}

function Filled(props: GridPartProps) {
  const { state, act, patch } = props;
  const aligned = alignedTexts(state);
  const places = chosenPlaces(state);
  if (!aligned || !places || patch.rows.length === 0) return null;
  const [a, b] = aligned.tokens;
  const partners = b.map((_, at) => a[partnerOf(aligned.result, at, 1) ?? -1]);
  const last = places.at[1];
  return (
    <>
      <div data-picture="patch">
        <h3 id="patch-title">{l10n.t('Share that comes back')}</h3>
        <ColourScale ends={['0', '1']}>
          {l10n.t('grey: below 0')}
          {partners.slice(0, last + 1).includes(undefined) && ` · ${l10n.t('hatched: no match in A')}`}
        </ColourScale>
        <PatchGrid
          kinds={state.model?.trunk}
          grid={patch}
          tokens={b}
          partners={partners}
          last={last}
          onOpen={(row, at) => act.post({ type: 'openPatch', cell: { row, at } })}
        />
      </div>
      <p class="note">
        {l10n.t(
          'Each cell is a run of B in which one vector is replaced by A’s: 0 if none of the difference comes back, 1 if all of it does. Click a cell to see its prediction.',
        )}
      </p>
      <Opened {...props} />
      <Behind
        name="patch"
        title={l10n.t('Patches from A into B')}
        table={() => patchTable(patch, b.slice(0, last + 1))}
        of="patch"
      />
    </>
  );
}

function PatchBody(props: SectionProps) {
  const { texts } = props.state;
  const [draft] = useDraft();
  if (!texts) return <Pending>{pending(props.state)}</Pending>;
  if (isSameSoFar(props.state))
    return <p class="note">{l10n.t('Up to here both texts are the same, so there is no difference to bring back.')}</p>;
  const { patch } = texts;
  return (
    <>
      <Choice {...props} tokens={draft.tokens ?? measuredBy(texts, null, [])} />
      {patch && <Filled {...props} patch={patch} tokens={measuredBy(texts, patch.tokens, draft.tokens ?? [])} />}
    </>
  );
}

export const patch: Section = {
  id: 'patch',
  title: () => l10n.t('Patch'),
  isFolded: true,
  shown: ({ texts }) => Boolean(texts?.result),
  finding: patchFinding,
  Body: PatchBody,
};
