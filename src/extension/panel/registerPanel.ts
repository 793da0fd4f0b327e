import * as vscode from 'vscode';
import { parseKeptState } from '../../shared/kept';
import { isSection } from '../../shared/rooms';
import type { InspectionController } from '../inspection/controller';
import type { Shown } from '../shown';
import { viewType, type Panel } from './panel';
import { Returning } from './returning';

/** Opens the panel; with the name of a section, that comes into sight. */
export const registerOpenPanel = (panel: Panel): vscode.Disposable =>
  vscode.commands.registerCommand('vectorscope.openPanel', (given: unknown) =>
    isSection(given) ? panel.goTo(given) : panel.show(),
  );

/** Brings the panel back after a reload of the window: the same text as it stands now, asked with the same options. */
export function registerPanelSerializer(panel: Panel, controller: InspectionController, { onDidChange }: Shown) {
  const returning = new Returning(controller);
  const listening = onDidChange(() => returning.changed());
  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(view, state) {
      panel.adopt(view);
      const kept = parseKeptState(state);
      // The panel is back at once; its numbers come when they come.
      if (kept) void returning.resume(kept);
    },
  });
  return vscode.Disposable.from(listening, serializer);
}
