import * as l10n from '@vscode/l10n';
import { fixed, raw } from '../../shared/format';
import { nameWidth, tokenSpans } from '../parts/text';
import { useWidth } from '../parts/width';
import { ArrowLine, BrokenArrow } from './arrow';
import {
  type AroundAxis,
  type Arrow,
  type Arrows,
  arrowsOf,
  type AxisVector,
  height,
  lineHeight,
  roomForHidden,
} from './arrows';
import { TokenName } from './name';

const characterWidth = 7;
const widthOf = ({ token }: AxisVector): number => nameWidth(token, characterWidth);

const headLength = 11;

/** What the picture calls its parts. */
export interface ArrowsWords {
  /** The axis with its size, on one line or on two. */
  readonly axis: readonly [first: string, second: string];
  /** The value of a vector. */
  readonly value: string;
  readonly along: string;
  readonly across: string;
  readonly rightAngle: string;
}

/** The axis, upwards from the origin, with a break where it is longer than the picture. */
function AxisArrow({
  arrows: { origin, top, breakAt, width },
  words,
}: {
  readonly arrows: Arrows;
  readonly words: ArrowsWords;
}) {
  const x = origin.x + 14;
  const [first, second] = words.axis;
  return (
    <g class="point-h">
      <BrokenArrow foot={origin} top={top} breakAt={breakAt} headLength={headLength} />
      <text class="value" x={x} y={top + 10}>
        {width >= roomForHidden ? (
          `${first}, ${second}`
        ) : (
          <>
            {first}
            <tspan x={x} dy={lineHeight}>
              {second}
            </tspan>
          </>
        )}
      </text>
    </g>
  );
}

/** Pixels from the axis to the right ends of the columns beside it. */
const column = { product: 12, reach: 84, name: 132 };
const footCharacter = 6;
/** The heading of the middle column: a long word for the value moves it away. */
const reachHeading = ({ value }: ArrowsWords): number =>
  Math.max(column.reach, column.product + footCharacter * (value.length + 1));

interface VectorArrowProps extends Pick<Arrows, 'origin' | 'hasReach'> {
  readonly arrow: Arrow;
  readonly isFirst: boolean;
}

function VectorArrow({ arrow, origin, isFirst, hasReach }: VectorArrowProps) {
  const { vector, tip, sideX, labelY } = arrow;
  const { reach, side } = vector;
  const name = <tspan class="mono">{tokenSpans(vector.token)}</tspan>;
  const product = fixed(vector.value, 2);
  return (
    <g class={isFirst ? 'point-arrow first' : 'point-arrow'} data-id={vector.id}>
      <polyline class="point-level" points={`${tip.x},${tip.y} ${origin.x},${tip.y} ${origin.x - 8},${labelY}`} />
      <ArrowLine from={origin} to={tip} headLength={headLength} />
      <text class="point-value" x={origin.x - 12} y={labelY + 4} text-anchor="end" data-value={raw(vector.value)}>
        {hasReach ? (
          <>
            <tspan x={origin.x - column.name}>{name}</tspan>
            <tspan class="point-leg" x={origin.x - column.reach}>
              {fixed(reach, 3)}
            </tspan>
            <tspan x={origin.x - column.product}>{product}</tspan>
          </>
        ) : (
          <>
            {name}
            {` ${product}`}
          </>
        )}
      </text>
      {sideX !== null && (
        <>
          <polyline class="point-level" points={`${tip.x},${tip.y} ${tip.x},${origin.y} ${sideX},${origin.y + 5}`} />
          <text class="point-leg" x={sideX} y={origin.y + 15} text-anchor="middle">
            {fixed(side, 2)}
          </text>
        </>
      )}
    </g>
  );
}

interface ArrowsPictureProps {
  /** As in `data-picture`. */
  readonly name: string;
  readonly around: AroundAxis;
  /** Of the vector that is drawn as the first. */
  readonly first: number;
  readonly words: ArrowsWords;
  readonly summary: string;
}

/** Vectors around an axis, true but for a stretch that is said: how far each reaches along the axis decides. */
export function ArrowsPicture({ name, around, first, words, summary }: ArrowsPictureProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const arrows = width > 0 ? arrowsOf(around, width, widthOf) : null;
  const headingY = Math.min(...(arrows?.arrows.map(({ labelY }) => labelY) ?? [])) - 16;
  return (
    <div ref={ref} class="point-picture" data-picture={name} style={{ minHeight: `${height}px` }}>
      {arrows && (
        <svg width={arrows.width} height={arrows.height} role="img" aria-label={summary} data-stretch={arrows.stretch}>
          <line class="guide" x1={arrows.origin.x} x2={arrows.width} y1={arrows.origin.y} y2={arrows.origin.y} />
          <AxisArrow arrows={arrows} words={words} />
          {arrows.arrows.toReversed().map((arrow) => (
            <VectorArrow
              key={arrow.vector.id}
              arrow={arrow}
              origin={arrows.origin}
              isFirst={arrow.vector.id === first}
              hasReach={arrows.hasReach}
            />
          ))}
          {arrows.names.map((place) => {
            const arrow = arrows.arrows.find(({ vector }) => vector.id === place.id);
            if (!arrow) return null;
            const isFirst = arrow.vector.id === first;
            return (
              <TokenName
                key={place.id}
                class={isFirst ? 'point-name first' : 'point-name'}
                token={arrow.vector.token}
                place={place}
                point={arrow.tip}
                characterWidth={characterWidth}
              />
            );
          })}
          <text class="point-foot" x={arrows.origin.x - column.product} y={headingY} text-anchor="end">
            {words.value}
          </text>
          {arrows.hasReach && (
            <text class="point-foot" x={arrows.origin.x - reachHeading(words)} y={headingY} text-anchor="end">
              {words.along}
            </text>
          )}
          {arrows.arrows.some(({ sideX }) => sideX !== null) && (
            <text class="point-foot" x={arrows.origin.x - column.product} y={arrows.origin.y + 15} text-anchor="end">
              {words.across}
            </text>
          )}
          <text class="point-foot" x={arrows.width} y={arrows.height - 6} text-anchor="end">
            {words.rightAngle}
          </text>
        </svg>
      )}
      {arrows && (
        <p class="note">
          {arrows.stretch > 1
            ? l10n.t('Heights are drawn {0} times larger than widths.', arrows.stretch)
            : l10n.t('Heights and widths have the same scale.')}
        </p>
      )}
    </div>
  );
}
