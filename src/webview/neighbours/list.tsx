import * as l10n from '@vscode/l10n';
import { type NeighbourSpace, searchedIn, sizeOf } from '../../shared/sides';
import type { Metric, RankedToken } from '../../shared/tokens';
import { degrees, raw, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { tokenLabel } from '../parts/words';
import type { Placed } from '../parts/fragments';
import { metricName, metricValue } from '../parts/metrics';
import { TokenText } from '../parts/text';
import { formula } from './space';

interface Heading {
  readonly title: string;
  readonly order: string;
  /** What the whole table is called. */
  readonly label: string;
}

function headingOf(metric: Metric): Heading {
  switch (metric) {
    case 'euclidean':
      return { title: l10n.t('Distance'), order: l10n.t('smallest first'), label: l10n.t('Nearest by distance') };
    case 'cosine':
      return { title: l10n.t('Cosine'), order: l10n.t('largest first'), label: l10n.t('Nearest by cosine') };
    case 'dot':
      return { title: l10n.t('Dot product'), order: l10n.t('largest first'), label: l10n.t('Nearest by dot product') };
  }
}

interface ListProps {
  readonly metric: Metric;
  /** What is compared with what, of a model with two matrices. */
  readonly space: NeighbourSpace | undefined;
  readonly entries: readonly Placed<RankedToken>[];
  /** Id of the token whose list it is. */
  readonly query: number;
  /** Its metric is the one that the user puts first. */
  readonly preferred: boolean;
  /** Names alone; the values are in the names' labels. */
  readonly compact?: boolean;
  readonly showSizes: boolean;
  /** Size at which a bar is full: model units. */
  readonly fullSize: number;
  /** Id that is pointed at in one of the lists. */
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
  const { title, order } = headingOf(metric);
  return (
    <thead>
      <tr class="title-row">
        <th scope="colgroup" colSpan={2} aria-current={preferred}>
          {title}
        </th>
        <td colSpan={metric === 'cosine' ? 3 : 2} class="number order">
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
        <th scope="col" class="number formula" colSpan={metric === 'cosine' ? 2 : 1}>
          <span class="overhang">{formula(metric, space)}</span>
        </th>
      </tr>
    </thead>
  );
}

const CompactHead = ({ metric, preferred }: Pick<ListProps, 'metric' | 'preferred'>) => (
  <thead>
    <tr class="title-row">
      <th scope="col" aria-current={preferred}>
        {metricName(metric)}
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
  showSizes,
  fullSize,
  lit,
  onPoint,
  onChoose,
  item,
}: ListProps) {
  const row = ({ entry, rank }: Placed<RankedToken>, index: number) => {
    const { token, values, angle } = entry;
    const value = metricValue(metric, size(values[metric]));
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
              {size(values[metric])}
            </td>
            {metric === 'cosine' && (
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
    <table class="neighbours-list" data-metric={metric} aria-label={headingOf(metric).label}>
      {!compact && (
        <colgroup>
          <col class="rank" />
          <col class="name" />
          <col class="size" />
          <col class="value" />
          {metric === 'cosine' && <col class="angle" />}
        </colgroup>
      )}
      {compact ? (
        <CompactHead metric={metric} preferred={preferred} />
      ) : (
        <FullHead metric={metric} space={space} preferred={preferred} showSizes={showSizes} />
      )}
      <tbody>{entries.map(row)}</tbody>
    </table>
  );
}
