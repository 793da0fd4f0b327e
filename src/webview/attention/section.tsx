import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import type { Head, HeadGrid } from '../../shared/attention';
import { capitalised, count, roundedSize, signed } from '../../shared/format';
import { type LayerKinds, layerPartIn } from '../../shared/layerParts';
import type { Journey } from '../../shared/layers';
import type { PanelState } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import { pendingAt } from '../parts/awaited';
import { copiedRows } from '../parts/columns';
import { targetWords } from '../parts/compared';
import { Copy } from '../parts/copy';
import { Fold } from '../parts/fold';
import { useRemembered } from '../parts/remembered';
import { useIntoSight, useInSight } from '../parts/sight';
import { Table } from '../parts/table';
import { Sentence } from '../parts/text';
import { withoutLayers } from '../parts/unknown';
import { type Words, words } from '../parts/words';
import { Behind } from '../picture/behind';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { AblatedPart, RunAblated, isSamePart, sectionOfPart } from './ablation';
import { CompareLink } from './compare';
import { HeadsGrid, HeadsLegend, type HeadMeasure } from './grid';
import { OpenHead } from './head';
import { byPush, headName, headsTable, mixedTable, weight, layerName } from './headWords';
import { PatternPicture } from './pattern';

/** What the two parts of a layer add at the chosen position. */
export function layerShareWords(journey: Journey, layer: number): Words {
  const { attentionSize, feedForwardSize, push, output, pair } = journey;
  return words(
    l10n.t('{5}: size {0}, push on {1} {2}. {6}: size {3}, push {4}.'),
    roundedSize(attentionSize[layer]),
    targetWords({ output, against: pair?.against ?? null }),
    signed(push.attention[layer]),
    roundedSize(feedForwardSize[layer]),
    signed(push.feedForward[layer]),
    ...(['attention', 'feedForward'] as const).map((kind) =>
      capitalised(layerPartIn(kind, layer, journey.kinds, l10n)),
    ),
  );
}

interface LayerPartsProps {
  readonly layer: number;
  readonly kinds: LayerKinds;
  readonly journey: Journey | null;
  readonly chosen: number | undefined;
  readonly children?: ComponentChildren;
}

/** The two parts of a layer, each of which can be left out. */
const LayerParts = ({ layer, kinds, journey, chosen, children }: LayerPartsProps) => (
  <div class="layer-parts above" data-layer={layer}>
    <h3>{layerName(layer)}</h3>
    {journey && (
      <p>
        <Sentence words={layerShareWords(journey, layer)} chosen={chosen} />
      </p>
    )}
    <p class="row small above">
      {(['attention', 'feedForward'] as const).map((kind) => (
        <RunAblated part={{ kind, layer }} label={l10n.t('Run without {0}', layerPartIn(kind, layer, kinds, l10n))} />
      ))}
    </p>
    {children}
  </div>
);

/** Sources that are listed; all of them are copied. */
const listed = 8;

/** Where the output of a layer without heads comes from. */
function Sources({
  layer,
  grid,
  text,
  kinds,
}: Pick<HeadsProps, 'grid' | 'text'> & { layer: number; kinds: LayerKinds }) {
  const sources = grid.sources?.[layer];
  if (!sources) return null;
  const name = layerPartIn('attention', layer, kinds, l10n);
  const table = mixedTable(sources, text.tokens);
  return (
    <div class="above" data-sources={layer}>
      <div class="spread">
        <h3>{l10n.t('Where the output of the {0} comes from', name)}</h3>
        <Copy name={name} tables={() => [copiedRows(table)]} />
      </div>
      <Table {...table} rows={table.rows.slice(0, listed)} name="natural dense" label={capitalised(name)} />
      <p class="note">
        {table.rows.length > listed && `${l10n.t('The first {0} of {1}.', count(listed), count(table.rows.length))} `}
        {l10n.t('The shares of all positions add up to 100 %; one below 0 points away from the output.')}
      </p>
    </div>
  );
}

/** A head with more than this share of its attention on the first position attends to the sink. */
const mostly = 0.5;

/** The head that pushes most, and how many heads attend to the sink. */
export function attentionFinding({ attention: { grid }, text }: Pick<PanelState, 'attention' | 'text'>): Words {
  const best = grid && byPush(grid)[0];
  if (!grid || !best || !text) return [];
  const { layer, head, cell } = best;
  const token = text.tokens[cell.most];
  const target = targetWords(grid);
  const strongest =
    cell.push <= 0 || !token
      ? words(l10n.t('No head pushes {0} up'), target)
      : words(
          l10n.t('{0} pushes {1} most, by {2}: it looks at {3} ({4})'),
          headName(layer, head),
          target,
          signed(cell.push),
          token,
          weight(cell.weight),
        );
  const all = grid.heads.flat();
  const sunk = all.filter(({ first }) => first > mostly).length;
  // From the first position a head can look nowhere else.
  if (sunk === 0 || grid.position === 0) return strongest;
  return words(
    l10n.t('{0}. The first position, the attention sink, has most of the attention of {1} of {2} heads'),
    strongest,
    count(sunk),
    count(all.length),
  );
}

interface HeadsProps extends SectionProps {
  readonly grid: HeadGrid;
  readonly text: TextView;
}

/** The grid of heads, and beside it the open one or the list of the strongest. */
function Heads({ grid, text, state, act }: HeadsProps) {
  const [measure, setMeasure] = useRemembered<HeadMeasure>('heads by', 'push');
  const [openLayer, setOpenLayer] = useRemembered<number | null>('open layer', null);
  const { attention, ablation, journey } = state;
  const { open, view, pattern, scores } = attention;
  const chosen = chosenId(state);
  const onOpen = useCallback((head: Head) => act.post({ type: 'openHead', head }), [act]);
  // The result stands beside the button that asked for it.
  const place =
    ablation === null || sectionOfPart(ablation.part) !== 'attention'
      ? 'none'
      : open && isSamePart(ablation.part, { kind: 'head', ...open })
        ? 'head'
        : ablation.part.kind !== 'head' && ablation.part.layer === openLayer
          ? 'layer'
          : 'section';
  const ref = useRef<HTMLDivElement>(null);
  const isKnown = open !== null && view?.layer === open.layer && view.head === open.head;
  useIntoSight(ref, '.open-head', open && JSON.stringify(open), isKnown);
  useIntoSight(ref, '.layer-parts', openLayer === null ? null : String(openLayer), journey !== null);
  useIntoSight(ref, '.without', ablation && JSON.stringify([ablation.part, ablation.by]), ablation?.result !== null);
  const ablated = ablation && <AblatedPart ablation={ablation} state={state} act={act} />;
  return (
    <div ref={ref}>
      <CompareLink state={state} act={act} />
      {place === 'section' && ablated}
      <div class={open ? 'columns wide attention-columns above' : 'above'}>
        <div>
          <div data-picture="heads">
            <HeadsLegend grid={grid} measure={measure} chosen={chosen} onChoose={setMeasure} />
            <HeadsGrid
              kinds={state.model?.trunk}
              grid={grid}
              measure={measure}
              tokens={text.tokens}
              open={open}
              openLayer={openLayer}
              onOpen={onOpen}
              onOpenLayer={(layer) => setOpenLayer(layer === openLayer ? null : layer)}
            />
          </div>
          <p class="note">
            {l10n.t(
              'Each cell is one head of one layer. Click a cell to open the head, or the number of a layer to see its parts. Layers and heads count from 0: head 23.4 is head 4 of layer 23.',
            )}
          </p>
          <Behind
            name="heads"
            title={capitalised(l10n.t('heads'))}
            table={() => ({ ...headsTable(grid, text.tokens, onOpen), chosen })}
          />
          {openLayer !== null && (
            <LayerParts layer={openLayer} kinds={state.model?.trunk} journey={journey} chosen={chosen}>
              {place === 'layer' && ablated}
              <Sources layer={openLayer} grid={grid} text={text} kinds={state.model?.trunk} />
            </LayerParts>
          )}
        </div>
        {open && (
          <OpenHead
            head={open}
            view={view}
            scores={scores}
            text={text}
            chosen={chosen}
            act={act}
            ablated={place === 'head' && ablated}
          >
            <Fold name="pattern" summary={<h3 id="pattern-title">{l10n.t('All positions')}</h3>}>
              {() => <PatternPicture head={open} pattern={pattern} position={grid.position} text={text} act={act} />}
            </Fold>
          </OpenHead>
        )}
      </div>
    </div>
  );
}

function AttentionBody(props: SectionProps) {
  const { state, act } = props;
  const { attention, text, run } = state;
  const ref = useInSight<HTMLDivElement>((isInSight) => act.see({ attention: isInSight }));
  return (
    <div ref={ref}>
      {attention.grid && text && run ? (
        <Heads {...props} grid={attention.grid} text={text} />
      ) : (
        <Pending>{waiting(props)}</Pending>
      )}
    </div>
  );
}

/** Why there are no heads. */
function waiting({ state }: SectionProps): string {
  return state.model?.trunk === null
    ? l10n.t('The layers of this model are not loaded. Load another model.')
    : pendingAt(state);
}

export const attention: Section = {
  id: 'attention',
  title: () => capitalised(l10n.t('attention')),
  isFolded: true,
  shown: ({ model, text }) => model !== null && text !== null,
  missing: withoutLayers,
  finding: attentionFinding,
  Controls: ChosenPlace,
  Body: AttentionBody,
};
