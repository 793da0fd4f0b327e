import * as vscode from 'vscode';
import type { PanelOptions } from '../../shared/panel';
import { ModelFileDocument, type DocumentOwner } from './document';

/** Two, since the editor opens all files of a type of view by default, or none: GGUF files, and safetensors. */
const viewTypes = ['vectorscope.modelFile', 'vectorscope.safetensors'];

/** The model files that are open as documents. */
export class ModelFiles implements vscode.CustomReadonlyEditorProvider<ModelFileDocument> {
  readonly #open = new Set<ModelFileDocument>();
  readonly #owner: DocumentOwner;

  constructor(owner: Omit<DocumentOwner, 'closed'>) {
    this.#owner = { ...owner, closed: (document) => void this.#open.delete(document) };
  }

  get open(): readonly ModelFileDocument[] {
    return [...this.#open];
  }

  openCustomDocument(uri: vscode.Uri): ModelFileDocument {
    const document = new ModelFileDocument(uri, this.#owner);
    this.#open.add(document);
    return document;
  }

  resolveCustomEditor(document: ModelFileDocument, panel: vscode.WebviewPanel): void {
    document.show(panel);
  }

  /** Settings that hold at once. */
  configure(change: Partial<PanelOptions>): void {
    for (const { file } of this.#open) void file.controller.configure(change);
  }

  /** Another model is in use, or none is. */
  useChanged(): void {
    for (const { file } of this.#open) file.useChanged();
  }

  /** Resolves when their processes have ended. */
  async dispose(): Promise<void> {
    await Promise.all(this.open.map((document) => document.close()));
  }
}

/** Opens model files as documents, the same one in any number of editors. */
export const registerModelFiles = (files: ModelFiles): vscode.Disposable =>
  vscode.Disposable.from(
    ...viewTypes.map((type) =>
      vscode.window.registerCustomEditorProvider(type, files, { supportsMultipleEditorsPerDocument: true }),
    ),
  );
