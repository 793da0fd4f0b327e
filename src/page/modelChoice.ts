import { count } from '../shared/format';
import type { PanelState } from '../shared/panel';
import { failureOf } from './failures';
import type { PageModels } from './models';

export interface ChoiceOwner {
  element<T extends HTMLElement>(id: string): T;
  /** Another model is used from now on. */
  chosen(): void;
  say(sentence: string): void;
}

/** The line about the model, and the ways to open another: a button, and files that are dropped on the page. */
export class ModelChoice {
  readonly #input: HTMLInputElement;
  readonly #line: HTMLElement;
  readonly #back: HTMLElement;

  constructor(
    private readonly models: PageModels,
    private readonly owner: ChoiceOwner,
  ) {
    this.#input = owner.element<HTMLInputElement>('model-file');
    this.#line = owner.element('model');
    this.#back = owner.element('model-back');
    this.#input.addEventListener(
      'change',
      () => void this.#use({ files: [...(this.#input.files ?? [])], folder: null }),
    );
    owner.element('model-open').addEventListener('click', () => this.ask());
    this.#back.addEventListener('click', () => {
      models.useOurs();
      owner.chosen();
    });
    for (const kind of ['dragover', 'drop'] as const)
      window.addEventListener(kind, (event) => {
        if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
      });
    window.addEventListener('drop', ({ dataTransfer }) => {
      if (dataTransfer?.types.includes('Files')) void filesOf(dataTransfer).then((dropped) => this.#use(dropped));
    });
  }

  /** Asks for a file. */
  ask(): void {
    this.#input.value = '';
    this.#input.click();
  }

  show({ model, loaded }: PanelState): void {
    this.#back.hidden = this.models.ownName === null;
    this.#line.textContent = model && loaded ? `${model.name}, ${threadsOf(model.threads)}` : '';
  }

  async #use({ files, folder }: Dropped): Promise<void> {
    if (files.length === 0) return;
    try {
      await this.models.use(files, folder);
      this.owner.chosen();
    } catch (error) {
      this.owner.say(failureOf(error).message);
    }
  }
}

const threadsOf = (threads: number): string =>
  threads === 1
    ? crossOriginIsolated
      ? 'on one thread'
      : 'on one thread: this page is not served with the headers that threads need'
    : `on ${count(threads)} threads`;

interface Dropped {
  readonly files: readonly File[];
  /** The name of the folder that was dropped; null if single files were. */
  readonly folder: string | null;
}

/** The files that were dropped, those of a folder among them. */
async function filesOf({ items, files }: DataTransfer): Promise<Dropped> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const folder = entries.find(({ isDirectory }) => isDirectory)?.name ?? null;
  if (entries.length === 0) return { files: [...files], folder };
  return { files: (await Promise.all(entries.map(filesIn))).flat(), folder };
}

async function filesIn(entry: FileSystemEntry): Promise<readonly File[]> {
  if (entry.isFile)
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  // A reader gives a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.filter(({ isFile }) => isFile).map(filesIn))).flat();
}
