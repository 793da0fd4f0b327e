import { plainToken } from '../../shared/glyphs';
import { raw } from '../../shared/format';
import { lensEntries, type LensBlock } from '../../shared/instruments';
import type { Token } from '../../shared/tokens';
import type { Names } from '../parts/vocabulary';
import { lensIndex } from './cells';

/** All that is known of the lens as a copied table: one row a cell, layer by layer. */
export function lensRows(
  blocks: readonly LensBlock[],
  names: Names,
  tokens: readonly Token[],
  residuals: number,
): readonly (readonly (string | number)[])[] {
  const cellAt = lensIndex(blocks);
  const entries = Array.from({ length: lensEntries }, (_, entry) => entry);
  const header = [
    'layer',
    'position',
    'token',
    ...entries.flatMap((entry) => [`top ${entry + 1}`, `id ${entry + 1}`, `probability ${entry + 1}`]),
    'entropy (bits)',
    'rank of the token that follows',
  ];
  const rows = Array.from({ length: residuals }, (_, layer) =>
    tokens.flatMap((token, position) => {
      const cell = cellAt(layer, position);
      if (!cell) return [];
      const top = entries.flatMap((entry) => {
        const one = cell.top[entry];
        return one ? [plainToken(names.token(one.id)), one.id, one.probability] : ['', '', ''];
      });
      return [[layer, position, plainToken(token), ...top, raw(cell.entropy), raw(cell.rank)]];
    }),
  ).flat();
  return [header, ...rows];
}
