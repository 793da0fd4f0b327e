import * as vscode from 'vscode';
import type { ClearedEngine } from '../../shared/consent';
import type { MeasureHandler } from '../handlerTimes';
import type { HoverPlace } from '../settings';
import type { Shown } from '../shown';
import { Deadline } from './answerCache';
import { hoverCommands } from './content';
import { type HoverSaid, TokenHovers } from './tokenHovers';
import { Prefetch } from './tokensAt';

/**
 * How long a hover waits for the engine: it must appear within 50 ms, and during a run answers are late. Milliseconds.
 */
const patience = 35;

export interface HoverSurroundings {
  place(): HoverPlace;
  /** Whether the engine is answering a request. */
  isBusy(): boolean;
  /** Times the answers to events of the editor. */
  readonly measure: MeasureHandler;
  /** Called with the time that each answer took, milliseconds. */
  took(milliseconds: number): void;
  /** Called when everything is prefetched for the next hovers. */
  prefetched(): void;
}

/**
 * Describes the token under the mouse. The scheme `*` covers all documents: untitled ones, notebook cells, both sides
 * of a diff, any file system. Answers that take too long for a hover are prefetched for the tokens around the mouse or
 * the cursor.
 */
export function registerHover(
  shown: Shown,
  engine: ClearedEngine,
  { place, isBusy, measure, took, prefetched }: HoverSurroundings,
): vscode.Disposable {
  const hovers = new TokenHovers(shown, engine, isBusy);
  const prefetch = new Prefetch(async () => {
    const where = place();
    return where === 'off' ? 'none' : hovers.fetchNext(where === 'always');
  }, prefetched);
  const provider: vscode.HoverProvider = {
    async provideHover(document, position, cancellation) {
      const where = place();
      if (where === 'off') return undefined;
      const from = performance.now();
      const deadline = new Deadline(patience, cancellation);
      prefetch.stop();
      hovers.look({ document, position });
      try {
        const said = await hovers.at(document, document.validatePosition(position), deadline, where === 'always');
        return said && !cancellation.isCancellationRequested ? hoverOf(said) : undefined;
      } finally {
        deadline.dispose();
        prefetch.later();
        took(performance.now() - from);
      }
    },
  };
  return vscode.Disposable.from(
    prefetch,
    vscode.languages.registerHoverProvider({ scheme: '*' }, provider),
    shown.onDidChange(() => prefetch.later()),
    vscode.window.onDidChangeTextEditorSelection(
      measure(({ textEditor: { document }, selections: [selection] }) => {
        if (selection) hovers.look({ document, position: selection.active });
        prefetch.later();
      }),
    ),
  );
}

function hoverOf({ markdown, range, offersLoad }: HoverSaid): vscode.Hover {
  const { load, ...others } = hoverCommands;
  const content = new vscode.MarkdownString(markdown);
  content.isTrusted = { enabledCommands: [...Object.values(others), ...(offersLoad ? [load] : [])] };
  return new vscode.Hover(content, range);
}
