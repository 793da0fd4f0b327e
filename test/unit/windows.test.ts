import { describe, expect, it, vi } from 'vitest';
import { decoded } from '../../src/cli/process';
import { readFromHub, hubModel } from '../../src/cli/program';
import { environmentOf, ranOut } from '../../src/engine/platform/node/chatProcess';
import { unopened } from '../../src/engine/platform/node/files';
import { unheld } from '../../src/engine/platform/node/folderStore';
import { endingOf, fileName } from '../../src/extension/export/exportParts';
import { downloadFolder, folderOf } from '../../src/extension/hub/hub';
import { isOfModel } from '../../src/extension/modelFile/document';
import { asEditorWrites, defaultPath, isAddress, nameInPath } from '../../src/extension/modelPath';
import { entriesOf } from '../../src/extension/modelsView/models';
import { RememberedModels } from '../../src/extension/modelsView/remembered';
import { isCrash } from '../../src/extension/node/engineProcess';
import { host } from '../../src/extension/node/host';
import { splitName } from '../../src/shared/modelName';

// What Windows does otherwise, tried on any system: paths by its rules, its exit codes and its refusals.

vi.mock('node:path', async () => import('node:path/win32'));
vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n') }));

const uri = (fsPath: string) => ({ scheme: 'file', fsPath }) as never;

describe('a path on Windows', () => {
  it('has one spelling in the list of models, whoever wrote it', () => {
    expect(['C:\\m\\a.gguf', 'C:/m/a.gguf', 'c:\\m\\a.gguf'].map(asEditorWrites)).toEqual(
      Array<string>(3).fill('c:\\m\\a.gguf'),
    );
    for (const other of ['/m/A.gguf', '\\\\server\\Share\\a.gguf', 'vscode-remote://host/a', 'C:a.gguf', ''])
      expect(asEditorWrites(other)).toBe(other);
    const found = { path: asEditorWrites('C:\\m\\a.gguf'), name: 'a', named: false };
    const entries = entriesOf({
      defaultPath: 'c:\\e\\small.gguf',
      defaultName: 'small',
      setting: asEditorWrites('C:/m/a.gguf'),
      remembered: [{ path: 'c:\\m\\a.gguf' }],
      found: [found],
    });
    expect(entries.map(({ kind, path }) => [kind, path])).toEqual([
      ['default', 'c:\\e\\small.gguf'],
      ['setting', 'c:\\m\\a.gguf'],
    ]);
  });

  it.each([
    ['c:\\m\\a.Q4_1.gguf', 'a.Q4_1', false],
    ['\\\\server\\share\\a-00001-of-00002.gguf', 'a', false],
    ['c:\\hub\\models--owner--name\\snapshots\\0af3', 'owner/name', true],
  ])('%s is of the model %s', (path, name, named) => {
    expect(nameInPath(path)).toEqual({ name, named });
  });

  it('is no address, and is remembered if it is whole', () => {
    expect(['c:\\m\\a.gguf', 'c:/m/a.gguf'].map(isAddress)).toEqual([false, false]);
    const readOf = (path: string) =>
      new RememberedModels(
        { get: <T>() => ({ chosen: path, files: [{ path }] }) as T, update: () => Promise.resolve() },
        'here',
      ).chosen?.path;
    for (const path of ['c:\\m\\a.gguf', '\\\\server\\share\\a.gguf', '\\\\?\\c:\\m\\a.gguf'])
      expect(readOf(path)).toBe(path);
    for (const path of ['m\\a.gguf', 'c:a.gguf']) expect(readOf(path)).toBeUndefined();
  });

  it('stands for the whole model if it is of a part, also on a server', () => {
    expect(host.placeOf(uri('\\\\server\\share\\m\\model-00002-of-00003.safetensors'))).toBe('\\\\server\\share\\m');
    expect(host.placeOf(uri('c:\\m\\a-00002-of-00003.gguf'))).toBe('c:\\m\\a-00001-of-00003.gguf');
    expect(splitName('\\\\server\\share\\a-00002-of-00003.gguf')?.whole).toBe('\\\\server\\share\\a.gguf');
  });

  it('of a model from the Hub lies in its own folder, whatever the case', () => {
    const hub = 'c:\\Users\\me\\hub';
    const folder = downloadFolder(hub, 'owner/name', 'sub/a.gguf');
    expect(folder).toBe(`${hub}\\owner%2Fname%2Fsub%2Fa.gguf`);
    expect(folderOf(hub, `${folder}\\owner\\name\\sub\\a.gguf`)).toBe(folder);
    expect(folderOf(hub, 'C:\\USERS\\ME\\hub\\0af3\\a.gguf')).toBe(`${hub}\\0af3`);
    for (const path of ['d:\\hub\\0af3\\a.gguf', '\\\\server\\hub\\0af3\\a.gguf', hub, 'c:\\Users\\me\\a.gguf'])
      expect(folderOf(hub, path), path).toBeNull();
    expect(defaultPath('c:\\e')).toMatch(/^c:\\e\\models\\[^\\/]+\.gguf$/);
  });

  it('is noticed to have changed as the disk spells it', () => {
    expect(isOfModel('c:\\M\\A.gguf', 'c:\\m\\a.gguf')).toBe(true);
    expect(isOfModel('c:\\M\\A-00001-of-00002.gguf', 'c:\\m\\a-00002-of-00002.gguf')).toBe(true);
    expect(isOfModel('c:\\M\\A.gguf', 'c:\\m\\b.gguf')).toBe(false);
  });

  it('is no repository of the Hub, whose geometry is kept where the variable says', async () => {
    for (const path of ['C:\\models\\m', 'C:/models/m', 'models\\m', '\\\\server\\share'])
      expect(hubModel(path)).toBeNull();
    const folders: unknown[] = [];
    await readFromHub(
      {
        say: () => undefined,
        env: (name) => (name === 'XDG_CACHE_HOME' ? 'D:\\cache' : undefined),
        engine: {
          hubGeometry: ({ folder, repository }) => {
            folders.push(folder);
            return Promise.resolve({ path: '', repository, file: '', bytesRead: 0, bytesOfFile: 0 });
          },
        },
      },
      { repository: 'owner/name' },
    );
    expect(folders).toEqual(['D:\\cache\\vectorscope\\hub']);
  });

  it('of a document is that of its address, which has slashes on every system', () => {
    expect(fileName('text.v1.md', 'tokens', 'csv')).toBe('text.v1-tokens.csv');
    expect(endingOf('/c:/a.b/text.JSON')).toBe('json');
  });
});

describe('a file that another program holds', () => {
  const refusing = (times: number, code: string) => {
    let tries = 0;
    const work = () => {
      if (tries++ < times) throw Object.assign(new Error(code), { code });
    };
    return { work, tried: () => tries };
  };
  const waited: unknown[] = [];
  const wait = (pause?: number) => Promise.resolve(void waited.push(pause)) as Promise<never>;

  it.each(['EBUSY', 'EPERM', 'EACCES'])('is tried again after %s, a few times', async (code) => {
    waited.length = 0;
    const twice = refusing(2, code);
    await unheld(twice.work, [1, 2, 3], wait);
    expect([twice.tried(), waited]).toEqual([3, [1, 2]]);
    const always = refusing(Infinity, code);
    await expect(unheld(always.work, [1, 2, 3], wait)).rejects.toMatchObject({ code });
    expect(always.tried()).toBe(4);
  });

  it('is not tried again for another reason', async () => {
    const full = refusing(1, 'ENOSPC');
    await expect(unheld(full.work, [1, 2, 3], wait)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(full.tried()).toBe(1);
  });

  it('is named when it cannot be read', () => {
    expect(unopened('c:\\m\\a.gguf', 'EBUSY').message).toBe(
      'Another program is using the model file c:\\m\\a.gguf (EBUSY). Wait until it is done, or choose another file.',
    );
  });
});

describe('a process that ends on Windows', () => {
  it('has crashed by its code, where other systems have a signal', () => {
    for (const code of [0x80000003, 0xc000001d, 0xc0000005]) expect(isCrash(code, null)).toBe(true);
    for (const code of [0, 1, 134, null]) expect(isCrash(code, null)).toBe(false);
    expect(isCrash(null, 'SIGSEGV')).toBe(true);
    expect(isCrash(null, 'SIGTERM')).toBe(false);
  });

  it('has run out of memory by its code, which may be signed', () => {
    for (const code of [134, 0x80000003, 0x80000003 | 0, 0xe0000008]) expect(ranOut(code, null)).toBe(true);
    for (const code of [0, 1, 0xc0000005]) expect(ranOut(code, null)).toBe(false);
  });

  it('gets the variables without which nothing starts there', () => {
    expect(environmentOf({ SystemRoot: 'C:\\Windows', TEMP: 'C:\\t', PATH: 'C:\\p', A_SECRET: 'x' })).toEqual({
      SystemRoot: 'C:\\Windows',
      TEMP: 'C:\\t',
      PATH: 'C:\\p',
      ELECTRON_RUN_AS_NODE: '1',
    });
  });
});

describe('a text that was written on Windows', () => {
  const bytes = (...numbers: number[]) => Uint8Array.from(numbers);

  it('is read without its mark, and keeps its line ends', () => {
    expect(decoded(bytes(0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a))).toBe('a\r\n');
    expect(decoded(bytes(0xc3, 0xa9))).toBe('é');
  });

  it.each([
    [bytes(0x63, 0x61, 0x66, 0xe9), 'byte 4, in line 1, is 0xE9'],
    // U+FFFD itself is right, and a character that is cut off is not.
    [bytes(0xef, 0xbb, 0xbf, 0xef, 0xbf, 0xbd, 0x0a, 0xe2, 0x82), 'byte 8, in line 2, is 0xE2'],
  ])('is refused if it is not UTF-8', (text, place) => {
    expect(() => decoded(text)).toThrow(`The text is not UTF-8: ${place}. Save it as UTF-8.`);
    expect(decoded(bytes(0xef, 0xbf, 0xbd))).toBe('\ufffd');
  });

  it.each([
    ['little', bytes(0xff, 0xfe, 0x61, 0)],
    ['big', bytes(0xfe, 0xff, 0, 0x61)],
  ])('is refused as UTF-16, %s end first', (_, text) => {
    expect(() => decoded(text)).toThrow('The text is in UTF-16, and UTF-8 is expected. Save it as UTF-8.');
  });
});
