import * as l10n from '@vscode/l10n';
import type { Head, HeadGrid } from '../../shared/attention';
import { bits, roundedSize, raw } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { Token } from '../../shared/tokens';
import { targetWords } from '../parts/compared';
import { Copy } from '../parts/copy';
import { gridStep, useRoving } from '../parts/roving';
import { TokenText } from '../parts/text';
import { sentence } from '../parts/words';
import type { Actions } from '../section';
import { byPush, headName, type Placed, weight } from './headWords';
import { signed } from './measures';

/** Heads listed at each end. */
const listed = 8;

/** All heads for the clipboard, the one that pushes most first. */
export const headsRows = (grid: HeadGrid, tokens: readonly Token[]): readonly (readonly (string | number)[])[] => [
  [
    'layer',
    'head',
    `push on ${sentence(targetWords(grid))}`,
    'size',
    'weight on the first position',
    'entropy (bits)',
    'looks most at',
    'weight',
  ],
  ...byPush(grid).map(({ layer, head, cell }) => {
    const token = tokens[cell.most];
    return [
      layer,
      head,
      cell.push,
      cell.size,
      cell.first,
      cell.entropy,
      token ? plainToken(token) : cell.most,
      cell.weight,
    ];
  }),
];

interface StrongestProps {
  readonly grid: HeadGrid;
  readonly tokens: readonly Token[];
  readonly chosen: number | undefined;
  readonly onOpen: (head: Head) => void;
  readonly act: Actions;
}

/** The heads that push most towards the token and most away from it. */
export function Strongest({ grid, tokens, chosen, onOpen, act }: StrongestProps) {
  const all = byPush(grid);
  const towards = all.filter(({ cell }) => cell.push > 0).slice(0, listed);
  const away = all
    .filter(({ cell }) => cell.push < 0)
    .slice(-listed)
    .reverse();
  const rows = [...towards, ...away];
  const roving = useRoving(rows.length, 0, (key, at) => gridStep(key, at, { count: rows.length, rows: rows.length }));
  const row = ({ layer, head, cell }: Placed, index: number) => {
    const token = tokens[cell.most];
    return (
      <tr data-layer={layer} data-head={head}>
        <th scope="row">
          <button type="button" class="text-link" onClick={() => onOpen({ layer, head })} {...roving.item(index)}>
            {headName(layer, head)}
          </button>
        </th>
        <td class="number push" data-value={raw(cell.push)}>
          {signed(cell.push)}
        </td>
        <td class="number size" data-value={raw(cell.size)}>
          {roundedSize(cell.size)}
        </td>
        <td class="name">{token && <TokenText token={token} chosen={token.id === chosen} />}</td>
        <td class="number" data-value={raw(cell.weight)}>
          {weight(cell.weight)}
        </td>
        <td class="number entropy" data-value={raw(cell.entropy)}>
          {bits(cell.entropy)}
        </td>
      </tr>
    );
  };
  return (
    <div class="strongest">
      <div class="table-head">
        <h3>{l10n.t('Strongest heads')}</h3>
        <Copy
          label={l10n.t('Copy all heads as a table')}
          copied={l10n.t('Copied the heads')}
          rows={() => headsRows(grid, tokens)}
          act={act}
        />
      </div>
      <table {...roving.group}>
        <thead>
          <tr>
            <th scope="col">{l10n.t('head')}</th>
            <th scope="col" class="number">
              {l10n.t('push')}
            </th>
            <th scope="col" class="number size">
              {l10n.t('size')}
            </th>
            <th scope="col" class="name">
              {l10n.t('looks most at')}
            </th>
            <th scope="col" class="number">
              {l10n.t('weight')}
            </th>
            <th scope="col" class="number entropy">
              {l10n.t('entropy')}
            </th>
          </tr>
        </thead>
        <tbody>{towards.map(row)}</tbody>
        {away.length > 0 && <tbody class="against">{away.map((one, index) => row(one, towards.length + index))}</tbody>}
      </table>
    </div>
  );
}
