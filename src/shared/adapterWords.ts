import { greatest } from 'd3-array';
import type { AdapterInfo, AdapterModule } from './adapter';
import type { DataColumn } from './columns';
import { count, degrees, fixed, percent } from './format';
import type { Translator } from './translator';

// What page, terminal and agents say of an adapter.

/** Whether rows turn by more than they stretch: both as shares of their size. */
const turns = ({ angle, ratio }: AdapterModule): boolean =>
  angle !== null && (angle * Math.PI) / 180 > Math.abs(ratio - 1);

/** Whether the adapter was trained, where most, and whether it turns or stretches. */
export function adapterFinding({ modules }: Pick<AdapterInfo, 'modules'>, l10n: Translator): string {
  const trained = modules.filter(({ isZero }) => !isZero);
  const most = greatest(trained, ({ relative }) => relative);
  if (!most) return l10n.t('The adapter was not trained: it changes none of its {0} modules', count(modules.length));
  return l10n.t(
    '{0}. Most in {1}: ‖ΔW‖ is {2} of ‖W‖, and {3}',
    trained.length === modules.length
      ? l10n.t('All {0} modules were trained', count(modules.length))
      : l10n.t('{0} of {1} modules were trained', count(trained.length), count(modules.length)),
    most.tensor,
    percent(100 * most.relative),
    turns(most)
      ? l10n.t('its rows turn, by {0} (median)', degrees(most.angle))
      : l10n.t('its rows stretch, to {0} times their size (median)', fixed(most.ratio, 3)),
  );
}

/** A module a row. */
export const adapterColumns = (l10n: Translator): readonly DataColumn<AdapterModule>[] => [
  { key: 'tensor', head: l10n.t('module'), value: ({ tensor }) => tensor },
  { key: 'kind', value: ({ kind }) => kind },
  {
    key: '‖ΔW‖ / ‖W‖',
    head: '‖ΔW‖ / ‖W‖',
    value: ({ relative }) => relative,
    print: (value) => percent(100 * value, 2),
    text: ({ relative, isZero }) => (isZero ? l10n.t('B is zero: not trained') : percent(100 * relative, 2)),
  },
  { key: 'rank', head: l10n.t('rank'), value: ({ rank }) => rank },
  { key: 'directions for 90 %', head: l10n.t('directions for 90 %'), value: ({ directions }) => directions },
  { key: 'angle of rows (degrees)', head: l10n.t('rows turn'), value: ({ angle }) => angle, print: degrees },
  {
    key: 'size of rows / size in W',
    head: l10n.t('rows stretch'),
    value: ({ ratio }) => ratio,
    print: (value) => fixed(value, 3),
  },
];
