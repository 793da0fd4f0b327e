import type { BackendAgreement, Backend, BackendChoice, BackendView } from './backend';
import { cosine, milliseconds, scientific } from './format';
import type { Translator } from './translator';

const names: Readonly<Record<Backend, string>> = { wasm: 'WASM', webgpu: 'WebGPU', onnx: 'ONNX Runtime' };

/** `WASM`, `WebGPU on nvidia hopper, agrees with WASM to 1.2 × 10⁻⁶`. */
export function backendInWords({ backend, adapter, agreement }: BackendView, l10n: Translator): string {
  if (backend === 'wasm') return names.wasm;
  const name = backend === 'webgpu' && adapter !== null ? l10n.t('WebGPU on {0}', adapter) : names[backend];
  return agreement ? l10n.t('{0}, agrees with WASM to {1}', name, scientific(agreement.deviation)) : name;
}

/** What comes of a choice, as far as that is known without a model: `auto, decided when a model is loaded`. */
export const choiceInWords = (choice: BackendChoice, l10n: Translator): string =>
  choice === 'wasm'
    ? names.wasm
    : l10n.t('{0}, chosen when a model is loaded', choice === 'auto' ? 'auto' : names[choice]);

/** The backend that a choice other than `wasm` tries. */
export const backendName = (choice: BackendChoice): string => (choice === 'onnx' ? names.onnx : names.webgpu);

/** Why the other backend is not used, one sentence. `name` is what was tried. */
export function whyNotTheOther(view: BackendView, l10n: Translator, name = backendName(view.choice)): string {
  const { reason, agreement, times } = view;
  switch (reason.kind) {
    case 'chosen':
      return whyChosen(view, l10n);
    case 'no-adapter':
      return l10n.t('WebGPU found no GPU here.');
    case 'software':
      return l10n.t('The browser has only a software GPU. The setting “auto” does not use it.');
    case 'no-page':
      return l10n.t('The GPU is reached through the panel, which was not open.');
    case 'page-gone':
      return l10n.t('The GPU ran in the panel, which was closed or hidden.');
    case 'disagrees':
      return agreement ? disagreement(agreement, name, l10n) : l10n.t('{0} gave different numbers from WASM.', name);
    case 'slower':
      return times
        ? l10n.t(
            '{0} is slower here: {1} against {2}.',
            names.webgpu,
            milliseconds(times.webgpu),
            milliseconds(times.wasm),
          )
        : l10n.t('{0} was slower when it was measured on this machine.', names.webgpu);
    case 'lost':
      return l10n.t('The GPU was lost.');
    case 'failed':
      return l10n.t('{0} could not be used.', name);
    case 'kernels-wrong':
      return l10n.t('The engine’s own kernels failed the self-check.');
    case 'own-kernels':
      return l10n.t(
        'The model has experts, convolutions, recurrences or shared keys, which run on the engine’s own kernels alone.',
      );
    case 'no-layers':
      return l10n.t('The layers of this model are not loaded. Load another model.');
  }
}

function whyChosen({ backend, choice, times }: BackendView, l10n: Translator): string {
  if (backend === 'wasm' || choice !== 'auto')
    return l10n.t('The setting asks for {0}.', names[backend === 'wasm' || choice === 'auto' ? 'wasm' : choice]);
  return times
    ? l10n.t('{0} is slower here: {1} against {2}.', names.wasm, milliseconds(times.wasm), milliseconds(times.webgpu))
    : l10n.t('{0} was slower when it was measured on this machine.', names.wasm);
}

function disagreement({ cosine: value, layer, sameTop }: BackendAgreement, name: string, l10n: Translator): string {
  const [found, after] = [cosine(value), String(layer)];
  if (!Number.isFinite(value)) return l10n.t('{0} produced NaN or infinity after layer {1}.', name, after);
  return sameTop
    ? l10n.t('{0} gave different numbers from WASM: cosine {1} after layer {2}.', name, found, after)
    : l10n.t(
        '{0} gave different numbers from WASM, and a different likeliest token: cosine {1} after layer {2}.',
        name,
        found,
        after,
      );
}
