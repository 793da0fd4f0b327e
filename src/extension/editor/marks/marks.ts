import * as vscode from 'vscode';
import { colouringOf, colours } from '../../../shared/colouring';
import type { TextView } from '../../../shared/place';
import type { Colouring, PanelState, RunView, Source } from '../../../shared/panel';
import type { Measure } from '../../handlerTimes';
import type { Shown } from '../../shown';
import { drawing, nothing, type Drawing, type Line, segments, type Segment, visibleLines } from './drawing';
import { EditorMarks } from './editorMarks';
import { Layers } from './layers';

/**
 * How long after the last edit the marks are drawn again where the editor has moved them itself meanwhile,
 * milliseconds.
 */
const settling = 150;

/** The marks in one editor, as tests see them. */
export interface Drawn {
  readonly uri: string;
  readonly drawing: Drawing;
}

/**
 * Shows the tokens of the inspected text in every editor of its document: where they begin, their colour, and which one
 * is chosen.
 */
export class Marks implements vscode.Disposable {
  readonly #layers = new Layers();
  readonly #editors = new Map<vscode.TextEditor, EditorMarks>();
  readonly #drawn = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable;
  readonly #draw: () => void;
  #on = true;
  #pointed: number | null = null;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #later: ReturnType<typeof setTimeout> | undefined;
  #segments: {
    readonly text: TextView;
    readonly run: RunView | null;
    readonly colouring: Colouring;
    readonly found: readonly Segment[];
  } | null = null;

  constructor(
    private readonly shown: Shown,
    measure: Measure,
  ) {
    this.#draw = measure(() => this.#drawNow());
    this.#listening = vscode.Disposable.from(
      shown.onDidChange(measure((change) => this.#changed(change))),
      vscode.window.onDidChangeVisibleTextEditors(measure(() => this.#drawSoon())),
      vscode.window.onDidChangeTextEditorVisibleRanges(
        measure(({ textEditor }) => this.#isMarked(textEditor.document) && this.#drawSoon()),
      ),
      vscode.workspace.onDidChangeTextDocument(measure((event) => this.#edited(event))),
    );
  }

  get on(): boolean {
    return this.#on;
  }

  /** Fires after the marks were brought up to date. */
  get onDidDraw(): vscode.Event<void> {
    return this.#drawn.event;
  }

  /** Shows or hides all marks until the window closes. */
  toggle(): void {
    this.#on = !this.#on;
    this.#drawSoon();
  }

  /** Marks the token that is pointed at elsewhere; null: none. */
  point(position: number | null): void {
    if (position === this.#pointed) return;
    this.#pointed = position;
    this.#drawSoon();
  }

  /** The present drawings, one for each editor of the inspected document. */
  drawn(): readonly Drawn[] {
    return [...this.#editors]
      .map(([editor, { drawing }]) => ({ uri: editor.document.uri.toString(), drawing }))
      .filter(({ drawing }) => drawing !== nothing);
  }

  dispose(): void {
    clearTimeout(this.#soon);
    clearTimeout(this.#later);
    this.#listening.dispose();
    this.#drawn.dispose();
    this.#layers.dispose();
  }

  #changed(change: Partial<PanelState>): void {
    if ('text' in change) this.#pointed = null;
    if (['outOfDate', 'options', 'text', 'run', 'position'].some((key) => key in change)) this.#drawSoon();
    // The text was moved as a whole.
    else if ('source' in change) this.#drawLater();
  }

  #isMarked(document: vscode.TextDocument): boolean {
    return this.shown.state.source?.uri === document.uri.toString();
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const { source } = this.shown.state;
    if (!source || contentChanges.length === 0 || !this.#isMarked(document)) return;
    // What is behind the text moves nothing of it. Several changes at once count from before the text was moved by any.
    if (contentChanges.length === 1 && contentChanges[0] && contentChanges[0].rangeOffset > source.end) return;
    for (const [editor, marks] of this.#editors) if (editor.document === document) marks.edited();
    this.#drawLater();
  }

  /** All that comes in one turn is drawn at once, after every listener has seen it. */
  #drawSoon(): void {
    this.#soon ??= setTimeout(() => this.#draw(), 0);
  }

  /** The editor moves what is drawn at once, but may have been told of it while another edit was on its way. */
  #drawLater(): void {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#draw(), settling);
  }

  #drawNow(): void {
    clearTimeout(this.#soon);
    clearTimeout(this.#later);
    this.#soon = this.#later = undefined;
    const { source, text, position, outOfDate } = this.shown.state;
    const visible = new Set(vscode.window.visibleTextEditors);
    for (const editor of this.#editors.keys()) if (!visible.has(editor)) this.#editors.delete(editor);
    for (const editor of visible) {
      if (!this.#on || !source || !text || outOfDate || !this.#isMarked(editor.document))
        this.#editors.get(editor)?.show(nothing);
      else
        this.#marksOf(editor).show(
          drawing(
            { text, segments: this.#segmentsOf(text), chosen: position, pointed: this.#pointed },
            linesOf(editor, source),
          ),
        );
    }
    this.#drawn.fire();
  }

  #marksOf(editor: vscode.TextEditor): EditorMarks {
    const marks = this.#editors.get(editor) ?? new EditorMarks(editor, this.#layers);
    this.#editors.set(editor, marks);
    return marks;
  }

  /** Kept until the text, the run or the colouring changes. */
  #segmentsOf(text: TextView): readonly Segment[] {
    const { run } = this.shown.state;
    const colouring = colouringOf(this.shown.state);
    const known = this.#segments;
    if (known?.text === text && known.run === run && known.colouring === colouring) return known.found;
    const found = segments(text, colouring === 'none' ? [] : colours(colouring, text, run).strength);
    this.#segments = { text, run, colouring, found };
    return found;
  }
}

/** The lines of the inspected text that are in sight, or near it. */
function linesOf({ document, visibleRanges }: vscode.TextEditor, { start, end }: Source): Line[] {
  const bounds = { first: document.positionAt(start).line, last: document.positionAt(end).line };
  const inSight = visibleRanges.map((range) => ({ first: range.start.line, last: range.end.line }));
  return visibleLines(inSight, bounds).map((number) => {
    const { range } = document.lineAt(number);
    return { number, start: document.offsetAt(range.start) - start, end: document.offsetAt(range.end) - start };
  });
}
