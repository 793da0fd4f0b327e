import { Command, CommanderError, Help } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OtherModel } from '../shared/both';
import { clear, fenced, withClearance } from '../shared/consent';
import { defaultModel } from '../shared/defaultModel';
import type { Engine, LoadRequest, ModelInfo } from '../shared/engine';
import { EngineError, modelMissing } from '../shared/errors';
import { usualHub, type HubFilesRequest, type HubFetchRequest } from '../shared/hub';
import { serverAddress } from '../shared/serverAddress';
import { aloud, engineAloud, untilConnected, type Aside, type OwnEngine } from './aloud';
import { UsageError } from './options';
import {
  checkServerOptions,
  keyVariable,
  serverRequest,
  waitingWords,
  withServerOptions,
  type Reader,
  type ServerOptions,
} from './server';

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

/** Everything outside that a program uses. Each function can be called without the object. */
export interface Io extends Aside {
  readonly out: (text: string) => void;
  /** Standard input; or a file, by its path. */
  readonly readInput: (path?: string) => string | Promise<string>;
  readonly createEngine: () => OwnEngine | Promise<OwnEngine>;
  /** Ctrl+C calls `stop` in place of ending the process, until what is returned is called. */
  readonly onInterrupt?: (stop: () => void) => () => void;
  /** A variable of the environment; undefined if it is not set. */
  readonly env: (name: string) => string | undefined;
}

export type Program = (args: readonly string[], io: Io) => Promise<void>;

export interface ModelOptions extends ServerOptions {
  readonly model?: string;
  readonly geometry: boolean;
  readonly sameBits?: boolean;
}

const packageFile = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };

export const withModelOptions = (command: Command): Command =>
  withServerOptions(
    command
      .option(
        '--model <model>',
        'a GGUF file or a folder as on Hugging Face, instead of the model that ships with Vectorscope; or owner/name[:file] on the Hub, of which only the geometry is read',
      )
      .option(
        '--geometry',
        'load the tokenizer and the two matrices alone, of a model of any family and size: no predictions',
        false,
      )
      .option(
        '--same-bits',
        'compute with instructions that give the same bits on every processor, which takes longer',
      ),
  );

/** The model at `path`, by default the one that ships with Vectorscope. */
const modelRequest = (path: string | undefined, geometryOnly: boolean): LoadRequest => ({
  ...(path === undefined ? { path: packageFile(defaultModel.path), sha256: defaultModel.sha256 } : { path }),
  geometryOnly,
});

/**
 * Loads the requested model, or only its geometry if it is on the Hub. Prints the model's notices to stderr, so that
 * `--json` output stays valid.
 */
export async function loadEngine(io: Io, options: ModelOptions, reader: Reader = 'person'): Promise<LoadedEngine> {
  checkServerOptions(options, options.geometry);
  const { server } = options;
  const words = server === undefined ? null : waitingWords({ ...options, server }, reader);
  // An agent hears of progress by its protocol.
  const aside = reader === 'person' ? io : { ...io, quiet: Infinity };
  const aloudEngine = async () => engineAloud(await io.createEngine(), aside, words?.running);
  const load = (answered: () => void) => loadWith({ ...io, createEngine: aloudEngine }, options, answered);
  return words ? aloud(words.connecting, sayer(io), load) : load(() => undefined);
}

export interface LoadedEngine {
  readonly engine: OwnEngine;
  readonly model: ModelInfo;
}

/** Calls `answered` once it no longer waits for a server. */
async function loadWith(io: Io, options: ModelOptions, answered: () => void): Promise<LoadedEngine> {
  const engine = await io.createEngine();
  try {
    const model = await loadInto(engine, io, options, answered);
    return { engine: behindFence(engine, model, options), model };
  } catch (error) {
    // The engine holds memory and threads. Why the load failed matters more than a failure to release them.
    await engine.close?.().catch(() => undefined);
    throw error;
  }
}

/** The engine for the texts of a command, which may go to the server that it names, and to no other. */
function behindFence(engine: OwnEngine, model: ModelInfo, { server }: ModelOptions): OwnEngine {
  const fence = fenced(engine, () => model);
  const found = clear(model, { by: 'user', server: server === undefined ? null : serverAddress(server) }, () => true);
  const cleared = 'held' in found ? fence : withClearance(fence, found.clearance);
  return Object.assign(cleared, { close: async () => engine.close?.() });
}

async function loadInto(
  engine: Engine,
  io: Io,
  { model: named, geometry, sameBits, server, ...others }: ModelOptions,
  answered: () => void,
): Promise<ModelInfo> {
  const say = sayer(io);
  const { path, onHub } = await placeOf(engine, io, named);
  const request =
    server === undefined
      ? modelRequest(path, geometry || onHub)
      : serverRequest({ ...others, server }, path, io.env(keyVariable));
  const model = await engine
    .load({ ...request, ...(sameBits === true && { sameBits }) }, { onProgress: untilConnected(answered) })
    .catch((error: unknown) => {
      checkPath(named);
      throw error;
    });
  model.notices.forEach(({ message }) => say(message));
  return model;
}

/** Throws if neither a file or folder on this machine nor a model on the Hub is named. */
export function checkPath(named: string | undefined): void {
  if (named !== undefined && !hubModel(named) && !existsSync(named))
    throw modelMissing`There is no file ${named}. Choose another model.`;
}

/** Where a model is on this machine, once the geometry of one on the Hub was read. */
async function placeOf<Named extends string | undefined>(engine: Engine, io: Io, named: Named) {
  const onHub = named === undefined ? null : hubModel(named);
  const path = onHub ? await readFromHub({ say: sayer(io), env: io.env, engine }, onHub) : named;
  return { path, onHub: onHub !== null };
}

/** Loads a second model beside the first. */
export async function loadPair(
  io: Io,
  options: ModelOptions,
  against: string,
  reader?: Reader,
): Promise<LoadedEngine & { readonly other: OtherModel }> {
  const loaded = await loadEngine(io, options, reader);
  const { engine } = loaded;
  const say = sayer(io);
  try {
    checkPath(against);
    const { path } = await placeOf(engine, io, against);
    const other = await aloud('Loading the second model.', say, () => engine.loadOther({ path }));
    other.info.notices.forEach(({ message }) => say(message));
    return { ...loaded, other };
  } catch (error) {
    await engine.close?.().catch(() => undefined);
    throw error;
  }
}

export const sayer =
  (io: Io) =>
  (sentence: string): void =>
    io.err(`${sentence}\n`);

/** A command that writes through `io`. It throws instead of ending the process. */
export const newCommand = (name: string, io: Io): Command =>
  new Command(name)
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      // Sentences of commander end without a full stop.
      outputError: (text, write) => write(text.replaceAll(/[^\s.?!)](?=\n|$)/g, '$&.')),
    })
    .configureHelp({
      minWidthToWrap: 20,
      // A switch is off by default.
      optionDescription: (option) => usualHelp.optionDescription(option).replace(' (default: false)', ''),
    })
    .helpOption('--help', 'print this help')
    .exitOverride();

const usualHelp = new Help();

/** Returns the exit code: 2 for wrong usage, 1 for any other failure, after printing why. */
export async function runProgram(program: Program, args: readonly string[], io: Io): Promise<number> {
  try {
    await program(args, io);
    return 0;
  } catch (error) {
    // commander has printed its sentence already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError) {
      io.err(`error: ${error.message}\n`);
      return 2;
    }
    io.err(`${error instanceof EngineError ? error.message : `Something unexpected went wrong: ${String(error)}`}\n`);
    return 1;
  }
}
