import { nameWidth, tokenSpans } from '../parts/text';
import type { PlacedName, Point } from './labels';

interface TokenNameProps {
  readonly class: string;
  readonly token: Parameters<typeof nameWidth>[0];
  /** Where `placeLabels` found room for it. */
  readonly place: PlacedName;
  /** The point that it names. */
  readonly point: Point;
  /** Pixels. */
  readonly characterWidth: number;
}

/** A token's name in a picture. A line leads to its point if that is not beside it. */
export function TokenName({ class: classes, token, place, point, characterWidth }: TokenNameProps) {
  const { id, x, y, leader } = place;
  const end = leader === 'start' ? x - 2 : x + nameWidth(token, characterWidth);
  return (
    <g class={classes} data-id={id}>
      {leader && <line x1={point.x} y1={point.y} x2={end} y2={y} />}
      <text class="mono" x={x} y={y + 4}>
        {tokenSpans(token)}
      </text>
    </g>
  );
}
