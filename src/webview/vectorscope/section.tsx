import * as l10n from '@vscode/l10n';
import { useCallback, useMemo, useState } from 'preact/hooks';
import { size } from '../../shared/format';
import { isFragment } from '../../shared/glyphs';
import type { ScopeView } from '../../shared/instruments';
import { metrics, type Metric } from '../../shared/metrics';
import { neighbourColumns, type NeighbourRow } from '../../shared/neighbourTable';
import { pendingAt } from '../parts/awaited';
import type { TableData } from '../parts/columns';
import { hiddenNote, placedBy } from '../parts/fragments';
import { metricName, metricWords } from '../parts/metrics';
import { useInSight } from '../parts/sight';
import { Table } from '../parts/table';
import { Toggles } from '../parts/toggles';
import { withoutMatrices } from '../parts/unknown';
import { namesOf } from '../parts/vocabulary';
import { useWidth } from '../parts/width';
import { Behind } from '../picture/behind';
import { Pending, type Section, type SectionProps } from '../section';
import { ScopeControls } from './controls';
import {
  axisWords,
  metricSentence,
  outsideSentence,
  rulersSentence,
  truthSentence,
  vectorscopeFinding,
} from './finding';
import { geometryOf, litMetric } from './geometry';
import { isSideBySide, Picture } from './picture';
import { sceneOf, type SceneView } from './scene';

/** The nearest tokens by some metrics, with all their relations to the axis. */
function nearestTable(scope: ScopeView, hide: boolean, by: readonly Metric[]): TableData<NeighbourRow> {
  const { before, rank, id, token, size: length, measures } = neighbourColumns(undefined, l10n);
  return {
    columns: [
      ...[...before, rank, id, { ...token, names: true }],
      { ...length, value: ({ entry }) => scope.sizes[entry.token.id] ?? null, print: size },
      {
        key: 'height',
        head: l10n.t('height'),
        value: ({ entry }) => (scope.size > 0 ? entry.values.dot / scope.size : null),
        print: size,
      },
      ...measures,
    ],
    rows: placedBy(scope.nearest, by, hide),
  };
}

interface NearestTableProps {
  readonly scope: ScopeView;
  readonly metric: Metric;
  readonly hide: boolean;
  /** Several tables stand below each other. */
  readonly isTitled: boolean;
}

const NearestTable = ({ scope, metric, hide, isTitled }: NearestTableProps) => (
  <Table
    {...nearestTable(scope, hide, [metric])}
    name="folding"
    label={l10n.t('Nearest to the axis by {0}', metricName(metric))}
    data={{ 'data-metric': metric }}
    row={({ entry, rank }) => ({ 'data-id': entry.token.id, 'data-rank': rank })}
  >
    {isTitled && <caption>{metricWords(metric).list}</caption>}
  </Table>
);

/** The picture with its notes and its tables, or a picture for each metric where there is room. */
function Drawn({ state, view, act }: SectionProps) {
  const { scope, vocabulary, model } = state;
  const { ref, width } = useWidth<HTMLDivElement>();
  const [seen, setView] = useState<SceneView | null>(null);
  const metric = view.scopeMetric ?? state.options.metric;
  const isRow = isSideBySide(width);
  const geometry = useMemo(() => scope && geometryOf(scope, view.scopeSizes), [scope, view.scopeSizes]);
  const scenes = useMemo(
    () =>
      scope && geometry
        ? (isRow ? metrics : [metric]).map((by) => sceneOf(scope, geometry, by, view.hideFragments, state))
        : [],
    [
      scope,
      geometry,
      isRow || metric,
      view.hideFragments,
      state.token,
      state.model,
      state.text,
      state.against,
      state.journey?.pair,
      state.attention.grid,
    ],
  );
  const names = vocabulary && namesOf(vocabulary);
  const onChoose = useCallback((id: number) => act.post({ type: 'chooseAxis', axis: { kind: 'token', id } }), []);
  const [first] = scenes;
  if (!scope || !geometry || !first) return null;
  const lists = [...new Set(scenes.map((scene) => litMetric(scene.metric, view.scopeSizes)))];
  const truth = truthSentence(model?.vocabulary ?? scope.dots.length, scope, geometry, seen?.camera ?? null);
  const many = first.lit.length;
  return (
    <div ref={ref} class="scope-drawn">
      {width > 0 && (
        <Picture
          scope={scope}
          scenes={scenes}
          width={width}
          explanation={
            isRow ? (
              rulersSentence(view.scopeSizes, many)
            ) : (
              <>
                <b>{metricName(metric)}</b> {metricSentence(metric, view.scopeSizes, many)}
              </>
            )
          }
          summary={truth}
          tokenOf={(id) => names?.token(id) ?? null}
          onChoose={onChoose}
          onView={setView}
        />
      )}
      <p class="note">
        {!isRow && (
          <span class="scope-sides">
            <span>{l10n.t('← tokens with an odd id')}</span>
            <span>{l10n.t('tokens with an even id →')}</span>
          </span>
        )}
        {view.hideFragments && <HiddenFragments scope={scope} lists={lists} />}
        {truth}{' '}
        {isRow &&
          `${l10n.t('Tokens with an odd id are on the left, those with an even id on the right, only to make room.')} `}
        {model?.tied === false && `${l10n.t('Each token is drawn by its output row.')} `}
        {seen && seen.outside > 0 && <span data-outside={seen.outside}>{outsideSentence(seen.outside)}</span>}{' '}
        <span class="wide-only">
          {l10n.t(
            'Click a token to make it the axis. Drag to move. Hold Ctrl and turn the wheel to zoom. Keys: arrows, Enter, Shift and arrows, + − 0.',
          )}
        </span>
        <span class="narrow-only">
          {l10n.t('Click: new axis. Drag: move. Ctrl and wheel: zoom. Keys: arrows, Enter, + − 0.')}
        </span>
      </p>
      <Behind
        name="vectorscope"
        title={l10n.t('Vectorscope')}
        caption={`${axisWords(scope, state)} ${truth}`}
        table={() => nearestTable(scope, view.hideFragments, metrics)}
        draw={() => (
          <>
            {lists.map((by) => (
              <NearestTable key={by} scope={scope} metric={by} hide={view.hideFragments} isTitled={lists.length > 1} />
            ))}
          </>
        )}
      />
    </div>
  );
}

interface HiddenProps {
  readonly scope: ScopeView;
  readonly lists: readonly Metric[];
}

/** How many of the nearest tokens are hidden. */
function HiddenFragments({ scope, lists }: HiddenProps) {
  const listed = new Map(lists.flatMap((by) => scope.nearest[by].map(({ token }) => [token.id, token] as const)));
  const note = hiddenNote([...listed.values()].filter(isFragment).length, listed.size);
  return note === null ? null : <span data-note="hidden">{`${note} `}</span>;
}

function Body(props: SectionProps) {
  const { state, act } = props;
  const ref = useInSight<HTMLDivElement>((scope) => act.see({ scope }));
  const { now } = state.axes;
  const said = pendingAt(state, now.kind === 'residual' ? now.position : null);
  return (
    <div ref={ref} class="vectorscope" data-size={state.scope ? size(state.scope.size) : undefined}>
      <ScopeControls {...props} />
      {state.scope ? <Drawn {...props} /> : <Pending>{said}</Pending>}
    </div>
  );
}

const Controls = ({ state, view, act }: SectionProps) => (
  <Toggles
    label={l10n.t('Metric')}
    options={metrics.map((metric) => [metric, metricName(metric)] as const)}
    value={view.scopeMetric ?? state.options.metric}
    onChoose={(scopeMetric) => act.setView({ scopeMetric })}
  />
);

export const vectorscopeSection: Section = {
  id: 'vectorscope',
  title: () => l10n.t('Vectorscope'),
  isFolded: true,
  shown: ({ model, token, text }) => model !== null && (token !== null || text !== null),
  missing: withoutMatrices,
  finding: vectorscopeFinding,
  Controls,
  Body,
};
