import * as vscode from 'vscode';

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
