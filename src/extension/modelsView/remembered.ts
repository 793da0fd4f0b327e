import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { serverPlace } from '../../shared/modelName';
import type { ServerRequest } from '../../shared/server';
import { isAddress } from '../modelPath';
import { type Store, KeptList } from '../store';

const comparedPlace = v.pipe(
  v.string(),
  v.check((path) => isAbsolute(path) || isAddress(path)),
);

/** The paths of the models that others were compared with on this machine, the last first. */
export const recentlyCompared = (store: Store, machine: string): KeptList<string> =>
  new KeptList(store, `compared@${machine}`, comparedPlace, 5);

/** A server as it is remembered: everything but its key, which is in the secret storage. */
export type ChosenServer = Omit<ServerRequest, 'key'>;

/** A server's model by the name that the user gave, else by its place. */
export const nameOfServed = ({ address, model }: ChosenServer): string => model ?? serverPlace(address);

/** The model on the Hub that was fetched, as a whole or its geometry. */
export interface HubOrigin {
  readonly repository: string;
  /** Of the whole model. */
  readonly bytes: number;
}

/** A model file or folder, or a server, that a person chose. */
export interface ChosenFile {
  /** The address if a server runs the model. */
  readonly path: string;
  /** Present only if the file's own name is meaningless. */
  readonly name?: string | undefined;
  /** Only its geometry was loaded: it could not be run, or the user did not need that. */
  readonly geometryOnly?: boolean | undefined;
  /** Where on the Hub its files were fetched, which are ours to delete. */
  readonly hub?: HubOrigin | undefined;
  /** The server that runs the model. Its absence tells a file from a server, since places can be addresses too. */
  readonly server?: ChosenServer | undefined;
}

const place = v.pipe(
  v.string(),
  v.check((path) => isAbsolute(path) || isAddress(path)),
);
const server = v.object({
  address: v.pipe(v.string(), v.regex(/^https?:\/\//i)),
  model: v.exactOptional(v.string()),
  matrices: v.exactOptional(place),
  allowsHttp: v.exactOptional(v.literal(true)),
});
const hub = v.object({ repository: v.string(), bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });
const file = v.pipe(
  v.object({
    path: place,
    name: v.optional(v.string()),
    geometryOnly: v.optional(v.boolean()),
    hub: v.optional(hub),
    server: v.optional(server),
  }),
  v.check(({ path, server }) => server === undefined || server.address === path),
);
const stored = v.object({ chosen: v.nullable(v.string()), files: v.array(file) });
type Stored = v.InferOutput<typeof stored>;

const nothing: Stored = { chosen: null, files: [] };
const mostFiles = 10;

/**
 * The files that were chosen on this machine, the last choice first, and the choice of this window, which other windows
 * do not change. An editor keeps one store for all machines that it works on, so the key names the machine.
 */
export class RememberedModels {
  readonly #key: string;
  #chosen: ChosenFile | null;

  constructor(
    private readonly store: Store,
    machine: string,
    /** Hears of each model that leaves the list. */
    private readonly left: (file: ChosenFile) => void = () => undefined,
    /** Belongs to the workspace. Without a choice in it, a window starts with the last one of any window. */
    private readonly own?: Store,
  ) {
    this.#key = `models@${machine}`;
    const kept = v.safeParse(v.nullable(file), own?.get(this.#key));
    const { chosen, files } = this.#read();
    this.#chosen = kept.success ? kept.output : (files.find(({ path }) => path === chosen) ?? null);
  }

  /** `null`: the model that ships inside. */
  get chosen(): ChosenFile | null {
    return this.#chosen;
  }

  /** Another window may have removed the chosen file from the list, or chosen it in another way. */
  get files(): readonly ChosenFile[] {
    const [{ files }, own] = [this.#read(), this.#chosen];
    if (!own) return files;
    const isListed = files.some(({ path }) => path === own.path);
    return isListed ? files.map((file) => (file.path === own.path ? own : file)) : [...files, own];
  }

  /** The remembered choice of a file; `null` if it is not among the last `mostFiles`. */
  of(path: string): ChosenFile | null {
    return this.files.find((file) => file.path === path) ?? null;
  }

  async choose(file: ChosenFile | null): Promise<void> {
    await this.#keep(file);
    if (file === null) await this.#write({ ...this.#read(), chosen: null });
    else await this.#write({ chosen: file.path, files: this.#withFirst(file) });
  }

  /** Remembers a decision about a file that the setting chooses, or about a server, without choosing it. */
  async remember(file: ChosenFile): Promise<void> {
    if (file.path === this.#chosen?.path) await this.#keep(file);
    await this.#write({ ...this.#read(), files: this.#withFirst(file) });
  }

  /** Removes a file from the list. If it was chosen, the model that ships inside replaces it. */
  async forget(path: string): Promise<void> {
    if (path === this.#chosen?.path) await this.#keep(null);
    const { chosen, files } = this.#read();
    await this.#write({
      chosen: chosen === path ? null : chosen,
      files: files.filter((file) => file.path !== path),
    });
  }

  #withFirst(file: ChosenFile): Stored['files'] {
    return [file, ...this.files.filter(({ path }) => path !== file.path)].slice(0, mostFiles);
  }

  async #keep(file: ChosenFile | null): Promise<void> {
    this.#chosen = file;
    await this.own?.update(this.#key, file);
  }

  async #write(now: Stored): Promise<void> {
    const before = this.#read().files;
    await this.store.update(this.#key, now);
    for (const file of before) if (!now.files.some(({ path }) => path === file.path)) this.left(file);
  }

  #read(): Stored {
    const read = v.safeParse(stored, this.store.get(this.#key));
    return read.success ? read.output : nothing;
  }
}
