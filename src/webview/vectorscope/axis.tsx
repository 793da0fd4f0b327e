import * as l10n from '@vscode/l10n';
import { plainToken } from '../../shared/glyphs';
import type { VocabularyToken } from '../../shared/tokens';
import { tokenSpans } from '../parts/text';
import { BrokenArrow } from '../picture/arrow';
import { type NameBox, boxesOverlap } from '../picture/name';
import { pixelOf, type Camera } from './camera';
import type { Scene } from './scene';

/** Pixels. A tip higher than this counts as outside the picture. */
const tipInset = 14;
const lineHeight = 15;
/** Width of a character in pixels, estimated generously. A name without a token is bold. */
const character = { token: 8, word: 7, bold: 8.5 };

interface Line {
  readonly token: VocabularyToken | null;
  readonly words: string;
  /** The words are the length of an axis whose tip is outside. */
  readonly isLength: boolean;
  readonly isBold: boolean;
}

export interface AxisName {
  /** Of its tip. `corner` and `other corner`: at an edge of the picture, the left or the right one. */
  readonly side: 'left' | 'right' | 'corner' | 'other corner';
  readonly lines: readonly Line[];
  /** The lines stand beside each other. */
  readonly isOneLine: boolean;
  readonly box: NameBox;
}

const widthOf = ({ token, words, isBold }: Line): number =>
  (token ? plainToken(token).length * character.token : 0) +
  words.length * (isBold ? character.bold : character.word) +
  10;

/** The name's lines, each as long as the room allows, or all in one if that fits. Words are never cut. */
function linesOf({ axis }: Scene, isOutside: boolean, room: number): readonly Line[] {
  const name = axis.token && axis.name !== '' ? `, ${axis.name}` : axis.name;
  const isBold = !axis.token;
  const length = isOutside
    ? [{ token: null, words: l10n.t('tip at {0}', axis.size), isLength: true, isBold: false }]
    : [];
  const whole: Line = { token: axis.token, words: name, isLength: false, isBold };
  if ([whole, ...length].reduce((sum, line) => sum + widthOf(line), 0) <= room) return [whole, ...length];
  const [first = '', ...rest] = name.split(' ');
  const wrapped = rest.reduce<readonly Line[]>(
    (lines, word) => {
      const last = lines.at(-1) as Line;
      const longer = { ...last, words: `${last.words} ${word}` };
      return widthOf(longer) <= room
        ? [...lines.slice(0, -1), longer]
        : [...lines, { token: null, words: word, isLength: false, isBold }];
    },
    [{ ...whole, words: first }],
  );
  return [...wrapped, ...length];
}

/** Pixels below the axis’s name that the names of tokens may need. */
const nameRoom = 30;

/**
 * Places the axis’s name where the fewest arrows cross it: beside the tip, or in a corner if the tip is outside. Among
 * equal places it prefers the one with fewer and lower-ranked lit tokens, then the right one.
 *
 * @param arrows boxes along the arrows
 */
export function axisNameOf(scene: Scene, camera: Camera, arrows: readonly NameBox[]): AxisName {
  const tip = pixelOf(camera, { across: 0, up: scene.geometry.axis });
  const isOutside = tip.y < tipInset;
  const y = Math.max(tip.y, tipInset);
  const room = Math.min(tip.x, camera.width - tip.x) - 12;
  const lines = linesOf(scene, isOutside, room);
  const whole = lines.reduce((sum, line) => sum + widthOf(line), 0);
  const isOneLine = whole <= room;
  const width = isOneLine ? whole : Math.max(...lines.map(widthOf));
  const bottom = y + 17 + (isOneLine ? 0 : lineHeight * (lines.length - 1));
  const box = (left: number): NameBox => ({ left, top: y - 9, right: left + width, bottom });
  const crowd = ({ left, right, top, bottom }: NameBox) =>
    scene.lit
      .map(({ rank, ...place }) => ({ rank, ...pixelOf(camera, place) }))
      .filter(({ x, y }) => x > left && x < right && y > top && y < bottom + nameRoom)
      .reduce((sum, { rank }) => sum + 1 / rank, 0);
  const boxes: Readonly<Record<AxisName['side'], NameBox>> = {
    right: box(tip.x + 4),
    left: box(tip.x - 4 - width),
    corner: box(0),
    'other corner': box(camera.width - width),
  };
  const corners = ['corner', 'other corner'] as const;
  const sides = width > room ? corners : (['right', 'left', ...(isOutside ? corners : [])] as const);
  const [best] = sides
    .map((side) => ({
      side,
      crossings: arrows.filter((arrow) => boxesOverlap(arrow, boxes[side])).length,
      crowd: crowd(boxes[side]),
    }))
    .sort((a, b) => a.crossings - b.crossings || a.crowd - b.crowd);
  const side = best?.side ?? 'right';
  return { side, lines, isOneLine, box: boxes[side] };
}

interface AxisProps {
  readonly scene: Scene;
  readonly camera: Camera;
  readonly name: AxisName;
}

/** The axis, from the origin to its tip or to the edge of the picture. */
export function ScopeAxis({ scene: { axis, geometry }, camera, name: { side, lines, isOneLine } }: AxisProps) {
  if (geometry.axis <= 0) return null;
  const origin = pixelOf(camera, { across: 0, up: 0 });
  const tip = pixelOf(camera, { across: 0, up: geometry.axis });
  const isOutside = tip.y < tipInset;
  const end = Math.max(tip.y, tipInset);
  const x = { corner: 2, 'other corner': camera.width - 2, right: tip.x + 9, left: tip.x - 9 }[side];
  const first = Math.min(isOutside ? end + 8 : end + 4, camera.height - 6);
  return (
    <g
      class={axis.token ? 'scope-axis' : 'scope-axis residual'}
      data-size={geometry.axis}
      data-tip={isOutside ? 'outside' : 'inside'}
      data-x={tip.x}
      data-y={tip.y}
    >
      <BrokenArrow
        foot={origin}
        top={end}
        breakAt={isOutside && origin.y > end + 60 ? end + 24 : null}
        headLength={11}
      />
      {end < camera.height && (
        <text x={x} y={first} text-anchor={side === 'left' || side === 'other corner' ? 'end' : 'start'}>
          {lines.map(({ token, words, isLength }, index) => (
            <tspan {...(index > 0 && !isOneLine ? { x, dy: lineHeight } : {})}>
              {token && <tspan class="mono">{tokenSpans(token)}</tspan>}
              <tspan class={axis.token || isLength ? 'tip-size' : ''}>
                {index > 0 && isOneLine ? ` ${words}` : words}
              </tspan>
            </tspan>
          ))}
        </text>
      )}
    </g>
  );
}
