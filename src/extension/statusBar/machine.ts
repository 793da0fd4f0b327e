import * as vscode from 'vscode';
import type { BackendChoice, BackendView } from '../../shared/backend';
import { backendInWords, choiceInWords, backendName, whyNotTheOther } from '../../shared/backendWords';
import { count, megabytes } from '../../shared/format';
import { serverPlace } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import type { ServerInfo } from '../../shared/server';

/** The machine of the extension, and the memory of its engine. */
export interface Machine {
  readonly host: 'node' | 'web';
  /** Its name if the extension runs on another machine than the editor's window. */
  readonly remote: string | null;
  /** Bytes; null if that is not known. */
  readonly memory: number | null;
  /** Whether threads can share memory there. */
  readonly canShare: boolean;
  /** Threads that the settings ask for; 0 leaves it to the machine. */
  readonly threadsSetting: number;
  /** The setting for the backend of the layers. */
  readonly choice: BackendChoice;
}

export interface MachineLine {
  readonly what: 'host' | 'server' | 'backend' | 'threads' | 'memory';
  readonly text: string;
  /** Whole sentences beside it. */
  readonly detail?: string;
}

/** The state of the machine, one line each; what a model takes only while one is in memory. */
export function machineLines(
  machine: Machine,
  { model, loaded, backend }: Pick<PanelState, 'model' | 'loaded' | 'backend'>,
): readonly MachineLine[] {
  const { host, remote, memory, canShare, threadsSetting: setting, choice } = machine;
  const first: MachineLine = { what: 'host', text: vscode.l10n.t('Host: {0}', hostInWords(host, remote)) };
  if (!loaded || !model)
    return [first, { what: 'backend', text: vscode.l10n.t('Backend: {0}', choiceInWords(choice, vscode.l10n)) }];
  const onGpu = backend?.backend === 'webgpu';
  const forLayers = !onGpu && !model.server;
  const why = whyOneThread({ inUse: model.threads, host, canShare, setting, forLayers });
  const threads: MachineLine = {
    what: 'threads',
    text: model.vectorBits
      ? vscode.l10n.t('Threads: {0}, {1} bits', count(model.threads), model.vectorBits)
      : vscode.l10n.t('Threads: {0}', count(model.threads)),
    ...(why !== null && { detail: why }),
  };
  const lines: MachineLine[] = [
    first,
    model.server ? serverLine(model.server) : backendLine(backend, choice),
    // Without the matrices nothing is computed here.
    ...(model.sizes === null ? [] : [threads]),
  ];
  if (memory === null) return lines;
  const taken = megabytes(memory);
  return [
    ...lines,
    {
      what: 'memory',
      text: onGpu ? vscode.l10n.t('Memory: {0}, without the GPU’s', taken) : vscode.l10n.t('Memory: {0}', taken),
    },
  ];
}

/** A server runs the layers, so there is no backend to choose. */
const serverLine = ({ address, kind }: ServerInfo): MachineLine => ({
  what: 'server',
  text: vscode.l10n.t('Server: {0} ({1})', serverPlace(address), kind),
  detail: vscode.l10n.t('It runs the layers. The texts that you inspect are sent there.'),
});

function backendLine(backend: BackendView | null, choice: BackendChoice): MachineLine {
  const text = vscode.l10n.t(
    'Backend: {0}',
    backend ? backendInWords(backend, vscode.l10n) : choiceInWords('wasm', vscode.l10n),
  );
  if (backend) return { what: 'backend', text, detail: whyNotTheOther(backend, vscode.l10n) };
  return {
    what: 'backend',
    text,
    ...(choice !== 'wasm' && {
      detail: vscode.l10n.t('{0} is being tried.', backendName(choice)),
    }),
  };
}

function hostInWords(host: Machine['host'], remote: string | null): string {
  if (host === 'web') return vscode.l10n.t('the browser');
  return remote === null ? vscode.l10n.t('Node on this machine') : vscode.l10n.t('Node on {0}', remote);
}

export interface Threads {
  /** Those that the model runs on. */
  readonly inUse: number;
  readonly host: 'node' | 'web';
  /** Whether threads can share memory here: in a browser only those of a page that is cross-origin isolated. */
  readonly canShare: boolean;
  /** The number that the settings ask for; 0 leaves it to the machine. */
  readonly setting: number;
  /** Whether the layers run on them, and not on a GPU. */
  readonly forLayers: boolean;
}

/** Where there could be more threads than one, why there are not, and what that costs; else null. */
export function whyOneThread({ inUse, host, canShare, setting, forLayers }: Threads): string | null {
  if (inUse !== 1 || host !== 'web' || canShare || setting === 1) return null;
  if (!forLayers) return vscode.l10n.t('This page is not cross-origin isolated, so there can be no more.');
  return vscode.l10n.t('This page is not cross-origin isolated: a run takes up to twice as long as on two threads.');
}
