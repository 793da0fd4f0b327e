import { useState } from 'preact/hooks';
import type { PanelState } from '../../shared/panel';
import { metrics } from '../../shared/tokens';
import { awaited } from '../parts/awaited';
import { CopyMenu } from '../parts/copyMenu';
import { fixed } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import { gridStep, useRoving } from '../parts/roving';
import { Toggle, Toggles } from '../parts/toggles';
import { Pending, type Section, type SectionProps } from '../section';
import { metricName } from '../token/finding';
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
      neighbours.lists[metric].map(({ token, values, angle }, row) => [metricName[metric], row + 1, token.id, plainToken(token), values.euclidean, values.cosine, angle, values.dot, token.size]),
    ),
  ];
}

function Body({ state, view: { showSizes }, act }: SectionProps) {
  const { neighbours, model, options } = state;
  const [lit, setLit] = useState<number | null>(null);
  const length = neighbours?.lists.euclidean.length ?? 0;
  const roving = useRoving(3 * length, 0, (key, at) => gridStep(key, at, { count: 3 * length, rows: length }));
  if (!neighbours || !model) return <Pending>{awaited(state, 'the vocabulary compared with this token') ?? 'The vocabulary compared with the chosen token, by three metrics.'}</Pending>;
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
      <div class="neighbours" role="group" data-picture="neighbours" aria-label="Nearest tokens by three metrics" {...roving.group}>
        {list('euclidean', 0)}
        <Gutter joins={joins(lists.euclidean, 'euclidean', lists.cosine, 'cosine')} length={length} query={query.id} lit={lit} />
        {list('cosine', 1)}
        <Gutter joins={joins(lists.cosine, 'cosine', lists.dot, 'dot')} length={length} query={query.id} lit={lit} />
        {list('dot', 2)}
      </div>
      <p class="note">
        <span class="wide-only">A line joins the same token in two lists. A number beside a stub is that token’s rank in the other list.</span>
        <span class="narrow-only">Between the columns: how many tokens both lists share. A stub leads to a token that is not in the other list.</span>
        {showSizes && <span class="with-bars"> Bars: size, on one scale from 0 to {fixed(fullSize, 1)}.</span>}
      </p>
    </>
  );
}

const Controls = ({ state, view, act }: SectionProps) => (
  <>
    <span class="quiet small wide-only">{state.model?.tied === false ? 'input vectors' : 'input = output'}</span>
    <Toggles
      label="Vectors"
      options={[
        ['raw', 'raw'],
        ['centred', 'centred'],
      ]}
      value={state.options.centred ? 'centred' : 'raw'}
      onChoose={(choice) => act.post({ type: 'setOptions', options: { centred: choice === 'centred' } })}
    />
    <span class="with-bars">
      <Toggle on={view.showSizes} onToggle={(showSizes) => act.setView({ showSizes })}>
        sizes
      </Toggle>
    </span>
    {state.neighbours && <CopyMenu what="neighbours" rows={() => rows(state)} title="Nearest tokens by three metrics" act={act} />}
  </>
);

export const neighbours: Section = {
  id: 'neighbours',
  title: 'Neighbours',
  shown: ({ model, text, neighbours: lists }) => model !== null && (text !== null || lists !== null),
  finding: neighboursFinding,
  Controls,
  Body,
};
