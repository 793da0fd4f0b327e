import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { isAddress } from '../address';

/** A model file or folder that a person chose. */
export interface ChosenFile {
  readonly path: string;
  /** Present only if the file's own name is meaningless. */
  readonly name?: string | undefined;
  /** Only its geometry was loaded: it could not be run, or the user did not need that. */
  readonly geometryOnly?: boolean | undefined;
}

/** The methods of an editor's memento that we use. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const stored = v.object({
  chosen: v.nullable(v.string()),
  files: v.array(
    v.object({
      path: v.pipe(
        v.string(),
        v.check((path) => isAbsolute(path) || isAddress(path)),
      ),
      name: v.optional(v.string()),
      geometryOnly: v.optional(v.boolean()),
    }),
  ),
});
type Stored = v.InferOutput<typeof stored>;

const nothing: Stored = { chosen: null, files: [] };
const mostFiles = 10;

/**
 * The files that were chosen on this machine, the last choice first. An editor keeps one store for all machines that it
 * works on, so the key names the machine.
 */
export class RememberedModels {
  readonly #key: string;

  constructor(
    private readonly store: Store,
    machine: string,
  ) {
    this.#key = `models@${machine}`;
  }

  /** `null`: the model that ships inside. */
  get chosen(): ChosenFile | null {
    const { chosen, files } = this.#read();
    return files.find(({ path }) => path === chosen) ?? null;
  }

  get files(): readonly ChosenFile[] {
    return this.#read().files;
  }

  /** The remembered choice of a file; `null` if it is not among the last `mostFiles`. */
  of(path: string): ChosenFile | null {
    return this.files.find((file) => file.path === path) ?? null;
  }

  async choose(file: ChosenFile | null): Promise<void> {
    if (file === null) await this.store.update(this.#key, { ...this.#read(), chosen: null });
    else await this.store.update(this.#key, { chosen: file.path, files: this.#withFirst(file) });
  }

  /** Remembers the decision about a file that the setting chooses. */
  async remember(file: ChosenFile): Promise<void> {
    await this.store.update(this.#key, { ...this.#read(), files: this.#withFirst(file) });
  }

  /** Removes a file from the list. If it was chosen, the model that ships inside replaces it. */
  async forget(path: string): Promise<void> {
    const { chosen, files } = this.#read();
    await this.store.update(this.#key, {
      chosen: chosen === path ? null : chosen,
      files: files.filter((file) => file.path !== path),
    });
  }

  #withFirst(file: ChosenFile): Stored['files'] {
    return [file, ...this.files.filter(({ path }) => path !== file.path)].slice(0, mostFiles);
  }

  #read(): Stored {
    const read = v.safeParse(stored, this.store.get(this.#key));
    return read.success ? read.output : nothing;
  }
}
