import * as vscode from 'vscode';
import type { Item } from './item';

/** The inspections as a flat tree. Its elements are their ids, since what is known of an inspection changes. */
export class InspectionsTree implements vscode.TreeDataProvider<number> {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #reads = new vscode.EventEmitter<void>();
  /** The editor has asked for the rows; only from then on can one of them be revealed. */
  readonly onDidRead = this.#reads.event;
  #items: readonly Item[];

  constructor(private readonly read: () => readonly Item[]) {
    this.#items = read();
  }

  /** Draws anew where something is drawn differently by now. */
  refresh(): void {
    const items = this.read();
    if (JSON.stringify(items) === JSON.stringify(this.#items)) return;
    this.#items = items;
    this.#changes.fire();
  }

  getChildren(parent?: number): number[] {
    if (parent !== undefined) return [];
    setTimeout(() => this.#reads.fire(), 0);
    return this.#items.map(({ id }) => id);
  }

  getParent(): undefined {
    return undefined;
  }

  getTreeItem(id: number): vscode.TreeItem {
    const item = this.#items.find((one) => one.id === id);
    if (!item) return new vscode.TreeItem('');
    const drawn = new vscode.TreeItem(item.label);
    drawn.id = String(id);
    drawn.description = item.description;
    drawn.tooltip = tooltipOf(item);
    drawn.iconPath = new vscode.ThemeIcon(item.changed ? 'edit' : item.isKept ? 'history' : 'list-selection');
    drawn.accessibilityInformation = { label: `${item.label}, ${item.description}` };
    drawn.contextValue = item.isKept ? 'kept' : 'inspection';
    drawn.command = {
      command: 'vectorscope.restoreInspection',
      title: vscode.l10n.t('Show Inspection'),
      arguments: [id],
    };
    return drawn;
  }

  dispose(): void {
    this.#changes.dispose();
    this.#reads.dispose();
  }
}

function tooltipOf({ label, details }: Item): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  for (const line of [label, ...details]) tooltip.appendText(line).appendMarkdown('\n\n');
  return tooltip;
}
