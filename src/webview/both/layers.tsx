import * as l10n from '@vscode/l10n';
import { max, range } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { useState } from 'preact/hooks';
import type { PositionInBoth } from '../../shared/both';
import { areUnrelated } from '../../shared/bothFacts';
import { degrees, fixed, size, tickDecimals } from '../../shared/format';
import { LayerNumbers } from '../journey/charts';
import { downwards, Figure, type LayerRows } from '../journey/figure';
import { layerWidth, rowMiddle } from '../journey/geometry';
import { Behind } from '../parts/behind';
import { copiedRows, type TableData } from '../parts/columns';
import { residualCell, residualPlace, shortResidual } from '../parts/layers';
import { placeAmong } from '../parts/place';
import { gridStep, useRoving } from '../parts/roving';
import { Table } from '../parts/table';
import { useWidth } from '../parts/width';
import { SavePicture } from '../picture/save';
import { Pending, type Section, type SectionProps } from '../section';
import { bothPending } from './names';
import { bothLayersFinding, haveSameResiduals, ratiosOf } from './sectionFindings';

const side = 4;
const gap = 20;

/** Both residuals of every layer in numbers. */
export function bothLayersTable(position: PositionInBoth): TableData<number> {
  const { residualAngle, residualSize } = position;
  const ratios = ratiosOf(position);
  return {
    columns: [
      { head: l10n.t('layer'), name: 'number', value: shortResidual },
      { key: 'layer', value: residualCell },
      {
        ...(residualAngle && { key: 'angle between r and r (degrees)', head: l10n.t('angle') }),
        value: (at) => residualAngle?.[at],
        print: degrees,
      },
      { key: 'size of r in A', head: l10n.t('‖r‖ in A'), value: (at) => residualSize[0][at], print: size },
      { key: 'size of r in B', head: l10n.t('‖r‖ in B'), value: (at) => residualSize[1][at], print: size },
      {
        key: 'size in B / size in A',
        head: l10n.t('B ÷ A'),
        value: (at) => ratios[at],
        print: (value) => fixed(value, 3),
      },
    ],
    rows: range(ratios.length),
  };
}

interface LineProps {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly values: readonly number[];
  readonly domain: readonly [number, number];
  readonly print: (value: number, decimals: number) => string;
  readonly middle: number;
  readonly width: number;
  readonly rows: LayerRows;
}

/** One number a layer as a line down the layers. */
function LineFigure({ id, title, note, values, domain, print, middle, width, rows }: LineProps) {
  const x = scaleLinear(domain, [side, width - side]).nice(4);
  const ticks = x.ticks(4);
  const decimals = tickDecimals(ticks);
  const end = (value: number | undefined): string => print(value ?? NaN, 2);
  return (
    <Figure
      id={id}
      width={width}
      rows={rows}
      title={title}
      notes={[note]}
      summary={l10n.t('{0} before the layers, {1} after the last layer.', end(values[0]), end(values.at(-1)))}
      axis={{ x, ticks, name: (value) => print(value, decimals), middle }}
      below={6}
    >
      <polyline class="own-size" points={downwards(values, x)} />
      {rows.lit !== null && (
        <circle class="own-size-dot" cx={x(values[rows.lit] ?? 0)} cy={rowMiddle(rows.lit)} r={2.5} />
      )}
    </Figure>
  );
}

function Charts({ position, state, act }: SectionProps & { readonly position: PositionInBoth }) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [lit, setLit] = useState<number | null>(null);
  const { residualSize } = position;
  const residualAngle = areUnrelated(state.both.rows) ? null : position.residualAngle;
  const ratios = ratiosOf(position);
  const residuals = ratios.length;
  const roving = useRoving(residuals, residuals - 1, (key, at) =>
    gridStep(key, at, { count: residuals, rows: residuals }),
  );
  const rows: LayerRows = { residuals, lit, onLight: setLit, onClickLayer: roving.focus };
  const room = Math.floor((width - layerWidth) / (residualAngle ? 2 : 1)) - gap;
  const finite = ratios.filter(Number.isFinite);
  const ofLayer = (layer: number): string => {
    const sizes = l10n.t('‖r‖ {0} in A and {1} in B', size(residualSize[0][layer]), size(residualSize[1][layer]));
    const apart = residualAngle && l10n.t('{0} apart', degrees(residualAngle[layer]));
    return [residualPlace(layer), apart, sizes].filter(Boolean).join(' · ');
  };
  return (
    <div ref={ref}>
      {width > 0 && (
        <div
          class="journey-line both-layers"
          data-picture="both-layers"
          style={{ gap: `${gap}px` }}
          onMouseLeave={() => setLit(null)}
        >
          <LayerNumbers
            rows={rows}
            roving={roving}
            onChoose={(layer) => {
              act.post({ type: 'chooseAxis', axis: { kind: 'residual', position: position.position, layer } });
              act.goTo('vectorscope');
            }}
          />
          {residualAngle && (
            <LineFigure
              id="both-angle"
              title={l10n.t('Angle, A to B')}
              note={position.hiddenAngle === null ? '' : l10n.t('of h: {0}', degrees(position.hiddenAngle))}
              values={Array.from(residualAngle)}
              domain={[0, Math.max(max(residualAngle) ?? 0, 1)]}
              print={(value, decimals) => `${fixed(value, decimals)}°`}
              middle={-1}
              width={room}
              rows={rows}
            />
          )}
          <LineFigure
            id="both-ratio"
            title={l10n.t('Size, B ÷ A')}
            note={l10n.t('1: equal')}
            values={ratios}
            domain={[Math.min(...finite, 0.98), Math.max(...finite, 1.02)]}
            print={fixed}
            middle={1}
            width={room}
            rows={rows}
          />
        </div>
      )}
      <p class="note" data-fact="layer" data-layer={lit ?? ''}>
        {lit === null ? l10n.t('Point at a layer to read its numbers, or move with the arrow keys.') : ofLayer(lit)}
      </p>
      <Behind
        name="both-layers"
        summary={l10n.t('Both models’ layers as a table')}
        label={l10n.t('Copy both models’ layers as a table')}
        copied={l10n.t('Copied the layers')}
        tables={() => [copiedRows(bothLayersTable(position))]}
        act={act}
        picture={<SavePicture of="both-layers" title={l10n.t('Two models, layer by layer')} act={act} />}
      >
        {() => <Table {...bothLayersTable(position)} row={(at) => ({ class: at === lit ? 'lit' : undefined })} />}
      </Behind>
    </div>
  );
}

function Body(props: SectionProps) {
  const { position } = props.state.both;
  if (!position) return <Pending>{bothPending(props.state)}</Pending>;
  if (haveSameResiduals(position)) return <Pending>{l10n.t('There is no difference to draw.')}</Pending>;
  const [a, b] = position.residualSize;
  return a.length === b.length ? (
    <Charts {...props} position={position} />
  ) : (
    <Pending>{l10n.t('The models do not have equally many layers, so layers cannot be compared one by one.')}</Pending>
  );
}

const Controls = ({ state: { text, position } }: SectionProps) =>
  text && position !== null ? <span class="small quiet">{placeAmong(text, position)}</span> : null;

export const bothLayers: Section = {
  id: 'both-layers',
  title: () => l10n.t('By layer'),
  shown: ({ both }) => both.text?.kind === 'same',
  finding: bothLayersFinding,
  Controls,
  Body,
};
