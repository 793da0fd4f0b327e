import * as l10n from '@vscode/l10n';
import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Neighbours } from '../../shared/engine';
import { count, capitalised, fixed } from '../../shared/format';
import type { ViewChoices } from '../../shared/kept';
import { byMetric, type ByMetric, type Metric, metrics } from '../../shared/metrics';
import { isOneList, sharedTokens } from '../../shared/neighbours';
import type { RankedEntry } from '../../shared/neighbourTable';
import type { PanelState } from '../../shared/panel';
import { neighbourSpaces, searchedIn, type Side, sizeOnSide, spaceOf } from '../../shared/sides';
import { type RankedToken } from '../../shared/tokens';
import { pending } from '../parts/awaited';
import { copiedRows } from '../parts/columns';
import { HideFragments, hiddenIn, placed } from '../parts/fragments';
import { usefulDomain } from '../parts/numbers';
import { columnStep, useRoving } from '../parts/roving';
import { Centred, Toggle, Toggles } from '../parts/toggles';
import { Gutter, joins } from '../parts/twoLists';
import { withoutMatrices } from '../parts/unknown';
import { CopyMenu } from '../picture/save';
import { Pending, type Section, type SectionProps } from '../section';
import { listsTitle, neighboursFinding, spaceWords } from './finding';
import { List, neighboursTable, OneList } from './list';

/** The lists as they are drawn. */
const drawn = (
  { lists }: Pick<Neighbours, 'lists'>,
  { hideFragments }: ViewChoices,
): ByMetric<readonly RankedEntry<RankedToken>[]> =>
  byMetric((metric) => placed(lists[metric], ({ token }) => token, hideFragments));

/**
 * The size of a full bar, model units. Where a few tokens are far larger than all others, the bars are made for those
 * that are listed.
 */
export function fullSizeOf({ lists }: Pick<Neighbours, 'lists'>, side: Side, { model }: PanelState): number {
  const sizes = (side === 'output' && model?.outputSizes) || model?.sizes;
  if (!sizes) return 1;
  const [, useful] = usefulDomain(sizes);
  const largest = sizeOnSide(sizes.largest, side);
  const listed = metrics.flatMap((metric) => lists[metric].map(({ token }) => sizeOnSide(token, side)));
  return useful < largest ? Math.max(useful, ...listed) : largest;
}

const entriesOf = (list: readonly RankedEntry<RankedToken>[]): readonly RankedToken[] => list.map(({ entry }) => entry);

interface ListsProps extends Pick<SectionProps, 'state' | 'view' | 'act'> {
  readonly neighbours: Pick<Neighbours, 'lists' | 'space'>;
  /** The rows that are listed. */
  readonly side: Side;
  /** Ids of the tokens whose neighbours these are. */
  readonly marked: readonly number[];
}

/** The lists and the lines between them. A token is hidden in all of them or in none, so no line loses an end. */
export function Lists({ neighbours, side, marked, state, view, act }: ListsProps) {
  const [lit, setLit] = useState<number | null>(null);
  const { lists, space } = neighbours;
  const fullSize = fullSizeOf(neighbours, side, state);
  const seen = drawn(neighbours, view);
  const lengths = metrics.map((metric) => seen[metric].length);
  const most = Math.max(...lengths);
  const first =
    Math.max(
      lengths.findIndex((length) => length > 0),
      0,
    ) * most;
  const roving = useRoving(metrics.length * most, first, (key, at) => columnStep(key, at, lengths));
  // A row that is hidden cannot hold the tab stop.
  const isThere = roving.at % Math.max(most, 1) < (lengths[Math.floor(roving.at / Math.max(most, 1))] ?? 0);
  useEffect(() => {
    if (!isThere) roving.reset();
  }, [isThere]);
  const list = (metric: Metric, column: number) => (
    <List
      metric={metric}
      space={space}
      side={side}
      entries={seen[metric]}
      marked={marked}
      preferred={metric === state.options.metric}
      showSizes={view.showSizes}
      fullSize={fullSize}
      lit={lit}
      onPoint={(entry) => setLit(entry?.token.id ?? null)}
      onChoose={(id) => act.post({ type: 'chooseToken', id })}
      item={(row) => roving.item(column * most + row)}
    />
  );
  const gutter = (left: Metric, right: Metric) => (
    <Gutter
      joins={joins(entriesOf(seen[left]), left, entriesOf(seen[right]), right)}
      shared={sharedTokens(lists[left], lists[right])}
      length={lists[left].length}
      rows={most}
      marked={marked}
      lit={lit}
    />
  );
  return (
    <div class="neighbours" role="group" data-picture="neighbours" aria-label={listsTitle()} {...roving.group}>
      {metrics.map((metric, column) => (
        <Fragment key={metric}>
          {column > 0 && gutter(metrics[column - 1] as Metric, metric)}
          {list(metric, column)}
        </Fragment>
      ))}
    </div>
  );
}

function Body({ state, view, act }: SectionProps) {
  const { neighbours, model } = state;
  if (!neighbours || !model?.sizes) return <Pending>{pending(state)}</Pending>;
  const side = searchedIn(neighbours.space);
  const isOne = isOneList(neighbours);
  const shown: readonly Metric[] = isOne ? [state.options.metric] : metrics;
  const hidden = hiddenIn(neighbours.lists, shown, view);
  return (
    <>
      {isOne ? (
        <OneList neighbours={neighbours} metric={state.options.metric} hide={view.hideFragments} />
      ) : (
        <Lists neighbours={neighbours} side={side} marked={[neighbours.query.id]} state={state} view={view} act={act} />
      )}
      <p class="note">
        {neighbours.space && <span data-fact="space">{`${spaceWords[neighbours.space].legend()} `}</span>}
        {hidden !== null && (
          <span data-note="hidden">
            {isOne ? `${hidden} ` : `${hidden} ${l10n.t('The counts of shared tokens include them.')} `}
          </span>
        )}
        {isOne ? (
          l10n.t('One list stands for all {0} metrics.', count(metrics.length))
        ) : (
          <>
            <span class="with-lines">
              {l10n.t(
                'A line joins the same token in two lists. A number beside a stub is that token’s rank in the other list.',
              )}{' '}
            </span>
            {view.showSizes && (
              <span>
                {l10n.t('Bars show size, on one scale from 0 to {0}.', fixed(fullSizeOf(neighbours, side, state), 1))}
              </span>
            )}
          </>
        )}
      </p>
    </>
  );
}

const Controls = ({ state, state: { neighbours: found }, view, act }: SectionProps) => (
  <>
    {spaceOf(state) ? (
      <span class="spaces">
        <Toggles
          label={l10n.t('Vectors to compare')}
          options={neighbourSpaces.map((space) => [space, spaceWords[space].name()] as const)}
          value={state.options.space}
          onChoose={(space) => act.post({ type: 'setOptions', options: { space } })}
        />
      </span>
    ) : (
      <span class="quiet small wide-only">{l10n.t('input = output')}</span>
    )}
    <Centred state={state} act={act} />
    {!(found && isOneList(found)) && (
      <span class="wide-only">
        <Toggle on={view.showSizes} onToggle={(showSizes) => act.setView({ showSizes })}>
          {l10n.t('sizes')}
        </Toggle>
      </span>
    )}
    <HideFragments view={view} act={act} />
    {found && (
      <CopyMenu
        what="neighbours"
        rows={() => copiedRows(neighboursTable(found, metrics, view.hideFragments))}
        title={listsTitle()}
        state={state}
      />
    )}
  </>
);

export const neighboursSection: Section = {
  id: 'neighbours',
  title: () => capitalised(l10n.t('neighbours')),
  shown: ({ model, text, neighbours: lists }) => model !== null && (text !== null || lists !== null),
  missing: withoutMatrices,
  finding: neighboursFinding,
  Controls,
  Body,
};
