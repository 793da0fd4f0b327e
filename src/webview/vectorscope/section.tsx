import * as l10n from '@vscode/l10n';
import { useCallback, useMemo, useState } from 'preact/hooks';
import { size } from '../../shared/format';
import { isFragment } from '../../shared/glyphs';
import { metrics } from '../../shared/metrics';
import { awaited } from '../parts/awaited';
import { Behind } from '../parts/behind';
import { Copy } from '../parts/copy';
import { hiddenNote } from '../parts/fragments';
import { metricName } from '../parts/metrics';
import { useInSight } from '../parts/sight';
import { Toggles } from '../parts/toggles';
import { namesOf } from '../parts/vocabulary';
import { SavePicture } from '../picture/save';
import { Pending, type Section, type SectionProps } from '../section';
import { metricSentence, vectorscopeFinding, axisWords, outsideSentence, truthSentence } from './finding';
import { geometryOf, litMetric } from './geometry';
import { NearestTable, nearestRows } from './nearestTable';
import { Picture, type View } from './picture';
import { sceneOf } from './scene';
import { ScopeControls } from './controls';

/** The picture with its notes and its table. */
function Drawn({ state, view, act }: SectionProps) {
  const { scope, vocabulary, model } = state;
  const [seen, setView] = useState<View | null>(null);
  const metric = view.scopeMetric ?? state.options.metric;
  const geometry = useMemo(() => scope && geometryOf(scope, view.scopeSizes), [scope, view.scopeSizes]);
  const scene = useMemo(
    () => scope && geometry && sceneOf(scope, geometry, metric, view.hideFragments, state),
    [scope, geometry, metric, view.hideFragments, state.token, state.model, state.text],
  );
  const names = vocabulary && namesOf(vocabulary);
  const onChoose = useCallback((id: number) => act.post({ type: 'chooseAxis', axis: { kind: 'token', id } }), []);
  if (!scope || !geometry || !scene) return null;
  const lit = litMetric(metric, view.scopeSizes);
  const listed = scope.nearest[lit];
  const hidden = view.hideFragments
    ? hiddenNote(listed.filter(({ token }) => isFragment(token)).length, listed.length)
    : null;
  const truth = truthSentence(model?.vocabulary ?? scope.dots.length, geometry, seen?.camera ?? null);
  return (
    <>
      <Picture
        scope={scope}
        scene={scene}
        explanation={
          <>
            <b>{metricName(metric)}</b> {metricSentence(metric, view.scopeSizes, scene.lit.length)}
          </>
        }
        summary={truth}
        tokenOf={(id) => names?.token(id) ?? null}
        onChoose={onChoose}
        onView={setView}
      />
      <p class="note">
        <span class="scope-sides">
          <span>{l10n.t('← odd ids')}</span>
          <span>{l10n.t('even ids →')}</span>
        </span>
        {hidden !== null && <span data-note="hidden">{`${hidden} `}</span>}
        {truth} {model?.tied === false && `${l10n.t('Each token is drawn by its output row.')} `}
        {seen && seen.outside > 0 && <span data-outside={seen.outside}>{outsideSentence(seen.outside)}</span>}{' '}
        <span class="wide-only">
          {l10n.t(
            'Click a token to make it the axis. Drag to move. Hold Ctrl and turn the wheel to zoom. Keys: arrows, Enter, Shift and arrows, + − 0.',
          )}
        </span>
      </p>
      <Behind
        summary={l10n.t('Nearest to the axis as a table')}
        copy={
          <Copy
            label={l10n.t('Copy the nearest to the axis as a table')}
            copied={l10n.t('Copied the nearest to the axis')}
            rows={() => nearestRows(scope, view.hideFragments)}
            act={act}
          />
        }
        picture={
          <SavePicture
            of="vectorscope"
            title={l10n.t('Vectorscope')}
            caption={`${axisWords(scope, state)} ${truth}`}
            act={act}
          />
        }
      >
        {() => <NearestTable scope={scope} metric={lit} hide={view.hideFragments} />}
      </Behind>
    </>
  );
}

function Body(props: SectionProps) {
  const { state, act } = props;
  const ref = useInSight<HTMLDivElement>((scope) => act.see({ scope }));
  const { now } = state.axes;
  const isBeyond = now.kind === 'residual' && state.run !== null && now.position >= state.run.length;
  const waits = isBeyond
    ? l10n.t('The model did not read this token, so there is no residual to show.')
    : now.kind === 'residual'
      ? l10n.t('The vocabulary around h appears after the run.')
      : l10n.t('The vocabulary around the chosen token.');
  return (
    <div ref={ref} class="vectorscope" data-size={state.scope ? size(state.scope.size) : undefined}>
      <ScopeControls {...props} />
      {state.scope ? (
        <Drawn {...props} />
      ) : (
        <Pending>
          {(isBeyond ? null : awaited(state, l10n.t('Load the model to see the vocabulary around this token.'))) ??
            waits}
        </Pending>
      )}
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

export const vectorscope: Section = {
  id: 'vectorscope',
  title: () => l10n.t('Vectorscope'),
  shown: ({ model, token, text }) => model !== null && (token !== null || text !== null),
  finding: vectorscopeFinding,
  Controls,
  Body,
};
