import * as l10n from '@vscode/l10n';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { lensSteps, type LensStep } from '../../../shared/layers';
import type { RunView } from '../../../shared/panel';
import type { TextView } from '../../../shared/place';
import { awaited } from '../../parts/awaited';
import { useIntoSight } from '../../parts/intoSight';
import { placeName } from '../../parts/place';
import { useRememberedOf } from '../../parts/remembered';
import { useInSight } from '../../parts/sight';
import { Sentence } from '../../parts/text';
import { Toggle } from '../../parts/toggles';
import { type Names, namesOf } from '../../parts/vocabulary';
import { useWidth } from '../../parts/width';
import type { SectionProps } from '../../section';
import { chosenId } from '../../store';
import { type CellAt, lensIndex, firstByLens } from './cells';
import { LensLegend } from './colouring';
import { LensHead, LensRow } from './grid';
import { OpenedCell } from './opened';
import { useScrolledGrid } from './scrolledGrid';
import { isSameStep } from './steps';

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
export function Lens(props: LensProps) {
  const { run, text, layers, isParallel, vocabularyRows, state, view, act } = props;
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
    (step: LensStep, at: number) => {
      setOpened({ step, position: at });
      if (step.after === 'layer')
        act.post({ type: 'chooseAxis', axis: { kind: 'residual', position: at, layer: step.layer } });
    },
    [act, run, view.lensBetween],
  );
  const openedCell = opened && cellAt(opened.step.layer, opened.position, opened.step.after);
  useIntoSight(sight, '.lens-opened', opened && JSON.stringify(opened), openedCell !== null);
  const chosen = chosenId(state);
  const fraction = lens?.fraction ?? null;
  const first = useMemo(() => state.journey && firstByLens({ lens }, state.journey), [lens, state.journey]);
  return (
    <div class="lens" ref={sight}>
      <div ref={measured} data-picture="lens">
        <LensLegend colouring={view.lensColouring} vocabulary={vocabularyRows} act={act} />
        <Progress fraction={fraction} />
        <LensGrid
          {...props}
          steps={steps}
          width={width}
          isInSight={isInSight}
          cellAt={cellAt}
          names={names}
          chosen={chosen}
          placeOf={placeOf}
          opened={opened}
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
      <p class="lens-options">
        <Toggle on={view.lensBetween} onToggle={(lensBetween) => act.setView({ lensBetween })}>
          {l10n.t('Rows after attention')}
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
          act={act}
        />
      )}
    </div>
  );
}

const Progress = ({ fraction }: { readonly fraction: number | null }) => (
  <div class="lens-progress">
    {fraction !== null && (
      <div
        role="progressbar"
        aria-label={l10n.t('Progress of the lens')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * fraction)}
        style={{ width: `${(100 * fraction).toFixed(1)}%` }}
      />
    )}
  </div>
);

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

interface LensGridProps extends LensProps {
  readonly steps: readonly LensStep[];
  /** Pixels, 0 until they are known. */
  readonly width: number;
  readonly isInSight: boolean;
  readonly cellAt: CellAt;
  readonly names: Names | null;
  readonly chosen: number | undefined;
  /** The name of a position. */
  readonly placeOf: (position: number) => string;
  readonly opened: OpenCell | null;
  readonly onOpen: (step: LensStep, position: number) => void;
}

function LensGrid(props: LensGridProps) {
  const { run, text, vocabularyRows, state, view, act, lit, onLight, steps, chosen, placeOf, opened, onOpen } = props;
  const count = Math.min(run.length, text.tokens.length);
  const { width, isInSight } = props;
  const { box, scrolled, onScroll, columnWidth, numbers, visible, columns, roving, stop } = useScrolledGrid({
    ...{ count, rows: steps.length, width, position: state.position, run },
  });
  const { from, to } = visible;
  const { lensBetween: between } = view;
  const divergence = view.lensColouring === 'divergence';
  // Only visible columns are computed.
  useEffect(() => {
    if (isInSight && width > 0 && count > 0) act.see({ lens: { from, to, between, divergence } });
  }, [isInSight, from, to, between, divergence, width > 0, count > 0]);
  const shared = { columns, columnWidth, count, chosen, placeOf };
  const layerOf = (event: Event): number | null => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-layer]') : null;
    return row ? Number(row.dataset['layer']) : null;
  };
  return (
    <div
      role="grid"
      aria-labelledby="lens-title"
      aria-rowcount={steps.length + 1}
      aria-colcount={count + 1}
      onMouseOver={(event) => onLight(layerOf(event))}
      onMouseLeave={() => onLight(null)}
      ref={roving.group.ref}
      onKeyDown={roving.group.onKeyDown}
      onFocusOut={() => onLight(null)}
      onFocusIn={(event) => {
        roving.group.onFocusIn(event);
        onLight(layerOf(event));
      }}
    >
      <LensHead {...shared} text={text} position={state.position} scrolled={scrolled} />
      <div role="rowgroup" class="lens-box" data-cut ref={box} onScroll={onScroll}>
        {steps.map((step, index) => (
          <LensRow
            key={`${step.layer} ${step.after}`}
            {...shared}
            step={step}
            index={index}
            rows={steps.length}
            lit={step.after === 'layer' && lit === step.layer}
            numbers={numbers}
            cellAt={props.cellAt}
            names={props.names}
            colouring={view.lensColouring}
            vocabulary={vocabularyRows}
            open={opened && isSameStep(opened.step, step) ? opened.position : null}
            stop={stop.row === index ? stop.position : null}
            onOpen={onOpen}
          />
        ))}
      </div>
    </div>
  );
}
