import * as l10n from '@vscode/l10n';
import { count, plural, signed } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { targetWords } from '../parts/compared';
import { type Words, words } from '../parts/words';
import { byPush, headName, weight } from './headWords';

/** A head with more than this share of its attention on the first position attends to the sink. */
const mostly = 0.5;

/** The head that pushes most, and how many heads attend to the sink. */
export function attentionFinding({ attention: { grid }, text }: Pick<PanelState, 'attention' | 'text'>): Words {
  const best = grid && byPush(grid)[0];
  if (!grid || !best || !text) return [];
  const { layer, head, cell } = best;
  const token = text.tokens[cell.most];
  const target = targetWords(grid);
  if (grid.position === 0 && cell.push > 0)
    return words(
      l10n.t('The first position can attend only to itself. {0} pushes {1} most, by {2}'),
      headName(layer, head),
      target,
      signed(cell.push),
    );
  const strongest =
    cell.push <= 0 || !token
      ? words(l10n.t('No head pushes {0} up'), target)
      : words(
          l10n.t('{0} pushes {1} most, by {2}: it looks at {3} ({4})'),
          headName(layer, head),
          target,
          signed(cell.push),
          token,
          weight(cell.weight),
        );
  const all = grid.heads.flat();
  const sunk = all.filter(({ first }) => first > mostly).length;
  // From the first position a head can look nowhere else.
  if (sunk === 0 || grid.position === 0) return strongest;
  return words(
    plural(sunk, {
      one: l10n.t('{0}. {1} of {2} heads attends mostly to the first position, the attention sink'),
      other: l10n.t('{0}. {1} of {2} heads attend mostly to the first position, the attention sink'),
    }),
    strongest,
    count(sunk),
    count(all.length),
  );
}
