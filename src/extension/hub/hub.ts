import { isAbsolute, join, relative, sep } from 'node:path';
import type { Control, Engine } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { HubDownload, HubFile, HubGeometry, HubListing, HubPlace, HubRepository } from '../../shared/hub';
import type { ServerKeys } from '../servers/keys';

/** The folder that a whole model is fetched into: one for each, so that it can be deleted without its neighbours. */
export const downloadFolder = (folder: string, repository: string, file: string): string =>
  join(folder, encodeURIComponent(`${repository}/${file}`));

/** The folder that holds a fetched model and nothing else; `null` if the path lies elsewhere. */
export function folderOf(folder: string, path: string): string | null {
  const inside = relative(folder, path);
  const [first = ''] = inside.split(sep);
  return first === '' || first === '..' || isAbsolute(inside) ? null : join(folder, first);
}

/** What a fetched model is called: `owner/name · Q4_K_M`, with its file's name where several would be called so. */
export function downloadName(
  { repository, files }: Pick<HubListing, 'repository' | 'files'>,
  { kind, name, quantisation }: HubFile,
): string {
  if (kind === 'safetensors') return repository;
  const isAlone = files.filter((other) => other.quantisation === quantisation).length === 1;
  return `${repository} · ${quantisation !== null && isAlone ? quantisation : name.replace(/\.gguf$/i, '')}`;
}

/** What is fetched of a model: what its geometry needs, or all of it. */
export type HubPurpose = 'geometry' | 'download';

export interface HubOwner {
  readonly engine: Pick<Engine, 'hubSearch' | 'hubFiles' | 'hubGeometry' | 'hubDownload'>;
  readonly tokens: Pick<ServerKeys, 'of' | 'keep'>;
  /** Of the Hub or of a mirror, as the settings say. */
  address(): string;
  /** Where the files go. */
  readonly folder: string;
}

/** The Hub of the settings, with the user's token for it. */
export class Hub {
  /** A token that no request has confirmed yet, and the Hub that it was given for. */
  #offered: { readonly hub: string; readonly token: string } | null = null;

  constructor(private readonly owner: HubOwner) {}

  get address(): string {
    return this.owner.address();
  }

  async hasToken(): Promise<boolean> {
    const hub = this.address;
    return this.#offered?.hub === hub || (await this.owner.tokens.of(hub)) !== undefined;
  }

  /** The next requests to the Hub at this address take this token. It is kept once that Hub has accepted it. */
  offer(hub: string, token: string): void {
    this.#offered = { hub, token };
  }

  /** Takes this token for the Hub at this address from now on; an empty one means none. */
  async change(hub: string, token: string): Promise<void> {
    this.#offered = null;
    await this.owner.tokens.keep(hub, token);
  }

  search(query: string, signal: AbortSignal): Promise<readonly HubRepository[]> {
    return this.#ask((place) => this.owner.engine.hubSearch({ query, ...place }, { signal }));
  }

  files(repository: string, signal: AbortSignal): Promise<HubListing> {
    return this.#ask((place) => this.owner.engine.hubFiles({ repository, ...place }, { signal }));
  }

  /** Fetches a model, and goes on where an earlier attempt ended. */
  fetch(
    what: HubPurpose,
    repository: string,
    { path: file }: Pick<HubFile, 'path'>,
    control: Control,
  ): Promise<HubGeometry | HubDownload> {
    const { engine, folder } = this.owner;
    return this.#ask<HubGeometry | HubDownload>((place) =>
      what === 'geometry'
        ? engine.hubGeometry({ repository, file, folder, ...place }, control)
        : engine.hubDownload({ repository, file, folder: downloadFolder(folder, repository, file), ...place }, control),
    );
  }

  async #ask<T>(call: (place: HubPlace) => Promise<T>): Promise<T> {
    const { tokens } = this.owner;
    const hub = this.address;
    const offered = this.#offered?.hub === hub ? this.#offered : null;
    const token = offered?.token ?? (await tokens.of(hub));
    try {
      const answer = await call({ hub, ...(token !== undefined && { token }) });
      if (offered !== null && this.#offered === offered) {
        await tokens.keep(hub, offered.token);
        this.#offered = null;
      }
      return answer;
    } catch (error) {
      if (needsToken(error) && this.#offered === offered) this.#offered = null;
      throw error;
    }
  }
}

export const needsToken = (error: unknown): error is EngineError =>
  error instanceof EngineError && error.code === 'token-needed';
