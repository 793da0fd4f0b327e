import { beforeEach, describe, expect, it, vi } from 'vitest';
import { longestIndex, neededOf } from '../../../../src/extension/web/folderFiles';
import { fileBytes, findModel, most, readModel, placeOfUri, uriOf } from '../../../../src/extension/web/modelFiles';
import { Files, FileSystemError, Uri } from '../../support/editorFiles';

const editor = vi.hoisted(() => ({
  workspaceFolders: [] as unknown[],
  extension: null as unknown,
  fs: null as unknown,
}));
vi.mock('vscode', async () => {
  const { FileSystemError, FileType, Uri } = await import('../../support/editorFiles');
  return {
    l10n: await import('@vscode/l10n'),
    FileSystemError,
    FileType,
    Uri,
    workspace: editor,
    extensions: { getExtension: () => ({ extensionUri: editor.extension }) },
  };
});

const remote = 'vscode-remote://host:1';
const folder = (...names: string[]) => Object.fromEntries(names.map((name) => [`${remote}/m/${name}`, name]));
const use = (files: ConstructorParameters<typeof Files>[0]): Files => (editor.fs = new Files(files)) as Files;

beforeEach(() => {
  editor.workspaceFolders = [{ uri: Uri.parse(`${remote}/work`) }];
  editor.extension = Uri.parse('https://cdn/vectorscope');
});

describe('the place of a model', () => {
  it('is a path of the first folder’s file system, or without a folder of the extension’s', () => {
    expect(uriOf('/m/one.gguf').toString()).toBe(`${remote}/m/one.gguf`);
    editor.workspaceFolders = [];
    expect(uriOf('/m/one.gguf').toString()).toBe('https://cdn/m/one.gguf');
  });

  it('is an address anywhere else', () =>
    expect(uriOf('vscode-vfs://github/a/b.gguf').toString()).toBe('vscode-vfs://github/a/b.gguf'));

  it.each([
    [`${remote}/m/my model.gguf`, '/m/my model.gguf'],
    [`${remote}/m/model-00001-of-00002.safetensors`, '/m'],
    ['vscode-remote://other/m/a.gguf', 'vscode-remote://other/m/a.gguf'],
    ['vscode-vfs://github/a/my%20b.gguf', 'vscode-vfs://github/a/my b.gguf'],
    ['file:///a/100%2525.gguf', 'file:///a/100%2525.gguf'],
  ])('of %s is named %s, and that leads back', (address, place) => {
    const chosen = Uri.parse(address);
    expect(placeOfUri(chosen as never)).toBe(place);
    expect(uriOf(place).toString()).toBe(place === '/m' ? `${remote}/m` : chosen.toString());
  });
});

describe('a model of one file', () => {
  it('is read whole', async () => {
    use(folder('one.gguf'));
    expect(await readModel('/m/one.gguf')).toEqual({
      path: '/m/one.gguf',
      isFolder: false,
      files: [{ path: '/m/one.gguf', bytes: new TextEncoder().encode('one.gguf') }],
    });
    expect(await fileBytes('/m/one.gguf')).toBe(8);
  });

  it('that is not there, or cannot be read, is said to be so', async () => {
    use({ [`${remote}/m/closed.gguf`]: new FileSystemError('NoPermissions') });
    await expect(findModel('/m/gone.gguf')).rejects.toMatchObject({
      code: 'model-missing',
      message: 'There is no model file at /m/gone.gguf. Choose another.',
    });
    await expect(findModel('/m/closed.gguf')).rejects.toMatchObject({
      code: 'model-missing',
      message:
        'The model file /m/closed.gguf cannot be opened (NoPermissions). Check that you may read it, or choose another.',
    });
  });

  it('that is too large is not read', async () => {
    const files = use({ [`${remote}/m/large.gguf`]: 4.1e9, [`${remote}/m/just.gguf`]: most });
    await expect(readModel('/m/large.gguf')).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(
        /^This model takes 4\.1 GB\. A browser holds all of it in memory, so 500 MB is the limit\./,
      ),
    });
    expect(await fileBytes('/m/just.gguf')).toBe(most);
    expect(files.read).toEqual([]);
  });
});

describe('a model’s folder', () => {
  it.each(['/m', '/m/config.json', '/m/model.safetensors'])(
    'is read by the name %s, and of it what the engine needs',
    async (place) => {
      use(
        folder(
          'README.md',
          'config.json',
          'consolidated.safetensors',
          'model.safetensors',
          'pytorch_model.bin',
          'tokenizer.json',
          'vocab.json',
        ),
      );
      const { path, isFolder, files } = await readModel(place);
      expect([path, isFolder, files.map((file) => file.path)]).toEqual([
        '/m',
        true,
        ['/m/config.json', '/m/model.safetensors', '/m/tokenizer.json'],
      ]);
      expect(await fileBytes(place)).toBe('model.safetensors'.length);
    },
  );

  it('whose index is longer than one can be is refused before that is read, unless it is not needed', async () => {
    const index = { [`${remote}/m/model.safetensors.index.json`]: 10 * longestIndex };
    const files = use({ ...folder('config.json', 'a.safetensors'), ...index });
    await expect(fileBytes('/m')).rejects.toMatchObject({
      code: 'model-damaged',
      message:
        'The model’s model.safetensors.index.json has 168 MB; at most 17 MB were expected. Copy the folder again or choose another model.',
    });
    expect(files.read).toEqual([]);
    use({ ...folder('config.json', 'model.safetensors'), ...index });
    expect(await fileBytes('/m')).toBe('model.safetensors'.length);
  });

  it('gives the files of an index that is chosen by its own name', async () => {
    use({
      ...folder('a-1.safetensors', 'model.safetensors'),
      [`${remote}/m/unet.safetensors.index.json`]: '{"weight_map":{"x":"a-1.safetensors","y":"gone.safetensors"}}',
    });
    const { files } = await readModel('/m/unet.safetensors.index.json');
    expect(files.map(({ path }) => path).sort()).toEqual([
      '/m/a-1.safetensors',
      '/m/model.safetensors',
      '/m/unet.safetensors.index.json',
    ]);
  });

  it('that has none of its files is handed over all the same: the engine says what is missing', async () => {
    use(folder('notes.txt'));
    expect(await readModel('/m')).toEqual({ path: '/m', isFolder: true, files: [] });
  });
});

const shards = ['a-1.safetensors', 'a-2.safetensors', 'other.safetensors', 'model.safetensors.index.json'];
it.each([
  [
    'named by the index',
    '{"weight_map":{"x":"a-1.safetensors","y":"a-2.safetensors","z":3}}',
    ['a-1.safetensors', 'a-2.safetensors', 'model.safetensors.index.json'],
  ],
  ['none where the index is none', '{', ['model.safetensors.index.json']],
  ['none where the index names none', '{"weight_map":null}', ['model.safetensors.index.json']],
])('the files of weights are those %s', (_, index, needed) => expect(neededOf(shards, index)).toEqual(needed));

it('another tokenizer counts where the usual one is missing', () =>
  expect(neededOf(['config.json', 'tokenizer.model'], null)).toEqual(['config.json', 'tokenizer.model']));
