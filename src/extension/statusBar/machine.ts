import * as vscode from 'vscode';
import { megabytes } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { backendInWords, searchInWords, whyNotTheOther } from './backendWords';
import { threadsInWords } from './threads';

/** Where the extension runs, and what its engine takes. */
export interface Machine {
  readonly host: 'node' | 'web';
  /** Its name where the extension runs on another machine than the editor's window. */
  readonly remote: string | null;
  /** Bytes; null where that is not known. */
  readonly memory: number | null;
  /** Whether threads can share memory there. */
  readonly canShare: boolean;
  /** Threads that the settings ask for; 0 leaves it to the machine. */
  readonly threadsSetting: number;
}

export interface MachineLine {
  readonly what: 'host' | 'backend' | 'threads' | 'memory';
  readonly text: string;
  /** Whole sentences beside it. */
  readonly detail?: string;
}

/** The state of the machine, one line each; without a model in memory the host alone. */
export function machineLines({ host, remote, memory, canShare, threadsSetting: setting }: Machine, { model, loaded, backend }: Pick<PanelState, 'model' | 'loaded' | 'backend'>): readonly MachineLine[] {
  const lines: MachineLine[] = [{ what: 'host', text: vscode.l10n.t('Host: {0}', hostInWords(host, remote)) }];
  if (!loaded || !model) return lines;
  lines.push(
    backend
      ? { what: 'backend', text: vscode.l10n.t('Backend: {0}', backendInWords(backend)), detail: [whyNotTheOther(backend), searchInWords(backend)].filter((sentence) => sentence !== null).join(' ') }
      : { what: 'backend', text: vscode.l10n.t('Backend: {0}', 'WASM'), detail: vscode.l10n.t('WebGPU is being tried.') },
    { what: 'threads', text: threadsInWords({ inUse: model.threads, host, canShare, setting }) },
  );
  if (memory !== null) lines.push({ what: 'memory', text: vscode.l10n.t('Memory: {0}', megabytes(memory)) });
  return lines;
}

function hostInWords(host: Machine['host'], remote: string | null): string {
  if (host === 'web') return vscode.l10n.t('the browser');
  return remote === null ? vscode.l10n.t('Node on this machine') : vscode.l10n.t('Node on {0}', remote);
}
