import * as vscode from 'vscode';
import type { Engine } from '../../shared/engine';
import type { HoverPlace } from '../settings';
import type { Shown } from '../shown';
import { commands } from './content';
import { Deadline } from './deadline';
import { type Said, TokenHovers } from './tokenHovers';
import { hoverWords } from './words';

/** How long a hover waits for the engine, milliseconds: it must be there within 50, and while a run goes on answers come late. */
const patience = 35;

/**
 * Says what a token is where the mouse is. A scheme of `*` is every one: untitled, notebook cells, both sides of a diff, any file system.
 * `took` hears how long each answer took, milliseconds.
 */
export function registerHover(shown: Shown, engine: Engine, settings: { place(): HoverPlace }, took: (milliseconds: number) => void = () => undefined): vscode.Disposable {
  const hovers = new TokenHovers(shown, engine, hoverWords());
  const provider = vscode.languages.registerHoverProvider(
    { scheme: '*' },
    {
      async provideHover(document, position, cancellation) {
        const place = settings.place();
        if (place === 'off') return undefined;
        const from = performance.now();
        const deadline = new Deadline(patience, cancellation);
        try {
          const said = await hovers.at(document, document.validatePosition(position), deadline, place === 'always');
          return said && !cancellation.isCancellationRequested ? hoverOf(said) : undefined;
        } finally {
          deadline.dispose();
          took(performance.now() - from);
        }
      },
    },
  );
  return vscode.Disposable.from(provider, hovers);
}

function hoverOf({ markdown, range, offersLoad }: Said): vscode.Hover {
  const { load, ...others } = commands;
  const content = new vscode.MarkdownString(markdown);
  content.isTrusted = { enabledCommands: [...Object.values(others), ...(offersLoad ? [load] : [])] };
  return new vscode.Hover(content, range);
}
