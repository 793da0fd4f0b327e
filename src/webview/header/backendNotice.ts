import * as l10n from '@vscode/l10n';
import type { BackendAgreement, BackendView } from '../../shared/backend';
import { cosine } from '../../shared/format';
import type { Notice } from './notice';

/**
 * Says what computes the layers if it is not WASM, or why WASM took over: the numbers disagreed, the GPU was lost, or
 * the WebGPU that was asked for is missing.
 */
export function backendNotice(view: BackendView | null): Notice | null {
  const text = view && sentence(view);
  return text ? { kind: 'backend', text, ...(view.reason.kind === 'failed' && { action: 'showLog' }) } : null;
}

function sentence({ backend, reason, choice, agreement }: BackendView): string | null {
  const name = choice === 'onnx' ? 'ONNX Runtime' : 'WebGPU';
  switch (reason.kind) {
    case 'disagrees':
      return agreement
        ? disagreement(agreement, name)
        : l10n.t('{0} gave different numbers from WASM, so WASM is used.', name);
    case 'lost':
      return l10n.t('The GPU was lost, so WASM took over.');
    case 'no-adapter':
      return choice === 'webgpu' ? l10n.t('WebGPU found no GPU here, so WASM is used.') : null;
    case 'no-page':
      return choice === 'webgpu'
        ? l10n.t('The GPU runs in this panel, which was not open in time. WASM is used.')
        : null;
    case 'page-gone':
      return choice === 'webgpu' ? l10n.t('The panel was hidden while the GPU ran in it, so WASM took over.') : null;
    case 'failed':
      return choice === 'auto' ? null : l10n.t('{0} could not be used, so WASM is used. The log says why.', name);
    case 'chosen':
      return backend === 'wasm'
        ? null
        : l10n.t('{0} computes the layers.', backend === 'onnx' ? 'ONNX Runtime' : 'WebGPU');
    case 'kernels-wrong':
    case 'software':
    case 'slower':
    case 'no-layers':
      return null;
  }
}

function disagreement({ cosine: value, layer, sameTop }: BackendAgreement, name: string): string {
  const after = String(layer);
  // NaN becomes `null` in a message.
  if (!Number.isFinite(value))
    return l10n.t('{0} produced NaN or infinity after layer {1}, so WASM is used.', name, after);
  return sameTop
    ? l10n.t(
        '{0} gave different numbers from WASM (cosine {1} after layer {2}), so WASM is used.',
        name,
        cosine(value),
        after,
      )
    : l10n.t(
        '{0} gave different numbers from WASM (cosine {1} after layer {2}) and a different likeliest token, so WASM is used.',
        name,
        cosine(value),
        after,
      );
}
