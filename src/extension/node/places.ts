import type { PlatformPath } from 'node:path';

/** Where other programs keep models. */
export interface ModelPlaces {
  /** Ollama's stores: manifests that name blobs. */
  readonly ollama: readonly string[];
  /** Folders of files that have their names: LM Studio's, llama.cpp's and Hugging Face's. */
  readonly folders: readonly string[];
}

/** The facts that decide where they are. */
export interface MachinePlaces {
  readonly platform: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly path: Pick<PlatformPath, 'join' | 'isAbsolute'>;
}

/**
 * The usual places, whether they exist or not. A variable replaces the place that it stands for, unless its value is
 * not an absolute path.
 */
export function placesOf({ platform, home, env, path }: MachinePlaces): ModelPlaces {
  const { join, isAbsolute } = path;
  const given = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value !== undefined && isAbsolute(value) ? value : undefined;
  };
  const cache = given('XDG_CACHE_HOME') ?? join(home, '.cache');
  const ownOllama = given('OLLAMA_MODELS');
  const huggingFace = given('HF_HUB_CACHE') ?? join(given('HF_HOME') ?? join(cache, 'huggingface'), 'hub');
  return {
    // The last is where Ollama's installer on Linux lets the service keep its models.
    ollama:
      ownOllama === undefined
        ? [join(home, '.ollama', 'models'), ...(platform === 'linux' ? ['/usr/share/ollama/.ollama/models'] : [])]
        : [ownOllama],
    folders: [
      join(home, '.lmstudio', 'models'),
      join(home, '.cache', 'lm-studio', 'models'),
      given('LLAMA_CACHE') ?? llamaCache(),
      huggingFace,
    ],
  };

  function llamaCache(): string {
    const forCaches =
      platform === 'win32'
        ? given('LOCALAPPDATA')
        : platform === 'darwin'
          ? join(home, 'Library', 'Caches')
          : undefined;
    return join(forCaches ?? cache, 'llama.cpp');
  }
}
