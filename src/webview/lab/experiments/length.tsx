import * as l10n from '@vscode/l10n';
import { max } from 'd3-array';
import { bits, count, fixed, plain, powerOfTen, scientific } from '../../../shared/format';
import { type LengthResult, pairs } from '../../../shared/lab';
import { pairNameIn } from '../../../shared/labColumns';
import { labTablesIn } from '../../../shared/labTables';
import { type LabCurve, Curves, curvesHeight } from '../../picture/curves';
import { LabFigure } from '../figure';
import type { ExperimentPage, ResultProps } from '../page';
import { TokenList } from '../table';

export const lengthPage: ExperimentPage<'length'> = {
  texts: () => ({
    title: l10n.t('Where size counts'),
    question: l10n.t('What changes when the vector is scaled before the final norm, or after it?'),
    claim: l10n.t(
      'The final norm removes the size, up to its ε, so scaling before it changes nothing. After the norm, a factor k is a temperature of 1/k. Dot product and cosine keep their order; only distance drifts towards the smallest tokens.',
    ),
  }),
  exceptionOfCap: (logitCap) =>
    l10n.t(
      'This model soft-caps its logits at {0}, so a factor on h is not a temperature. The order stays the same.',
      count(logitCap),
    ),
  exceptionOfBias: () =>
    l10n.t(
      'This model adds a bias to each logit, and a factor on h does not scale the bias. So the factor is not a temperature, and the order of the predictions can change.',
    ),
  options: () => ({}),
  finding: (result) => [l10n.t('{0} {1}', before(result), after(result))],
  inShort: ({ beforeNorm }) => [
    greatest(beforeNorm) < unseen
      ? l10n.t('after the norm only')
      : l10n.t('before the norm too, by up to {0}', scientific(greatest(beforeNorm))),
  ],
  Result: Length,
};

/** A smaller change of a probability is not visible anywhere. */
const unseen = 0.001;
const greatest = (values: readonly number[]): number => max(values) ?? 0;

function before({ scales, beforeNorm }: LengthResult): string {
  const most = greatest(beforeNorm);
  const range = [plain(scales[0] ?? 1), plain(scales.at(-1) ?? 1), scientific(most)] as const;
  return l10n.t(
    'Before the norm, factors from {0} to {1} change probabilities by up to {2}, because of the norm’s ε.',
    ...range,
  );
}

/** The entropy at both ends of the scales, and how many tokens the lists by distance and dot product share there. */
function after({ scales, afterNorm }: LengthResult): string {
  const [first, last] = [afterNorm[0], afterNorm.at(-1)];
  if (!first || !last) return '';
  const k = first.top.length;
  const of = (entry: typeof first): number => Math.round(entry.overlap['euclidean-dot'] * k);
  const ends = [plain(scales[0] ?? 1), plain(scales.at(-1) ?? 1)] as const;
  const entropies = l10n.t(
    'After the norm, the entropy goes from {0} bits at factor {1} to {2} bits at factor {3}.',
    bits(first.entropy),
    ends[0],
    bits(last.entropy),
    ends[1],
  );
  const shares = [count(of(first)), count(of(last)), count(k), ...ends] as const;
  const drift = l10n.t(
    'The list by dot product stays the same. Distance shares {0} of {2} with it at factor {3} and {1} at factor {4}.',
    ...shares,
  );
  return l10n.t('{0} {1}', entropies, drift);
}

const factors = [0.01, 0.1, 1, 10];
const kinds = ['first', 'second', 'third'] as const;

interface ChartProps extends ResultProps<LengthResult> {
  readonly part: string;
  readonly title: string;
  readonly curves: readonly LabCurve[];
  readonly y: Parameters<typeof Curves>[0]['y'];
}

const Chart = ({ part, title, result, context, curves, y }: ChartProps) => (
  <LabFigure
    part={part}
    title={title}
    table={labTablesIn(l10n, context.tokenOf).length(result)[0]}
    context={context}
    height={(width) => curvesHeight(width, curves.length)}
  >
    {(width) => (
      <Curves
        width={width}
        at={result.scales}
        curves={curves}
        x={{ log: true, ticks: factors, print: plain, name: l10n.t('{0}, log scale', l10n.t('factor')) }}
        y={y}
        now={{ at: 1, name: l10n.t('as it is') }}
      />
    )}
  </LabFigure>
);

function Length({ result, context }: ResultProps<LengthResult>) {
  const { beforeNorm, afterNorm } = result;
  const entropies = afterNorm.map(({ entropy }) => entropy);
  const highest = Math.max(Math.ceil((max(entropies) ?? 1) / 4) * 4, 4);
  return (
    <>
      <div class="tiles">
        <Chart
          part="overlap"
          title={l10n.t('After the norm: share of the first ten that two rulers have in common')}
          result={result}
          context={context}
          curves={pairs.map((pair, index) => ({
            name: pairNameIn(pair, l10n),
            kind: kinds[index] ?? 'third',
            values: afterNorm.map(({ overlap }) => overlap[pair]),
          }))}
          y={{ domain: [0, 1], ticks: [0, 0.5, 1], print: (value) => fixed(value, 1) }}
        />
        <Chart
          part="entropy"
          title={l10n.t('After the norm: entropy of the prediction, bits')}
          result={result}
          context={context}
          curves={[{ name: l10n.t('entropy'), kind: 'first', values: entropies }]}
          y={{ domain: [0, highest], ticks: [0, highest / 2, highest], print: (value) => fixed(value, 0) }}
        />
        <Chart
          part="before"
          title={l10n.t('Before the norm: largest change of a probability, log scale')}
          result={result}
          context={context}
          curves={[
            {
              name: l10n.t('largest change'),
              kind: 'first',
              values: beforeNorm.map((value) => (value > 0 ? Math.max(value, 1e-12) : null)),
            },
          ]}
          y={{
            log: true,
            domain: [1e-12, 1],
            ticks: [1e-12, 1e-8, 1e-4, 1],
            print: (value) => powerOfTen(Math.round(Math.log10(value))),
          }}
        />
      </div>
      {beforeNorm.includes(0) && (
        <p class="note">
          {l10n.t('A log scale cannot show 0, so the line is interrupted where no probability changes.')}
        </p>
      )}
      <TokenList table={labTablesIn(l10n, context.tokenOf).length(result)[1]} context={context} />
    </>
  );
}
