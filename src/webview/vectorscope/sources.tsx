import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import { placeAmong } from '../parts/place';
import { TokenText } from '../parts/text';
import { Toggle, Toggles } from '../parts/toggles';
import type { SectionProps } from '../section';
import { chosenToken } from '../store';

/** Which vector is the axis, which layer it is taken from, and how the picture is drawn. */
export function Sources({ state, view, act }: SectionProps) {
  const { axes, model, run, text, position, options } = state;
  const { now } = axes;
  const token = chosenToken(state);
  const canRun = run !== null && position !== null && position < run.length;
  const layers = model?.trunk?.layers ?? 0;
  const residual = (layer: number): void => {
    const at = now.kind === 'residual' ? now.position : position;
    if (at !== null) act.post({ type: 'chooseAxis', axis: { kind: 'residual', position: at, layer } });
  };
  const choose = (kind: 'token' | 'residual'): void => {
    if (kind === 'token') act.post({ type: 'chooseAxis', axis: { kind: 'token' } });
    else residual(layers);
  };
  const step = (by: -1 | 1, text: string, label: string, possible: boolean) => (
    <button
      type="button"
      class="scope-step"
      aria-label={label}
      title={label}
      disabled={!possible}
      onClick={() => act.post({ type: 'stepAxis', by })}
    >
      {text}
    </button>
  );
  return (
    <div class="scope-tools">
      <div class="scope-tool">
        {step(-1, '‹', l10n.t('Axis before'), axes.back)}
        {step(1, '›', l10n.t('Axis after'), axes.forward)}
        <span class="label">{l10n.t('axis')}</span>
        {canRun || now.kind === 'residual' ? (
          <Toggles
            label={l10n.t('Axis')}
            options={[
              ['token', l10n.t('token')],
              ['residual', l10n.t('residual, h')],
            ]}
            value={now.kind}
            onChoose={choose}
          />
        ) : null}
        {now.kind === 'token' && token && <TokenText token={token} chosen />}
        {now.kind === 'token' && model?.tied === false && (
          <Toggles
            label={l10n.t('Which of the token’s vectors')}
            options={[
              ['input', l10n.t('input vector')],
              ['output', l10n.t('output row')],
            ]}
            value={now.side ?? 'output'}
            onChoose={(side) => act.post({ type: 'chooseAxis', axis: { kind: 'token', side } })}
          />
        )}
      </div>
      {now.kind === 'residual' && (
        <div class="scope-tool">
          <label class="label" for="scope-layer">
            {now.layer === layers
              ? l10n.t('layer {0}, the last: h', count(now.layer))
              : now.layer === 0
                ? l10n.t('final norm of the residual before the layers')
                : l10n.t('final norm of the residual after layer {0}', count(now.layer))}
          </label>
          <input
            id="scope-layer"
            class="slider layer-slider"
            type="range"
            min={0}
            max={layers}
            step={1}
            value={now.layer}
            onInput={(event) => residual(Number(event.currentTarget.value))}
          />
          {text && <span class="label">{placeAmong(text, now.position)}</span>}
        </div>
      )}
      <div class="scope-tool">
        <Toggles
          label={l10n.t('Vectors')}
          options={[
            ['raw', l10n.t('raw')],
            ['centred', l10n.t('centred')],
          ]}
          value={options.centred ? 'centred' : 'raw'}
          onChoose={(choice) => act.post({ type: 'setOptions', options: { centred: choice === 'centred' } })}
        />
        <Toggle on={view.scopeSizes} onToggle={(scopeSizes) => act.setView({ scopeSizes })}>
          {l10n.t('sizes')}
        </Toggle>
      </div>
    </div>
  );
}
