import * as vscode from 'vscode';
import { nothing, type Drawing, type Layer, type Piece } from './drawing';
import type { Layers } from './layers';

/** The marks in one editor. A layer is set only if it differs from the one that was set last. */
export class EditorMarks {
  readonly #told = new Map<Layer, string>();
  #drawing = nothing;
  #edits = 0;

  constructor(
    private readonly editor: vscode.TextEditor,
    private readonly layers: Layers,
  ) {}

  /** The present drawing. */
  get drawing(): Drawing {
    return this.#drawing;
  }

  /** An edit moved or squeezed what is drawn, in a way that only the editor knows. */
  edited(): void {
    this.#edits++;
  }

  /** Draws this and nothing else. */
  show(drawing: Drawing): void {
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
