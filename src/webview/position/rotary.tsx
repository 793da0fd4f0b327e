import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import type { Rotary } from '../../shared/engine';
import { capitalised, count, degrees, fixed } from '../../shared/format';
import { type TableData } from '../parts/columns';
import { TextLink } from '../parts/text';
import { Behind } from '../picture/behind';
import { Chart, Figure } from '../picture/chart';
import type { SectionProps } from '../section';
import {
  inputWords,
  type PairAngle,
  pairAngles,
  positionAt,
  printedAngle,
  shortAngle,
  sliderSteps,
  angleStep,
} from './angles';

const below = 15;
const above = 14;
const gap = 10;
const largest = 22;
/** Width of the narrowest dial with its label, pixels. */
const narrowest = 46;
/** More marks would fill the rim. */
const mostMarks = 64;

/** Dials in a line: the largest power of two that fits. */
export function dialColumns(width: number, dials: number): number {
  let columns = 1;
  while (columns * 2 <= dials && width / (columns * 2) >= narrowest) columns *= 2;
  return columns;
}

/** The point on a circle that a hand reaches after `turns` turns, clockwise from the top. */
export function onCircle(turns: number, radius: number): readonly [number, number] {
  const angle = 2 * Math.PI * turns;
  return [radius * Math.sin(angle), -radius * Math.cos(angle)];
}

/** The sector that a hand has passed in its first turn. */
function sector({ turns }: PairAngle, radius: number): string {
  const [x, y] = onCircle(turns, radius);
  return `M0 0V${-radius}A${radius} ${radius} 0 ${turns > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}Z`;
}

interface DialsProps {
  readonly rotary: Rotary;
  /** Counted from 0. */
  readonly position: number;
  /** Number of positions in the text. Each is a mark on the rim. */
  readonly positions: number;
}

const dialsTitle = (): string => l10n.t('How far each pair of dimensions is turned');

/** A dial for each pair of dimensions, the fastest first. */
function Dials({ rotary, position, positions }: DialsProps) {
  const pairs = pairAngles(rotary, position);
  const [fastest, slowest] = [pairs[0], pairs.at(-1)];
  const marks = positions <= mostMarks ? Array.from({ length: positions }, (_, index) => index) : [];
  if (!fastest || !slowest) return <></>;
  return (
    <Figure class="dials">
      {(width) => {
        const columns = dialColumns(width, pairs.length);
        const cell = width / columns;
        const radius = Math.max(Math.min(cell / 2 - 5, largest), 4);
        const height = above + 2 * radius + below + gap;
        return (
          <Chart
            name="position"
            title={dialsTitle()}
            summary={l10n.t(
              'The fastest pair has turned by {0}, the slowest by {1}.',
              printedAngle(fastest),
              printedAngle(slowest),
            )}
            width={width}
            height={height * Math.ceil(pairs.length / columns) - gap}
          >
            {pairs.map((angle) => {
              const [x, y] = [
                cell * ((angle.pair % columns) + 0.5),
                height * Math.floor(angle.pair / columns) + above + radius,
              ];
              const [handX, handY] = onCircle(angle.turns, radius);
              return (
                <g
                  class="dial"
                  transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
                  data-pair={angle.pair}
                  data-value={angle.turns}
                >
                  <circle class="rim" r={radius} />
                  {angle.turns >= 1 ? (
                    <circle class="passed" r={radius} />
                  ) : (
                    <path class="passed" d={sector(angle, radius)} />
                  )}
                  {marks.map((mark) => {
                    const [[x1, y1], [x2, y2]] = [
                      onCircle(mark / angle.period, radius),
                      onCircle(mark / angle.period, radius - 4),
                    ];
                    return <line class="rim-mark" x1={x1} y1={y1} x2={x2} y2={y2} />;
                  })}
                  <line class="ink" stroke-width="1.5" x1={0} y1={0} x2={handX} y2={handY} />
                  <text y={-radius - 4} text-anchor="middle">
                    {angle.pair}
                  </text>
                  <text class="value angle" y={radius + 13} text-anchor="middle">
                    {shortAngle(angle)}
                  </text>
                </g>
              );
            })}
          </Chart>
        );
      }}
    </Figure>
  );
}

/** The dials in numbers. */
export const pairTable = (pairs: readonly PairAngle[]): TableData<PairAngle> => ({
  columns: [
    { key: 'pair', head: l10n.t('pair'), value: ({ pair }) => pair, print: String },
    {
      key: 'turns',
      head: l10n.t('turns'),
      value: ({ turns }) => turns,
      print: (turns) => fixed(turns, turns < 1 ? 6 : 3),
    },
    {
      key: 'angle beside full turns (degrees)',
      head: l10n.t('angle after full turns'),
      value: (pair) => pair.degrees,
      print: degrees,
    },
    {
      key: 'positions for one turn',
      head: l10n.t('positions per full turn'),
      value: ({ period }) => period,
      print: (period) => (period < 100 ? fixed(period, 2) : count(period)),
    },
  ],
  rows: pairs,
});

/** The dials, a slider that moves the position, and the table. */
export function RotaryPosition({ state }: SectionProps) {
  const { model, position, text, journey } = state;
  const [moved, setMoved] = useState<number | null>(null);
  useEffect(() => setMoved(null), [position, text]);
  const trunk = model?.trunk;
  const rotary = trunk?.rotary;
  if (!rotary || !text || position === null) return <></>;
  const last = Math.max(trunk.contextLength - 1, position);
  const at = moved ?? position;
  const steps = l10n.t('steps from the start: {0}', count(at));
  const pairs = pairAngles(rotary, at);
  const title = dialsTitle();
  const notes: readonly (readonly [name: string, said: string] | false | null)[] = [
    [
      capitalised(l10n.t('angle')),
      l10n.t(
        'Pair j turns by n × {0}^(−2j / {1}) radians, n steps from the start.',
        count(rotary.base),
        rotary.headSize,
      ),
    ],
    pairs.some(({ turns }) => turns >= 1) && ['↻', l10n.t('Full turns.')],
    text.tokens.length <= mostMarks && [l10n.t('Marks'), l10n.t('Each mark on the rim is a position of this text.')],
    [
      l10n.t('Two positions'),
      l10n.t(
        'A query and a key that are n steps apart differ by the angles of position n, wherever they are in the text.',
      ),
    ],
    journey && [capitalised(l10n.t('input')), inputWords(journey)],
  ];
  return (
    <>
      <p class="note">
        {l10n.t(
          'In every head, attention turns the numbers of each query and key in pairs. A dial is one pair, the fastest first.',
        )}
      </p>
      <Dials rotary={rotary} position={at} positions={text.tokens.length} />
      <div class="row centre above">
        <input
          class="slider position-slider"
          type="range"
          min={0}
          max={sliderSteps}
          step={1}
          value={angleStep(at, last)}
          aria-label={capitalised(l10n.t('position'))}
          aria-valuetext={steps}
          onInput={(event) => setMoved(positionAt(Number(event.currentTarget.value), last))}
          onDblClick={() => setMoved(null)}
        />
        <span class="small" data-value={at} data-fact="steps">
          {steps}
        </span>
        {moved !== null && moved !== position && (
          <TextLink onClick={() => setMoved(null)}>{l10n.t('Back to the chosen position')}</TextLink>
        )}
      </div>
      <dl class="pairs small readable above">
        {notes.map(
          (note) =>
            note && (
              <>
                <dt>{note[0]}</dt>
                <dd>{note[1]}</dd>
              </>
            ),
        )}
      </dl>
      <Behind name="position" title={title} table={() => ({ ...pairTable(pairs), name: 'folding' })} />
    </>
  );
}
