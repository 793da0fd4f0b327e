import * as l10n from '@vscode/l10n';
import { extent, max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { capitalised, count, degrees, percent, raw, roundedSize, size } from '../../shared/format';
import type { Journey, LearnedPosition } from '../../shared/layers';
import type { PanelState } from '../../shared/panel';
import { pending } from '../parts/awaited';
import type { TableData } from '../parts/columns';
import type { Words } from '../parts/words';
import { Behind } from '../picture/behind';
import { Axis, Chart, Figure, Levels } from '../picture/chart';
import { ChosenPlace, Pending, type Section, type SectionProps } from '../section';
import { positionFinding } from './angles';
import { RotaryPosition } from './rotary';

const left = 30;
const right = 4;
const top = 8;
const plotHeight = 96;
const below = 34;

interface LineProps {
  readonly learned: LearnedPosition;
  readonly position: number;
  /** Number of positions in the text. */
  readonly positions: number;
}

const title = (): string => l10n.t('Sizes of the position vectors');

/** The length of every position's vector, with the chosen position. A line below the axis is as long as the text. */
function SizesLine({ learned: { sizes }, position, positions }: LineProps) {
  const last = Math.max(sizes.length - 1, 1);
  const y = scaleLinear([0, max(sizes) ?? 1], [top + plotHeight, top]).nice(3);
  const [least, most] = extent(sizes);
  const ground = top + plotHeight;
  return (
    <Figure class="learned">
      {(width) => {
        const x = scaleLinear([0, last], [left, Math.max(width - right, left + 1)]);
        return (
          <Chart
            name="position"
            title={title()}
            summary={l10n.t(
              'The sizes range from {0} to {1} over {2} positions. The vector of the chosen position has size {3}.',
              size(least),
              size(most),
              count(sizes.length),
              size(sizes[position]),
            )}
            width={width}
            height={ground + below}
          >
            <Levels ticks={y.ticks(3)} y={y} left={left} right={width - right} />
            <polyline points={sizes.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')} />
            <line
              class="ink"
              stroke-width="2"
              x1={x(0)}
              x2={x(Math.min(positions - 1, last))}
              y1={ground + 3}
              y2={ground + 3}
            />
            <line class="ink" x1={x(position)} x2={x(position)} y1={top} y2={ground} />
            <circle cx={x(position)} cy={y(sizes[position] ?? 0)} r={3} />
            <Axis
              ticks={x.ticks(width < 420 ? 3 : 6).filter(Number.isInteger)}
              print={count}
              x={x}
              y={ground + 17}
              width={width}
              title={l10n.t('position, from 0; size ‖p‖, model units')}
            />
          </Chart>
        );
      }}
    </Figure>
  );
}

/** The line in numbers. */
export const learnedTable = ({ sizes }: LearnedPosition): TableData<number> => ({
  columns: [
    { key: 'position', head: l10n.t('position'), value: (_, position) => position, print: String },
    { key: 'size', sorts: true, head: l10n.t('size'), value: (long) => long, print: size },
  ],
  rows: sizes,
  order: 'position vectors',
});

interface LearnedProps extends LineProps {
  readonly journey: Journey;
}

/** The learned vector of the chosen position, and the sizes of those of all positions. */
function Learned({ learned, position, positions, journey }: LearnedProps) {
  return (
    <>
      <div class="columns learned-columns">
        <dl class="pairs facts">
          <dt>{l10n.t('Size ‖p‖')}</dt>
          <dd data-value={raw(learned.sizes[position])} data-fact="position-size">
            {size(learned.sizes[position])}
          </dd>
          <dt>{capitalised(l10n.t('angle'))}</dt>
          <dd>
            <span data-value={raw(learned.angleToInput)} data-fact="position-angle">
              {degrees(learned.angleToInput)}
            </span>{' '}
            <span class="quiet">{l10n.t('to the token’s vector')}</span>
          </dd>
          <dt>{capitalised(l10n.t('share'))}</dt>
          <dd>
            <span data-value={raw(learned.share)} data-fact="position-share">
              {percent(100 * learned.share)}
            </span>{' '}
            <span class="quiet">{l10n.t('of r₀, whose size is {0}', roundedSize(journey.residualSize[0]))}</span>
          </dd>
        </dl>
        <SizesLine learned={learned} position={position} positions={positions} />
      </div>
      <p class="note">
        {l10n.t(
          'This model learned a vector p for each position. It adds p to the token’s vector before the first layer: r₀ = e + p. The share is p·r₀ / ‖r₀‖²; the rest comes from the token. The line below the axis marks the positions of this text.',
        )}
      </p>
      <Behind name="position" title={title()} table={() => ({ ...learnedTable(learned), name: 'folding' })} />
    </>
  );
}

/** The share of r_0 that the position's vector makes up, as the end of a sentence. */
function shareWords({ share }: LearnedPosition): string {
  if (Number.isNaN(share)) return l10n.t('r₀ is zero');
  const printed = percent(100 * Math.abs(share));
  if (share < 0) return l10n.t('it points against r₀ and takes {0} away from it', printed);
  return l10n.t('it makes up {0} of r₀', printed);
}

/** The vector of the chosen position: its length, its angle to the token’s, and its share of their sum. */
export function learnedFinding({ journey, position }: Pick<PanelState, 'journey' | 'position'>): Words {
  const learned = journey?.position === position ? journey?.learned : null;
  if (!learned || position === null) return [];
  const printed = size(learned.sizes[position]);
  if (learned.angleToInput === undefined)
    return [l10n.t('The vector of this position has size {0}; {1}', printed, shareWords(learned))];
  return [
    l10n.t(
      'The vector of this position has size {0} and is {1} from the token’s vector; {2}',
      printed,
      degrees(learned.angleToInput),
      shareWords(learned),
    ),
  ];
}

function Body(props: SectionProps) {
  const { state } = props;
  const { model, text, position, journey } = state;
  if (model?.trunk?.position !== 'learned') return <RotaryPosition {...props} />;
  const learned = journey?.position === position ? journey?.learned : null;
  if (!learned || !journey || !text || position === null) return <Pending>{pending(state)}</Pending>;
  return <Learned learned={learned} journey={journey} position={position} positions={text.tokens.length} />;
}

/** Why there is nothing to draw of a model that has positions; null if there is. */
const withoutPlainAngles = ({ model }: Pick<PanelState, 'model'>): string | null =>
  model?.trunk?.position === 'rotary' && model.trunk.rotary === null
    ? l10n.t(
        'The angles can be drawn only if every layer turns positions by one simple formula. This model scales its frequencies, or changes them between layers.',
      )
    : null;

/** The position in the model: how far rotary pairs turn, or the vector that was learned for it. */
export const positionSection: Section = {
  id: 'position',
  title: () => capitalised(l10n.t('position')),
  isFolded: true,
  shown: ({ model, text, position: at }) => Boolean(model?.trunk) && text !== null && at !== null,
  missing: withoutPlainAngles,
  finding: (state) => (state.model?.trunk?.position === 'learned' ? learnedFinding(state) : positionFinding(state)),
  Controls: ChosenPlace,
  Body,
};
