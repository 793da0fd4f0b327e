import * as l10n from '@vscode/l10n';
import { range } from 'd3-array';
import { scaleLog } from 'd3-scale';
import { count, plain, scientific, powerOfTen } from '../../../shared/format';
import { type SoftmaxShiftResult, usual } from '../../../shared/lab';
import { labTablesIn, shiftChanges } from '../../../shared/labTables';
import { filled } from '../../parts/words';
import { LabFigure } from '../figure';
import { type NumberOption, NumberOptions, seed, optionValue } from '../options';
import type { ExperimentPage } from '../page';

interface Mark {
  readonly label: string;
  /** ≥ 0; a logarithmic axis has no 0, so it stands at the left end. */
  readonly value: number;
  readonly text: string;
}

interface MarksProps {
  readonly width: number;
  readonly marks: readonly Mark[];
  /** Both are powers of ten. */
  readonly domain: readonly [number, number];
  /** A line across all rows, with its name. */
  readonly guide: { readonly value: number; readonly text: string };
}

const row = 24;
const top = 18;
const narrow = 480;
const labelRoom = 170;

const marksHeight = (count: number): number => top + count * row + 30;

/** Marks on one logarithmic axis, one in each row. */
function Marks({ width, marks, domain, guide }: MarksProps) {
  const left = width < narrow ? 0 : labelRoom;
  const right = 12;
  const x = scaleLog(domain, [left + 6, width - right]).clamp(true);
  const bottom = top + marks.length * row;
  const [from, to] = [Math.round(Math.log10(domain[0])), Math.round(Math.log10(domain[1]))];
  const every = width < narrow ? 6 : 3;
  const ticks = range(from, to + 1).filter((exponent) => exponent % every === 0);
  return (
    <>
      <g class="guide">
        <line x1={x(guide.value)} x2={x(guide.value)} y1={top - 4} y2={bottom} />
        <text x={x(guide.value)} y={top - 8} text-anchor={x(guide.value) < left + 60 ? 'start' : 'middle'}>
          {guide.text}
        </text>
      </g>
      {marks.map(({ label, value, text }, index) => {
        const y = top + index * row + 14;
        const at = value > 0 ? x(value) : left + 6;
        const before = at > width - right - 90;
        return (
          <g class="lab-mark">
            <line class="track" x1={left} x2={width} y1={y + 0.5} y2={y + 0.5} />
            {left > 0 && (
              <text x={0} y={y + 4}>
                {label}
              </text>
            )}
            <circle cx={at} cy={y + 0.5} r={4} class={value > 0 ? '' : 'none'} />
            <text class="value" x={before ? at - 9 : at + 9} y={y + 4} text-anchor={before ? 'end' : 'start'}>
              {left > 0 ? text : `${label} ${text}`}
            </text>
          </g>
        );
      })}
      <g class="ticks">
        {ticks.map((exponent) => (
          <text
            x={x(10 ** exponent)}
            y={bottom + 20}
            text-anchor={exponent === to ? 'end' : exponent === from ? 'start' : 'middle'}
          >
            {powerOfTen(exponent)}
          </text>
        ))}
      </g>
    </>
  );
}

export const softmaxShiftPage: ExperimentPage<'softmax-shift'> = {
  texts: () => ({
    title: l10n.t('A shift that softmax cannot see'),
    question: l10n.t('What changes when one vector is added to every output row?'),
    claim: l10n.t(
      'Adding one random vector to all output rows moves all logits by the same amount. Probabilities stay the same, and so do distances between rows. Sizes and cosines change, so a raw cosine depends on the origin.',
    ),
  }),
  exceptionOfCap: (logitCap) =>
    l10n.t(
      'This model soft-caps its logits at {0}, so a shift of all logits does change its probabilities.',
      count(logitCap),
    ),
  Options: (props) => <NumberOptions options={[shift, seed]} {...props} />,
  options: (draft, state) => ({ size: optionValue(shift, draft, state), seed: optionValue(seed, draft, state) }),
  askedWith: (options) => l10n.t('Settings: a vector of size {0}, seed {1}.', plain(options.size), options.seed),
  finding: (result) => [softmaxShiftFinding(result)],
  inShort: ({ probabilityChange, cosineChange }) => [
    probabilityChange > rounding
      ? l10n.t('probabilities change by up to {0}', scientific(probabilityChange))
      : l10n.t('probabilities stay the same; cosines change by up to {0}', scientific(cosineChange)),
  ],
  Result: ({ result, context }) => (
    <>
      <LabFigure
        part="changes"
        title={l10n.t('Largest change of each, log scale')}
        table={labTablesIn(l10n, context.tokenOf)['softmax-shift'](result)[0]}
        context={context}
        height={() => marksHeight(shiftChanges(l10n).length)}
      >
        {(width) => (
          <Marks
            width={width}
            marks={shiftChanges(l10n).map(({ label, of }) => ({
              label,
              value: result[of],
              text: scientific(result[of]),
            }))}
            domain={domain}
            guide={{ value: Number.EPSILON, text: l10n.t('rounding of float64') }}
          />
        )}
      </LabFigure>
      <p class="note">
        {l10n.t(
          'Probabilities and sizes cover the whole vocabulary. Distances and cosines compare 2,000 rows spread over it, each with the next. A change of exactly 0 is drawn at the left end.',
        )}
      </p>
    </>
  ),
};

/** The size of the vector that is added, model units. */
const shift: NumberOption = {
  key: 'shift',
  label: () => l10n.t('size of the vector'),
  range: { least: 0.001, most: 1000, isFraction: true },
  initial: usual.shift,
};

/** From less than float64 can resolve to more than the size of any vector. */
const domain = [1e-18, 1e3] as const;
/** Sums of a few thousand products in float64 differ by less. */
const rounding = 1e-9;
/** A smaller change of a cosine is hardly a change. */
const noticeable = 0.01;

const atMost = (change: number): string => (change === 0 ? '0' : l10n.t('at most {0}', scientific(change)));

function softmaxShiftFinding(result: SoftmaxShiftResult): string {
  const { probabilityChange, distanceChange, sizeChange, cosineChange } = result;
  const isSeen = probabilityChange > rounding || distanceChange > rounding;
  return filled(
    isSeen
      ? l10n.t(
          'Probabilities change by {0} and distances by {1}. This is more than rounding, so this model sees the shift. Sizes change by up to {2}, cosines by up to {3}.',
        )
      : cosineChange < noticeable
        ? l10n.t(
            'Probabilities change by {0} and distances by {1}. This is only rounding. The vector is so small that sizes change by at most {2} and cosines by at most {3}.',
          )
        : l10n.t(
            'Probabilities change by {0} and distances by {1}. This is only rounding. Sizes change by up to {2} and cosines by up to {3}, so a raw cosine depends on the origin.',
          ),
    atMost(probabilityChange),
    atMost(distanceChange),
    scientific(sizeChange),
    scientific(cosineChange),
  ).join('');
}
