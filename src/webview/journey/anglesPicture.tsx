import * as l10n from '@vscode/l10n';
import { scaleLinear } from 'd3-scale';
import type { Journey } from '../../shared/layers';
import type { VocabularyToken } from '../../shared/tokens';
import { degrees, fixed } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { tokenSpans } from '../parts/text';
import { filled, sentence, words } from '../parts/words';
import { angleDomain, type AngleLine, angleLines } from './angles';
import { endLabels } from './endLabels';
import { downwards, Figure, type Rows, TopAxis } from './figure';
import { rowMiddle, rowTop } from './geometry';

const labelHeight = 13;
const characterWidth = 6.4;
/** Length of `{0}` in a template. */
const place = 3;
/** A longer name is cut here: UTF-16 units. */
const longest = 12;
const side = 4;

const wholeDegrees = (value: number): string => `${fixed(value, 0)}°`;

/** What a line’s end is called. */
const nameOf = ({ to }: AngleLine): string => (to === 'input' ? l10n.t('r to {0}') : l10n.t('norm(r) to {0}'));

const encoder = new TextEncoder();

function cut(token: VocabularyToken): VocabularyToken {
  if (plainToken(token).length <= longest) return token;
  const text = `${[...token.text].slice(0, longest - 1).join('')}…`;
  return { ...token, text, bytes: [...encoder.encode(text)] };
}

interface AnglesProps {
  readonly journey: Journey;
  readonly width: number;
  readonly rows: Rows;
  readonly chosen: number | undefined;
}

/** How far the vector is from the tokens at both ends of its way. */
export function AnglesPicture({ journey, width, rows, chosen }: AnglesProps) {
  const lines = angleLines(journey);
  const [from, to] = angleDomain(lines);
  const x = scaleLinear([from, to], [side, width - side]);
  const { input, predicted, angleToInput, angleToPredicted } = journey;
  const start = angleToInput[0] ?? 0;
  const off = start < from;
  const bottom = rowTop(rows.residuals);
  const names = lines.map((line) => ({ template: nameOf(line), token: cut(line.token) }));
  const labels = endLabels(
    lines.map(({ angles }, index) => ({
      x: x(angles.at(-1) ?? from),
      width:
        ((names[index]?.template.length ?? 0) - place) * 5.6 +
        plainToken(names[index]?.token ?? input).length * characterWidth,
    })),
    width,
  );
  const baseOf = (index: number): number => bottom + 12 + (labels[index]?.row ?? 0) * labelHeight;
  const summary = sentence(
    words(
      l10n.t(
        'From {0} to {1} the vector turns from {2} to {3} away from {4}, and its norm from {5} to {6} away from {7}.',
      ),
      l10n.t('the input'),
      l10n.t('layer {0}', rows.residuals - 1),
      degrees(start),
      degrees(angleToInput.at(-1)),
      input,
      degrees(angleToPredicted[0]),
      degrees(angleToPredicted.at(-1)),
      predicted,
    ),
  );
  const classOf = (line: AngleLine): string => `${line.to}${line.token.id === chosen ? ' chosen' : ''}`;
  return (
    <Figure
      id="angles"
      width={width}
      rows={rows}
      title={l10n.t('Angle')}
      notes={[
        lines.length > 2 ? l10n.t('dashed: what follows') : l10n.t('from r and norm(r)'),
        l10n.t('axis from {0} to {1}', wholeDegrees(from), wholeDegrees(to)),
      ]}
      summary={summary}
      below={8 + lines.length * labelHeight}
    >
      <TopAxis x={x} ticks={x.ticks(4)} name={wholeDegrees} width={width} residuals={rows.residuals} middle={90} />
      {lines.map((line, index) => {
        const end = x(line.angles.at(-1) ?? from);
        return (
          <g class={`angle-line ${classOf(line)}`}>
            <polyline points={downwards(line.angles, x, line.to === 'input' && off ? 1 : 0)} />
            <line class="pole" x1={end} x2={end} y1={rowMiddle(rows.residuals - 1)} y2={baseOf(index) - 10} />
            {rows.lit !== null && !(line.to === 'input' && off && rows.lit === 0) && (
              <circle cx={x(line.angles[rows.lit] ?? from)} cy={rowMiddle(rows.lit)} r={2.5} />
            )}
          </g>
        );
      })}
      {lines.map((line, index) => {
        const { template, token } = names[index] ?? { template: '', token: input };
        return (
          <g class={`angle-line ${classOf(line)}`}>
            <text class="line-name" x={labels[index]?.left ?? 0} y={baseOf(index)}>
              {filled(template, <tspan class="mono">{tokenSpans(token)}</tspan>)}
            </text>
          </g>
        );
      })}
      {off && (
        <text class="line-name" x={0} y={rowMiddle(0) + 4}>
          {`← ${wholeDegrees(start)}`}
        </text>
      )}
    </Figure>
  );
}
