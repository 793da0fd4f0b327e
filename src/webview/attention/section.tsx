import * as l10n from '@vscode/l10n';
import { useCallback, useRef } from 'preact/hooks';
import type { Head, HeadGrid } from '../../shared/attention';
import type { TextView } from '../../shared/place';
import { pending } from '../parts/awaited';
import { useIntoSight } from '../parts/intoSight';
import { useRemembered } from '../parts/remembered';
import { useInSight } from '../parts/sight';
import { withoutLayers } from '../parts/unknown';
import { SavePicture } from '../picture/save';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { AblatedPart } from './ablation';
import { isSamePart } from './ablationWords';
import { CompareLink } from './compare';
import { attentionFinding } from './finding';
import { HeadsGrid } from './grid';
import { OpenHead } from './head';
import { LayerParts } from './layer';
import { HeadsLegend, type Measure } from './measures';
import { PatternPicture } from './pattern';
import { Strongest } from './strongest';

interface HeadsProps extends SectionProps {
  readonly grid: HeadGrid;
  readonly text: TextView;
}

/** The grid of heads, and beside it the open one or the list of the strongest. */
function Heads({ grid, text, state, act }: HeadsProps) {
  const [measure, setMeasure] = useRemembered<Measure>('heads by', 'push');
  const [openLayer, setOpenLayer] = useRemembered<number | null>('open layer', null);
  const { attention, ablation, journey } = state;
  const { open, view, pattern } = attention;
  const chosen = chosenId(state);
  const onOpen = useCallback((head: Head) => act.post({ type: 'openHead', head }), [act]);
  // The result stands beside the button that asked for it.
  const place =
    ablation === null
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
      <div class="attention-columns">
        <div>
          <div data-picture="heads">
            <HeadsLegend grid={grid} measure={measure} chosen={chosen} onChoose={setMeasure} />
            <HeadsGrid
              grid={grid}
              measure={measure}
              tokens={text.tokens}
              open={open}
              openLayer={openLayer}
              onOpen={onOpen}
              onOpenLayer={(layer) => setOpenLayer(layer === openLayer ? null : layer)}
            />
          </div>
          <div class="behind">
            <SavePicture of="heads" title={l10n.t('Heads')} act={act} />
            <p class="note">
              {l10n.t(
                'Each cell is one head of one layer. Click a cell to open the head, or the number of a layer to see its parts. Layers and heads count from 0: head 23.4 is head 4 of layer 23.',
              )}
            </p>
          </div>
          {openLayer !== null && (
            <LayerParts layer={openLayer} journey={journey} chosen={chosen} act={act}>
              {place === 'layer' && ablated}
            </LayerParts>
          )}
        </div>
        {open ? (
          <OpenHead head={open} view={view} text={text} chosen={chosen} act={act} ablated={place === 'head' && ablated}>
            <PatternPicture head={open} pattern={pattern} position={grid.position} text={text} act={act} />
          </OpenHead>
        ) : (
          <Strongest grid={grid} tokens={text.tokens} chosen={chosen} onOpen={onOpen} act={act} />
        )}
      </div>
    </div>
  );
}

function Body(props: SectionProps) {
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
  const { position, run, model } = state;
  if (model?.trunk === null)
    return l10n.t('The layers of this model are not loaded, so there is no attention to show.');
  if (run && position !== null && position >= run.length)
    return l10n.t('The model did not read this token, so no head looks from it.');
  return pending(state);
}

export const attention: Section = {
  id: 'attention',
  title: () => l10n.t('Attention'),
  shown: ({ model, text }) => model !== null && text !== null,
  missing: withoutLayers,
  finding: attentionFinding,
  Controls: ChosenPlace,
  Body,
};
