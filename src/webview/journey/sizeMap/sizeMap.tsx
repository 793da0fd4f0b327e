import * as l10n from '@vscode/l10n';
import { range, extent } from 'd3-array';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { roundedSize } from '../../../shared/format';
import type { RunView, PanelState } from '../../../shared/panel';
import type { TextView } from '../../../shared/place';
import { awaited, pending } from '../../parts/awaited';
import { layerOf, residualPlace, shortResidual } from '../../parts/layers';
import { placeName, shortPlace } from '../../parts/place';
import { ColourScale } from '../../parts/ramp';
import { useRememberedOf } from '../../parts/remembered';
import { useIntoSight } from '../../parts/sight';
import { Sentence, TokenText } from '../../parts/text';
import { useWidth } from '../../parts/width';
import { filled, tokenLabel, type Words, words } from '../../parts/words';
import { Behind } from '../../picture/behind';
import { CanvasGrid, inPixels } from '../../picture/canvasGrid';
import { headingId, type SectionProps, Pending, type Section } from '../../section';
import { chosenId } from '../../store';
import { layerWidth } from '../figure';
import { sinkSizes } from '../reading';
import { decadeName, sizeDomain, type Sink } from '../sizes';
import { ChosenResidual, mapTable, mapRows } from './dimensions';
import {
  cellBox,
  cellUnder,
  labelledPositions,
  mapForm,
  mapStep,
  sinksIn,
  type MapCell,
  type MapForm,
  paintMap,
} from './map';

function SizeMapBody(props: SectionProps) {
  const { run, text } = props.state;
  if (run && text) return <SizeMap {...props} run={run} text={text} />;
  return <Pending>{pending(props.state)}</Pending>;
}

function finding({ run }: Pick<PanelState, 'run'>): readonly string[] {
  const [least, most] = extent(run?.layers.residualSize.flatMap((row) => [...row]) ?? []);
  return least === undefined
    ? []
    : [l10n.t('The residuals of this text have sizes from {0} to {1}', roundedSize(least), roundedSize(most))];
}

export const sizeMap: Section = {
  id: 'size-map',
  title: () => l10n.t('Size map'),
  isFolded: true,
  shown: ({ model, text }) => Boolean(model?.trunk) && text !== null,
  finding,
  Body: SizeMapBody,
};

interface SizeMapProps extends SectionProps {
  readonly run: RunView;
  readonly text: TextView;
}

/** The sizes of all residuals as one picture, and the dimensions that carry most of a chosen one. */
export function SizeMap(props: SizeMapProps) {
  const { run, text, state, act } = props;
  const { residualSize: sizes } = run.layers;
  const { ref: measured, width } = useWidth<HTMLDivElement>();
  const [chosen, setChosen] = useRememberedOf<MapCell | null>('residual', [run], null);
  const [pointed, setPointed] = useState<MapCell | null>(null);
  useEffect(() => setPointed(null), [run]);
  const position = chosen?.position;
  const layer = chosen?.layer;
  useEffect(() => act.see({ dimensions: chosen }), [position, layer]);
  useEffect(() => () => act.see({ dimensions: null }), []);
  const domain = useMemo(() => sizeDomain([], sizes), [sizes]);
  const sinks = useMemo(() => sinksIn(sizes), [sizes]);
  const form = useMemo(() => mapForm(sizes, Math.max(1, width - layerWidth)), [sizes, width]);
  const { dimensions } = state;
  const isOfChosen = dimensions !== null && dimensions.position === position && dimensions.layer === layer;
  useIntoSight(measured, '.size-dimensions', chosen && JSON.stringify(chosen), isOfChosen);
  return (
    <div data-fact="size-map">
      <div ref={measured} class="size-map">
        <div data-picture="size-map" class="size-map-picture">
          <ColourScale ends={[decadeName(domain[0]), decadeName(domain[1])]}>
            {l10n.t('‖r‖ at every position and layer, log scale')}
          </ColourScale>
          {width > 0 && form.positions > 0 && (
            <Map
              {...props}
              form={form}
              domain={domain}
              sinks={sinks}
              chosen={chosen}
              onChoose={setChosen}
              onPoint={setPointed}
            />
          )}
        </div>
        <div class="size-side">
          <p class="note size-reading" data-fact="size">
            <Sentence words={reading(pointed ?? chosen, props)} chosen={chosenId(state)} />
          </p>
          {form.positions > form.width && (
            <p class="note" data-fact="size-columns">
              {l10n.t(
                'The text has more positions than the picture has columns. Each column shows the largest residual of up to {0} positions.',
                Math.ceil(form.positions / form.width),
              )}
            </p>
          )}
          {sinks.map((sink) => (
            <p class="note" data-fact="size-sink">
              <Sentence words={sinkSizes(sink, text)} chosen={chosenId(state)} />
            </p>
          ))}
          {chosen && chosen.position < run.length && (
            <ChosenResidual
              cell={chosen}
              place={placeName(text, chosen.position)}
              token={text.tokens[chosen.position]}
              dimensions={isOfChosen ? dimensions : null}
              wait={awaited(state)}
              act={act}
            />
          )}
        </div>
      </div>
      <Behind
        name="size-map"
        title={l10n.t('Size of every residual')}
        table={() => ({ ...mapTable(sizes, text), name: 'size-table' })}
        copied={() => [mapRows(sizes, text)]}
      />
    </div>
  );
}

interface MapProps extends SizeMapProps {
  readonly form: MapForm;
  readonly domain: readonly [number, number];
  readonly sinks: readonly Sink[];
  readonly chosen: MapCell | null;
  readonly onChoose: (cell: MapCell) => void;
  readonly onPoint: (cell: MapCell | null) => void;
}

/** The canvas, its axes, and one button: the cell that keys move. */
function Map({ run, text, state, form, domain, sinks: [sink], chosen, onChoose, onPoint }: MapProps) {
  const { residualSize: sizes } = run.layers;
  const paint = useCallback(
    (canvas: HTMLCanvasElement) => paintMap(canvas, form, sizes, domain),
    [form, sizes, domain],
  );
  const sizeOf = ({ layer, position }: MapCell): number | undefined => sizes[layer]?.[position];
  const labelOf = (cell: MapCell): string => {
    const token = text.tokens[cell.position];
    return l10n.t(
      '{0}, {1}, {2}, size {3}',
      token ? tokenLabel(token) : '',
      placeName(text, cell.position),
      residualPlace(cell.layer),
      roundedSize(sizeOf(cell)),
    );
  };
  const box = chosen && cellBox(form, chosen);
  const sinkToken = sink && text.tokens[sink.position];
  const sinkBox = cellBox(form, { position: sink?.position ?? 0, layer: 0 });
  const isRight = sinkBox.left > form.width / 2;
  return (
    <div class="size-map-box" style={{ paddingLeft: `${layerWidth}px` }}>
      <div class="small quiet size-sinks" aria-hidden="true">
        {sinkToken && (
          <span
            class={isRight ? 'size-sink right' : 'size-sink'}
            style={
              isRight
                ? { right: `calc(100% - ${layerWidth + sinkBox.left + sinkBox.width}px)` }
                : { left: `${layerWidth + sinkBox.left}px` }
            }
          >
            {filled(l10n.t('{0}, sink'), <TokenText token={sinkToken} named={false} />)}
          </span>
        )}
      </div>
      <div class="small quiet size-layers" aria-hidden="true">
        {range(form.layers)
          .filter((layer) => layerOf(layer) % 5 === 0)
          .map((layer) => (
            <span style={{ top: `${layer * form.rowHeight + form.rowHeight / 2}px` }}>{shortResidual(layer)}</span>
          ))}
      </div>
      <CanvasGrid
        width={form.width}
        height={form.layers * form.rowHeight}
        paint={paint}
        labelledBy={headingId('size-map')}
        describedBy="size-map-summary"
        start={chosen ?? { position: Math.min(state.position ?? 0, form.positions - 1), layer: form.layers - 1 }}
        step={(key, cell) => mapStep(key, cell, form)}
        under={(x, y) => cellUnder(form, sizes, x, y)}
        box={(cell) => cellBox(form, cell)}
        label={labelOf}
        value={sizeOf}
        onPoint={onPoint}
        onChoose={onChoose}
        isChosen={({ position, layer }) => chosen?.position === position && chosen.layer === layer}
      >
        <p id="size-map-summary" class="hidden">
          {l10n.t(
            'Sizes of the residuals, from before the layers to after layer {0}, on a scale from {1} to {2}.',
            layerOf(form.layers - 1),
            decadeName(domain[0]),
            decadeName(domain[1]),
          )}
        </p>
        {box && <span class="size-chosen" style={inPixels(box)} />}
      </CanvasGrid>
      <div class="small quiet size-positions" aria-hidden="true">
        {labelledPositions(form).map((position) => {
          const { left, width } = cellBox(form, { position, layer: 0 });
          return (
            <span
              class={position === state.position ? 'current' : ''}
              style={{ left: `${layerWidth + left + width / 2}px` }}
            >
              {shortPlace(text, position)}
            </span>
          );
        })}
      </div>
    </div>
  );
}

/** The cell in words, or how to read one. */
function reading(cell: MapCell | null, { run, text }: SizeMapProps): Words {
  const size = cell && run.layers.residualSize[cell.layer]?.[cell.position];
  if (!cell || typeof size !== 'number')
    return [
      l10n.t(
        'Point at a cell to read its size, or move with the arrow keys. Click it, or press Enter, to list the dimensions that carry most of its residual.',
      ),
    ];
  const token = text.tokens[cell.position];
  return words(
    l10n.t('{0} ({1}), {2}: size {3}'),
    token ?? '',
    placeName(text, cell.position),
    residualPlace(cell.layer),
    roundedSize(size),
  );
}
