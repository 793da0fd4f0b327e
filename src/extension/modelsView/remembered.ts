import { isAbsolute } from 'node:path';
import * as v from 'valibot';

/** A model file that a person chose. */
export interface ChosenFile {
  readonly path: string;
  /** Only where the file's own name says nothing. */
  readonly name?: string | undefined;
}

/** The part of an editor's memento that is used. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const stored = v.object({
  chosen: v.nullable(v.string()),
  files: v.array(v.object({ path: v.pipe(v.string(), v.check((path) => isAbsolute(path))), name: v.optional(v.string()) })),
});
type Stored = v.InferOutput<typeof stored>;

const nothing: Stored = { chosen: null, files: [] };
const mostFiles = 10;

/** What was chosen on this machine, the last choice first. An editor keeps one store for all machines that it works on, so the key names the machine. */
export class RememberedModels {
  readonly #key: string;

  constructor(
    private readonly store: Store,
    machine: string,
  ) {
    this.#key = `models@${machine}`;
  }

  /** null is the model that ships inside. */
  get chosen(): ChosenFile | null {
    const { chosen, files } = this.#read();
    return files.find(({ path }) => path === chosen) ?? null;
  }

  get files(): readonly ChosenFile[] {
    return this.#read().files;
  }

  async choose(file: ChosenFile | null): Promise<void> {
    const { files } = this.#read();
    const next: Stored = file === null ? { chosen: null, files } : { chosen: file.path, files: [file, ...files.filter(({ path }) => path !== file.path)].slice(0, mostFiles) };
    await this.store.update(this.#key, next);
  }

  #read(): Stored {
    const read = v.safeParse(stored, this.store.get(this.#key));
    return read.success ? read.output : nothing;
  }
}
