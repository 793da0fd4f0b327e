import * as l10n from '@vscode/l10n';
import { EngineError, isCancelled } from '../shared/errors';
import { count } from '../shared/format';
import type { PanelState } from '../shared/panel';
import { failureOf } from './dialog';
import { siteModel, type OtherFile, type PageModels } from './models';

export interface ChoiceOwner {
  element<T extends HTMLElement>(id: string): T;
  /** Another model is used from now on. */
  chosen(): void;
  /** The model is compared with this one from now on. */
  compared(other: OtherFile): void;
  /** Says what was wrong with the files; nothing if they were right. */
  complain(sentence: string): void;
}

/** The line about the model, and the ways to open another: a button, and files that are dropped on the page. */
export class PageModelChoice {
  readonly #input: HTMLInputElement;
  readonly #otherInput: HTMLInputElement;
  readonly #line: HTMLElement;
  readonly #back: HTMLElement;

  constructor(
    private readonly models: PageModels,
    private readonly owner: ChoiceOwner,
  ) {
    this.#line = owner.element('model');
    this.#back = owner.element('model-back');
    this.#input = this.#inputOf('model-file', false);
    this.#otherInput = this.#inputOf('other-file', true);
    owner.element('model-open').addEventListener('click', () => this.ask());
    owner.element('model-compare').addEventListener('click', () => this.askOther());
    this.#back.textContent = l10n.t('Back to {0}', siteModel);
    this.#back.addEventListener('click', () => {
      models.useOurs();
      this.#back.hidden = true;
      owner.chosen();
    });
    this.takeDropsOn(window);
  }

  /** Opens the files that are dropped on a window: the page's own, or that of the panel's frame. */
  takeDropsOn(target: Window): void {
    const holdsFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') === true;
    target.addEventListener('dragover', (event) => {
      if (holdsFiles(event)) event.preventDefault();
    });
    target.addEventListener('drop', (event) => {
      const { dataTransfer } = event;
      if (!dataTransfer || !holdsFiles(event)) return;
      event.preventDefault();
      void this.#use(filesOf(dataTransfer));
    });
  }

  /** Asks for a file. */
  ask(input = this.#input): void {
    input.value = '';
    input.click();
  }

  /** Asks for the file of a model to compare with. */
  askOther(): void {
    this.ask(this.#otherInput);
  }

  show({ model, loaded }: PanelState): void {
    this.#back.hidden = this.models.ownName === null;
    this.#line.textContent = model && loaded ? modelLine(model.name, model.threads) : '';
  }

  #inputOf(id: string, asOther: boolean): HTMLInputElement {
    const input = this.owner.element<HTMLInputElement>(id);
    const chosen = async () => ({ files: [...(input.files ?? [])], folder: null });
    input.addEventListener('change', () => void this.#use(chosen, asOther));
    return input;
  }

  async #use(read: () => Promise<Dropped>, asOther = false): Promise<void> {
    try {
      const { files, folder } = await read();
      if (files.length === 0) return;
      if (asOther) this.owner.compared(await this.models.useOther(files, folder));
      else {
        await this.models.use(files, folder);
        this.owner.chosen();
      }
      this.owner.complain('');
    } catch (error) {
      if (isCancelled(error)) return;
      const isKnown = error instanceof EngineError;
      this.owner.complain(
        isKnown ? failureOf(error).message : l10n.t('These files cannot be read. Choose them again.'),
      );
    }
  }
}

function modelLine(name: string, threads: number): string {
  if (threads === 1 && !crossOriginIsolated)
    return l10n.t('{0}, on one thread: this page is not served with the headers that threads need', name);
  return l10n.t('{0}, threads: {1}', name, count(threads));
}

interface Dropped {
  readonly files: readonly File[];
  /** The name of the folder that was dropped; null if single files were. */
  readonly folder: string | null;
}

/** Takes what was dropped at once, since the event forgets it. Reads a folder's files, without those of its folders. */
function filesOf({ items, files }: DataTransfer): () => Promise<Dropped> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const single = [...files];
  const folder = entries.find((entry): entry is FileSystemDirectoryEntry => entry.isDirectory);
  if (!folder) return async () => ({ files: single, folder: null });
  return async () => ({ files: await filesIn(folder), folder: folder.name });
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<readonly File[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  // A reader gives a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some);
  }
  const inside = found.filter((entry): entry is FileSystemFileEntry => entry.isFile);
  return Promise.all(inside.map((entry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject))));
}
