import * as l10n from '@vscode/l10n';
import { count } from '../../../shared/format';
import { isByteName } from '../../../shared/glyphs';
import type { ExtremesResult } from '../../../shared/lab';
import { equalAndUnreachable, labTable, printWithin } from '../../../shared/labColumns';
import { labTablesIn } from '../../../shared/labTables';
import type { SizeSummary } from '../../../shared/model';
import { areAlike } from '../../../shared/sides';
import { tokenSpans } from '../../parts/text';
import { type Words, words } from '../../parts/words';
import { HistogramChart } from '../../picture/histogram';
import type { TokenOf } from '../data';
import { LabFigure } from '../figure';
import type { ExperimentPage, ResultProps } from '../page';
import { TokenList } from '../table';

export const extremesPage: ExperimentPage<'extremes'> = {
  texts: () => ({
    title: l10n.t('Names or noise'),
    question: l10n.t('Which tokens are largest, smallest, identical or out of reach?'),
    claim: l10n.t(
      'Large vectors win dot products and small ones lose them. These are the two ends of the vocabulary: are they words, or noise that hardly any text contains?',
    ),
  }),
  options: () => ({}),
  finding: extremesFinding,
  inShort({ longest, shortest }, tokenOf) {
    const [long, short] = [longest[0], shortest[0]];
    return long && short ? words(l10n.t('{0} smallest, {1} largest'), tokenOf(short), tokenOf(long)) : [];
  },
  Result: Extremes,
};

function extremesFinding(result: ExtremesResult, tokenOf: TokenOf): Words {
  const [long, short] = [result.longest[0], result.shortest[0]];
  const counts = equalAndUnreachable(result, l10n);
  if (!long || !short) return [counts];
  const print = printWithin(long.value - short.value);
  const ends = [tokenOf(long), print(long.value), tokenOf(short), print(short.value)] as const;
  const said = areAlike(short.value, long.value)
    ? l10n.t('All tokens are almost equally large: the largest is {0} with {1}, the smallest {2} with {3}.')
    : l10n.t('The largest is {0} with {1}, the smallest {2} with {3}.');
  return [...words(said, ...ends), ' ', counts];
}

const binsTable = ({ counts, from, width }: SizeSummary['histogram']) =>
  labTable({ order: 'sizes' }, counts, [
    {
      ...{ key: 'size from', head: l10n.t('size from'), print: printWithin(10 * width) },
      value: (_, bin) => from + bin * width,
    },
    { key: 'tokens', head: l10n.t('tokens'), value: (many) => many },
  ]);

function Extremes({ result, context }: ResultProps<ExtremesResult>) {
  const { longest, shortest, unreachable } = result;
  const { tokenOf, state } = context;
  const sizes = state.model?.sizes;
  const title = l10n.t(
    'Sizes of the vocabulary; below the axis the {0} smallest and the {1} largest',
    count(shortest.length),
    count(longest.length),
  );
  const bins = sizes && binsTable(sizes.histogram);
  const [long, short] = [longest[0], shortest[0]];
  const areAlikeHere = sizes ? areAlike(sizes.smallest.size, sizes.largest.size) : false;
  const hasBytes = unreachable.some((entry) => isByteName(tokenOf(entry).text));
  return (
    <>
      {/* A picture would show them as one bar, and the finding says that they are alike. */}
      {!areAlikeHere && sizes && bins && (
        <LabFigure part="sizes" title={title} table={bins} context={context}>
          {(width) => (
            <HistogramChart
              title={title}
              summary={context.summary}
              width={width}
              histogram={sizes.histogram}
              {...{ above: 22, height: 70, below: 40 }}
              axis={l10n.t('size {0}, model units', '‖e‖')}
            >
              {({ x, ground }) => (
                <>
                  {[...shortest, ...longest].map(({ value }) => (
                    <line class="ink" x1={x(value)} x2={x(value)} y1={ground + 1} y2={ground + 9} />
                  ))}
                  {([short, long] as const).map(
                    (end, at) =>
                      end && (
                        <text class="value mono" x={at * width} y={12} text-anchor={at === 0 ? 'start' : 'end'}>
                          {tokenSpans(tokenOf(end))}
                        </text>
                      ),
                  )}
                </>
              )}
            </HistogramChart>
          )}
        </LabFigure>
      )}
      <div class="tiles">
        {labTablesIn(l10n, tokenOf)
          .extremes(result)
          .map((table) => table.rows.length > 0 && <TokenList table={table} context={context} />)}
        {hasBytes && (
          <p class="note">
            {l10n.t('A name such as <0x21> stands for a byte. Texts use another token for the same character.')}
          </p>
        )}
      </div>
    </>
  );
}
