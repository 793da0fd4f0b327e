import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hub } from '../../../../src/extension/hub/hub';
import { registerHub } from '../../../../src/extension/hub/registerHub';
import { recentRepositories } from '../../../../src/extension/hub/repositorySearch';
import { RememberedModels } from '../../../../src/extension/modelsView/remembered';
import type { Engine } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';
import type { HubFile, HubListing, HubRepository } from '../../../../src/shared/hub';
import { editor, resetEditor, run, runWith, type Act } from '../../support/fakeEditor';
import { Memento } from '../../support/layersBackend';

vi.mock('vscode', () => import('../../support/fakeEditor'));
const machine = vi.hoisted(() => ({ kind: 'node' }));
vi.mock('#host', () => ({ host: machine }));

// Typing is looked for after a pause, which need not pass here.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }).setTimerTickMode('nextTimerAsync'));
afterEach(() => void vi.useRealTimers());

beforeEach(() => {
  resetEditor();
  machine.kind = 'node';
});

const file: HubFile = {
  path: 'big-Q4_K_M.gguf',
  kind: 'gguf',
  name: 'big-Q4_K_M.gguf',
  parts: 1,
  bytes: 4.7e9,
  quantisation: 'Q4_K_M',
};
const repository: HubRepository = { name: 'owner/big', downloads: 1, license: 'mit', gated: false };
const address = 'https://hub.test';
const storage = join('/kept', 'hub');
const path = join(storage, '0af3', 'big-Q4_K_M.gguf');
const chosen: readonly Act[] = [{ type: 'big', row: 'owner/big' }, { row: 'Q4_K_M' }, { row: 'Geometry' }];
const forbidden = () => new EngineError('token-needed', 'That token may not read it.');

function setUp({ gated = false, kept }: { gated?: boolean; kept?: string } = {}) {
  let token = kept;
  const listing: HubListing = { repository: 'owner/big', renamedFrom: null, license: 'mit', gated, files: [file] };
  const tokens = {
    of: async () => token,
    keep: vi.fn(async (_: string, one: string) => void (token = one === '' ? undefined : one)),
  };
  const engine = {
    hubSearch: vi.fn<Engine['hubSearch']>(async () => [{ ...repository, gated }]),
    hubFiles: vi.fn<Engine['hubFiles']>(async () => listing),
    hubGeometry: vi.fn<Engine['hubGeometry']>(async (_, control) => {
      control?.onProgress?.({ stage: 'download', fraction: 0.25, fetched: { bytes: 24e6, of: 98e6 } });
      return { path, repository: 'owner/big', file: file.path, bytesRead: 98e6, bytesOfFile: file.bytes };
    }),
    hubDownload: vi.fn<Engine['hubDownload']>(async () => ({
      path,
      repository: 'owner/big',
      file: file.path,
      bytes: file.bytes,
    })),
  };
  const recent = recentRepositories(new Memento());
  const remembered = new RememberedModels(new Memento(), 'here');
  const choice = { fetched: vi.fn(async () => undefined) };
  const told: { sentence: string; ways: ReadonlyMap<string, () => unknown> }[] = [];
  const redraw = vi.fn();
  registerHub(
    { choice, remembered, redraw, ofRow: (act) => (row) => act(row as string) },
    {
      hub: new Hub({ engine, tokens, address: () => address, folder: storage }),
      recent,
      folder: storage,
      tell: (_, sentence, ways) => void told.push({ sentence, ways }),
    },
  );
  return { engine, tokens, recent, remembered, choice, told, redraw };
}

describe('opening from the Hub', () => {
  it('asks for repository, model and what to fetch, counts the bytes, and loads the geometry by its own name', async () => {
    const { choice, recent } = setUp();
    await runWith('openFromHub', ...chosen);
    expect(editor.seen).toEqual(['1 list', '2 list', '3 list']);
    expect(editor.progress).toEqual(['Reading the geometry of owner/big · Q4_K_M', '24 of 98 MB']);
    expect(choice.fetched.mock.calls).toEqual([
      [{ path, name: 'owner/big · Q4_K_M', hub: { repository: 'owner/big', bytes: file.bytes } }, 'geometry'],
    ]);
    expect(recent.all).toEqual(['owner/big']);
  });

  it('downloads the whole model, which then runs', async () => {
    const { choice, engine } = setUp();
    await runWith('openFromHub', ...chosen.slice(0, 2), { row: 'Download' });
    expect(engine.hubGeometry).not.toHaveBeenCalled();
    expect(choice.fetched.mock.calls).toEqual([[expect.objectContaining({ path }), 'all']]);
  });

  it('goes back step by step, and fetches nothing if the user leaves', async () => {
    const { engine } = setUp();
    await runWith('openFromHub', ...chosen.slice(0, 2), 'back', 'back');
    expect(editor.seen).toEqual(['1 list', '2 list', '3 list', '2 list', '1 list']);
    expect(engine.hubGeometry).not.toHaveBeenCalled();
  });

  it('asks for a token before it reads a gated repository, and keeps it once it was accepted', async () => {
    const { engine, tokens, choice } = setUp({ gated: true });
    await runWith('openFromHub', ...chosen, { text: ' hf_1 ' });
    expect(editor.seen.at(-1)).toBe('- secret');
    expect(engine.hubGeometry.mock.calls.map(([{ token }]) => token)).toEqual(['hf_1']);
    expect(tokens.keep.mock.calls).toEqual([[address, 'hf_1']]);
    expect(choice.fetched).toHaveBeenCalledTimes(1);
  });

  it('asks once more if the token is refused, then says so', async () => {
    const { engine, tokens, told } = setUp({ gated: true });
    engine.hubGeometry.mockRejectedValueOnce(forbidden()).mockRejectedValueOnce(forbidden());
    await runWith('openFromHub', ...chosen, { text: 'hf_1' }, { text: 'hf_2' });
    expect(editor.prompts[1]).toMatch(/^That token may not read it\. /);
    expect(engine.hubGeometry.mock.calls.map(([{ token }]) => token)).toEqual(['hf_1', 'hf_2']);
    expect(tokens.keep).not.toHaveBeenCalled();
    expect(told.map(({ sentence, ways }) => [sentence, ...ways.keys()])).toEqual([
      ['That token may not read it.', 'Give a Token…'],
    ]);
  });

  it('asks for another token where a kept one no longer serves, and ends quietly without one', async () => {
    const { engine, told, choice } = setUp({ gated: true, kept: 'hf_old' });
    engine.hubGeometry.mockRejectedValueOnce(forbidden());
    await runWith('openFromHub', ...chosen);
    expect(editor.seen).toEqual(['1 list', '2 list', '3 list', '- secret']);
    expect([told, choice.fetched.mock.calls]).toEqual([[], []]);
  });

  it('forgets a token that is left empty, and takes another', async () => {
    const { tokens } = setUp({ kept: 'hf_old' });
    await runWith('changeHubToken', 'leave', { text: '' }, { text: 'hf_new' });
    expect(tokens.keep).not.toHaveBeenCalled();
    await run('changeHubToken');
    await run('changeHubToken');
    expect(tokens.keep.mock.calls).toEqual([
      [address, ''],
      [address, 'hf_new'],
    ]);
    expect(editor.said).toEqual(['The token for hub.test is forgotten.', 'The token for hub.test is changed.']);
  });

  it('offers to change the token only while one is kept', async () => {
    const hasToken = () => editor.keys.get('vectorscope.hubToken');
    setUp();
    await vi.waitFor(() => expect(hasToken()).toBe(false));
    await runWith('changeHubToken', { text: 'hf_new' }, { text: '' });
    expect(hasToken()).toBe(true);
    await run('changeHubToken');
    expect(hasToken()).toBe(false);
    setUp({ kept: 'hf_old' });
    await vi.waitFor(() => expect(hasToken()).toBe(true));
  });

  it('shows why a list did not come, and works on', async () => {
    const { engine, choice } = setUp();
    engine.hubFiles.mockRejectedValueOnce(new EngineError('fetch-failed', 'It broke. Try again.'));
    engine.hubSearch.mockRejectedValueOnce(forbidden());
    await runWith(
      'openFromHub',
      { type: 'big', row: 'Give a Token' },
      { text: 'hf_1' },
      { row: 'owner/big' },
      { row: 'Try Again' },
      ...chosen.slice(1),
    );
    expect(editor.seen).toEqual(['1 list', '- secret', '1 list', '2 list', '2 list', '3 list']);
    expect(engine.hubFiles.mock.calls.at(-1)?.[0]).toMatchObject({ token: 'hf_1' });
    expect(choice.fetched).toHaveBeenCalledTimes(1);
  });

  it('tells of a read that broke off, and goes on with it on request', async () => {
    const { engine, told, choice } = setUp();
    engine.hubGeometry.mockRejectedValueOnce(new EngineError('fetch-failed', 'It broke. Try again.'));
    await runWith('openFromHub', ...chosen);
    expect(choice.fetched).not.toHaveBeenCalled();
    await told[0]?.ways.get('Try Again')?.();
    expect(choice.fetched).toHaveBeenCalledTimes(1);
    engine.hubGeometry.mockRejectedValueOnce(new EngineError('cancelled', 'Stopped.'));
    await runWith('openFromHub', ...chosen);
    expect(told).toHaveLength(1);
  });

  it('asks nothing in an untrusted workspace, in a browser, and while the setting chooses the model', async () => {
    const { engine } = setUp();
    expect(editor.keys.size).toBe(0);
    editor.isTrusted = false;
    await run('openFromHub');
    Object.assign(editor, { isTrusted: true, settings: { modelFile: '/m/set.gguf' } });
    await run('openFromHub');
    editor.settings = {};
    machine.kind = 'web';
    setUp();
    await run('openFromHub');
    expect(editor.keys.get('vectorscope.noHub')).toBe(true);
    expect(editor.seen).toEqual([]);
    expect(editor.messages.map(([sentence]) => sentence)).toEqual([
      expect.stringContaining('not trusted'),
      expect.stringContaining('vectorscope.modelFile'),
      expect.stringContaining('In a browser'),
    ]);
    expect(engine.hubSearch).not.toHaveBeenCalled();
  });
});

describe('a model of the Hub in the list', () => {
  const held = { path, name: 'owner/big · Q4_K_M', hub: { repository: 'owner/big', bytes: 4.7e9 } };

  it('is removed with its files after a yes, also if they are gone already', async () => {
    const { remembered, told } = setUp();
    await remembered.remember(held);
    await run('forgetHubModel', path);
    expect([editor.deleted, remembered.files.length]).toEqual([[], 1]);
    Object.assign(editor, { pressed: 'Delete', deleting: 'FileNotFound' });
    await run('forgetHubModel', path);
    expect(editor.messages.at(-1)?.[0]).toBe(
      'Remove owner/big · Q4_K_M from the list, and delete its downloaded files?',
    );
    expect([editor.deleted, remembered.files, told]).toEqual([[dirname(path)], [], []]);
  });

  it('stays if its files cannot be deleted, and nothing outside of our folder ever is', async () => {
    const { remembered, told } = setUp();
    await remembered.remember(held);
    await remembered.remember({ ...held, path: '/m/mine.gguf' });
    Object.assign(editor, { pressed: 'Delete', deleting: 'NoPermissions' });
    await run('forgetHubModel', path);
    await run('forgetHubModel', '/m/mine.gguf');
    expect(editor.deleted).toEqual([dirname(path)]);
    expect(told.map(({ ways }) => [...ways.keys()])).toEqual([['Try Again']]);
    expect(remembered.of(path)).not.toBeNull();
  });

  it.each([{ repository: 7, bytes: 1 }, { repository: 'owner/big', bytes: -1 }, 'owner/big'])(
    'is not read from a store that holds %j',
    (hub) => {
      const store = new Memento();
      void store.update('models@here', { chosen: path, files: [{ path, hub }] });
      expect(new RememberedModels(store, 'here').chosen).toBeNull();
    },
  );
});
