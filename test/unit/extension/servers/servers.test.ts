import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Descriptions } from '../../../../src/extension/modelsView/descriptions';
import { use } from '../../../../src/extension/modelsView/modelChoice';
import { entryOfServer, Models } from '../../../../src/extension/modelsView/models';
import { ModelsTree } from '../../../../src/extension/modelsView/modelsTree';
import { RememberedModels, type ChosenFile } from '../../../../src/extension/modelsView/remembered';
import { withNewKey } from '../../../../src/extension/servers/askServer';
import { registerServers } from '../../../../src/extension/servers/registerServers';
import type { ModelInfo } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';
import { address, serverInfo } from '../../support/controller';
import { editor, resetEditor, run, runWith } from '../../support/fakeEditor';
import { Memento } from '../../support/layersBackend';

vi.mock('vscode', () => import('../../support/fakeEditor'));
vi.mock('#host', () => ({ host: { placeOf: ({ path }: { path: string }) => path } }));

beforeEach(resetEditor);

function setUp() {
  const keys = { keep: vi.fn(async (_address: string, _key: string) => undefined) };
  const forgotten: ChosenFile[] = [];
  const remembered = new RememberedModels(new Memento(), 'here', (file) => void forgotten.push(file));
  let loaded: Pick<ModelInfo, 'name' | 'fileBytes' | 'tied' | 'server'> | null = null;
  const models = new Models({
    defaultPath: '/inside/small.gguf',
    defaultName: 'small',
    remembered,
    descriptions: new Descriptions(() => Promise.reject(new Error('No header is read.'))),
    setting: () => '',
    loaded: () => loaded,
    compared: () => null,
  });
  const choice = {
    connect: vi.fn(async (server: ChosenFile['server']) => {
      if (server) await remembered.choose({ path: server.address, server });
    }),
    use: vi.fn(async () => undefined),
    tell: vi.fn(),
  };
  const unload = vi.fn(async () => undefined);
  registerServers(
    {
      choice,
      models,
      remembered,
      redraw: () => undefined,
      ofRow: (act) => (row) => act(row as string),
    },
    { keys, unload },
  );
  const load = (model: Partial<ModelInfo>) =>
    (loaded = { name: 'SmolLM2-135M', fileBytes: 0, tied: true, server: serverInfo, ...model });
  return { keys, forgotten, remembered, models, choice, unload, load };
}

describe('connecting to a server', () => {
  it('asks for address, key and matrices, keeps the key apart, and loads the model', async () => {
    const { choice, keys } = setUp();
    await runWith('connectToServer', { text: 'localhost:8080/v1/' }, { text: 'sk-1' }, { row: 'small' });
    expect(editor.seen).toEqual(['1 text', '2 secret', '3 list']);
    expect(new Set(editor.titles)).toEqual(new Set(['Connect to a Server…']));
    expect(choice.connect.mock.calls).toEqual([[{ address, matrices: '/inside/small.gguf' }]]);
    expect(keys.keep.mock.calls).toEqual([[address, 'sk-1']]);
  });

  it('goes on without a key and without matrices, or with a file from a dialog', async () => {
    const { choice, keys } = setUp();
    await runWith('connectToServer', { text: address }, { text: '' }, { row: 'None' });
    editor.opened = '/m/one.gguf';
    await runWith('connectToServer', { text: address }, { text: '' }, { row: 'Open File…' });
    expect(choice.connect.mock.calls).toEqual([[{ address }], [{ address, matrices: '/m/one.gguf' }]]);
    expect(keys.keep.mock.calls).toEqual([
      [address, ''],
      [address, ''],
    ]);
  });

  it('goes back, with the address as it was typed, and keeps nothing if the user leaves', async () => {
    const { choice, keys } = setUp();
    await runWith('connectToServer', { text: address }, { text: '' }, 'back', 'back', 'leave');
    expect(editor.seen.map(([step]) => step)).toEqual(['1', '2', '3', '2', '1']);
    await runWith('connectToServer', { text: address }, { text: 'sk-1' }, { row: 'Open Folder…' }, 'leave');
    expect([choice.connect.mock.calls, keys.keep.mock.calls]).toEqual([[], []]);
  });

  it('keeps a key that was typed when the user goes back to it and on again', async () => {
    const { keys } = setUp();
    await runWith('connectToServer', { text: address }, { text: 'sk-1' }, 'back', 'accept', { row: 'None' });
    expect(keys.keep.mock.calls).toEqual([[address, 'sk-1']]);
  });

  it('says what is wrong with an address and with a key, and goes no further', async () => {
    const { choice } = setUp();
    await runWith('connectToServer', { text: 'ftp://localhost' });
    await runWith('connectToServer', { text: address }, { text: 'two words' });
    expect(editor.wrong).toEqual([
      expect.stringContaining('http or https'),
      'Give only plain letters, numbers and signs, and no spaces.',
    ]);
    expect(choice.connect).not.toHaveBeenCalled();
  });

  it('asks before http at a public address, and remembers the yes with the server', async () => {
    const { choice } = setUp();
    await runWith('connectToServer', { text: 'http://example.org' }, 'leave');
    expect(editor.messages[0]?.[0]).toBe('example.org is a public address, and others can read what http sends there.');
    editor.pressed = 'Connect Anyway';
    await runWith('connectToServer', { text: 'http://example.org' }, { text: '' }, { row: 'None' });
    expect(choice.connect.mock.calls).toEqual([[{ address: 'http://example.org', allowsHttp: true }]]);
  });

  it('ends in an untrusted workspace before anything is asked', async () => {
    setUp();
    editor.isTrusted = false;
    editor.pressed = 'Manage Workspace Trust';
    await run('connectToServer');
    expect([editor.seen, editor.executed]).toEqual([[], [['workbench.trust.manage']]]);
    expect(editor.messages[0]?.[0]).toContain('not trusted');
  });

  it('is not possible while the setting chooses the model', async () => {
    setUp();
    editor.settings = { modelFile: '/m/set.gguf' };
    await run('connectToServer');
    expect(editor.seen).toEqual([]);
    expect(editor.messages[0]?.[0]).toContain('vectorscope.modelFile');
  });
});

describe('a remembered server', () => {
  const server = { address, matrices: '/m/one.gguf' };

  it('takes another key, and the engine that has the former one ends', async () => {
    const { keys, remembered, unload, choice } = setUp();
    await remembered.remember({ path: address, server });
    editor.acts = [{ text: 'sk-2' }];
    await run('changeServerKey', address);
    expect([keys.keep.mock.calls, unload.mock.calls.length]).toEqual([[[address, 'sk-2']], 0]);
    await remembered.choose({ path: address, server });
    editor.acts = [{ text: 'sk-3' }];
    await run('changeServerKey', address);
    expect([keys.keep.mock.calls.at(-1), unload.mock.calls.length, choice.use.mock.calls]).toEqual([
      [address, 'sk-3'],
      1,
      [[address, 'all']],
    ]);
    editor.acts = ['leave'];
    await run('changeServerKey', address);
    expect(keys.keep).toHaveBeenCalledTimes(2);
  });

  it('that refused a key is tried again with another, once the engine that has the former one has ended', async () => {
    const done: string[] = [];
    const owner = {
      keys: { keep: async (_: string, key: string) => void done.push(`keep ${key}`) },
      unload: async () => void done.push('unload'),
      again: (path: string) => void done.push(`again ${path}`),
    };
    editor.acts = ['leave', { text: 'sk-2' }];
    await withNewKey(address, owner);
    expect(done).toEqual([]);
    await withNewKey(address, owner);
    expect(done).toEqual(['keep sk-2', 'unload', `again ${address}`]);
  });

  it('takes other matrices, with which it is loaded if it is in use', async () => {
    const { remembered, choice } = setUp();
    await remembered.remember({ path: address, server });
    editor.acts = [{ row: 'small' }];
    await run('chooseServerMatrices', address);
    expect(remembered.of(address)?.server).toEqual({ address, matrices: '/inside/small.gguf' });
    expect(choice.connect).not.toHaveBeenCalled();
    await remembered.choose({ path: address, server });
    editor.acts = [{ row: 'None' }];
    await run('chooseServerMatrices', address);
    expect(choice.connect.mock.calls).toEqual([[{ address }]]);
  });

  it('is told of when it leaves the list, so that its key goes too', async () => {
    const { remembered, forgotten } = setUp();
    await remembered.choose({ path: address, server });
    await remembered.choose({ path: address, server: { address } });
    expect(forgotten).toEqual([]);
    await remembered.forget(address);
    await remembered.choose({ path: address, server });
    for (let i = 0; i < 10; i++) await remembered.choose({ path: `/${i}` });
    expect(forgotten).toEqual([
      { path: address, server: { address } },
      { path: address, server },
    ]);
  });

  it.each([
    { address: 'https://example.org', matrices: '/m/one.gguf' },
    { address, matrices: 'one.gguf' },
    { address, allowsHttp: false },
    { address, model: 7 },
  ])('is not read from a store that holds %j', (stored) => {
    const store = new Memento();
    void store.update('models@here', { chosen: address, files: [{ path: address, server: stored }] });
    expect(new RememberedModels(store, 'here').chosen).toBeNull();
  });

  it('is remembered without what does not belong to it', () => {
    const store = new Memento();
    const files = [{ path: address, server: { address, key: 'sk-1' } }];
    void store.update('models@here', { chosen: address, files });
    expect(new RememberedModels(store, 'here').chosen).toEqual({ path: address, server: { address } });
  });
});

describe('a server in the list', () => {
  const server = { address, matrices: '/m/one.gguf' };

  it('shows its place before it is connected to, and nothing is asked', async () => {
    const { models, remembered } = setUp();
    await remembered.remember({ path: address, server: { ...server, model: 'smol' } });
    await remembered.remember({ path: 'https://example.org/proxy', server: { address: 'https://example.org/proxy' } });
    const rows = models.rows.slice(1);
    expect(rows.map(({ label, description, icon }) => [label, description, icon])).toEqual([
      ['example.org/proxy', '', 'server'],
      ['smol', 'localhost:8080', 'server'],
    ]);
    expect(rows.map(({ facts }) => facts.map(({ label, value }) => `${label}: ${value}`))).toEqual([
      ['Address: https://example.org/proxy', 'Matrices from: no file'],
      ['Address: http://localhost:8080', 'Matrices from: one.gguf'],
    ]);
    expect(rows[1]?.can).toEqual(['load', 'key', 'matrices', 'forget']);
  });

  it('shows what it gives and how it agrees once it is loaded', async () => {
    const { models, remembered, load } = setUp();
    await remembered.choose({ path: address, server });
    load({});
    const row = models.rows.find(({ isServer }) => isServer);
    expect(row).toMatchObject({
      label: 'SmolLM2-135M',
      description: 'localhost:8080 · llama.cpp · h at every position',
      icon: 'check',
      can: ['key', 'matrices'],
    });
    expect(row?.facts.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'Address: http://localhost:8080',
      'Server: llama.cpp',
      'Its name there: SmolLM2-135M.gguf',
      'It gives: h at every position',
      'Context: 2,048 tokens',
      'Matrices from: one.gguf',
      'Server and matrices: agree within 0.4 %',
    ]);
    load({ server: { ...serverInfo, gives: 'listed', contextLength: null, agreement: null } });
    expect(models.rows.find(({ isServer }) => isServer)?.facts.map(({ value }) => value)).toEqual([
      address,
      'llama.cpp',
      'SmolLM2-135M.gguf',
      'likeliest tokens',
      'one.gguf',
    ]);
  });

  it('has a menu of its own, without the commands on files', async () => {
    const { models, remembered } = setUp();
    await remembered.remember({ path: address, server });
    const tree = new ModelsTree(
      { rows: () => models.rows, canAsk: () => false, ask: () => Promise.resolve() },
      () => [],
    );
    const element = (await tree.getChildren()).find((one) => 'path' in one && one.path === address);
    if (!element) throw new Error('The server is not in the tree.');
    expect(tree.getTreeItem(element).contextValue).toBe('server load key matrices forget');
  });

  it('is drawn anew only if something has changed, since that closes an open menu', async () => {
    const { models, remembered } = setUp();
    const drawn = vi.fn();
    const tree = new ModelsTree(
      { rows: () => models.rows, canAsk: () => false, ask: () => Promise.resolve() },
      () => [],
    );
    tree.onDidChangeTreeData(drawn);
    await tree.getChildren();
    tree.refresh();
    expect(drawn).not.toHaveBeenCalled();
    await remembered.remember({ path: address, server });
    tree.refresh();
    expect(drawn).toHaveBeenCalledTimes(1);
    expect(await tree.getChildren()).toHaveLength(2);
    tree.refresh();
    expect(drawn).toHaveBeenCalledTimes(1);
  });

  it('is chosen without reading a header, and goes back to the matrices before if the new ones fail', async () => {
    const remembered = new RememberedModels(new Memento(), 'here');
    const load = vi.fn(async () => undefined);
    const using = {
      isCurrent: () => true,
      opening: () => () => undefined,
      readsHeaders: false,
      look: () => Promise.reject(new Error('No file is looked at.')),
      isInUse: () => false,
      loadAgain: vi.fn(),
      remembered,
      load,
      agrees: async () => true,
      redraw: () => undefined,
      descriptions: new Descriptions(() => Promise.reject(new Error('No header is read.'))),
    };
    await use(entryOfServer(server), 'all', using);
    expect(remembered.chosen).toEqual({ path: address, server });
    load.mockRejectedValueOnce(new EngineError('server-mismatch', 'They differ.'));
    await expect(
      use(entryOfServer({ address, matrices: '/m/two.gguf' }), 'all', { ...using, isInUse: () => false }),
    ).rejects.toThrow('They differ.');
    expect(remembered.chosen).toEqual({ path: address, server });
  });

  it('stays in the list if it cannot be reached', async () => {
    const remembered = new RememberedModels(new Memento(), 'here');
    const using = {
      isCurrent: () => true,
      opening: () => () => undefined,
      readsHeaders: false,
      look: async () => undefined,
      isInUse: () => false,
      loadAgain: () => undefined,
      remembered,
      load: () => Promise.reject(new EngineError('server-failed', 'No server answers.')),
      agrees: async () => true,
      redraw: () => undefined,
      descriptions: new Descriptions(() => Promise.reject(new Error('No header is read.'))),
    };
    await expect(use(entryOfServer(server), 'all', using)).rejects.toThrow('No server answers.');
    expect([remembered.chosen, remembered.of(address)]).toEqual([null, { path: address, server }]);
  });
});
