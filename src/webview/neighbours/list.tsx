import type { Metric, RankedToken } from '../../shared/tokens';
import { degrees, raw, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { tokenLabel } from '../parts/label';
import { TokenText } from '../parts/text';
import { metricName } from '../token/finding';

export interface Heading {
  readonly title: string;
  readonly order: string;
  readonly formula: string;
}

export const headings: Readonly<Record<Metric, Heading>> = {
  euclidean: { title: 'Distance', order: 'smallest first', formula: '‖q − w‖' },
  cosine: { title: 'Cosine', order: 'largest first', formula: 'q·w / ‖q‖‖w‖' },
  dot: { title: 'Dot product', order: 'largest first', formula: 'q·w' },
};

interface ListProps {
  readonly metric: Metric;
  readonly entries: readonly RankedToken[];
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

function FullHead({ metric, preferred, showSizes }: Pick<ListProps, 'metric' | 'preferred' | 'showSizes'>) {
  const { title, order, formula } = headings[metric];
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
          <span class="hidden">rank</span>
        </th>
        <th scope="col" class="name">
          <span class="hidden">token</span>
          <span class="narrow-only" aria-hidden="true">
            {order}
          </span>
        </th>
        <th scope="col" class="size">
          {showSizes ? 'size' : <span class="hidden">size</span>}
        </th>
        <th scope="col" class="number formula" colSpan={metric === 'cosine' ? 2 : 1}>
          <span class="overhang">{formula}</span>
        </th>
      </tr>
    </thead>
  );
}

const CompactHead = ({ metric, preferred }: Pick<ListProps, 'metric' | 'preferred'>) => (
  <thead>
    <tr class="title-row">
      <th scope="col" aria-current={preferred}>
        {metricName[metric]}
      </th>
    </tr>
  </thead>
);

/** One metric's list, best first. */
export function List({ metric, entries, query, preferred, compact = false, showSizes, fullSize, lit, onPoint, onChoose, item }: ListProps) {
  const row = (entry: RankedToken, index: number) => {
    const { token, values, angle } = entry;
    const value = `${metricName[metric]} ${size(values[metric])}`;
    return (
      <tr
        class={[token.id === query && 'query', token.id === lit && 'lit'].filter(Boolean).join(' ')}
        data-id={token.id}
        data-rank={index + 1}
        data-value={compact ? raw(values[metric]) : undefined}
        onMouseEnter={() => onPoint(entry)}
        onMouseLeave={() => onPoint(null)}
      >
        {!compact && <td class="rank">{index + 1}</td>}
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
            <td class="size" title={`size ${size(token.size)}`}>
              {showSizes && <span class="size-bar" style={{ width: `${((100 * token.size) / fullSize).toFixed(1)}%` }} />}
              <span class="hidden">{size(token.size)}</span>
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
    <table class="neighbours-list" data-metric={metric} aria-label={`Nearest by ${metricName[metric]}`}>
      {!compact && (
        <colgroup>
          <col class="rank" />
          <col class="name" />
          <col class="size" />
          <col class="value" />
          {metric === 'cosine' && <col class="angle" />}
        </colgroup>
      )}
      {compact ? <CompactHead metric={metric} preferred={preferred} /> : <FullHead metric={metric} preferred={preferred} showSizes={showSizes} />}
      <tbody>{entries.map(row)}</tbody>
    </table>
  );
}
