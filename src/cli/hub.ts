import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Engine } from '../shared/engine';
import { usualHub, type HubFilesRequest, type HubFetchRequest } from '../shared/hub';

type HubModel = Pick<HubFetchRequest, 'repository' | 'file'>;

interface Surroundings {
  readonly say: (sentence: string) => void;
  readonly env: (name: string) => string | undefined;
  readonly engine: Pick<Engine, 'hubGeometry'>;
}

const form = /^([\w-][\w.-]*\/[\w-][\w.-]*)(?::(.+))?$/;
/** A mistyped path must not be taken for a repository. */
const fileName = /\.(gguf|safetensors|json)$/i;

/** The model on the Hub that `--model` names; `null` if it names a file or a folder. */
export function hubModel(text: string): HubModel | null {
  const [, repository, file] = form.exec(text) ?? [];
  if (repository === undefined || fileName.test(repository) || existsSync(text)) return null;
  return { repository, ...(file !== undefined && { file }) };
}

/**
 * Reads the geometry of a model on the Hub into the cache and returns its path. Address and token come from the
 * variables that other tools of the Hub use. Says on stderr how much was read.
 */
export async function readFromHub({ say, env, engine }: Surroundings, model: HubModel): Promise<string> {
  const place = placeIn(env);
  say(`Reading the geometry of ${model.repository} from ${hostOf(place.hub ?? usualHub)}.`);
  const { path, repository, file, bytesRead, bytesOfFile } = await engine.hubGeometry({
    ...model,
    ...place,
    folder: cacheFolder(env('XDG_CACHE_HOME')),
  });
  if (repository.toLowerCase() !== model.repository.toLowerCase())
    say(`${model.repository} is called ${repository} today.`);
  say(
    bytesRead === 0
      ? `The geometry of ${file} was read before.`
      : `Read ${megabytes(bytesRead)} of the ${megabytes(bytesOfFile)} of ${file}.`,
  );
  return path;
}

const isSet = (value: string | undefined): value is string => value !== undefined && value.trim() !== '';

function placeIn(env: Surroundings['env']): Pick<HubFilesRequest, 'hub' | 'token'> {
  const [hub, token] = [env('HF_ENDPOINT'), env('HF_TOKEN')];
  return { ...(isSet(hub) && { hub }), ...(isSet(token) && { token: token.trim() }) };
}

/** A faulty address is refused by the engine. */
const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address);

const cacheFolder = (cache: string | undefined): string =>
  join(isSet(cache) && isAbsolute(cache) ? cache : join(homedir(), '.cache'), 'vectorscope', 'hub');

const megabytes = (bytes: number): string => `${Math.max(0.1, bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
