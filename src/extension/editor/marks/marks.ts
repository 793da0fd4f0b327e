import * as vscode from 'vscode';
import { colouringOf, colours, passingOf } from '../../../shared/colouring';
import { ascending, inDocument } from '../../../shared/inDocument';
import { flashTime } from '../../../shared/levels';
import type { Colouring, PanelState, RunView, Source } from '../../../shared/panel';
import type { TextView } from '../../../shared/place';
import type { Range } from '../../../shared/tokens';
import type { MeasureHandler } from '../../handlerTimes';
import type { PlacedDocument, Shown } from '../../shown';
import { around, documentSegments, drawnPart, quantityOf } from './documentSegments';
import {
  type Drawable,
  drawing,
  nothing,
  type MarkPieces,
  type Line,
  type Piece,
  segments,
  type Segment,
  visibleLines,
  type Layer,
} from './drawing';
import { Layers } from './layers';

/** The marks in one editor. A layer is set only if it differs from the one that was set last. */
class EditorMarks {
  readonly #told = new Map<Layer, string>();
  #drawing = nothing;
  #edits = 0;

  constructor(
    private readonly editor: vscode.TextEditor,
    private readonly layers: Layers,
  ) {}

  /** The present drawing. */
  get drawing(): MarkPieces {
    return this.#drawing;
  }

  /** An edit moved or squeezed what is drawn, in a way that only the editor knows. */
  edited(): void {
    this.#edits++;
  }

  /** Draws this and nothing else. */
  show(drawing: MarkPieces): void {
    for (const layer of new Set([...this.#told.keys(), ...drawing.keys()])) this.#tell(layer, drawing.get(layer) ?? []);
    this.#drawing = drawing;
  }

  #tell(layer: Layer, pieces: readonly Piece[]): void {
    const key =
      pieces.length === 0
        ? ''
        : `${this.#edits}: ${pieces.map(({ line, from, to }) => `${line},${from},${to}`).join(' ')}`;
    if (key === (this.#told.get(layer) ?? '')) return;
    this.#told.set(layer, key);
    this.editor.setDecorations(
      this.layers.type(layer),
      pieces.map(({ line, from, to }) => new vscode.Range(line, from, line, to)),
    );
  }
}

/**
 * How long after the last edit the marks are drawn again where the editor has moved them itself meanwhile,
 * milliseconds.
 */
const settling = 150;

/** The marks in one editor, as tests see them. */
export interface DrawnMarks {
  readonly uri: string;
  readonly drawing: MarkPieces;
}

/**
 * Shows the tokens of the inspected text in every editor of its document: where they begin, their colour, and which one
 * is chosen. Editors of other documents keep the marks of their own latest inspection. A document that is inspected as
 * a whole has its marks around those.
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
  #flashing: ReturnType<typeof setTimeout> | undefined;
  /** Of each text, until its run or the colouring changes. */
  readonly #segments = new WeakMap<
    TextView,
    {
      readonly run: RunView | null;
      readonly colouring: Colouring;
      readonly passing: Float64Array | null;
      readonly found: readonly Segment[];
    }
  >();

  constructor(
    private readonly shown: Shown,
    /** The latest inspection of another document than the shown one's; null if there is none. */
    private readonly otherIn: (uri: string) => PanelState | null,
    measure: MeasureHandler,
  ) {
    this.#draw = measure(() => this.#drawNow());
    this.#listening = vscode.Disposable.from(
      shown.onDidChange(measure((change) => this.#changed(change))),
      vscode.window.onDidChangeVisibleTextEditors(measure(() => this.#drawSoon())),
      vscode.window.onDidChangeTextEditorVisibleRanges(
        measure(({ textEditor }) => this.#editors.has(textEditor) && this.#drawSoon()),
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
    clearTimeout(this.#flashing);
    if (position === this.#pointed) return;
    this.#pointed = position;
    this.#drawSoon();
  }

  /** Marks a token for a moment as if it were pointed at. */
  flash(position: number): void {
    if (position === this.#pointed) return;
    this.point(position);
    this.#flashing = setTimeout(() => this.point(null), flashTime);
  }

  /** The present drawings, one for each editor of the inspected document. */
  drawn(): readonly DrawnMarks[] {
    return [...this.#editors]
      .map(([editor, { drawing }]) => ({ uri: editor.document.uri.toString(), drawing }))
      .filter(({ drawing }) => drawing !== nothing);
  }

  dispose(): void {
    clearTimeout(this.#soon);
    clearTimeout(this.#later);
    clearTimeout(this.#flashing);
    this.#listening.dispose();
    this.#drawn.dispose();
    this.#layers.dispose();
  }

  #changed(change: Partial<PanelState>): void {
    if ('text' in change) this.#pointed = null;
    const { colouring } = this.shown.state.options;
    const isColoured =
      ('attention' in change && colouring === 'attention') ||
      ('neurons' in change && colouring === 'neuron') ||
      ('both' in change && colouring === 'difference') ||
      ('matters' in change && colouring === 'matters');
    if (isColoured || ['outOfDate', 'options', 'text', 'run', 'position', 'document'].some((key) => key in change))
      this.#drawSoon();
    // The text was moved as a whole.
    else if ('source' in change) this.#drawLater();
  }

  #isMarked(document: vscode.TextDocument): boolean {
    return this.shown.state.source?.uri === document.uri.toString();
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const { source } = this.shown.state;
    const isWhole = this.#wholeIn(document) !== null;
    if (!isWhole && !this.#isMarked(document)) {
      if ([...this.#editors.keys()].some((editor) => editor.document === document)) this.#drawLater();
      return;
    }
    // What is behind the text moves nothing of it. Several changes at once count from before the text was moved by any.
    const [change, ...others] = contentChanges;
    if (!isWhole && source && change && others.length === 0 && change.rangeOffset > source.end) return;
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
    const visible = new Set(vscode.window.visibleTextEditors);
    for (const editor of this.#editors.keys()) if (!visible.has(editor)) this.#editors.delete(editor);
    for (const editor of visible) {
      const drawing = this.#on ? this.#drawingIn(editor) : null;
      if (drawing) this.#marksOf(editor).show(drawing);
      else this.#editors.get(editor)?.show(nothing);
    }
    this.#drawn.fire();
  }

  /** null if nothing of the document is inspected. */
  #drawingIn(editor: vscode.TextEditor): MarkPieces | null {
    const { document } = editor;
    const [own, whole] = [this.#ownIn(document), this.#wholeIn(document)];
    if (!whole) return own && drawing(own, linesOf(editor, own.source, own.source.start));
    const origin = own?.source.start ?? 0;
    const lines = linesOf(editor, everything, origin).map(drawnPart);
    const ofDocument = documentSegments(whole, quantityOf(this.shown.state), lines, origin);
    const surprising = whole.surprising.map((range) => pieceOf(document, range));
    if (!own) return drawing({ text: null, segments: ofDocument, chosen: null, pointed: null, surprising }, lines);
    const { start, end } = own.source;
    return drawing({ ...own, segments: around(ofDocument, own.segments, end - start), surprising }, lines);
  }

  /** The marks of the text in the document that was inspected last; null if there is none, or it reads differently. */
  #ownIn(document: vscode.TextDocument): (Drawable & { readonly source: Source }) | null {
    const isShown = this.#isMarked(document);
    const drawn = isShown ? this.shown.state : this.otherIn(document.uri.toString());
    if (!drawn?.source || !drawn.text || (isShown && drawn.outOfDate)) return null;
    const { source, text } = drawn;
    const chosen = isShown ? { chosen: drawn.position, pointed: this.#pointed } : { chosen: null, pointed: null };
    return { source, text: inDocument(text), segments: this.#segmentsOf(text, drawn), ...chosen };
  }

  #wholeIn({ uri }: vscode.TextDocument): PlacedDocument | null {
    const whole = this.shown.document;
    return whole?.uri === uri.toString() ? whole : null;
  }

  #marksOf(editor: vscode.TextEditor): EditorMarks {
    const marks = this.#editors.get(editor) ?? new EditorMarks(editor, this.#layers);
    this.#editors.set(editor, marks);
    return marks;
  }

  #segmentsOf(text: TextView, state: PanelState): readonly Segment[] {
    const { run } = state;
    const colouring = colouringOf(state);
    const passing = passingOf(state);
    const known = this.#segments.get(text);
    if (known?.run === run && known.colouring === colouring && known.passing === passing) return known.found;
    const strength = colouring === 'none' ? [] : colours(colouring, text, run, passing).strength;
    const found = segments(ascending(text), strength);
    this.#segments.set(text, { run, colouring, passing, found });
    return found;
  }
}

const everything: Range = { start: 0, end: Number.MAX_SAFE_INTEGER };

/** The lines of a range that are in sight, or near it. Their offsets count from `origin`. */
function linesOf({ document, visibleRanges }: vscode.TextEditor, { start, end }: Range, origin: number): Line[] {
  const bounds = { first: document.positionAt(start).line, last: document.positionAt(end).line };
  const inSight = visibleRanges.map((range) => ({ first: range.start.line, last: range.end.line }));
  return visibleLines(inSight, bounds).map((number) => {
    const { range } = document.lineAt(number);
    return { number, start: document.offsetAt(range.start) - origin, end: document.offsetAt(range.end) - origin };
  });
}

/** A token as far as it is on its first line, for a layer that shows where it is and not what it is. */
function pieceOf(document: vscode.TextDocument, range: Range): Piece {
  const { line, character: from } = document.positionAt(range.start);
  const end = document.positionAt(range.end);
  const to = end.line === line ? end.character : document.lineAt(line).text.length;
  return { line, from, to, segment: { ...range, level: 0 }, begins: true };
}
