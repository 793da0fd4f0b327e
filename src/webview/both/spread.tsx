import * as l10n from '@vscode/l10n';
import { sum } from 'd3-array';
import type { RowInBoth, Spread } from '../../shared/both';
import { count, fixed } from '../../shared/format';
import type { VocabularyToken } from '../../shared/tokens';
import type { Actions } from '../actions';
import { type TableData } from '../parts/columns';
import { usefulDomain } from '../parts/numbers';
import { TokenButtons } from '../parts/tokenButtons';
import { useWidth } from '../parts/width';
import { Behind } from '../picture/behind';
import { HistogramChart } from '../picture/histogram';

/** A number of a token's two rows; null where it has none. */
export interface SpreadMeasure {
  /** As in `data-picture`. */
  readonly name: string;
  readonly title: string;
  readonly most: string;
  /** Its name in a copy, in which it keeps all digits. */
  readonly key: string;
  readonly of: (row: RowInBoth) => number | null;
  /** With its unit; an axis has fewer decimals. */
  readonly print: (value: number, decimals?: number) => string;
}

interface SpreadProps {
  readonly measure: SpreadMeasure;
  readonly spread: Spread;
  /** Those with the largest value. */
  readonly largest: readonly RowInBoth[];
  /** The tokens of the text. */
  readonly tokens: readonly RowInBoth[];
  readonly chosen: RowInBoth | null;
  readonly act: Actions;
}

type Flagged = VocabularyToken & { readonly value: number };

const flagged = (rows: readonly RowInBoth[], { of }: SpreadMeasure): readonly Flagged[] =>
  rows.flatMap((row) => {
    const value = of(row);
    return value === null ? [] : [{ ...row.token, value }];
  });

const binsTable = ({ histogram: { from, width, counts } }: Spread, { key }: SpreadMeasure): TableData<number> => ({
  columns: [
    { key: `${key} from`, head: l10n.t('from'), value: (bin) => from + bin * width, print: (value) => fixed(value, 3) },
    {
      key: `${key} to`,
      head: l10n.t('to'),
      value: (bin) => from + (bin + 1) * width,
      print: (value) => fixed(value, 3),
    },
    { key: 'tokens', head: l10n.t('tokens'), value: (bin) => counts[bin] },
  ],
  rows: [...counts.keys()],
});

const barsHeight = 84;
const mostFlags = 6;

/** A histogram of all tokens, with those of the text as flags, and the tokens at its far end. */
export function SpreadFigure(props: SpreadProps) {
  const { measure, spread, largest, chosen, act } = props;
  const { ref, width } = useWidth<HTMLDivElement>();
  const isDrawn = spread.most > spread.least;
  return (
    <div class="figure histogram both-spread" ref={ref}>
      <h3>{measure.title}</h3>
      {!isDrawn && <p class="note">{l10n.t('It is {0} for every token.', measure.print(spread.least))}</p>}
      {isDrawn && width > 0 && <Chart {...props} width={width} />}
      {largest.length > 0 && isDrawn && (
        <div class="small">
          <span class="small quiet">{measure.most}</span>
          <TokenButtons
            entries={flagged(largest, measure)
              .slice(0, mostFlags)
              .map((token) => ({ token, value: token.value }))}
            print={measure.print}
            chosen={chosen?.token.id}
            act={act}
          />
        </div>
      )}
      <Behind
        name={measure.name}
        title={measure.title}
        table={() => binsTable(spread, measure)}
        isDrawn={isDrawn}
        act={act}
      />
    </div>
  );
}

function Chart({ measure, spread, tokens, chosen, width }: SpreadProps & { readonly width: number }) {
  const [one = null] = chosen ? flagged([chosen], measure) : [];
  const summary = l10n.t(
    'Of {0} tokens, from {1} to {2}; the median is {3}.',
    count(sum(spread.histogram.counts)),
    measure.print(spread.least),
    measure.print(spread.most),
    measure.print(spread.median),
  );
  return (
    <HistogramChart
      name={measure.name}
      title={measure.title}
      summary={summary}
      width={width}
      histogram={spread.histogram}
      domain={usefulDomain(spread)}
      height={barsHeight}
      below={20}
      flagged={{ tokens: flagged(tokens, measure), chosen: one, of: ({ value }) => value, most: mostFlags }}
      print={measure.print}
    />
  );
}
