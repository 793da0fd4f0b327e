import * as l10n from '@vscode/l10n';
import type { BackendView } from '../../shared/backend';
import { backendName, whyNotTheOther } from '../../shared/backendWords';
import { percent } from '../../shared/format';
import { serverPlace } from '../../shared/modelName';
import type { ServerInfo, ServerKind } from '../../shared/server';
import type { Words } from '../parts/words';

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
    case 'own-kernels':
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

const kinds: Readonly<Record<ServerKind, () => string>> = {
  'llama.cpp': () => 'llama.cpp',
  vLLM: () => 'vLLM',
  OpenAI: () => l10n.t('an OpenAI-compatible server'),
};

/** A smaller difference would read as 0.0 %. */
const seen = 0.0005;

/** Where inspected texts go, and how far the numbers of the server agree with ours. */
export function servedWords(server: ServerInfo): string {
  const sent = l10n.t(
    '{0} ({1}) runs the layers: the texts that you inspect are sent there.',
    serverPlace(server.address),
    kinds[server.kind](),
  );
  const { agreement } = server;
  if (!agreement) return sent;
  if (agreement.largest < seen)
    return l10n.t('{0} On a test text, its own probabilities agree with the ones from its h and your file.', sent);
  return l10n.t(
    '{0} On a test text, its own probabilities agree with the ones from its h and your file to within {1}: many servers round to 8 bits between the layers.',
    sent,
    percent(100 * agreement.largest),
  );
}

/** What the button of a notice says. That of a download says how large it is too. */
export const actionLabels = {
  refresh: () => l10n.t('Refresh'),
  again: () => l10n.t('Try Again'),
  changeKey: () => l10n.t('Change the Key…'),
  cancel: () => l10n.t('Cancel'),
  showLog: () => l10n.t('Show Log'),
  showSettings: () => l10n.t('Open Settings'),
  search: () => l10n.t('Find a Token'),
  load: () => l10n.t('Load'),
  geometry: () => l10n.t('Show Geometry Only'),
  models: () => l10n.t('Choose a Model'),
  manageTrust: () => l10n.t('Manage Workspace Trust'),
  send: () => l10n.t('Inspect Again'),
  openSample: () => l10n.t('Open Sample Text'),
  openGuide: () => l10n.t('Open Reading Guide'),
  endAblation: () => l10n.t('End the second run'),
  endComparison: () => l10n.t('End the comparison'),
};

type Action = keyof typeof actionLabels;

/** A sentence above the sections, with at most one action, and a link to the section that it is about. */
export interface Notice {
  readonly kind:
    | 'working'
    | 'empty'
    | 'first-steps'
    | 'guide'
    | 'out-of-date'
    | 'failed'
    | 'cancelled'
    | 'not-downloaded'
    | 'not-sent'
    | 'not-loaded'
    | 'cut'
    | 'other-selections'
    | 'whole-line'
    | 'model'
    | 'geometry'
    | 'served'
    | 'backend'
    | 'part-left-out'
    | 'compared';
  readonly text: string;
  /** The same sentence, where it names tokens. */
  readonly words?: Words;
  readonly action?: Action | 'download';
  /** The action is the usual next step. */
  readonly primary?: boolean;
  /** Id of the section that has the result. */
  readonly section?: string;
  /** Id of the part of that section. */
  readonly part?: string;
}
