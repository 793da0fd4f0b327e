import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import type { PredictedToken, Prediction } from '../../shared/engine';
import { count, degrees, fixed, raw, size, sizeOfH } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { metrics, type Metric } from '../../shared/metrics';
import { hiddenNote, placed, type Placed } from '../parts/fragments';
import { metricColumn, metricWords } from '../parts/metrics';
import { gridStep, useRoving } from '../parts/roving';
import { Sentence } from '../parts/text';
import { words } from '../parts/words';
import { Bar, ProbabilityCell, TokenHead, type TokenHeadProps } from './cells';
import { type Comparison, RankCell } from './comparison';

/** The table is sorted by logit, so the rank by dot product is its first column. */
const rankedBy = metrics.filter((metric) => metric !== 'dot');

/** The columns that only some models need. */
interface Columns {
  /** The output layer adds a bias. */
  readonly biased: boolean;
  /** The model caps its logits before the softmax. */
  readonly capped: boolean;
}

const columnsOf = ({ top }: Prediction): Columns => ({
  biased: top.some(({ bias }) => bias !== 0),
  capped: top.some(({ logit, rawLogit }) => logit !== rawLogit),
});

/** The table for the clipboard. */
export function predictionRows(prediction: Prediction, hide: boolean): readonly (readonly (string | number)[])[] {
  const { capped } = columnsOf(prediction);
  const header = [
    '#',
    'id',
    'token',
    'probability',
    '‖h‖',
    '‖u‖',
    'cos θ',
    'bias',
    'logit',
    ...(capped ? ['capped logit'] : []),
    'angle (degrees)',
    ...rankedBy.map((metric) => `rank by ${metricColumn[metric]}`),
  ];
  return [
    header,
    ...placed(prediction.top, ({ token }) => token, hide).map(
      ({ entry: { token, probability: p, values, bias, logit, rawLogit, angle, ranks }, rank }) => [
        rank,
        token.id,
        plainToken(token),
        p,
        prediction.hiddenSize,
        token.outputSize ?? token.size,
        values.cosine,
        bias,
        rawLogit,
        ...(capped ? [logit] : []),
        angle,
        ...rankedBy.map((metric) => ranks[metric]),
      ],
    ),
  ];
}

const ColumnHead = ({ name, children }: { readonly name?: string; readonly children: ComponentChildren }) => (
  <th scope="col" class={name === undefined ? 'number' : `number ${name}`}>
    {children}
  </th>
);

const PredictionHead = ({ biased, capped }: Columns) => (
  <thead>
    <tr>
      <th scope="col" class="rank">
        #
      </th>
      <th scope="col" class="name">
        {l10n.t('token')}
      </th>
      <th scope="col" colSpan={2} class="probability-head">
        <span>{l10n.t('probability')}</span>
      </th>
      <ColumnHead name="hidden-size">‖h‖</ColumnHead>
      <td class="times-h" />
      <ColumnHead>‖u‖</ColumnHead>
      <td class="sign" />
      <ColumnHead>cos θ</ColumnHead>
      {biased && (
        <>
          <td class="plus" />
          <ColumnHead name="bias">{l10n.t('bias')}</ColumnHead>
        </>
      )}
      <td class="equals" />
      <ColumnHead>{l10n.t('logit')}</ColumnHead>
      {capped && <ColumnHead name="capped">{l10n.t('capped')}</ColumnHead>}
      <ColumnHead name="angle">θ</ColumnHead>
      {rankedBy.map((metric, index) => (
        <ColumnHead key={metric} name="rank-by">
          {index === 0 ? l10n.t('rank {0}', metricWords(metric).by) : metricWords(metric).by}
        </ColumnHead>
      ))}
    </tr>
  </thead>
);

/** A rank by another metric. It is bright if it differs from the rank by dot product. */
const Rank = ({ rank, byDot, metric }: { readonly rank: number; readonly byDot: number; readonly metric: Metric }) => (
  <td class={rank === byDot ? 'number rank-by quiet' : 'number rank-by'} data-value={rank} data-metric={metric}>
    {count(rank)}
  </td>
);

interface PredictionRowProps extends Columns, Omit<TokenHeadProps, 'token' | 'comparable'> {
  readonly placed: Placed<PredictedToken>;
  readonly hiddenSize: number;
  readonly comparison: Comparison;
}

/** One token as an equation: ‖h‖ × ‖u‖ × cos θ + bias = logit. */
function PredictionRow({
  placed: { entry, rank },
  hiddenSize,
  biased,
  capped,
  comparison: { pushed, against, onCompare },
  ...head
}: PredictionRowProps) {
  const { token, values, angle, ranks, probability: p, logit, rawLogit, bias } = entry;
  const outputSize = token.outputSize ?? token.size;
  const isAgainst = token.id === against;
  const compare = pushed && token.id !== pushed.id ? () => onCompare(isAgainst ? null : token.id) : undefined;
  return (
    <tr class={token.id === head.chosen ? 'query' : ''} data-id={token.id} data-rank={rank}>
      <RankCell rank={rank} token={token} pushed={pushed} isAgainst={isAgainst} onCompare={compare} />
      <TokenHead token={token} {...head} comparable={compare !== undefined} />
      <Bar share={p} />
      <ProbabilityCell value={p} />
      <td class="number hidden-size quiet" data-value={raw(hiddenSize)}>
        {sizeOfH(hiddenSize)}
      </td>
      <td class="sign times-h">×</td>
      <td class="number size" data-value={raw(outputSize)}>
        {size(outputSize)}
      </td>
      <td class="sign">×</td>
      <td class="number cosine" data-value={raw(values.cosine)}>
        <span class="exact">{fixed(values.cosine, 5)}</span>
        <span class="short">{fixed(values.cosine, 3)}</span>
      </td>
      {biased && (
        <>
          <td class="sign plus">+</td>
          <td class="number bias" data-value={raw(bias)}>
            {fixed(bias, 3)}
          </td>
        </>
      )}
      <td class="sign equals">=</td>
      <td class="number logit strong" data-value={raw(rawLogit)}>
        {fixed(rawLogit, 2)}
      </td>
      {capped && (
        <td class="number logit capped" data-value={raw(logit)}>
          {fixed(logit, 2)}
        </td>
      )}
      <td class="number angle quiet" data-value={raw(angle)}>
        {degrees(angle)}
      </td>
      {rankedBy.map((metric) => (
        <Rank key={metric} rank={ranks[metric]} byDot={rank} metric={metric} />
      ))}
    </tr>
  );
}

interface TableProps {
  readonly prediction: Prediction;
  readonly vocabulary: number;
  readonly chosen: number | undefined;
  /** Leaves control tokens and byte fragments out, and says so. */
  readonly hide: boolean;
  readonly onChoose: (id: number) => void;
  readonly comparison: Comparison;
}

/** The likeliest next tokens, and the rest of the vocabulary as one row. */
export function PredictionTable({ prediction, vocabulary, chosen, hide, onChoose, comparison }: TableProps) {
  const { top, hiddenSize } = prediction;
  const columns = columnsOf(prediction);
  const { biased, capped } = columns;
  const drawn = placed(top, ({ token }) => token, hide);
  const roving = useRoving(drawn.length, 0, (key, at) =>
    gridStep(key, at, { count: drawn.length, rows: drawn.length }),
  );
  const hidden = hiddenNote(top.length - drawn.length, top.length);
  const rest = Math.max(0, 1 - top.reduce((sum, { probability: p }) => sum + p, 0));
  return (
    <div class="prediction">
      <p class="note narrow-only">
        {biased
          ? l10n.t('logit = ‖h‖ × ‖u‖ × cos θ + bias, with ‖h‖ = {0} in every row', sizeOfH(hiddenSize))
          : l10n.t('logit = ‖h‖ × ‖u‖ × cos θ, with ‖h‖ = {0} in every row', sizeOfH(hiddenSize))}
      </p>
      <table
        class="prediction-table"
        data-picture="predictions"
        aria-label={l10n.t('Likeliest next tokens')}
        {...roving.group}
      >
        <PredictionHead {...columns} />
        <tbody>
          {drawn.map((entry, index) => (
            <PredictionRow
              placed={entry}
              hiddenSize={hiddenSize}
              {...columns}
              chosen={chosen}
              onChoose={onChoose}
              item={roving.item(index)}
              comparison={comparison}
            />
          ))}
        </tbody>
        <tfoot>
          <tr class="others">
            <td />
            <th scope="row" class="name">
              {l10n.t('{0} others', count(vocabulary - top.length))}
            </th>
            <Bar share={rest} />
            <ProbabilityCell value={rest} />
            <td colSpan={(biased ? 12 : 10) + (capped ? 1 : 0)} />
          </tr>
        </tfoot>
      </table>
      {hidden !== null && (
        <p class="note" data-note="hidden">
          {hidden}
        </p>
      )}
      {capped && (
        <p class="note with-capped">
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
      <p class="note">
        {!biased && <span class="wide-only">{l10n.t('logit = ‖h‖ × ‖u‖ × cos θ.')} </span>}
        {biased && <span class="wide-only">{l10n.t('logit = ‖h‖ × ‖u‖ × cos θ + bias.')} </span>}
        {l10n.t('Probabilities are over all {0} tokens.', count(vocabulary))}
        <span class="with-ranks"> {l10n.t('Bright: distance or cosine would rank this token differently.')}</span>
      </p>
    </div>
  );
}
