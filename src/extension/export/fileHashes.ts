import * as v from 'valibot';
import { isCancelled } from '../../shared/errors';
import type { FileOfModel } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import { beingComputed, notKnown } from '../../shared/provenance';
import type { EngineWorker } from '../engineWorker';
import { KeptList, type Store } from '../store';

const kept = v.object({ path: v.string(), bytes: v.number(), changed: v.number(), sha256: v.string() });

const mostKept = 200;

type Hashing = Pick<EngineWorker, 'idle' | 'aside'>;

/**
 * The SHA-256 of model files. They are computed one after another in the background, and kept by path, length and time
 * of change. An editor keeps one store for all machines that it works on, so the key names the machine.
 */
export class FileHashes {
  readonly #kept: KeptList<v.InferOutput<typeof kept>>;
  /** Bytes in memory belong to one load: the next file with the same path may be another. */
  readonly #inMemory = new WeakMap<FileOfModel, string>();
  readonly #waiting = new Map<unknown, { readonly file: FileOfModel; readonly worker: Hashing }>();
  #isWorking = false;

  constructor(
    store: Store,
    machine: string,
    private readonly worker: Hashing,
    private readonly failed: (error: unknown) => void,
  ) {
    this.#kept = new KeptList(store, `hashes@${machine}`, kept, mostKept, ({ path }) => path);
  }

  /** Never waits: lower-case hex, `being computed` or `not known`. */
  readonly of = (file: FileOfModel): string =>
    this.#inMemory.get(file) ??
    this.#kept.all.find((known) => keyOf(known) === keyOf(file))?.sha256 ??
    (this.#waiting.has(keyOf(file)) ? beingComputed : notKnown);

  /** Begins with the files of the loaded models whose hashes are not known. `worker` holds these models. */
  changed(
    change: Partial<PanelState>,
    { loaded, model, both }: Pick<PanelState, 'loaded' | 'model' | 'both'>,
    worker = this.worker,
  ): void {
    if (!loaded || !('loaded' in change || 'model' in change || 'both' in change)) return;
    for (const file of [model, both.other?.info].flatMap((one) => one?.files ?? []))
      if (file.sha256 === undefined && this.of(file) === notKnown) this.#waiting.set(keyOf(file), { file, worker });
    if (!this.#isWorking) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let next = first(this.#waiting); next; next = first(this.#waiting)) {
      const [key, { file, worker }] = next;
      try {
        await worker.idle(new AbortController().signal);
        await this.#keep(file, await worker.aside.fileHash(file));
      } catch (error) {
        // The next load begins anew.
        if (!isCancelled(error)) this.failed(error);
      }
      this.#waiting.delete(key);
    }
    this.#isWorking = false;
  }

  async #keep(file: FileOfModel, sha256: string): Promise<void> {
    const { path, bytes, changed } = file;
    this.#inMemory.set(file, sha256);
    if (changed !== undefined) await this.#kept.add({ path, bytes, changed, sha256 });
  }
}

const first = <K, V>(map: ReadonlyMap<K, V>): readonly [K, V] | undefined => map.entries().next().value;

/** Bytes in memory are the same only as the same object. */
const keyOf = (file: FileOfModel): unknown =>
  file.changed === undefined ? file : JSON.stringify([file.path, file.bytes, file.changed]);
