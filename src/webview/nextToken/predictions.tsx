import * as l10n from '@vscode/l10n';
import type { Sampling } from '../../shared/continuation';
import type { PredictedToken, Prediction } from '../../shared/engine';
import { count, fixed, plural, probability, raw, sizeOfH, valued } from '../../shared/format';
import { predictionColumns, type PredictionRow } from '../../shared/sectionTables';
import type { VocabularyToken } from '../../shared/tokens';
import type { Actions } from '../actions';
import type { Column, TableData } from '../parts/columns';
import { Fold, useFold } from '../parts/fold';
import { hiddenNote, placed } from '../parts/fragments';
import { metricWords } from '../parts/metrics';
import { barColumn, tokenRow, Table } from '../parts/table';
import { Sentence } from '../parts/text';
import { words, tokenLabel } from '../parts/words';
import { continueColumn, useFocusKept, type Continues } from './listed';

/** The tokens that are set against each other. */
interface LogitComparison {
  /** The token whose logit is pushed. */
  readonly pushed: VocabularyToken | null;
  /** Id of the token that it is compared with. */
  readonly against: number | null;
  /** `null` ends the comparison. */
  readonly onCompare: (id: number | null) => void;
}

interface RankProps extends Pick<LogitComparison, 'pushed'> {
  readonly rank: number;
  readonly token: VocabularyToken;
  readonly isAgainst: boolean;
  readonly onCompare: (() => void) | undefined;
}

/** The rank of a row. Beside it stands a button that compares the row's token with the pushed one. */
function Rank({ rank, token, pushed, isAgainst, onCompare }: RankProps) {
  if (!onCompare || !pushed) return <>{rank}</>;
  const label = isAgainst
    ? l10n.t('vs: end the comparison with {0}', tokenLabel(token))
    : l10n.t('vs: compare {0} with {1}', tokenLabel(pushed), tokenLabel(token));
  return (
    <>
      <span class="rank-number">{rank}</span>
      <button
        type="button"
        class="compare"
        tabIndex={-1}
        aria-pressed={isAgainst}
        aria-label={label}
        title={label}
        onClick={onCompare}
      >
        {l10n.t('vs')}
      </button>
    </>
  );
}

const hasBias = ({ top }: Prediction): boolean => top.some(({ bias }) => bias !== 0);

type Row = PredictionRow<PredictedToken>;

/** One token a row as an equation: ‖h‖ × ‖u‖ × cos θ + bias = logit. */
export function predictionTable(prediction: Prediction, hide: boolean, asked?: Asked): TableData<Row> {
  const { rank, id, token, probability, hiddenSize, size, cosine, bias, logit, capped, entropy, angle, ranks } =
    predictionColumns(prediction.top, l10n);
  const biased = hasBias(prediction);
  const { pushed = null, against, onCompare } = asked?.comparison ?? {};
  const { continues, isWhole = true, sampling } = asked ?? {};
  const drawn = new Map(sampling?.tokens.map((one) => [one.token.id, one.probability]));
  const compareWith = ({ id: other }: VocabularyToken) =>
    pushed && other !== pushed.id ? () => onCompare?.(other === against ? null : other) : undefined;
  const sign = (name: string, drawn: string): Column<Row> => ({
    head: '',
    name: `sign ${name} wide-only`,
    draw: () => drawn,
  });
  return {
    columns: [
      { ...rank, head: undefined },
      {
        head: '#',
        name: 'rank',
        cell: ({ entry }) => ({
          class: compareWith(entry.token) && entry.token.id === against ? 'compared' : undefined,
        }),
        draw: (row) => (
          <Rank
            rank={row.rank}
            token={row.entry.token}
            pushed={pushed}
            isAgainst={row.entry.token.id === against}
            onCompare={compareWith(row.entry.token)}
          />
        ),
      },
      id,
      {
        ...token,
        name: 'name',
        names: true,
        button: ({ entry }) => ({ 'aria-keyshortcuts': compareWith(entry.token) && 'Alt+Enter' }),
      },
      ...(continues ? [continueColumn<Row>(({ entry }) => entry.token, continues)] : []),
      {
        ...barColumn<Row>(({ entry }) => entry.probability, <span>{l10n.t('probability')}</span>),
        th: { class: 'probability-head' },
      },
      { ...probability, head: null, cells: 'probability' },
      // Where every factor has a column, no room is left.
      ...(sampling && !isWhole
        ? [
            {
              key: 'drawn with',
              head: l10n.t('drawn with'),
              cells: 'probability',
              print: probability.print,
              value: ({ entry }: Row) => drawn.get(entry.token.id) ?? null,
            },
          ]
        : []),
      ...(isWhole
        ? [
            { ...hiddenSize, name: 'hidden-size wide-only', cells: 'quiet' },
            sign('times-h', '×'),
            { ...size, cells: 'size' },
            sign('', '×'),
            {
              ...cosine,
              cells: 'cosine',
              draw: ({ entry: { values } }: Row) => (
                <>
                  <span class="not-small">{fixed(values.cosine, 5)}</span>
                  <span class="small-only">{fixed(values.cosine, 3)}</span>
                </>
              ),
            },
            ...(biased ? [sign('plus', '+')] : []),
            { ...bias, name: 'bias not-tiny' },
            sign('equals', '='),
          ]
        : [{ ...size, cells: 'size' }]),
      { ...logit, cells: 'logit strong' },
      ...(isWhole ? [{ ...capped, name: 'capped not-small', cells: 'logit' }] : []),
      entropy,
      { ...angle, name: isWhole ? 'angle wide-only' : 'angle', cells: 'quiet' },
      ...(isWhole ? ranks : []).map(({ metric, ...column }, index): Column<Row> => ({
        ...column,
        head: index === 0 ? valued(l10n.t('rank'), metricWords(metric).by) : metricWords(metric).by,
        name: 'rank-by not-tiny',
        // Bold if it differs from the rank by dot product.
        cell: (row) => ({ class: row.entry.ranks[metric] === row.rank ? 'quiet' : 'strong', 'data-metric': metric }),
      })),
    ],
    rows: placed(prediction.top, (entry) => entry.token, hide).map((row) => ({
      ...row,
      hiddenSize: prediction.hiddenSize,
      entropy: prediction.entropy,
    })),
  };
}

/** What a person can do with a row. */
interface Asked {
  readonly comparison: LogitComparison;
  /** Absent where the text cannot go on with these tokens. */
  readonly continues?: Continues | undefined;
  /** The prediction through the sampler. */
  readonly sampling?: Sampling | null;
  /** Whether every factor of the logit has a column, and every rank. */
  readonly isWhole: boolean;
}

interface TableProps extends Omit<Asked, 'isWhole'> {
  readonly prediction: Prediction;
  readonly vocabulary: number;
  readonly chosen: number | undefined;
  /** Leaves control tokens and byte fragments out, and says so. */
  readonly hide: boolean;
  readonly act: Actions;
}

/** The likeliest next tokens, and the rest of the vocabulary as one row. */
export function PredictionTable({ prediction, vocabulary, chosen, hide, comparison, continues, sampling }: TableProps) {
  const { top, hiddenSize } = prediction;
  const biased = hasBias(prediction);
  const capped = top.some(({ logit, rawLogit }) => logit !== rawLogit);
  const [isWhole] = useFold('factors');
  const table = predictionTable(prediction, hide, { comparison, continues, isWhole, sampling: sampling ?? null });
  useFocusKept(continues, prediction);
  const hidden = hiddenNote(top.length - table.rows.length, top.length);
  const others = vocabulary - top.length;
  const rest = Math.max(0, 1 - top.reduce((sum, { probability: p }) => sum + p, 0));
  return (
    <>
      <Table
        {...table}
        chooses
        name={`dense prediction-table ${isWhole ? '' : 'brief'}`}
        label={l10n.t('Likeliest next tokens')}
        data={{ 'data-picture': 'predictions' }}
        chosen={chosen}
        row={({ entry, rank }) => ({ ...tokenRow(entry.token, chosen), 'data-rank': rank })}
        foot={
          others > 0 && (
            <tr class="others quiet">
              <td class="rank" />
              <th scope="row" class="name">
                {plural(others, {
                  one: l10n.t('{0} other', count(others)),
                  other: l10n.t('{0} others', count(others)),
                })}
              </th>
              {continues && <td />}
              <td class="bar-cell" aria-hidden="true">
                <span class="bar" style={{ width: `${(100 * rest).toFixed(2)}%` }} />
              </td>
              <td class="number probability" data-value={raw(rest)}>
                {probability(rest)}
              </td>
              <td colSpan={isWhole ? (biased ? 12 : 10) + (capped ? 1 : 0) : sampling ? 4 : 3} />
            </tr>
          )
        }
      />
      {hidden !== null && (
        <p class="note" data-note="hidden">
          {hidden}
        </p>
      )}
      {capped && (
        <p class="note not-small">
          {l10n.t('This model soft-caps its logits before the softmax. Probabilities come from the capped logits.')}
        </p>
      )}
      {comparison.pushed && (
        <p class="note">
          <Sentence
            words={words(
              l10n.t(
                'To compare {0} with a token, point at its row and click “vs”, or press Alt+Enter on it. Alt+click or Alt+Enter works on any token in the panel.',
              ),
              comparison.pushed,
            )}
            chosen={chosen}
          />
        </p>
      )}
      <Fold name="factors" summary={<h3>{l10n.t('Factors of the logits')}</h3>}>
        {() => (
          <p class="note">
            {biased
              ? l10n.t(
                  '{0}, with ‖h‖ = {1} in every row',
                  `logit = ‖h‖ × ‖u‖ × cos θ + ${l10n.t('bias')}`,
                  sizeOfH(hiddenSize),
                )
              : l10n.t('{0}, with ‖h‖ = {1} in every row', 'logit = ‖h‖ × ‖u‖ × cos θ', sizeOfH(hiddenSize))}
            <br />
            {l10n.t('A rank is bold where distance or cosine would rank the token differently.')}
          </p>
        )}
      </Fold>
    </>
  );
}
