import * as l10n from '@vscode/l10n';
import { sum } from 'd3-array';
import { useEffect, useRef, useState } from 'preact/hooks';
import { bothOf, type NeighboursInBoth, type RowInBoth, type Spread } from '../../shared/both';
import { areUnrelated } from '../../shared/bothFacts';
import { degrees, fixed, percent, raw, size, count } from '../../shared/format';
import { type Metric, metricColumn, metrics } from '../../shared/metrics';
import type { RankedToken, VocabularyToken } from '../../shared/tokens';
import { copiedRows, type TableData } from '../parts/columns';
import { metricWords, printedValue } from '../parts/metrics';
import { usefulDomain } from '../parts/numbers';
import { useRemembered } from '../parts/remembered';
import { useInSight } from '../parts/sight';
import { Sentence } from '../parts/text';
import { Toggles } from '../parts/toggles';
import { TokenButtons } from '../parts/tokenButtons';
import { listedRows, TwoLists } from '../parts/twoLists';
import { useWidth } from '../parts/width';
import { words } from '../parts/words';
import { Behind } from '../picture/behind';
import { HistogramChart } from '../picture/histogram';
import { TakeAway } from '../picture/save';
import { Pending, type Section, type SectionProps } from '../section';
import { chosenId } from '../store';
import { hasOneMatrix, useMatrix } from './sectionFindings';

/** A number of a token's two rows; null where it has none. */
interface SpreadMeasure {
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
function SpreadFigure(props: SpreadProps) {
  const { measure, spread, largest, chosen } = props;
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
          />
        </div>
      )}
      <Behind name={measure.name} title={measure.title} table={() => binsTable(spread, measure)} isDrawn={isDrawn} />
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

/** B's size as a multiple of A's. */
const ratioOf = ({ size: [a, b] }: RowInBoth): number | null => (a > 0 ? b / a : null);
const signedPercent = (ratio: number, decimals = 1): string => {
  const said = percent(100 * (ratio - 1), decimals);
  return ratio > 1 && /[1-9]/.test(said) ? `+${said}` : said;
};

const measures = (): { readonly angle: SpreadMeasure; readonly ratio: SpreadMeasure } => ({
  angle: {
    name: 'both-turned',
    title: l10n.t('Angle between a token’s rows in A and B'),
    most: l10n.t('most turned'),
    key: 'angle between the rows (degrees)',
    of: ({ angle }) => angle,
    print: (value, decimals = 1) => `${fixed(value, decimals)}°`,
  },
  ratio: {
    name: 'both-resized',
    title: l10n.t('Change of its size'),
    most: l10n.t('most changed'),
    key: 'size in B / size in A',
    of: ratioOf,
    // The axis counts multiples of A's size, and its ticks are percentages.
    print: (value, decimals = 3) => signedPercent(value, Math.max(0, decimals - 2)),
  },
});

/** A token's neighbours in one model. */
const neighboursTable = (list: readonly RankedToken[], metric: Metric) =>
  listedRows<RankedToken>(list, [
    {
      key: metricColumn[metric],
      head: metricWords(metric).name,
      name: 'p',
      value: ({ values }) => values[metric],
      print: (value) => printedValue(metric, value),
    },
    {
      key: 'angle (degrees)',
      head: 'θ',
      name: 'not-tiny',
      cells: 'quiet',
      value: ({ angle }) => angle,
      print: degrees,
    },
  ]);

function Neighbours({ found, state }: SectionProps & { readonly found: NeighboursInBoth }) {
  const [metric, setMetric] = useRemembered<Metric>('metric of both', 'cosine');
  const [lit, setLit] = useState<number | null>(null);
  const lists = found.lists[metric];
  const { row } = found;
  const sizes = [size(row.size[0]), size(row.size[1])] as const;
  return (
    <div class="apart">
      <div class="spread">
        <h3>
          <Sentence
            words={
              row.angle === null || areUnrelated(state.both.rows)
                ? words(l10n.t('Neighbours of {0}: size {1} → {2}'), row.token, ...sizes)
                : words(
                    l10n.t('Neighbours of {0}: turned by {1}, size {2} → {3}'),
                    row.token,
                    degrees(row.angle),
                    ...sizes,
                  )
            }
            chosen={chosenId(state)}
          />
        </h3>
        <Toggles
          label={l10n.t('Neighbours by')}
          options={metrics.map((one) => [one, metricWords(one).name])}
          value={metric}
          onChoose={setMetric}
        />
        <TakeAway
          picture="both-neighbours"
          title={l10n.t('Neighbours in both models')}
          tables={() => lists.map((list) => copiedRows(neighboursTable(list, metric)))}
        />
      </div>
      <TwoLists
        picture="both-neighbours"
        label={l10n.t('neighbours')}
        heads={['A', 'B']}
        tables={bothOf((side) => neighboursTable(lists[side], metric))}
        chosen={row.token.id}
        lit={lit}
        onLight={setLit}
      />
      <p class="note" data-fact="shared" data-value={raw(found.shared[metric])}>
        {l10n.t(
          'Each model compares the token with its own rows. {0} of {1} neighbours are in both lists, the token itself included.',
          found.shared[metric],
          lists[0].length,
        )}
      </p>
    </div>
  );
}

function BothMatrixBody(props: SectionProps) {
  const { state, act } = props;
  const { rows, neighbours } = state.both;
  const [matrix] = useMatrix();
  const seen = useRef(false);
  const tell = (isSeen: boolean): void => act.see({ bothNeighbours: isSeen ? { matrix } : null });
  const ref = useInSight<HTMLDivElement>((isSeen) => {
    seen.current = isSeen;
    tell(isSeen);
  });
  useEffect(() => tell(seen.current), [matrix]);
  const { angle, ratio } = measures();
  const chosen = neighbours?.row ?? rows?.tokens.find(({ token }) => token.id === chosenId(state)) ?? null;
  const shared = rows && { tokens: rows.tokens, chosen };
  return (
    <div ref={ref}>
      {rows && shared ? (
        <div class="tiles">
          {rows.angle && <SpreadFigure measure={angle} spread={rows.angle} largest={rows.turned} {...shared} />}
          <SpreadFigure measure={ratio} spread={rows.ratio} largest={rows.resized} {...shared} />
        </div>
      ) : (
        <Pending>{l10n.t('Computing.')}</Pending>
      )}
      {neighbours ? <Neighbours {...props} found={neighbours} /> : <Pending>{l10n.t('Computing.')}</Pending>}
    </div>
  );
}

function BothMatrixControls({ state }: SectionProps) {
  const [matrix, setMatrix] = useMatrix();
  if (hasOneMatrix(state)) return null;
  return (
    <Toggles
      label={l10n.t('Matrix')}
      options={[
        ['input', l10n.t('input vectors')],
        ['output', l10n.t('output rows')],
      ]}
      value={matrix}
      onChoose={setMatrix}
    />
  );
}

export const bothMatrix: Section = {
  id: 'both-matrix',
  title: () => l10n.t('Matrix'),
  isFolded: true,
  shown: ({ both: { other } }) => other?.sameVocabulary === true,
  finding: () => [],
  Controls: BothMatrixControls,
  Body: BothMatrixBody,
};
