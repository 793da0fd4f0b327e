import * as l10n from '@vscode/l10n';
import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { capitalised, degrees, fixed, valued } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { Journey } from '../../shared/layers';
import type { VocabularyToken } from '../../shared/tokens';
import { layerOf } from '../parts/layers';
import { tokenSpans, shortenedToken } from '../parts/text';
import { filled, sentence, words } from '../parts/words';
import { downwards, JourneyFigure, type LayerRows, rowMiddle, rowTop } from './figure';
import { namePlaces } from './leaders/chart';

export interface AngleLine {
  /** `input` is the angle of r_l, the others are angles of its final norm. */
  readonly to: 'input' | 'predicted' | 'next';
  readonly token: VocabularyToken;
  /** Degrees, L + 1 entries. */
  readonly angles: readonly number[];
}

/** The lines of the chart. A token that is predicted and really follows has one line. */
export function angleLines(journey: Journey): readonly AngleLine[] {
  const { input, predicted, next, angleToNext } = journey;
  return [
    { to: 'input', token: input, angles: journey.angleToInput },
    { to: 'predicted', token: predicted, angles: journey.angleToPredicted },
    ...(next && angleToNext && next.id !== predicted.id
      ? [{ to: 'next' as const, token: next, angles: angleToNext }]
      : []),
  ];
}

/** Domain of the axis in degrees. The angle before the first layer, usually near 0, may lie outside. */
export function angleDomain(lines: readonly AngleLine[]): readonly [number, number] {
  const drawn = lines.flatMap(({ to, angles }) => (to === 'input' ? angles.slice(1) : angles));
  const [low = 60, high = 100] = extent(drawn);
  const [from = low, to = high] = scaleLinear([low, Math.max(high, low + 1)], [0, 1])
    .nice(4)
    .domain();
  return [Math.max(from, 0), Math.min(to, 180)];
}

const labelHeight = 13;
const characterWidth = 6.4;
/** Length of `{0}` in a template. */
const placeholder = 3;
/** A longer name is cut here. */
const longest = 12;
const side = 4;
/** Pixels from a pole to its name. */
const gap = 4;

const wholeDegrees = (value: number): string => `${fixed(value, 0)}°`;

interface AnglesProps {
  readonly journey: Journey;
  readonly width: number;
  readonly rows: LayerRows;
  readonly chosen: number | undefined;
}

/** The angles from the residual to the input token and from its norm to the predicted one, layer by layer. */
export function AnglesPicture({ journey, width, rows, chosen }: AnglesProps) {
  const [from, to] = angleDomain(angleLines(journey));
  const x = scaleLinear([from, to], [side, width - side]);
  const { input, predicted, angleToInput, angleToPredicted } = journey;
  const start = angleToInput[0] ?? 0;
  const off = start < from;
  // The arrow says that the angle lies to the left of the axis.
  const beside = `← ${wholeDegrees(start)}`;
  const ends = angleLines(journey).map((line) => {
    const token = shortenedToken(line.token, longest);
    const template = line.to === 'input' ? l10n.t('r to {0}') : l10n.t('norm(r) to {0}');
    return {
      ...line,
      class: `ink angle-line ${line.to}${line.token.id === chosen ? ' chosen' : ''}`,
      // The angle before the first layer may be beside the axis.
      first: line.to === 'input' && off ? 1 : 0,
      name: filled(template, <tspan class="mono">{tokenSpans(token)}</tspan>),
      x: x(line.angles.at(-1) ?? from),
      width: (template.length - placeholder) * 5.6 + plainToken(token).length * characterWidth,
    };
  });
  const labels = namePlaces(
    ends.map((end) => ({ x: end.x + gap, width: end.width })),
    0,
    width,
  );
  const lines = ends.map((line, index) => ({
    ...line,
    left: labels[index]?.left ?? 0,
    base: rowTop(rows.residuals) + 12 + (labels[index]?.lane ?? 0) * labelHeight,
  }));
  const summary = sentence(
    words(
      l10n.t(
        'From {0} to {1}, the angle of the residual to {4} goes from {2} to {3}. After the final norm, its angle to {7} goes from {5} to {6}.',
      ),
      l10n.t('the input'),
      valued(l10n.t('layer'), layerOf(rows.residuals - 1)),
      degrees(start),
      degrees(angleToInput.at(-1)),
      input,
      degrees(angleToPredicted[0]),
      degrees(angleToPredicted.at(-1)),
      predicted,
    ),
  );
  return (
    <JourneyFigure
      id="angles"
      width={width}
      rows={rows}
      title={capitalised(l10n.t('angle'))}
      notes={[
        lines.length > 2 ? l10n.t('dashed: the next token') : l10n.t('of the residual r'),
        l10n.t('axis from {0} to {1}', wholeDegrees(from), wholeDegrees(to)),
      ]}
      summary={summary}
      axis={{ x, ticks: x.ticks(4), name: wholeDegrees, middle: 90 }}
      below={8 + (1 + Math.max(...labels.map(({ lane }) => lane))) * labelHeight}
    >
      {lines.map((line) => (
        <g class={line.class}>
          <polyline points={downwards(line.angles, x, line.first)} />
          <line class="pole" x1={line.x} x2={line.x} y1={rowMiddle(rows.residuals - 1)} y2={line.base - 10} />
          {rows.lit !== null && rows.lit >= line.first && (
            <circle cx={x(line.angles[rows.lit] ?? from)} cy={rowMiddle(rows.lit)} r={2.5} />
          )}
        </g>
      ))}
      {lines.map((line) => (
        <g class={line.class}>
          <text class="line-name named" x={line.left} y={line.base}>
            {line.name}
          </text>
        </g>
      ))}
      {off && (
        <>
          <rect class="beside-axis" y={rowMiddle(0) - 6} width={beside.length * characterWidth + 2} height={12} />
          <text class="line-name" x={0} y={rowMiddle(0) + 4}>
            <title>{l10n.t('{0}, outside the axis', wholeDegrees(start))}</title>
            {beside}
          </text>
        </>
      )}
    </JourneyFigure>
  );
}
