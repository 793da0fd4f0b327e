import * as l10n from '@vscode/l10n';
import { candidatesOf, type Candidate, type Contrast } from '../../shared/contrasts';
import { fixed, raw } from '../../shared/format';
import { sizeOf } from '../../shared/sides';
import { ordinalInFigures } from '../parts/numbers';
import { TokenText } from '../parts/text';
import { printedNumbers } from './pointWords';

function Ranked({
  value,
  full,
  rank,
  name,
}: {
  readonly value: string;
  readonly full: number;
  readonly rank: number;
  readonly name: string;
}) {
  return (
    <td class="number" data-column={name}>
      <span class="point-number" data-value={raw(full)}>
        {value}
      </span>{' '}
      <span class={rank === 1 ? 'point-rank best' : 'point-rank'} data-value={rank}>
        {ordinalInFigures(rank)}
      </span>
    </td>
  );
}

/** One row a candidate: its three numbers with their ranks, and its size as a bar. */
export function PointTable({
  contrast,
  chosen,
  onChoose,
}: {
  readonly contrast: Contrast;
  readonly chosen: number | undefined;
  readonly onChoose: (id: number) => void;
}) {
  const candidates = candidatesOf(contrast);
  const hasBias = candidates.some(({ bias }) => bias !== 0);
  const sizes = candidates.map(({ token }) => sizeOf(token, 'output'));
  const largest = Math.max(...sizes);
  const printed = printedNumbers(contrast);
  const row = (candidate: Candidate, index: number) => {
    const { token, values, angle, ranks, rawLogit, logitRank, bias } = candidate;
    return (
      <tr key={token.id} class={candidate === contrast.predicted ? 'first' : undefined} data-id={token.id}>
        <th scope="row" class="name">
          <button type="button" class="token-button" onClick={() => onChoose(token.id)}>
            <TokenText token={token} chosen={token.id === chosen} />
          </button>
        </th>
        <Ranked
          name="distance"
          value={printed.distances[index] as string}
          full={values.euclidean}
          rank={ranks.euclidean}
        />
        <Ranked name="angle" value={printed.angles[index] as string} full={angle} rank={ranks.cosine} />
        <td class="point-size" data-column="size">
          <span class="point-bar">
            <span class="bar" style={{ width: `${(100 * (sizes[index] as number)) / largest}%` }} />
          </span>
          <span class="point-number" data-value={raw(sizes[index])}>
            {printed.sizes[index]}
          </span>
        </td>
        {hasBias && (
          <td class="number" data-column="bias" data-value={raw(bias)}>
            {fixed(bias, 2)}
          </td>
        )}
        <Ranked name="logit" value={printed.logits[index] as string} full={rawLogit} rank={logitRank} />
      </tr>
    );
  };
  return (
    <table class="point-table" aria-label={l10n.t('Distance, angle, size and logit of each token')}>
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden">{l10n.t('token')}</span>
          </th>
          <th scope="col" class="number">
            {l10n.t('distance to h')}
          </th>
          <th scope="col" class="number">
            {l10n.t('angle to h')}
          </th>
          <th scope="col" class="point-size-head">
            {l10n.t('size')}
          </th>
          {hasBias && (
            <th scope="col" class="number">
              {l10n.t('bias')}
            </th>
          )}
          <th scope="col" class="number">
            {l10n.t('logit')}
          </th>
        </tr>
      </thead>
      <tbody>{candidates.map(row)}</tbody>
    </table>
  );
}

/** Room for the rows that other examples have more, so that the page below does not move from one to the next. */
export const SpareRows = ({ many }: { readonly many: number }) => (
  <table class="spare-rows" aria-hidden="true">
    <tbody>
      {Array.from({ length: many }, () => (
        <tr>
          <td>
            {'\u00a0'}
            <span class="point-rank">{'\u00a0'}</span>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
