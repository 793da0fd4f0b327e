import * as vscode from 'vscode';
import { count } from '../../shared/format';

/** How many threads the layers run on in WASM. */
export const threadsInWords = (threads: number): string => (threads === 1 ? vscode.l10n.t('1 thread') : vscode.l10n.t('{0} threads', count(threads)));
