import * as vscode from 'vscode';

/** Shows the document, or the notebook of a cell. Resolves without an editor if the document is gone. */
export async function openEditor(uri: vscode.Uri, preserveFocus: boolean): Promise<void> {
  const cell = cellOf(uri);
  try {
    if (cell) {
      const range = new vscode.NotebookRange(cell.index, cell.index + 1);
      await vscode.window.showNotebookDocument(cell.notebook, {
        viewColumn: columnFor(cell.notebook.uri),
        preserveFocus,
        selections: [range],
      });
    } else if (canBeOpened(uri)) {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
        viewColumn: columnFor(uri),
        preserveFocus,
      });
    }
  } catch {
    // The file was removed. The panel keeps its numbers, and another inspection says why the text cannot be read.
  }
}

/** Scrolls to the cell whose document this is, in every notebook editor in sight. */
export function revealCell(uri: vscode.Uri): void {
  const cell = cellOf(uri);
  if (!cell) return;
  for (const editor of vscode.window.visibleNotebookEditors) {
    if (editor.notebook === cell.notebook)
      editor.revealRange(
        new vscode.NotebookRange(cell.index, cell.index + 1),
        vscode.NotebookEditorRevealType.InCenterIfOutsideViewport,
      );
  }
}

function cellOf({ scheme, fragment, path }: vscode.Uri): vscode.NotebookCell | undefined {
  if (scheme !== 'vscode-notebook-cell') return undefined;
  const isAsked = ({ document: { uri } }: vscode.NotebookCell) => uri.fragment === fragment && uri.path === path;
  return vscode.workspace.notebookDocuments.flatMap((notebook) => notebook.getCells()).find(isAsked);
}

/** An untitled document that was closed would come back empty, and a cell only with its notebook. */
function canBeOpened(uri: vscode.Uri): boolean {
  if (uri.scheme !== 'untitled' && uri.scheme !== 'vscode-notebook-cell') return true;
  return vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
}

/** The active column for a text that is opened now, unless that shows a webview such as the panel. */
export const uncovering = (uri: vscode.Uri): vscode.ViewColumn =>
  vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview
    ? columnFor(uri)
    : vscode.ViewColumn.Active;

/**
 * The column where it is open behind another tab, else one that does not show a webview: the panel must not be covered.
 */
function columnFor(uri: vscode.Uri): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all;
  const holds = ({ input }: vscode.Tab) =>
    (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook) &&
    input.uri.toString() === uri.toString();
  const group =
    groups.find(({ tabs }) => tabs.some(holds)) ??
    groups.find(({ activeTab }) => !(activeTab?.input instanceof vscode.TabInputWebview));
  return group?.viewColumn ?? vscode.ViewColumn.Beside;
}
