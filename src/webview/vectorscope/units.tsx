import * as l10n from '@vscode/l10n';
import { plain, plural } from '../../shared/format';
import type { Box } from '../picture/name';
import type { Camera } from './camera';

const units = [100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

/** The lower right corner, where both bars meet, their other ends, and their lengths in units. Pixels. */
function barsOf({ width, height, scale, stretch }: Camera) {
  const across = units.find((unit) => unit * scale <= Math.min(90, width / 4)) ?? 0.01;
  const up = units.find((unit) => unit * scale * stretch <= 60) ?? 0.01;
  const [right, bottom] = [width - 10, height - 8];
  const [left, top] = [right - across * scale, bottom - up * scale * stretch];
  return { across, up, left, top, right, bottom, isStretched: stretch > 1 };
}

function acrossWords(camera: Camera): string {
  const { across, isStretched } = barsOf(camera);
  if (isStretched) return l10n.t('{0} across', plain(across));
  return plural(across, {
    one: l10n.t('{0} unit, both ways', plain(across)),
    other: l10n.t('{0} units, both ways', plain(across)),
  });
}

/** Pixels. */
const character = 6;
const lineHeight = 14;

/** The room of the bars and their words, pixels. */
export function unitBoxes(camera: Camera): readonly Box[] {
  const { left, right, top, bottom, isStretched } = barsOf(camera);
  const words = acrossWords(camera).length * character + 6;
  const half = lineHeight / 2;
  const across = { left: left - words, top: bottom - half, right: right + 2, bottom: bottom + half };
  return isStretched ? [across, { left: right - 60, top: top - 4, right: right + 2, bottom }] : [across];
}

/** A bar with the scale, and a second one for heights if they are enlarged. */
export function Units({ camera }: { readonly camera: Camera }) {
  const { across, up, left, right, top, bottom, isStretched } = barsOf(camera);
  return (
    <g class="units" aria-hidden="true">
      <line class="unit-across" data-units={across} x1={left} x2={right} y1={bottom} y2={bottom} />
      <text x={left - 6} y={bottom + 3} text-anchor="end">
        {acrossWords(camera)}
      </text>
      {isStretched && (
        <>
          <line class="unit-up" data-units={up} x1={right} x2={right} y1={top} y2={bottom} />
          <text x={right - 6} y={(top + bottom) / 2} text-anchor="end">
            {l10n.t('{0} up', plain(up))}
          </text>
        </>
      )}
    </g>
  );
}
