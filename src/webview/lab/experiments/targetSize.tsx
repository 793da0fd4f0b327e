import * as l10n from '@vscode/l10n';
import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { count, percent } from '../../../shared/format';
import { rangesOf, type TargetSizeResult, usual } from '../../../shared/lab';
import { labTablesIn } from '../../../shared/labTables';
import { LabFigure } from '../figure';
import { type NumberOption, NumberOptions, seed, optionValue } from '../options';
import type { ExperimentPage } from '../page';
import { TokenList } from '../table';

interface ColumnsProps {
  readonly width: number;
  /** ≥ 0. */
  readonly values: readonly number[];
  readonly print: (value: number) => string;
  /** Names below the first and the last column. */
  readonly ends: readonly [string, string];
  /** Name below the middle. */
  readonly axis: string;
  /** A line at the value of each column if all were equal, with its name. */
  readonly even?: { readonly value: number; readonly text: string };
}

const top = 18;
const plot = 120;

const columnsHeight = top + plot + 36;

const lineHeight = 13;

/**
 * Where a line's name stands: above the line and the values of the columns there, or below the line if that is too
 * high. Pixels.
 */
function clearOf(texts: readonly number[], line: number): number {
  let at = line - 5;
  for (const text of [...texts].sort((a, b) => b - a)) if (Math.abs(text - at) < lineHeight) at = text - lineHeight;
  return at < 9 ? line + lineHeight : at;
}

/** Columns from 0 up, with their values; in a narrow chart only the first and the last have theirs. */
export function Columns({ width, values, print, ends, axis, even }: ColumnsProps) {
  const highest = Math.max(max(values) ?? 0, even?.value ?? 0);
  const y = scaleLinear([0, highest || 1], [top + plot, top]);
  const step = width / values.length;
  const roomy = step > 40;
  const printed = values.map((_, index) => roomy || index === 0 || index === values.length - 1);
  const firstTexts = [0, 1].filter((index) => printed[index]).map((index) => y(values[index] ?? 0) - 5);
  return (
    <>
      {even && (
        <g class="second">
          <line x1={0} x2={width} y1={y(even.value)} y2={y(even.value)} />
          <text class="line-name" x={0} y={clearOf(firstTexts, y(even.value))}>
            {even.text}
          </text>
        </g>
      )}
      {values.map((value, index) => (
        <g class="ink lab-columns">
          <rect x={index * step + step * 0.1} width={step * 0.8} y={y(value)} height={top + plot - y(value)} />
          {printed[index] && (
            <text
              class="value"
              x={(index + 0.5) * step}
              y={y(value) - 5}
              text-anchor={roomy ? 'middle' : index === 0 ? 'start' : 'end'}
              dx={roomy ? 0 : index === 0 ? -step * 0.4 : step * 0.4}
            >
              {print(value)}
            </text>
          )}
        </g>
      ))}
      <line class="axis" x1={0} x2={width} y1={top + plot + 0.5} y2={top + plot + 0.5} />
      <text x={0} y={top + plot + 15}>
        {ends[0]}
      </text>
      <text x={width} y={top + plot + 15} text-anchor="end">
        {ends[1]}
      </text>
      <text x={width / 2} y={top + plot + 30} text-anchor="middle">
        {axis}
      </text>
    </>
  );
}

export const targetSizePage: ExperimentPage<'target-size'> = {
  texts: () => ({
    title: l10n.t('Size of the target'),
    question: l10n.t('Which tokens win a random direction?'),
    claim: l10n.t(
      'Each of many random directions goes to the token with the largest dot product. If only direction counted, each tenth of the vocabulary would win about a tenth of the directions.',
    ),
  }),
  exceptionOfBias: () => l10n.t('This model adds a bias to each logit. The experiment leaves it out.'),
  Options: (props) => <NumberOptions options={[directions, seed]} {...props} />,
  options: (draft, state) => ({
    directions: optionValue(directions, draft, state),
    seed: optionValue(seed, draft, state),
  }),
  askedWith: (options) => l10n.t('Settings: directions {0}, seed {1}.', count(options.directions), options.seed),
  finding: (result) => [
    l10n.t('{0} {1}', won(result), l10n.t('Tokens that win none of the directions tried: {0}.', count(result.never))),
  ],
  inShort: (result) => [l10n.t('the largest tenth wins {0}', percent(100 * ends(result)[1]))],
  Result: ({ result, context }) => (
    <div class="columns">
      <LabFigure
        part="tenths"
        title={l10n.t('Share of the directions that each tenth of the tokens wins')}
        table={labTablesIn(l10n, context.tokenOf)['target-size'](result)[0]}
        context={context}
        height={() => columnsHeight}
      >
        {(width) => (
          <Columns
            width={width}
            values={result.winsBySizeDecile}
            print={(value) => percent(100 * value)}
            ends={[l10n.t('smallest tenth'), l10n.t('largest tenth')]}
            axis={l10n.t('tokens by size')}
            even={{ value: 1 / result.winsBySizeDecile.length, text: l10n.t('an even share') }}
          />
        )}
      </LabFigure>
      <TokenList table={labTablesIn(l10n, context.tokenOf)['target-size'](result)[1]} context={context} />
    </div>
  ),
};

const directions: NumberOption = {
  key: 'directions',
  label: () => l10n.t('directions'),
  range: rangesOf('target-size').directions,
  initial: usual.directions,
};

const ends = ({ winsBySizeDecile }: TargetSizeResult): readonly [smallest: number, largest: number] => [
  winsBySizeDecile[0] ?? 0,
  winsBySizeDecile.at(-1) ?? 0,
];

/** Compares the shares of the largest and the smallest tenth. An even share is a tenth; sampling moves it a little. */
function won(result: TargetSizeResult): string {
  const [smallest, largest] = ends(result);
  return l10n.t(
    'The largest tenth of the tokens wins {0} of the directions, the smallest {1}: {2}.',
    percent(100 * largest),
    percent(100 * smallest),
    largest > 0.13 ? l10n.t('large tokens are large targets') : l10n.t('size is no advantage here'),
  );
}
