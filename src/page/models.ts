import * as l10n from '@vscode/l10n';
import type { WorkerProcess } from '../extension/engineWorker';
import { indexName, longestIndex, neededOf, needsIndex, isStored } from '../extension/web/folderFiles';
import type { ReadModel } from '../extension/web/wantedModels';
import { workerProcess, workerStart } from '../extension/web/workerProcess';
import { defaultModel } from '../shared/defaultModel';
import { EngineError } from '../shared/errors';
import { count, fileSize } from '../shared/format';
import type { LoadRequest } from '../shared/model';
import { modelNameOf, wholeName } from '../shared/modelName';
import type { UpcomingModel } from '../shared/panel';
import { modelFile, addressOf } from './files';

/** Starts the engine in a Web Worker of this page. `read` gives the files that a person dropped. */
export const startEngine = (read: ReadModel): WorkerProcess =>
  workerProcess(async (signal) => {
    const worker = new Worker(addressOf('engine/worker.js'));
    signal.addEventListener('abort', () => worker.terminate());
    const ranks = (file: string) => addressOf(`engine/${file}`);
    const gpu = (file: string) => addressOf(`onnx/${file}`);
    const model = { path: modelFile, address: addressOf(modelFile) };
    worker.postMessage(workerStart({ ranks, gpu }, model));
    return worker;
  }, read);

/** A browser gives at most about this many bytes in one piece. */
const most = 2e9;

/** The files of a model that a person dropped or chose: one GGUF, or those of a folder as on Hugging Face. */
interface OwnModel {
  readonly name: string;
  /** The path that a load names. Each drop gets its own, even for a file with the same name. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly files: readonly File[];
  readonly geometryOnly: boolean;
}

/** A model to compare with: the path that a load names, and what a person calls it. */
export interface OtherFile {
  readonly path: string;
  readonly name: string;
}

/** The name of the site's model. */
export const siteModel = modelNameOf(modelFile.slice(modelFile.lastIndexOf('/') + 1));

/** Which model the page uses: the one that the site has, or a person's own; and the one that it is compared with. */
export class PageModels {
  #own: OwnModel | null = null;
  #other: OwnModel | null = null;
  /** Counts the choices: of several the newest wins. */
  #choices = 0;

  /** null while the model of the site is used. */
  get ownName(): string | null {
    return this.#own?.name ?? null;
  }

  request(): LoadRequest {
    const own = this.#own;
    if (!own) return { path: modelFile, sha256: defaultModel.sha256 };
    return { path: own.path, ...(own.geometryOnly && { geometryOnly: true }) };
  }

  async describe(): Promise<UpcomingModel> {
    const own = this.#own;
    if (own) return { name: own.name, bytes: sum(own.files) };
    const { bytes } = defaultModel;
    const model = { name: siteModel, bytes };
    return (await isStored(defaultModel.sha256))
      ? model
      : { ...model, download: { ...model, from: location.host || l10n.t('this page') } };
  }

  /** Asks the browser not to remove the model that is about to be downloaded. Its answer changes nothing here. */
  async persist(): Promise<void> {
    // A page without a secure address has no storage.
    await Promise.resolve(navigator.storage)
      .then((storage) => storage.persist())
      .catch(() => false);
  }

  useOurs(): void {
    this.#choices++;
    this.#own = null;
  }

  /** The geometry of the same model needs less memory. */
  useGeometry(): void {
    if (this.#own) this.#own = { ...this.#own, geometryOnly: true };
  }

  /**
   * Uses the files of a folder of this name, or single ones. Throws an `EngineError` if they are no model that a
   * browser can hold, and one with the code `cancelled` if another model was chosen meanwhile.
   */
  async use(files: readonly File[], folder: string | null): Promise<void> {
    this.#own = await this.#modelOf(files, folder);
  }

  /** The same for a model to compare with. */
  async useOther(files: readonly File[], folder: string | null): Promise<OtherFile> {
    const other = await this.#modelOf(files, folder);
    this.#other = other;
    // Two files of one model often differ in what `modelNameOf` leaves out.
    const name = other.isFolder ? other.name : wholeName(other.files[0]?.name ?? '').replace(/\.gguf$/i, '');
    return { path: other.path, name };
  }

  async #modelOf(files: readonly File[], folder: string | null): Promise<OwnModel> {
    const choice = ++this.#choices;
    const ggufs = files.filter(({ name }) => /\.gguf$/i.test(name));
    const [gguf, ...others] = ggufs;
    if (others.length > 0)
      throw refused(
        l10n.t('{0} GGUF files were chosen, and one was expected. Choose the one to open.', count(ggufs.length)),
      );
    const chosen = gguf ? [gguf] : await folderOf(files);
    const bytes = sum(chosen);
    if (bytes > most)
      throw refused(
        l10n.t(
          'This model has {0}. A browser can hold at most {1}. Choose a smaller one, or open it in VS Code on the desktop.',
          fileSize(bytes),
          fileSize(most),
        ),
      );
    if (choice !== this.#choices) throw new EngineError('cancelled', l10n.t('Another model was chosen.'));
    const name = gguf?.name ?? folder ?? 'model';
    return {
      name: gguf ? modelNameOf(name) : name,
      path: `/dropped/${choice}/${name}`,
      isFolder: !gguf,
      files: chosen,
      geometryOnly: false,
    };
  }

  /** Reads the files for the engine, which keeps them. */
  readonly read: ReadModel = async (path, isWanted) => {
    const own = [this.#own, this.#other].find((model) => model?.path === path);
    if (!own) throw new EngineError('cancelled', l10n.t('Another model was chosen.'));
    const read: { path: string; bytes: Uint8Array }[] = [];
    for (const file of own.files) {
      if (!isWanted()) throw new EngineError('cancelled', l10n.t('The wait for the model was cancelled.'));
      const bytes = new Uint8Array(await file.arrayBuffer().catch(() => unreadable(file)));
      read.push({ path: own.isFolder ? `${path}/${file.name}` : path, bytes });
    }
    return { path, isFolder: own.isFolder, files: read };
  };
}

/** The files that are needed of a folder as on Hugging Face. */
async function folderOf(files: readonly File[]): Promise<readonly File[]> {
  const names = files.map(({ name }) => name);
  if (!names.some((name) => name.endsWith('.safetensors')))
    throw refused(
      l10n.t(
        'No model was found among these files. Choose one GGUF file, or drop a folder with config.json, tokenizer.json and safetensors.',
      ),
    );
  const index = needsIndex(names) ? files.find(({ name }) => name === indexName) : undefined;
  if (index && index.size > longestIndex)
    throw refused(
      l10n.t('{0} has {1}; at most {2} were expected.', indexName, fileSize(index.size), fileSize(longestIndex)),
    );
  const needed = new Set(neededOf(names, index ? await index.text() : null));
  return files.filter(({ name }) => needed.has(name));
}

function unreadable({ name }: File): never {
  throw new EngineError('model-missing', l10n.t('{0} cannot be read. It may have been moved: choose it again.', name));
}

const refused = (sentence: string) => new EngineError('bad-request', sentence);
const sum = (files: readonly File[]): number => files.reduce((all, { size }) => all + size, 0);
