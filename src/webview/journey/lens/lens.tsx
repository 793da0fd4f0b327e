import * as l10n from '@vscode/l10n';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { bits, count, probability } from '../../../shared/format';
import { layerPartNames } from '../../../shared/layerParts';
import { lensSteps, type LensStep } from '../../../shared/layers';
import type { RunView } from '../../../shared/panel';
import type { TextView } from '../../../shared/place';
import type { Token } from '../../../shared/tokens';
import { useAct } from '../../actions';
import { awaited } from '../../parts/awaited';
import { shortResidual, isSameStep, stepName } from '../../parts/layers';
import { placeName } from '../../parts/place';
import { Bar } from '../../parts/progress';
import { useRememberedOf } from '../../parts/remembered';
import { useIntoSight, useInSight } from '../../parts/sight';
import { Sentence, TextLink, TokenText } from '../../parts/text';
import { Toggle } from '../../parts/toggles';
import { TokenButtons } from '../../parts/tokenButtons';
import { namesOf, type Names } from '../../parts/vocabulary';
import { useWidth } from '../../parts/width';
import type { SectionProps } from '../../section';
import { chosenId } from '../../store';
import { type ColouredCell, firstByLens, lensIndex, LensLegend } from './colouring';
import { lensCells, PositionsGrid } from './grid';
import { useScrolledGrid } from './scrolledGrid';

interface ResidualHeadProps {
  readonly place: string;
  readonly token: Token | undefined;
  /** null if it cannot be the axis of the vectorscope. */
  readonly onShow: (() => void) | null;
}

/** Names a chosen residual. */
export const ResidualHead = ({ place, token, onShow }: ResidualHeadProps) => (
  <p class="row opened-head">
    <span class="strong">{place}</span> {token && <TokenText token={token} />}{' '}
    {onShow && (
      <TextLink class="text-link at-end" onClick={onShow}>
        {l10n.t('Show in the vectorscope')}
      </TextLink>
    )}
  </p>
);

interface OpenedCellProps {
  readonly cell: ColouredCell | null;
  readonly names: Names | null;
  readonly step: LensStep;
  /** `position 5`. */
  readonly place: string;
  readonly token: Token | undefined;
  readonly chosen: number | undefined;
}

/** The likeliest tokens of one cell of the lens, each a button. */
export function OpenedCell({ cell, names, step, place, token, chosen }: OpenedCellProps) {
  const act = useAct();
  return (
    <div class="small quiet above lens-opened" data-fact="cell" data-layer={step.layer} data-after={step.after}>
      <ResidualHead
        place={l10n.t('{0}, {1}', place, stepName(step))}
        token={token}
        onShow={step.after === 'layer' ? () => act.goTo('vectorscope') : null}
      />
      {!cell || !names ? (
        <p>{l10n.t('Computing.')}</p>
      ) : (
        <>
          <TokenButtons
            entries={cell.top.map(({ id, probability: value }) => ({ token: names.token(id), value }))}
            print={probability}
            chosen={chosen}
          />
          <p>
            {l10n.t('Entropy {0} bits.', bits(cell.entropy))}{' '}
            {cell.rank === null
              ? l10n.t('No token follows this position.')
              : l10n.t('The token that really follows has rank {0}.', count(cell.rank))}{' '}
            {cell.divergence !== null &&
              l10n.t('KL divergence from the final prediction: {0} bits.', bits(cell.divergence))}
          </p>
        </>
      )}
    </div>
  );
}

interface LensProps extends SectionProps {
  readonly run: RunView;
  readonly text: TextView;
  readonly layers: number;
  /** Attention and feed-forward read the same residual. */
  readonly isParallel: boolean;
  /** Rows of the unembedding. */
  readonly vocabularyRows: number;
  readonly lit: number | null;
  readonly onLight: (layer: number | null) => void;
}

/** The logit lens: the likeliest next token after every layer, at every position. */
export function LensPart(props: LensProps) {
  const { run, text, layers, isParallel, vocabularyRows, state, view, act, lit, onLight } = props;
  const { lens, vocabulary } = state;
  const steps = useMemo(() => lensSteps(layers, view.lensBetween), [layers, view.lensBetween]);
  const { ref: measured, width } = useWidth<HTMLDivElement>();
  const [isInSight, setInSight] = useState(false);
  const [opened, setOpened] = useRememberedOf<OpenCell | null>('lens cell', [run, view.lensBetween], null);
  const sight = useInSight<HTMLDivElement>((isNow) => {
    setInSight(isNow);
    if (!isNow) act.see({ lens: null });
  });
  const cellAt = useMemo(() => lensIndex(lens?.blocks ?? []), [lens?.blocks]);
  const names = vocabulary && namesOf(vocabulary);
  const placeOf = useCallback((index: number) => placeName(text, index), [text]);
  const open = useCallback(
    (row: number, at: number) => {
      const step = steps[row];
      if (!step) return;
      setOpened({ step, position: at });
      if (step.after === 'layer')
        act.post({ type: 'chooseAxis', axis: { kind: 'residual', position: at, layer: step.layer } });
    },
    [act, run, steps],
  );
  const openedCell = opened && cellAt(opened.step.layer, opened.position, opened.step.after);
  useIntoSight(sight, '.lens-opened', opened && JSON.stringify(opened), openedCell !== null);
  const chosen = chosenId(state);
  const count = Math.min(run.length, text.tokens.length);
  const grid = useScrolledGrid({ count, rows: steps.length, width, position: state.position, run });
  const { columnWidth, numbers } = grid;
  const { from, to } = grid.visible;
  const { lensBetween: between, lensColouring: colouring } = view;
  const divergence = colouring === 'divergence';
  // Only visible columns are computed.
  useEffect(() => {
    if (isInSight && width > 0 && count > 0) act.see({ lens: { from, to, between, divergence } });
  }, [isInSight, from, to, between, divergence, width > 0, count > 0]);
  const rows = useMemo(
    () =>
      steps.map((step) =>
        step.after === 'layer'
          ? { ...step, head: shortResidual(step.layer) }
          : { ...step, head: l10n.t('mid'), label: stepName(step) },
      ),
    [steps],
  );
  const cell = useMemo(() => {
    const isOpen = (step: LensStep, position: number): boolean =>
      opened !== null && opened.position === position && isSameStep(opened.step, step);
    return lensCells({
      ...{ steps, columnWidth, numbers, cellAt, names, colouring, chosen, isOpen, placeOf },
      vocabulary: vocabularyRows,
    });
  }, [steps, columnWidth, numbers, cellAt, names, colouring, vocabularyRows, chosen, opened, placeOf]);
  const fraction = lens?.fraction ?? null;
  const first = useMemo(() => state.journey && firstByLens({ lens }, state.journey), [lens, state.journey]);
  return (
    <div class="lens" ref={sight}>
      <div ref={measured} data-picture="lens">
        <LensLegend colouring={view.lensColouring} vocabulary={vocabularyRows} act={act} />
        <div class="lens-progress">
          {fraction !== null && <Bar fraction={fraction} label={l10n.t('Progress of the lens')} />}
        </div>
        <PositionsGrid
          {...{ grid, text, count, rows, chosen, cell, lit, onLight }}
          labelledBy="lens-title"
          position={state.position}
          onOpen={open}
        />
      </div>
      <p class="note" data-fact="lens">
        {first && (
          <>
            <Sentence words={first} chosen={chosen} />{' '}
          </>
        )}
        {lensNote(fraction, lens !== null, awaited(state))}
      </p>
      <p class="above">
        <Toggle on={view.lensBetween} onToggle={(lensBetween) => act.setView({ lensBetween })}>
          {l10n.t('Rows after {0}', layerPartNames('attention', state.model?.trunk, l10n))}
        </Toggle>
      </p>
      {view.lensBetween && (
        <p class="note" data-fact="between">
          {isParallel
            ? l10n.t(
                'In this model attention and feed-forward read the same residual, so the model never holds the vectors of the rows marked “mid”: the residual before the layer with attention’s output added.',
              )
            : l10n.t(
                'The rows marked “mid” stand between a layer’s attention and its feed-forward: the residual before the layer with attention’s output added.',
              )}
        </p>
      )}
      {opened && (
        <OpenedCell
          cell={openedCell}
          names={names}
          step={opened.step}
          place={placeOf(opened.position)}
          token={text.tokens[opened.position]}
          chosen={chosen}
        />
      )}
    </div>
  );
}

/** The progress, why the grid is empty, or what a cell does. */
function lensNote(fraction: number | null, known: boolean, wait: string | null): string {
  if (fraction !== null) return l10n.t('Computing the lens: {0} % of the cells in view.', Math.floor(100 * fraction));
  if (!known && wait !== null) return wait;
  return l10n.t(
    'Each cell shows the token that the model would predict from that residual. Click a cell to list its likeliest tokens and to make its residual the axis of the vectorscope.',
  );
}

interface OpenCell {
  readonly step: LensStep;
  readonly position: number;
}
