import * as l10n from '@vscode/l10n';
import type { BackendView } from '../../shared/backend';
import { backendName, whyNotTheOther } from '../../shared/backendWords';
import type { Notice } from './notice';

/**
 * Says what computes the layers if it is not WASM, or why WASM took over: the numbers disagreed, the GPU was lost, or
 * the WebGPU that was asked for is missing.
 */
export function backendNotice(view: BackendView | null): Notice | null {
  const text = view && sentence(view);
  return text ? { kind: 'backend', text, ...(view.reason.kind === 'failed' && { action: 'showLog' }) } : null;
}

/** A choice of the machine's own goes without a word, unless it is one that has failed. */
function sentence(view: BackendView): string | null {
  const { backend, reason, choice } = view;
  switch (reason.kind) {
    case 'chosen':
      return backend === 'wasm' ? null : l10n.t('{0} computes the layers.', backendName(backend));
    case 'no-adapter':
    case 'no-page':
    case 'page-gone':
      return choice === 'webgpu' ? instead(view) : null;
    case 'failed':
      return choice === 'auto' ? null : instead(view);
    case 'disagrees':
    case 'lost':
      return instead(view);
    case 'kernels-wrong':
    case 'software':
    case 'slower':
    case 'no-layers':
      return null;
  }
}

const instead = (view: BackendView): string => `${whyNotTheOther(view, l10n)} ${l10n.t('WASM is used.')}`;
