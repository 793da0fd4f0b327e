import * as l10n from '@vscode/l10n';
import { degrees, raw, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { metricFacts, type Metric } from '../../shared/metrics';
import { type NeighbourSpace, searchedIn, sizeOf } from '../../shared/sides';
import type { RankedToken } from '../../shared/tokens';
import type { Placed } from '../parts/fragments';
import { metricValue, metricWords, printedValue } from '../parts/metrics';
import { TokenText } from '../parts/text';
import { tokenLabel } from '../parts/words';
import { formula } from './space';

interface ListProps {
  readonly metric: Metric;
  /** Of a model with two matrices. */
  readonly space: NeighbourSpace | undefined;
  readonly entries: readonly Placed<RankedToken>[];
  /** Id of the token whose neighbours these are. */
  readonly query: number;
  /** Whether the user puts this metric first. */
  readonly preferred: boolean;
  /** Shows the tokens alone; their labels hold the values. */
  readonly compact?: boolean;
  /** The list stands for those of all metrics. */
  readonly isOne?: boolean;
  readonly showSizes: boolean;
  /** Size of a full bar, model units. */
  readonly fullSize: number;
  /** Id of the token under the mouse or the focus in one of the lists. */
  readonly lit: number | null;
  readonly onPoint: (entry: RankedToken | null) => void;
  readonly onChoose: (id: number) => void;
  readonly item: (row: number) => { readonly 'data-roving': number; readonly tabIndex: number };
}

function FullHead({
  metric,
  space,
  preferred,
  showSizes,
}: Pick<ListProps, 'metric' | 'space' | 'preferred' | 'showSizes'>) {
  const { hasAngle, smallerIsNearer } = metricFacts[metric];
  const order = smallerIsNearer ? l10n.t('smallest first') : l10n.t('largest first');
  return (
    <thead>
      <tr class="title-row">
        <th scope="colgroup" colSpan={2} aria-current={preferred}>
          {metricWords(metric).title}
        </th>
        <td colSpan={hasAngle ? 3 : 2} class="number order">
          <span class="overhang">{order}</span>
        </td>
      </tr>
      <tr class="unit-row">
        <th scope="col" class="rank">
          <span class="hidden">{l10n.t('rank')}</span>
        </th>
        <th scope="col" class="name">
          <span class="hidden">{l10n.t('token')}</span>
          <span class="narrow-only" aria-hidden="true">
            {order}
          </span>
        </th>
        <th scope="col" class="size">
          {showSizes ? l10n.t('size') : <span class="hidden">{l10n.t('size')}</span>}
        </th>
        <th scope="col" class="number formula" colSpan={hasAngle ? 2 : 1}>
          <span class="overhang">{formula(metric, space)}</span>
        </th>
      </tr>
    </thead>
  );
}

const CompactHead = ({ metric, preferred, isOne }: Pick<ListProps, 'metric' | 'preferred' | 'isOne'>) => (
  <thead>
    <tr class="title-row">
      <th scope="col" aria-current={preferred}>
        {isOne ? l10n.t('by all metrics') : metricWords(metric).name}
      </th>
    </tr>
  </thead>
);

/** One metric's list, best first. */
export function List({
  metric,
  space,
  entries,
  query,
  preferred,
  compact = false,
  isOne = false,
  showSizes,
  fullSize,
  lit,
  onPoint,
  onChoose,
  item,
}: ListProps) {
  const { hasAngle } = metricFacts[metric];
  const row = ({ entry, rank }: Placed<RankedToken>, index: number) => {
    const { token, values, angle } = entry;
    const printed = printedValue(metric, values[metric]);
    const value = metricValue(metric, printed);
    const length = sizeOf(token, searchedIn(space));
    return (
      <tr
        class={[token.id === query && 'query', token.id === lit && 'lit'].filter(Boolean).join(' ')}
        data-id={token.id}
        data-rank={rank}
        data-value={compact ? raw(values[metric]) : undefined}
        onMouseEnter={() => onPoint(entry)}
        onMouseLeave={() => onPoint(null)}
      >
        {!compact && <td class="rank">{rank}</td>}
        <th scope="row" class="name">
          <button
            type="button"
            class="token-button"
            aria-label={compact ? `${tokenLabel(token)}, ${value}` : tokenLabel(token)}
            onClick={() => onChoose(token.id)}
            onFocus={() => onPoint(entry)}
            onBlur={() => onPoint(null)}
            {...item(index)}
          >
            <TokenText token={token} chosen={token.id === query} title={`${plainToken(token)}, ${value}`} />
          </button>
        </th>
        {!compact && (
          <>
            <td class="size" title={l10n.t('size {0}', size(length))}>
              {showSizes && <span class="size-bar" style={{ width: `${((100 * length) / fullSize).toFixed(1)}%` }} />}
              <span class="hidden">{size(length)}</span>
            </td>
            <td class="number value" data-value={raw(values[metric])}>
              {printed}
            </td>
            {hasAngle && (
              <td class="number angle" data-value={raw(angle)}>
                {degrees(angle)}
              </td>
            )}
          </>
        )}
      </tr>
    );
  };
  return (
    <table class="neighbours-list" data-metric={metric} aria-label={metricWords(metric).list}>
      {!compact && (
        <colgroup>
          <col class="rank" />
          <col class="name" />
          <col class="size" />
          <col class="value" />
          {hasAngle && <col class="angle" />}
        </colgroup>
      )}
      {compact ? (
        <CompactHead metric={metric} preferred={preferred} isOne={isOne} />
      ) : (
        <FullHead metric={metric} space={space} preferred={preferred} showSizes={showSizes} />
      )}
      <tbody>{entries.map(row)}</tbody>
    </table>
  );
}
