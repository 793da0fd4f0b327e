import * as l10n from '@vscode/l10n';
import { useState } from 'preact/hooks';
import type { PanelState } from '../../shared/panel';
import { metrics } from '../../shared/tokens';
import { awaited } from '../parts/awaited';
import { CopyMenu } from '../parts/copyMenu';
import { fixed } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { metricColumn } from '../parts/metrics';
import { gridStep, useRoving } from '../parts/roving';
import { Toggle, Toggles } from '../parts/toggles';
import { Pending, type Section, type SectionProps } from '../section';
import { neighboursFinding } from './finding';
import { Gutter } from './gutter';
import { joins } from './joins';
import { List } from './list';

function rows({ neighbours }: PanelState): readonly (readonly (string | number)[])[] {
  if (!neighbours) return [];
  const header = ['by', 'rank', 'id', 'token', 'distance', 'cosine', 'angle (degrees)', 'dot product', 'size'];
  return [
    header,
    ...metrics.flatMap((metric) =>
      neighbours.lists[metric].map(({ token, values, angle }, row) => [metricColumn[metric], row + 1, token.id, plainToken(token), values.euclidean, values.cosine, angle, values.dot, token.size]),
    ),
  ];
}

function Body({ state, view: { showSizes }, act }: SectionProps) {
  const { neighbours, model, options } = state;
  const [lit, setLit] = useState<number | null>(null);
  const length = neighbours?.lists.euclidean.length ?? 0;
  const roving = useRoving(3 * length, 0, (key, at) => gridStep(key, at, { count: 3 * length, rows: length }));
  if (!neighbours || !model) return <Pending>{awaited(state, l10n.t('Load the model to see the vocabulary compared with this token.')) ?? l10n.t('The vocabulary compared with the chosen token, by three metrics.')}</Pending>;
  const { lists, query } = neighbours;
  const fullSize = model.sizes.largest.size;
  const list = (metric: keyof typeof lists, column: number) => (
    <List
      metric={metric}
      entries={lists[metric]}
      query={query.id}
      preferred={metric === options.metric}
      showSizes={showSizes}
      fullSize={fullSize}
      lit={lit}
      onPoint={(entry) => setLit(entry?.token.id ?? null)}
      onChoose={(id) => act.post({ type: 'chooseToken', id })}
      item={(row) => roving.item(column * length + row)}
    />
  );
  return (
    <>
      <div class="neighbours" role="group" data-picture="neighbours" aria-label={l10n.t('Nearest tokens by three metrics')} {...roving.group}>
        {list('euclidean', 0)}
        <Gutter joins={joins(lists.euclidean, 'euclidean', lists.cosine, 'cosine')} length={length} query={query.id} lit={lit} />
        {list('cosine', 1)}
        <Gutter joins={joins(lists.cosine, 'cosine', lists.dot, 'dot')} length={length} query={query.id} lit={lit} />
        {list('dot', 2)}
      </div>
      <p class="note">
        <span class="wide-only">{l10n.t('A line joins the same token in two lists. A number beside a stub is that token’s rank in the other list.')}</span>
        <span class="narrow-only">{l10n.t('Between the columns: how many tokens both lists share. A stub leads to a token that is not in the other list.')}</span>
        {showSizes && <span class="with-bars"> {l10n.t('Bars: size, on one scale from 0 to {0}.', fixed(fullSize, 1))}</span>}
      </p>
    </>
  );
}

const Controls = ({ state, view, act }: SectionProps) => (
  <>
    <span class="quiet small wide-only">{state.model?.tied === false ? l10n.t('input vectors') : l10n.t('input = output')}</span>
    <Toggles
      label={l10n.t('Vectors')}
      options={[
        ['raw', l10n.t('raw')],
        ['centred', l10n.t('centred')],
      ]}
      value={state.options.centred ? 'centred' : 'raw'}
      onChoose={(choice) => act.post({ type: 'setOptions', options: { centred: choice === 'centred' } })}
    />
    <span class="with-bars">
      <Toggle on={view.showSizes} onToggle={(showSizes) => act.setView({ showSizes })}>
        {l10n.t('sizes')}
      </Toggle>
    </span>
    {state.neighbours && <CopyMenu what="neighbours" rows={() => rows(state)} title={l10n.t('Nearest tokens by three metrics')} act={act} />}
  </>
);

export const neighbours: Section = {
  id: 'neighbours',
  title: () => l10n.t('Neighbours'),
  shown: ({ model, text, neighbours: lists }) => model !== null && (text !== null || lists !== null),
  finding: neighboursFinding,
  Controls,
  Body,
};
