import type { FileView } from '../../shared/contents';
import type { InView } from '../../shared/instruments';
import type { LoadRequest } from '../../shared/model';
import type { PanelOptions, PanelState } from '../../shared/panel';
import { after } from '../../shared/timers';
import { EngineWorker, type Log, type WorkerProcess } from '../engineWorker';
import type { FileHashes } from '../export/fileHashes';
import { InspectionController } from '../inspection/controller';
import type { InspectionSurroundings } from '../inspection/surroundings';
import { FileReading, type ReadingOwner } from './reading';

/** The costly parts that are in sight in any of the editors of one file. Of two ranges the later one counts. */
export const inAnySight = (editors: Iterable<InView>): InView =>
  Object.fromEntries([...editors].flatMap((parts) => Object.entries(parts).filter(([, part]) => Boolean(part))));

/** A process that has read a header and holds no geometry ends soon. Minutes. */
const idleWithoutGeometry = 5 / 60;
/** A file that is being written is read once nothing was written for so long. Milliseconds. */
const quiet = 500;

export interface OpenFileOwner
  extends Omit<ReadingOwner, 'changed' | 'hung'>, Omit<InspectionSurroundings, 'request' | 'failed'> {
  spawn(): WorkerProcess;
  readonly log: Log;
  /** A sentence: the process ended by itself. */
  lost(): string;
  /** Minutes that a geometry stays in memory without a request; 0 keeps it. */
  idleMinutes(): number;
  /** How the geometry is computed. */
  instructions(): Pick<LoadRequest, 'threads' | 'sameBits'>;
  options(): PanelOptions;
  /** Whether the model of a path is the one with which text is inspected, and loaded. */
  isInUse(path: string): boolean;
  readonly hashes: Pick<FileHashes, 'changed'>;
  changed(change: Partial<PanelState>): void;
}

/**
 * A model file that is open as a document: what was read of it, and its geometry once that is loaded. Both are the work
 * of a process of its own, so the model in use stays as it is.
 */
export class OpenFile {
  readonly reading: FileReading;
  readonly #worker: EngineWorker;
  #controller: InspectionController;
  #geometry: FileView['geometry'] = 'none';
  #readLater: (() => void) | null = null;
  #isClosed = false;

  constructor(
    private readonly file: { readonly name: string; readonly path: string },
    private readonly owner: OpenFileOwner,
  ) {
    const { log, lost } = owner;
    this.#worker = new EngineWorker(() => owner.spawn(), log, {
      lost,
      hung: lost,
      idleMinutes: () => (this.#controller.state.loaded ? owner.idleMinutes() : idleWithoutGeometry),
    });
    this.#worker.listen({ ended: () => this.#controller.unloaded() });
    this.reading = new FileReading(file, this.#worker.engine, {
      told: (error) => owner.told(error),
      removed: () => owner.removed(),
      late: () => owner.late(),
      longest: owner.longest,
      freed: () => owner.freed(),
      changed: () => this.#tell({ file: this.#view }),
      hung: () => void this.#worker.unload(),
    });
    this.#controller = this.#begin();
  }

  get state(): PanelState {
    return { ...this.#controller.state, file: this.#view };
  }

  /** Another one once the file has changed: numbers of what it held before mean nothing any more. */
  get controller(): InspectionController {
    return this.#controller;
  }

  get engine(): EngineWorker['engine'] {
    return this.#worker.engine;
  }

  /** Another model may be in use now. */
  useChanged(): void {
    this.#tell({ file: this.#view });
  }

  /** The file changed on the disk. It is read anew once it is quiet. */
  touched(): void {
    if (this.#isClosed) return;
    this.#readLater?.();
    this.#readLater = after(quiet, () => void this.#readAnew());
    if (!this.reading.view.outOfDate) this.reading.outOfDate();
  }

  /** Resolves when its process has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#readLater?.();
    this.reading.dispose();
    await this.#worker.dispose();
  }

  async #readAnew(): Promise<void> {
    const before = this.#controller;
    this.#controller = this.#begin(before.state.options);
    before.letGo();
    this.#geometry = 'none';
    // What it holds of the file, a geometry or in a browser the whole file, is that of before.
    await this.#worker.unload();
    if (this.#isClosed) return;
    // A tensor that was measured since the first change may have been measured in the middle of others.
    this.reading.outOfDate();
    this.owner.changed(this.state);
    await this.reading.read();
  }

  #begin(options: PanelOptions = this.owner.options()): InspectionController {
    const { owner, file } = this;
    const controller: InspectionController = new InspectionController(
      this.#worker.engine,
      {
        ...owner,
        request: () => ({ path: file.path, geometryOnly: true, ...owner.instructions() }),
        failed: (error) => ({ message: owner.told(error), help: null }),
      },
      {
        changed: (change) => {
          if (controller === this.#controller) this.#changed(change);
        },
        inspectionsChanged: () => undefined,
      },
      options,
    );
    return controller;
  }

  #changed(change: Partial<PanelState>): void {
    // The process may rest for longer now.
    if (change.loaded === true) this.#worker.rest();
    this.owner.hashes.changed(change, this.#controller.state, this.#worker);
    const geometry = geometryOf(this.#controller.state);
    const isOther = geometry !== this.#geometry || 'file' in change;
    this.#geometry = geometry;
    this.#tell(isOther ? { ...change, file: this.#view } : change);
  }

  #tell(change: Partial<PanelState>): void {
    if (!this.#isClosed) this.owner.changed(change);
  }

  get #view(): FileView {
    return { ...this.reading.view, geometry: this.#geometry, inUse: this.owner.isInUse(this.file.path) };
  }
}

const geometryOf = ({ loaded, status }: PanelState): FileView['geometry'] =>
  loaded ? 'loaded' : status.kind === 'working' && status.what === 'loading' ? 'loading' : 'none';
