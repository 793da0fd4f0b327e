import * as vscode from 'vscode';
import { clockTime } from '../../shared/format';
import { after } from '../../shared/timers';
import type { Exporter } from '../export/exporter';
import { askPart } from '../export/registerExport';
import { say } from '../export/saving';
import type { MeasureHandler } from '../handlerTimes';
import type { InspectionController } from '../inspection/controller';
import { isKept, placeOfPast, type PastInspection } from '../inspection/inspections';
import type { SubjectPlace } from '../inspection/subject';
import { registerCommands } from '../registerContextKeys';
import type { Shown } from '../shown';
import { isShown, itemOf, type Item } from './item';

/** The inspections as a flat tree. Its elements are their ids, since what is known of an inspection changes. */
class InspectionsTree implements vscode.TreeDataProvider<number> {
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

export interface InspectionsOwner {
  readonly controller: Pick<InspectionController, 'inspections' | 'restore' | 'remove' | 'intend'>;
  readonly shown: Shown;
  /** Inspections came or went. */
  readonly inspectionsChanged: { readonly event: vscode.Event<void> };
  /** Shows a place of a document in an editor; does nothing if the document is gone. */
  readonly revealed: { revealPlace(place: SubjectPlace, options: { readonly focus: boolean }): Promise<void> };
  readonly panel: { show(): void };
  readonly exporter: Pick<Exporter<vscode.Uri>, 'save'>;
  /** Typing must not wait for the list. */
  readonly measure: MeasureHandler;
}

/** The view *Inspections*: the inspections of this window and the commands on them. */
export function registerInspections({
  controller,
  shown,
  inspectionsChanged,
  revealed,
  panel,
  exporter,
  measure,
}: InspectionsOwner): vscode.Disposable {
  const { inspections } = controller;
  const surroundings = { lines: linesOf, time: clockTime };
  const tree = new InspectionsTree(() => inspections.all.map((past) => itemOf(past, surroundings, inspections.all)));
  const view = vscode.window.createTreeView('vectorscope.inspections', { treeDataProvider: tree });
  if (inspections.isCut) view.message = vscode.l10n.t('Some inspections were too long to keep over the reload.');
  let stopRefresh: (() => void) | null = null;
  const refreshSoon = () => {
    stopRefresh ??= after(pause, () => {
      stopRefresh = null;
      tree.refresh();
    });
  };

  // Revealing an item of a hidden view would bring the view to the front.
  const select = () => {
    const past = inspections.all.find((one) => isShown(one, shown.state));
    if (past && view.visible && view.selection[0] !== past.id)
      void view.reveal(past.id, { select: true, focus: false }).then(undefined, () => undefined);
  };
  const redraw = () => {
    tree.refresh();
    select();
  };
  const touches = ({ uri }: vscode.TextDocument) => {
    if (inspections.in(uri.toString()).length > 0) refreshSoon();
  };

  const restore = async (past: PastInspection) => {
    const restored = controller.restore(past.id);
    // One without numbers is run, which may take long.
    if (!isKept(past)) await restored;
    const { uri, start } = placeOfPast(past);
    // A selection would hide the colours that have just come back.
    await revealed.revealPlace({ uri, start, end: start }, { focus: false });
    if (!documentOf(past) && !isKept(past))
      say(vscode.l10n.t('The document of this inspection can no longer be opened. Its numbers are still shown.'));
    panel.show();
  };
  /** A key gives no argument: it is about the row that is selected. */
  const onPast =
    (act: (past: PastInspection) => unknown) =>
    async (id: unknown = view.selection[0]) => {
      const past = typeof id === 'number' ? inspections.find(id) : undefined;
      if (past) await act(past);
    };

  return vscode.Disposable.from(
    view,
    tree,
    { dispose: () => stopRefresh?.() },
    inspectionsChanged.event(redraw),
    shown.onDidChange((change) => 'text' in change && select()),
    view.onDidChangeVisibility(select),
    tree.onDidRead(select),
    vscode.workspace.onDidChangeTextDocument(
      measure(({ document }: vscode.TextDocumentChangeEvent) => touches(document)),
    ),
    vscode.workspace.onDidOpenTextDocument(touches),
    vscode.workspace.onDidCloseTextDocument(touches),
    registerCommands({
      'vectorscope.restoreInspection': onPast(restore),
      'vectorscope.rerunInspection': onPast(async (past) => {
        await restore(past);
        if (!isKept(past)) await controller.intend({ type: 'refresh' });
      }),
      'vectorscope.removeInspection': onPast(({ id }) => controller.remove(id)),
      'vectorscope.exportInspection': onPast(async ({ state }) => {
        const part = await askPart();
        if (part) await exporter.save(part, state);
      }),
    }),
  );
}

/** undefined if it is not open. */
const documentOf = ({ subject }: PastInspection): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === subject.uri);

/** Lines of an open document, 1-based; a range that ends at a line's start does not take that line in. */
function linesOf(past: PastInspection): readonly [number, number] | null {
  const document = documentOf(past);
  if (!document) return null;
  const { start, end } = past.tracked.range;
  return [document.positionAt(start).line + 1, document.positionAt(Math.max(start, end - 1)).line + 1];
}

/** While a text is typed in, the list follows a few times a second. Milliseconds. */
const pause = 250;
