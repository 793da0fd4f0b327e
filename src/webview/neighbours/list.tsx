import type { Metric, RankedToken } from '../../shared/tokens';
import { degrees, raw, size } from '../parts/format';
import { spokenToken } from '../parts/glyphs';
import { TokenText } from '../parts/text';

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
  readonly showSizes: boolean;
  /** Size at which a bar is full: model units. */
  readonly fullSize: number;
  /** Id that is pointed at in one of the lists. */
  readonly lit: number | null;
  readonly onPoint: (id: number | null) => void;
  readonly onChoose: (id: number) => void;
  readonly item: (row: number) => { readonly 'data-roving': number; readonly tabIndex: number };
}

/** One metric's list, best first. */
export function List({ metric, entries, query, showSizes, fullSize, lit, onPoint, onChoose, item }: ListProps) {
  const { title, order, formula } = headings[metric];
  return (
    <table class="neighbours-list" data-metric={metric} aria-label={`Nearest by ${title.toLowerCase()}`}>
      <colgroup>
        <col class="rank" />
        <col class="name" />
        <col class="size" />
        <col class="value" />
        {metric === 'cosine' && <col class="angle" />}
      </colgroup>
      <thead>
        <tr class="title-row">
          <th scope="colgroup" colSpan={2}>
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
            {showSizes ? 'size' : ''}
          </th>
          <th scope="col" class="number formula" colSpan={metric === 'cosine' ? 2 : 1}>
            <span class="overhang">{formula}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ token, values, angle }, row) => (
          <tr
            class={[token.id === query && 'query', token.id === lit && 'lit'].filter(Boolean).join(' ')}
            data-id={token.id}
            data-rank={row + 1}
            onMouseEnter={() => onPoint(token.id)}
            onMouseLeave={() => onPoint(null)}
          >
            <td class="rank">{row + 1}</td>
            <th scope="row" class="name">
              <button type="button" class="token-button" aria-label={spokenToken(token)} onClick={() => onChoose(token.id)} onFocus={() => onPoint(token.id)} onBlur={() => onPoint(null)} {...item(row)}>
                <TokenText token={token} chosen={token.id === query} />
              </button>
            </th>
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
          </tr>
        ))}
      </tbody>
    </table>
  );
}
