import * as l10n from '@vscode/l10n';
import type { Candidate, Contrast } from '../../shared/contrasts';
import { fixed, raw, sizeOfH } from '../../shared/format';
import { nameWidth, tokenSpans } from '../parts/text';
import { useWidth } from '../parts/width';
import { ArrowLine, BrokenArrow } from '../picture/arrow';
import { TokenName } from '../picture/name';
import { type Arrow, type Arrows, arrowsOf, height, lineHeight, roomForHidden } from './geometry';

const characterWidth = 7;
const widthOf = ({ token }: Candidate): number => nameWidth(token, characterWidth);

const headLength = 11;

/** h, upwards from the origin, with a break where it is longer than the picture. */
function Hidden({ arrows: { origin, top, breakAt, width }, size }: { readonly arrows: Arrows; readonly size: string }) {
  const x = origin.x + 14;
  return (
    <g class="point-h">
      <BrokenArrow foot={origin} top={top} breakAt={breakAt} headLength={headLength} />
      <text class="value" x={x} y={top + 10}>
        {width >= roomForHidden ? (
          l10n.t('h, what the model ends with: size {0}', size)
        ) : (
          <>
            {l10n.t('h: size {0}', size)}
            <tspan x={x} dy={lineHeight}>
              {l10n.t('what the model ends with')}
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
/** The heading of the middle column: a long word for the dot product moves it away. */
const reachHeading = (): number =>
  Math.max(column.reach, column.product + footCharacter * (l10n.t('dot product').length + 1));

interface TokenArrowProps extends Pick<Arrows, 'origin' | 'hasReach'> {
  readonly arrow: Arrow;
  readonly isFirst: boolean;
}

function TokenArrow({ arrow, origin, isFirst, hasReach }: TokenArrowProps) {
  const { candidate, tip, reach, side, sideX, labelY } = arrow;
  const name = <tspan class="mono">{tokenSpans(candidate.token)}</tspan>;
  const product = fixed(candidate.values.dot, 2);
  return (
    <g class={isFirst ? 'point-arrow first' : 'point-arrow'} data-id={candidate.token.id}>
      <polyline class="point-level" points={`${tip.x},${tip.y} ${origin.x},${tip.y} ${origin.x - 8},${labelY}`} />
      <ArrowLine from={origin} to={tip} headLength={headLength} />
      <text
        class="point-value"
        x={origin.x - 12}
        y={labelY + 4}
        text-anchor="end"
        data-value={raw(candidate.values.dot)}
      >
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

/** The prediction and its rivals as arrows: how far each reaches along h decides. */
export function PointPicture({ contrast, summary }: { readonly contrast: Contrast; readonly summary: string }) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const arrows = width > 0 ? arrowsOf(contrast, width, widthOf) : null;
  const size = sizeOfH(contrast.hiddenSize);
  const headingY = Math.min(...(arrows?.arrows.map(({ labelY }) => labelY) ?? [])) - 16;
  return (
    <div ref={ref} class="point-picture" data-picture="point" style={{ minHeight: `${height}px` }}>
      {arrows && (
        <svg width={arrows.width} height={arrows.height} role="img" aria-label={summary} data-stretch={arrows.stretch}>
          <line class="guide" x1={arrows.origin.x} x2={arrows.width} y1={arrows.origin.y} y2={arrows.origin.y} />
          <Hidden arrows={arrows} size={size} />
          {arrows.arrows.toReversed().map((arrow) => (
            <TokenArrow
              key={arrow.candidate.token.id}
              arrow={arrow}
              origin={arrows.origin}
              isFirst={arrow.candidate === contrast.predicted}
              hasReach={arrows.hasReach}
            />
          ))}
          {arrows.names.map((place) => {
            const arrow = arrows.arrows.find(({ candidate }) => candidate.token.id === place.id);
            if (!arrow) return null;
            const isFirst = arrow.candidate === contrast.predicted;
            return (
              <TokenName
                key={place.id}
                class={isFirst ? 'point-name first' : 'point-name'}
                token={arrow.candidate.token}
                place={place}
                point={arrow.tip}
                characterWidth={characterWidth}
              />
            );
          })}
          <text class="point-foot" x={arrows.origin.x - column.product} y={headingY} text-anchor="end">
            {l10n.t('dot product')}
          </text>
          {arrows.hasReach && (
            <text class="point-foot" x={arrows.origin.x - reachHeading()} y={headingY} text-anchor="end">
              {l10n.t('along h')}
            </text>
          )}
          {arrows.arrows.some(({ sideX }) => sideX !== null) && (
            <text class="point-foot" x={arrows.origin.x - column.product} y={arrows.origin.y + 15} text-anchor="end">
              {l10n.t('across h')}
            </text>
          )}
          <text class="point-foot" x={arrows.width} y={arrows.height - 6} text-anchor="end">
            {l10n.t('at a right angle to h the dot product is 0')}
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
