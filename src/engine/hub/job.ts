import { platform } from '#platform';
import { EngineError, said } from '../../shared/errors';
import type { FolderStore } from '../platform/folderStore';
import { wrongField } from '../weights/damaged';
import { geometryTensorsOf } from '../weights/huggingFace/folder';
import { configName, shardIndexName, type HubModel, type HubStoredFile } from './files';
import { markedConfig, planSafetensors, readRemoteTensors, shardsIn } from './folderGeometry';
import { planGguf, type GeometrySource } from './ggufGeometry';
import { readHeader } from './header';
import type { HubLine } from './line';
import type { Plan } from './plan';
import { RangedFile } from './ranges';
import type { Repository } from './repository';

/** A geometry to read. A GGUF file and a folder as on Hugging Face differ in these points. */
interface Job {
  readonly source: GeometrySource;
  /** The file whose presence means that all is there. */
  readonly output: string;
  /** Reads what the plan depends on. */
  prepare(store: FolderStore, onHeader: () => void): Promise<Prepared>;
}

interface Prepared {
  /** The files that hold the tensors, as the plan counts them. */
  readonly files: readonly RangedFile[];
  /** All that were read. */
  readonly opened: readonly RangedFile[];
  /** Files of the store that are needed only until the geometry is complete. */
  readonly scratch: readonly string[];
  plan(): Promise<{ readonly header: Uint8Array<ArrayBuffer>; readonly plan: Plan }>;
}

const longestSmallFile = 64 * 2 ** 20;

export const jobOf = (line: HubLine, repository: Repository, model: HubModel): Promise<Job> =>
  (model.kind === 'gguf' ? ggufJob : folderJob)(line, repository, model);

async function ggufJob(line: HubLine, repository: Repository, model: HubModel): Promise<Job> {
  const files = await opened(line, repository, model.files);
  const source = sourceOf(repository, model, files);
  return {
    source,
    output: model.name,
    prepare: async (store, onHeader) => {
      const scratch = files.map((_, part) => `header-${part + 1}.part`);
      return {
        files,
        opened: files,
        scratch,
        plan: async () => {
          const headers = [];
          for (const [part, file] of files.entries())
            headers.push(await readHeader(file, store, scratch[part] as string, part === 0, onHeader));
          return planGguf(headers, source);
        },
      };
    },
  };
}

async function folderJob(line: HubLine, repository: Repository, model: HubModel): Promise<Job> {
  const beside = await opened(line, repository, model.beside);
  const source = sourceOf(repository, model, beside);
  const named = (name: string) => beside.find(({ path }) => path === name);
  return {
    source,
    output: 'model.safetensors',
    prepare: async (store, onHeader) => {
      const scratch = ['config.part'];
      const config = await smallFile(named(configName) as RangedFile, store, 'config.part');
      await store.write(configName, 0, markedConfig(config, source));
      for (const file of beside)
        if (file.path !== configName && file.path !== shardIndexName) await smallFile(file, store, file.path);
      const index = named(shardIndexName);
      let stored = model.files;
      if (index) {
        scratch.push('index.part');
        const places = shardsIn(await smallFile(index, store, 'index.part'));
        const holding = new Set(geometryTensorsOf(config, new Set(places.keys())).map((tensor) => places.get(tensor)));
        stored = model.files.filter(({ path }) => holding.has(path));
      }
      const files = await opened(line, repository, stored);
      const headers = files.map((_, shard) => `header-${shard + 1}.part`);
      return {
        files,
        opened: [...beside, ...files],
        scratch: [...scratch, ...headers],
        plan: async () => {
          const read = [];
          for (const [shard, file] of files.entries())
            read.push(await readRemoteTensors(file, store, headers[shard] as string, onHeader));
          return planSafetensors(config, read);
        },
      };
    },
  };
}

async function opened(
  line: HubLine,
  { name, revision }: Repository,
  files: readonly HubStoredFile[],
): Promise<readonly RangedFile[]> {
  const all: RangedFile[] = [];
  for (const { path } of files) all.push(await RangedFile.open(line, name, revision, path));
  return all;
}

const sourceOf = ({ name }: Repository, model: HubModel, files: readonly RangedFile[]): GeometrySource => ({
  repository: name,
  file: model.path,
  etag: files
    .map(({ etag }) => etag)
    .join(',')
    .slice(0, 1000),
  bytes: model.bytes,
});

/** The name of the folder for a geometry: a hash of where it comes from and of the state of its files. */
export async function folderNameOf(address: string, { name }: Repository, model: HubModel, source: GeometrySource) {
  const hash = await platform.sha256();
  const facts = [address, name, model.path, source.etag, ...model.files.map(({ sha256, bytes }) => sha256 ?? bytes)];
  hash.update(new TextEncoder().encode(JSON.stringify(facts)));
  return hash.digest().slice(0, 32);
}

/** A small file as a whole, from the store if an earlier attempt read it. */
async function smallFile(file: RangedFile, store: FolderStore, name: string): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > longestSmallFile) throw wrongField(`${file.path} (bytes)`, file.size, `≤ ${longestSmallFile}`);
  let at = (await store.length(name)) ?? 0;
  if (at > file.size) at = 0;
  await file.read(at, file.size, async (bytes) => {
    await store.write(name, at, bytes);
    at += bytes.length;
  });
  const bytes = await store.read(name, longestSmallFile);
  if (bytes?.length === file.size) return bytes;
  throw new EngineError(
    'not-written',
    said`Another program changed ${store.pathOf(name)} while it was written. Try again.`,
  );
}
