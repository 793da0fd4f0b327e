import * as vscode from 'vscode';
import type { Row } from './rows';

/** What can be done with the list, below its models. */
export const actions = ['open', 'find'] as const;
type Action = (typeof actions)[number];

/** A row by its path, or an action. */
export type Element = { readonly path: string } | { readonly action: Action };

/** The models as a flat tree, with two rows to add others. */
export class ModelsTree implements vscode.TreeDataProvider<Element> {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changes.event;

  #drawn: readonly Row[] | null = null;

  /** `ask` reads what is known of a path only on demand; it never rejects. */
  constructor(
    private readonly rows: () => readonly Row[],
    private readonly ask: (path: string) => Promise<void>,
  ) {}

  refresh(): void {
    this.#drawn = null;
    this.#changes.fire();
  }

  getChildren(parent?: Element): Element[] {
    return parent ? [] : [...this.#rows.map(({ path }) => ({ path })), ...actions.map((action) => ({ action }))];
  }

  getTreeItem(element: Element): vscode.TreeItem {
    if ('action' in element) return actionItem(element.action);
    const row = this.#row(element.path);
    if (!row) return new vscode.TreeItem('');
    const drawn = new vscode.TreeItem(row.label);
    drawn.id = row.path;
    drawn.description = row.description;
    drawn.iconPath = new vscode.ThemeIcon(row.icon);
    drawn.accessibilityInformation = { label: `${row.label}, ${row.description}` };
    drawn.contextValue = 'model';
    drawn.command = { command: 'vectorscope.useModel', title: vscode.l10n.t('Load This Model'), arguments: [row.path] };
    return drawn;
  }

  /** The mouse rests on a row. The rows stay as they are drawn: drawn anew, they would take the tooltip away. */
  async resolveTreeItem(item: vscode.TreeItem, element: Element): Promise<vscode.TreeItem> {
    if ('action' in element) return item;
    await this.ask(element.path);
    const row = this.rows().find(({ path }) => path === element.path);
    if (row) item.tooltip = tooltipOf(row);
    return item;
  }

  get #rows(): readonly Row[] {
    return (this.#drawn ??= this.rows());
  }

  #row(path: string): Row | undefined {
    return this.#rows.find((row) => row.path === path);
  }

  dispose(): void {
    this.#changes.dispose();
  }
}

function actionItem(action: Action): vscode.TreeItem {
  const [title, icon, command] =
    action === 'open' ? [vscode.l10n.t('Open file…'), 'folder-opened', 'vectorscope.openModelFile'] : [vscode.l10n.t('Look for models'), 'search', 'vectorscope.findModels'];
  const item = new vscode.TreeItem(title);
  item.id = `action:${action}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.command = { command, title };
  return item;
}

function tooltipOf({ label, details }: Row): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  for (const line of [label, ...details]) tooltip.appendText(line).appendMarkdown('\n\n');
  return tooltip;
}
