import * as v from 'valibot';

/** The methods of an editor's memento that we use. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/** A list that a store keeps, the newest entry first. What stands there in another form counts as nothing. */
export class KeptList<Entry> {
  readonly #form: v.GenericSchema<unknown, Entry[]>;

  /** `idOf` names what there is one entry of. */
  constructor(
    private readonly store: Store,
    private readonly key: string,
    entry: v.GenericSchema<unknown, Entry>,
    private readonly most: number,
    private readonly idOf: (entry: Entry) => unknown = (entry) => entry,
  ) {
    this.#form = v.array(entry);
  }

  get all(): readonly Entry[] {
    const read = v.safeParse(this.#form, this.store.get(this.key));
    return read.success ? read.output.slice(0, this.most) : [];
  }

  of(id: unknown): Entry | null {
    return this.all.find((entry) => this.idOf(entry) === id) ?? null;
  }

  /** Takes the place of an entry with the same id. */
  async add(entry: Entry): Promise<void> {
    await this.store.update(this.key, [entry, ...this.#others(this.idOf(entry))].slice(0, this.most));
  }

  async remove(id: unknown): Promise<void> {
    await this.store.update(this.key, this.#others(id));
  }

  #others(id: unknown): readonly Entry[] {
    return this.all.filter((other) => this.idOf(other) !== id);
  }
}
