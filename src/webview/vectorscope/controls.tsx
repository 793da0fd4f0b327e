import * as l10n from '@vscode/l10n';
import { capitalised, count } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { layerOf } from '../parts/layers';
import { placeAmong } from '../parts/place';
import { TokenText } from '../parts/text';
import { Centred, Toggle, Toggles } from '../parts/toggles';
import type { SectionProps } from '../section';
import { chosenToken } from '../store';

/** The choice of the axis, of its layer, and of how the picture is drawn. */
export const ScopeControls = (props: SectionProps) => (
  <div class="row centre scope-tools">
    <AxisChoice {...props} />
    <LayerChoice {...props} />
    <div class="row centre scope-tool">
      <Centred {...props} />
      <Toggle on={props.view.scopeSizes} onToggle={(scopeSizes) => props.act.setView({ scopeSizes })}>
        {l10n.t('sizes')}
      </Toggle>
    </div>
  </div>
);

const layersOf = ({ model }: PanelState): number => model?.trunk?.layers ?? 0;

/** Makes the residual after `layer` the axis, at the position of the present axis or else the chosen one. */
function chooseResidual({ state, act }: SectionProps, layer: number): void {
  const { now } = state.axes;
  const position = now.kind === 'residual' ? now.position : state.position;
  if (position !== null) act.post({ type: 'chooseAxis', axis: { kind: 'residual', position, layer } });
}

/** Back and forward, token or residual, and which of the token's two vectors. */
function AxisChoice(props: SectionProps) {
  const { state, act } = props;
  const { axes, model, run, position } = state;
  const { now } = axes;
  const token = chosenToken(state);
  const canRun = run !== null && !run.listed && position !== null && position < run.length;
  const own = now.kind === 'vector' ? now.expression : state.vector?.result?.expression;
  const choose = (kind: (typeof now)['kind']): void => {
    if (kind === 'vector' && own !== undefined) act.post({ type: 'chooseAxis', axis: { kind, expression: own } });
    else if (kind === 'token') act.post({ type: 'chooseAxis', axis: { kind: 'token' } });
    else chooseResidual(props, layersOf(state));
  };
  const step = (by: -1 | 1, text: string, label: string, possible: boolean) => (
    <button
      type="button"
      class="scope-button"
      aria-label={label}
      title={label}
      disabled={!possible}
      onClick={() => act.post({ type: 'stepAxis', by })}
    >
      {text}
    </button>
  );
  return (
    <div class="row centre scope-tool">
      {step(-1, '‹', l10n.t('Previous axis'), axes.back)}
      {step(1, '›', l10n.t('Next axis'), axes.forward)}
      <span class="label">{l10n.t('axis')}</span>
      {canRun || own !== undefined || now.kind === 'residual' ? (
        <Toggles
          label={capitalised(l10n.t('axis'))}
          options={[
            ['token', l10n.t('token')],
            ...(canRun || now.kind === 'residual'
              ? [['residual', layersOf(state) === 0 ? 'h' : l10n.t('residual, h')] as const]
              : []),
            ...(own === undefined ? [] : [['vector', l10n.t('vector')] as const]),
          ]}
          value={now.kind}
          onChoose={choose}
        />
      ) : null}
      {now.kind === 'token' && token && <TokenText token={token} chosen />}
      {now.kind === 'token' && model?.tied === false && (
        <Toggles
          label={l10n.t('Vector of the token')}
          options={[
            ['input', l10n.t('input vector')],
            ['output', l10n.t('output row')],
          ]}
          value={now.side ?? 'output'}
          onChoose={(side) => act.post({ type: 'chooseAxis', axis: { kind: 'token', side } })}
        />
      )}
    </div>
  );
}

/** A slider through the layers of a residual. */
function LayerChoice(props: SectionProps) {
  const { axes, text } = props.state;
  const { now } = axes;
  const layers = layersOf(props.state);
  if (now.kind !== 'residual' || layers === 0) return null;
  const name =
    now.layer === layers
      ? l10n.t('after layer {0}, the last: h', count(layerOf(now.layer)))
      : now.layer === 0
        ? l10n.t('final norm of the residual {0}', l10n.t('before the layers'))
        : l10n.t('final norm of the residual {0}', l10n.t('after layer {0}', count(layerOf(now.layer))));
  return (
    <div class="row centre scope-tool">
      <label class="label" for="scope-layer">
        {name}
      </label>
      <input
        id="scope-layer"
        class="slider layer-slider"
        type="range"
        min={0}
        max={layers}
        step={1}
        value={now.layer}
        aria-valuetext={name}
        onInput={(event) => chooseResidual(props, Number(event.currentTarget.value))}
      />
      {text && <span class="label">{placeAmong(text, now.position)}</span>}
    </div>
  );
}
