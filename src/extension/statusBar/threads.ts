import * as vscode from 'vscode';
import { count } from '../../shared/format';

export interface Threads {
  /** Those that the model runs on. */
  readonly inUse: number;
  readonly host: 'node' | 'web';
  /** Whether threads can share memory here: in a browser only those of a page that is cross-origin isolated. */
  readonly canShare: boolean;
  /** The number that the settings ask for; 0 leaves it to the machine. */
  readonly setting: number;
}

/** How many threads the model runs on, and where it could be more, why it is not and what that costs. One line. */
export function threadsInWords({ inUse, host, canShare, setting }: Threads): string {
  if (inUse !== 1) return vscode.l10n.t('{0} threads', count(inUse));
  if (host === 'web' && !canShare && setting !== 1) return vscode.l10n.t('1 thread: this page is not cross-origin isolated, so a run takes up to twice as long as on two');
  return vscode.l10n.t('1 thread');
}
