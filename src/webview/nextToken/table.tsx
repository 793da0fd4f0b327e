import * as l10n from '@vscode/l10n';
import type { PredictedToken, Prediction } from '../../shared/engine';
import { bits, count, degrees, fixed, probability, raw, size } from '../../shared/format';
import { hiddenNote, placed, type Placed } from '../parts/fragments';
import { tokenLabel } from '../parts/label';
import { gridStep, useRoving } from '../parts/roving';
import { TokenText } from '../parts/text';
import { Bar } from './bar';

interface TableProps {
  readonly prediction: Prediction;
  readonly vocabulary: number;
  readonly chosen: number | undefined;
  /** Leaves control tokens and byte fragments out, and says so. */
  readonly hide: boolean;
  readonly onChoose: (id: number) => void;
}

/** A rank by another metric, in full strength where it differs from the place by dot product. */
const Rank = ({ rank, place, metric }: { readonly rank: number; readonly place: number; readonly metric: string }) => (
  <td class={rank === place ? 'number rank-by quiet' : 'number rank-by'} data-value={rank} data-metric={metric}>
    {count(rank)}
  </td>
);

/** The prediction: each row reads as an equation from the length of h to the logit. */
export function PredictionTable({ prediction: { top, hiddenSize }, vocabulary, chosen, hide, onChoose }: TableProps) {
  const drawn = placed(top, ({ token }) => token, hide);
  const roving = useRoving(drawn.length, 0, (key, at) =>
    gridStep(key, at, { count: drawn.length, rows: drawn.length }),
  );
  const hidden = hiddenNote(top.length - drawn.length, top.length);
  const biased = top.some(({ bias }) => bias !== 0);
  const capped = top.some(({ logit, rawLogit }) => logit !== rawLogit);
  const shown = top.reduce((sum, { probability: p }) => sum + p, 0);
  const row = (
    { entry: { token, values, angle, ranks, probability: p, logit, rawLogit, bias }, rank }: Placed<PredictedToken>,
    index: number,
  ) => (
    <tr class={token.id === chosen ? 'query' : ''} data-id={token.id} data-rank={rank}>
      <td class="rank">{rank}</td>
      <th scope="row" class="name">
        <button
          type="button"
          class="token-button"
          aria-label={tokenLabel(token)}
          onClick={() => onChoose(token.id)}
          {...roving.item(index)}
        >
          <TokenText token={token} chosen={token.id === chosen} />
        </button>
      </th>
      <Bar share={p} />
      <td class="number probability" data-value={raw(p)}>
        {probability(p)}
      </td>
      <td class="number hidden-size quiet" data-value={raw(hiddenSize)}>
        {bits(hiddenSize)}
      </td>
      <td class="sign times-h">×</td>
      <td class="number size" data-value={raw(token.outputSize ?? token.size)}>
        {size(token.outputSize ?? token.size)}
      </td>
      <td class="sign">×</td>
      <td class="number cosine" data-value={raw(values.cosine)}>
        {fixed(values.cosine, 5)}
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
      <Rank rank={ranks.euclidean} place={rank} metric="euclidean" />
      <Rank rank={ranks.cosine} place={rank} metric="cosine" />
    </tr>
  );
  return (
    <div class="prediction">
      <p class="note narrow-only">
        {biased
          ? l10n.t('logit = ‖h‖ × ‖u‖ × cos θ + bias, with ‖h‖ = {0} in every row', bits(hiddenSize))
          : l10n.t('logit = ‖h‖ × ‖u‖ × cos θ, with ‖h‖ = {0} in every row', bits(hiddenSize))}
      </p>
      <table
        class="prediction-table"
        data-picture="predictions"
        aria-label={l10n.t('Likeliest next tokens')}
        {...roving.group}
      >
        <thead>
          <tr>
            <th scope="col" class="rank">
              #
            </th>
            <th scope="col" class="name">
              {l10n.t('token')}
            </th>
            <th scope="col" colSpan={2} class="probability-head">
              {l10n.t('probability')}
            </th>
            <th scope="col" class="number hidden-size">
              ‖h‖
            </th>
            <td class="times-h" />
            <th scope="col" class="number">
              ‖u‖
            </th>
            <td />
            <th scope="col" class="number">
              cos θ
            </th>
            {biased && (
              <>
                <td class="plus" />
                <th scope="col" class="number bias">
                  {l10n.t('bias')}
                </th>
              </>
            )}
            <td class="equals" />
            <th scope="col" class="number">
              {l10n.t('logit')}
            </th>
            {capped && (
              <th scope="col" class="number capped">
                {l10n.t('capped')}
              </th>
            )}
            <th scope="col" class="number angle">
              θ
            </th>
            <th scope="col" class="number rank-by">
              {l10n.t('rank by distance')}
            </th>
            <th scope="col" class="number rank-by">
              {l10n.t('by cosine')}
            </th>
          </tr>
        </thead>
        <tbody>{drawn.map(row)}</tbody>
        <tfoot>
          <tr class="others">
            <td />
            <th scope="row" class="name">
              {l10n.t('{0} others', count(vocabulary - top.length))}
            </th>
            <Bar share={Math.max(0, 1 - shown)} />
            <td class="number probability" data-value={raw(Math.max(0, 1 - shown))}>
              {probability(Math.max(0, 1 - shown))}
            </td>
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
        <p class="note">
          {l10n.t('This model caps its logits softly before the softmax: probabilities are of the capped ones.')}
        </p>
      )}
      <p class="note wide-only">
        {biased
          ? l10n.t(
              'logit = ‖h‖ × ‖u‖ × cos θ + bias. Probabilities are over all {0} tokens. Ranks in full strength differ from #.',
              count(vocabulary),
            )
          : l10n.t(
              'logit = ‖h‖ × ‖u‖ × cos θ. Probabilities are over all {0} tokens. Ranks in full strength differ from #.',
              count(vocabulary),
            )}
      </p>
    </div>
  );
}
