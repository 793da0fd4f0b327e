// A person's home with models where Ollama and LM Studio keep theirs.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const families = fileURLToPath(new URL('../../fixtures/families', import.meta.url));

/**
 * Puts qwen2:0.5b into Ollama's store, and a torn file and three models into LM Studio's folder: one that is not tied,
 * one that adds a bias to its logits, and one of a family that cannot be run.
 * @param {string} home
 * @returns {Promise<NodeJS.ProcessEnv>} what makes an editor look there alone
 */
export async function makeHome(home) {
  const file = await readFile(join(families, 'qwen2.gguf'));
  const digest = createHash('sha256').update(file).digest('hex');
  const ollama = join(home, '.ollama', 'models');
  const layers = [{ mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size: file.length }];
  await put(
    join(ollama, 'manifests', 'registry.ollama.ai', 'library', 'qwen2', '0.5b'),
    JSON.stringify({ schemaVersion: 2, layers }),
  );
  await put(join(ollama, 'blobs', `sha256-${digest}`), file);
  const lmStudio = join(home, '.lmstudio', 'models', 'maker');
  await put(join(lmStudio, 'torn-GGUF', 'torn.Q4_0.gguf'), file.subarray(0, 3000));
  for (const name of ['llama-untied', 'phi2'])
    await put(join(lmStudio, `${name}-GGUF`, `${name}.gguf`), await readFile(join(families, `${name}.gguf`)));
  // Names of one length, so that all else stays at its place. Latin-1 keeps every byte.
  const unknown = (await readFile(join(families, 'llama-untied.gguf'), 'latin1'))
    .replaceAll('llama.', 'mamba.')
    .replace(/(general\.architecture.{12})llama/s, '$1mamba');
  await put(join(lmStudio, 'mamba-GGUF', 'mamba.gguf'), Buffer.from(unknown, 'latin1'));
  return {
    HOME: home,
    USERPROFILE: home,
    OLLAMA_MODELS: ollama,
    LLAMA_CACHE: undefined,
    XDG_CACHE_HOME: undefined,
    HF_HOME: undefined,
    HF_HUB_CACHE: undefined,
  };
}

/**
 * @param {string} path
 * @param {string | Uint8Array} content
 */
async function put(path, content) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
