import * as vscode from 'vscode';
import type { ModelAction } from './dialogs';
import type { ModelFact, Row } from './models';
import { canCompare } from './row';

/** A model by its path, a fact about it, or an action. */
export type Element = { readonly path: string; readonly fact?: ModelFact } | { readonly action: ModelAction };

export interface ModelsSource {
  rows(): readonly Row[];
  /** Whether the header at a path can be read. */
  canAsk(path: string): boolean;
  /** Reads the description of a path, with `anew` again. Never rejects. */
  ask(path: string, anew: boolean): Promise<void>;
}

/** The models, each with its facts below it, and rows to add others. */
export class ModelsTree implements vscode.TreeDataProvider<Element> {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changes.event;

  #drawn: readonly Row[] | null = null;
  /** All that the editor was last given. */
  #given: string | null = null;

  constructor(
    private readonly source: ModelsSource,
    private readonly actions: () => readonly ModelAction[],
  ) {}

  /** Draws the rows anew if one has changed. Otherwise an open menu stays: the editor closes it when it draws rows. */
  refresh(): void {
    this.#drawn = null;
    if (this.#given !== this.#all()) this.#changes.fire();
  }

  async getChildren(parent?: Element): Promise<Element[]> {
    if (!parent) {
      this.#given = this.#all();
      return [...this.#rows.map(({ path }) => ({ path })), ...this.actions().map((action) => ({ action }))];
    }
    if ('action' in parent || parent.fact) return [];
    const { path } = parent;
    await this.source.ask(path, false);
    const row = this.source.rows().find((one) => one.path === path);
    if (JSON.stringify(row) !== JSON.stringify(this.#row(path))) this.refresh();
    return row?.facts.map((fact) => ({ path, fact })) ?? [];
  }

  getTreeItem(element: Element): vscode.TreeItem {
    if ('action' in element) return actionItem(element.action);
    return element.fact
      ? factItem(element.path, element.fact)
      : modelItem(this.#row(element.path), this.source.canAsk(element.path));
  }

  /** Called when the mouse rests on a row. Does not redraw the rows: that would close the tooltip. */
  async resolveTreeItem(item: vscode.TreeItem, element: Element): Promise<vscode.TreeItem> {
    if ('action' in element || element.fact) return item;
    await this.source.ask(element.path, true);
    const row = this.source.rows().find(({ path }) => path === element.path);
    if (row) item.tooltip = tooltipOf(row);
    return item;
  }

  get #rows(): readonly Row[] {
    return (this.#drawn ??= this.source.rows());
  }

  #all(): string {
    return JSON.stringify([this.#rows.map((row) => [row, this.source.canAsk(row.path)]), this.actions()]);
  }

  #row(path: string): Row | undefined {
    return this.#rows.find((row) => row.path === path);
  }

  dispose(): void {
    this.#changes.dispose();
  }
}

function modelItem(row: Row | undefined, canAsk: boolean): vscode.TreeItem {
  if (!row) return new vscode.TreeItem('');
  const { path, label, description, icon, facts, can, isServer } = row;
  // A header that was read has facts. One that was not read yet may have some.
  const hasFacts = facts.length > 0 || (canAsk && icon !== 'warning' && icon !== 'circle-slash');
  const item = new vscode.TreeItem(
    label,
    hasFacts ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  item.id = path;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.accessibilityInformation = {
    label: [
      label,
      ...(icon === 'check' ? [vscode.l10n.t('in use')] : []),
      ...(description === '' ? [] : [description]),
    ].join(', '),
  };
  item.contextValue = [isServer ? 'server' : 'model', ...can, ...(canCompare(row) ? ['compare'] : [])].join(' ');
  item.command = { command: 'vectorscope.useModel', title: vscode.l10n.t('Load This Model'), arguments: [path] };
  return item;
}

function factItem(path: string, { name, label, value }: ModelFact): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = `${path}#${name}`;
  item.description = value;
  item.tooltip = '';
  item.accessibilityInformation = { label: `${label}: ${value}` };
  return item;
}

function actionItem({ title, icon, command }: ModelAction): vscode.TreeItem {
  const item = new vscode.TreeItem(title);
  item.id = `action:${command}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.command = { command, title };
  return item;
}

function tooltipOf({ label, details, facts }: Row): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  for (const line of [label, ...details]) tooltip.appendText(line).appendMarkdown('\n\n');
  for (const fact of facts) tooltip.appendText(`${fact.label}: ${fact.value}`).appendMarkdown('  \n');
  return tooltip;
}
