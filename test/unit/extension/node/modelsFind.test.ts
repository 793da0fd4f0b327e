import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { dirname, join, posix, win32 } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findModels, isModelFile, ollamaName, weightsIn } from '../../../../src/extension/node/find';
import { placesOf } from '../../../../src/extension/node/places';

/** Windows has no files that wait. */
const hasPipes = process.platform !== 'win32';
let home = '';
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'vectorscope-models-'))));
afterEach(() => rmSync(home, { recursive: true }));

function put(path: string, content = 'GGUF') {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), content);
}

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const blob = (digit: string) => `.ollama/models/blobs/sha256-${digit.repeat(64)}`;
const manifest = (...layers: readonly (readonly [kind: string, digest: string])[]) =>
  JSON.stringify({
    schemaVersion: 2,
    layers: layers.map(([kind, digest]) => ({ mediaType: `application/vnd.ollama.image.${kind}`, digest, size: 4 })),
  });
const manifests = '.ollama/models/manifests';
const search = (env: Record<string, string> = {}) =>
  findModels({
    ...placesOf({ platform: 'linux', home, env, path }),
    ollama: [env['OLLAMA_MODELS'] ?? join(home, '.ollama/models')],
  });
const found = async (env?: Record<string, string>) =>
  (await search(env)).map(({ name, path }) => [name, path.slice(home.length + 1).replaceAll('\\', '/')]);

describe('the search', () => {
  it('finds nothing where there is nothing', async () => {
    expect(await found()).toEqual([]);
  });

  it('names what Ollama keeps by its manifests, and takes GGUF blobs alone', async () => {
    put(
      `${manifests}/registry.ollama.ai/library/llama3.2/1b`,
      manifest(['template', digest('c')], ['model', digest('a')]),
    );
    put(`${manifests}/hf.co/someone/Model-GGUF/Q4_K_M`, manifest(['model', digest('b')]));
    put(`${manifests}/registry.ollama.ai/library/other/latest`, manifest(['model', digest('d')]));
    put(`${manifests}/registry.ollama.ai/library/gone/latest`, manifest(['model', digest('e')]));
    put(`${manifests}/registry.ollama.ai/library/broken/latest`, '{');
    put(blob('a'));
    put(blob('b'));
    put(blob('d'), 'PK');
    expect(await found()).toEqual([
      ['hf.co/someone/Model-GGUF:Q4_K_M', blob('b')],
      ['llama3.2:1b', blob('a')],
    ]);
    expect((await search()).every(({ named }) => named)).toBe(true);
  });

  it('finds files of LM Studio, llama.cpp and Hugging Face, and each of them once', async () => {
    put('.lmstudio/models/maker/Repo/one.Q4_K_M.gguf');
    put('.cache/lm-studio/models/maker/Repo/two.gguf');
    put('.cache/llama.cpp/three.GGUF');
    put('.cache/llama.cpp/three.GGUF.json', '{}');
    const hub = '.cache/huggingface/hub/models--maker--four';
    put(`${hub}/blobs/abc`);
    for (const snapshot of ['1', '2']) {
      mkdirSync(join(home, hub, 'snapshots', snapshot), { recursive: true });
      symlinkSync('../../blobs/abc', join(home, hub, 'snapshots', snapshot, 'four.gguf'));
    }
    expect(await found()).toEqual([
      ['one.Q4_K_M', '.lmstudio/models/maker/Repo/one.Q4_K_M.gguf'],
      ['two', '.cache/lm-studio/models/maker/Repo/two.gguf'],
      ['three', '.cache/llama.cpp/three.GGUF'],
      ['four', `${hub}/snapshots/1/four.gguf`],
    ]);
  });

  it('finds folders as on Hugging Face, in its cache by their owner and name, and there the main snapshot alone', async () => {
    const hub = '.cache/huggingface/hub/models--HuggingFaceTB--SmolLM2-135M';
    for (const snapshot of ['1a', '2b', '3c']) {
      for (const [file, blob] of [
        ['config.json', 'c'],
        ['model.safetensors', 'w'],
      ] as const) {
        put(`${hub}/blobs/${blob}${snapshot}`);
        mkdirSync(join(home, hub, 'snapshots', snapshot), { recursive: true });
        symlinkSync(`../../blobs/${blob}${snapshot}`, join(home, hub, 'snapshots', snapshot, file));
      }
    }
    put(`${hub}/refs/main`, '2b');
    put('.cache/huggingface/hub/models--maker--weightless/snapshots/1/config.json');
    put('.lmstudio/models/maker/Folder/config.json');
    put('.lmstudio/models/maker/Folder/model-00001-of-00002.safetensors');
    put('.lmstudio/models/maker/Folder/model-00002-of-00002.safetensors');
    expect(await found()).toEqual([
      ['Folder', '.lmstudio/models/maker/Folder'],
      ['HuggingFaceTB/SmolLM2-135M', `${hub}/snapshots/2b`],
    ]);
    expect((await search()).map(({ named }) => named)).toEqual([false, true]);
  });

  it('lists a model in several files once, without the number of a part', async () => {
    for (const part of [1, 2, 3]) put(`.lmstudio/models/maker/Repo/big-Q8_0-0000${part}-of-00003.gguf`);
    expect(await found()).toEqual([['big-Q8_0', '.lmstudio/models/maker/Repo/big-Q8_0-00001-of-00003.gguf']]);
  });

  it('passes over links that lead nowhere or in circles, and folders that cannot be read', async () => {
    put('.lmstudio/models/a/good.gguf');
    put('.lmstudio/models/closed/hidden.gguf');
    symlinkSync('nowhere', join(home, '.lmstudio/models/dangling.gguf'));
    symlinkSync('..', join(home, '.lmstudio/models/a/circle'));
    mkdirSync(join(home, '.lmstudio/models/folder.gguf'));
    chmodSync(join(home, '.lmstudio/models/closed'), 0);
    const names = (await found()).map(([name]) => name);
    chmodSync(join(home, '.lmstudio/models/closed'), 0o700);
    // Whoever runs as root may read everything.
    expect(names.filter((name) => name !== 'hidden')).toEqual(['good']);
  });

  it('goes only so deep, and looks at only so much', async () => {
    put(`.lmstudio/models/${'deep/'.repeat(12)}far.gguf`);
    for (let i = 0; i < 9; i++) put(`.lmstudio/models/m${i}.gguf`);
    expect(await found()).toHaveLength(9);
    expect(await findModels({ ollama: [], folders: [join(home, '.lmstudio/models')] }, { entries: 12 })).toHaveLength(
      4,
    );
  });

  it.runIf(hasPipes)(
    'ends at once when it is stopped, even if a disk does not answer, and keeps what it found',
    async () => {
      put(`${manifests}/registry.ollama.ai/library/llama3.2/1b`, manifest(['model', digest('a')]));
      put(blob('a'));
      put('.lmstudio/models/maker/repo/one.gguf');
      // Opening it waits for a writer.
      put('other/manifests/registry.ollama.ai/library/stuck/latest', manifest(['model', digest('b')]));
      const pipe = join(home, `other/blobs/sha256-${'b'.repeat(64)}`);
      mkdirSync(dirname(pipe));
      execFileSync('mkfifo', [pipe]);
      const stop = new AbortController();
      const budget = { entries: 100 };
      const searching = findModels(
        { ollama: [join(home, '.ollama/models'), join(home, 'other')], folders: [join(home, '.lmstudio/models')] },
        budget,
        stop.signal,
      );
      // It has listed the manifests of both stores: four names each.
      await vi.waitFor(() => expect(budget.entries).toBe(92));
      stop.abort();
      expect((await searching).map(({ name }) => name)).toEqual(['llama3.2:1b']);
      await (await open(pipe, constants.O_WRONLY)).close();
    },
  );

  it('looks where the variables say', async () => {
    put('own/manifests/registry.ollama.ai/library/a/b', manifest(['model', digest('a')]));
    put(`own/blobs/sha256-${'a'.repeat(64)}`);
    put('llama/l.gguf');
    put('hf/hub/h.gguf');
    expect(
      await found({ OLLAMA_MODELS: join(home, 'own'), LLAMA_CACHE: join(home, 'llama'), HF_HOME: join(home, 'hf') }),
    ).toEqual([
      ['a:b', `own/blobs/sha256-${'a'.repeat(64)}`],
      ['l', 'llama/l.gguf'],
      ['h', 'hf/hub/h.gguf'],
    ]);
  });
});

describe('the usual places', () => {
  it('are under the cache that the system names', () => {
    expect(
      placesOf({
        platform: 'linux',
        home: '/h',
        env: { XDG_CACHE_HOME: '/c', OLLAMA_MODELS: 'relative' },
        path: posix,
      }),
    ).toEqual({
      ollama: ['/h/.ollama/models', '/usr/share/ollama/.ollama/models'],
      folders: ['/h/.lmstudio/models', '/h/.cache/lm-studio/models', '/c/llama.cpp', '/c/huggingface/hub'],
    });
    expect(placesOf({ platform: 'darwin', home: '/h', env: {}, path: posix }).folders[2]).toBe(
      '/h/Library/Caches/llama.cpp',
    );
    expect(placesOf({ platform: 'win32', home: 'C:\\h', env: { LOCALAPPDATA: 'C:\\l' }, path: win32 }).folders[2]).toBe(
      'C:\\l\\llama.cpp',
    );
    expect(
      placesOf({ platform: 'linux', home: '/h', env: { HF_HOME: '/f', HF_HUB_CACHE: '/g' }, path: posix }).folders[3],
    ).toBe('/g');
  });
});

it.each([
  ['model.gguf', true],
  ['model-00001-of-00003.gguf', true],
  ['model-00002-of-00003.gguf', false],
  ['model-00011-of-00012.gguf', false],
  ['mmproj-model-f16.gguf', false],
  ['model.gguf.part', false],
])('of %s as a model: %s', (name, expected) => expect(isModelFile(name)).toBe(expected));

it('names a model as Ollama does', () => {
  expect(ollamaName(['registry.ollama.ai', 'someone', 'm', 'latest'])).toBe('someone/m:latest');
  expect(ollamaName(['registry.ollama.ai', 'm'])).toBeNull();
});

it('takes no digest that is none', () => {
  expect(weightsIn(manifest(['model', 'sha256:../../etc/passwd']))).toBeNull();
  expect(weightsIn(manifest(['adapter', digest('a')]))).toBeNull();
});
