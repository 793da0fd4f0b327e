// A person's home with models where Ollama and LM Studio keep theirs.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const families = fileURLToPath(new URL('../../fixtures/families', import.meta.url));

/**
 * Puts qwen2:0.5b into Ollama's store, and a model that is not tied and a torn file into LM Studio's folder.
 * @param {string} home
 * @returns {Promise<NodeJS.ProcessEnv>} what makes an editor look there alone
 */
export async function makeHome(home) {
  const file = await readFile(join(families, 'qwen2.gguf'));
  const digest = createHash('sha256').update(file).digest('hex');
  const ollama = join(home, '.ollama', 'models');
  const layers = [{ mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size: file.length }];
  await put(join(ollama, 'manifests', 'registry.ollama.ai', 'library', 'qwen2', '0.5b'), JSON.stringify({ schemaVersion: 2, layers }));
  await put(join(ollama, 'blobs', `sha256-${digest}`), file);
  const lmStudio = join(home, '.lmstudio', 'models', 'maker');
  await put(join(lmStudio, 'torn-GGUF', 'torn.Q4_0.gguf'), file.subarray(0, 3000));
  await mkdir(join(lmStudio, 'untied-GGUF'), { recursive: true });
  await copyFile(join(families, 'llama-untied.gguf'), join(lmStudio, 'untied-GGUF', 'llama-untied.gguf'));
  return { HOME: home, USERPROFILE: home, OLLAMA_MODELS: ollama, LLAMA_CACHE: undefined, XDG_CACHE_HOME: undefined, HF_HOME: undefined, HF_HUB_CACHE: undefined };
}

/**
 * @param {string} path
 * @param {string | Uint8Array} content
 */
async function put(path, content) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
