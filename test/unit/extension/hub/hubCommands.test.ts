import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hub } from '../../../../src/extension/hub/hub';
import { registerHub } from '../../../../src/extension/hub/registerHub';
import { recentRepositories } from '../../../../src/extension/hub/repositorySearch';
import { RememberedModels } from '../../../../src/extension/modelsView/remembered';
import type { Engine } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';
import type { HubFile, HubListing, HubRepository } from '../../../../src/shared/hub';
import { Memento } from '../../support/layersBackend';

/** What the user does at a step: types, chooses a row by its words once it is there, goes back, or leaves. */
type Act =
  | { readonly text: string }
  | { readonly type: string; readonly row: string }
  | { readonly row: string }
  | 'back';

const editor = vi.hoisted(() => ({
  kind: 'node',
  isTrusted: true,
  setting: '',
  acts: [] as unknown[],
  /** The title, step and kind of each input that was shown, and its rows when it was answered. */
  seen: [] as string[],
  prompts: [] as string[],
  messages: [] as string[],
  pressed: undefined as string | undefined,
  commands: new Map<string, (argument?: unknown) => unknown>(),
  executed: [] as string[],
  keys: new Map<string, unknown>(),
  progress: [] as string[],
  deleted: [] as string[],
  deleting: undefined as unknown,
}));

vi.mock('vscode', async () => {
  const listeners = () => {
    const all = new Set<(value: never) => void>();
    const on = (listener: (value: never) => void) => {
      all.add(listener);
      return { dispose: () => void all.delete(listener) };
    };
    return { on, fire: (value?: unknown) => all.forEach((listener) => listener(value as never)) };
  };
  const input = (kind: string) => {
    const [value, accept, hide, button, itemButton] = [listeners(), listeners(), listeners(), listeners(), listeners()];
    const box = {
      title: '',
      prompt: '',
      step: undefined as number | undefined,
      value: '',
      password: false,
      busy: false,
      validationMessage: '',
      ignoreFocusOut: false,
      buttons: [] as unknown[],
      items: [] as { label: string; description?: string }[],
      selectedItems: [] as { label: string }[],
      onDidChangeValue: value.on,
      onDidAccept: accept.on,
      onDidHide: hide.on,
      onDidTriggerButton: button.on,
      onDidTriggerItemButton: itemButton.on,
      dispose: () => undefined,
      show() {
        editor.seen.push(
          [box.step ?? '-', box.password ? 'secret' : kind, ...(box.ignoreFocusOut ? [] : ['closes'])].join(' '),
        );
        if (box.prompt !== '') editor.prompts.push(box.prompt);
        const act = (editor.acts.shift() ?? 'leave') as 'leave' | Act;
        void (async () => {
          await Promise.resolve();
          if (act === 'leave') return hide.fire();
          if (act === 'back') return button.fire();
          if ('text' in act) {
            value.fire((box.value = act.text));
            return accept.fire();
          }
          if ('type' in act) value.fire((box.value = act.type));
          const chosen = await vi.waitUntil(() => box.items.find(({ label }) => label.includes(act.row)));
          box.selectedItems = [chosen];
          accept.fire();
        })();
      },
    };
    return box;
  };
  const show = async (message: string, ...rest: unknown[]) => {
    editor.messages.push(message);
    return rest.find((one) => (one as { title?: string }).title === editor.pressed || one === editor.pressed);
  };
  class FileSystemError extends Error {
    constructor(readonly code: string) {
      super(code);
    }
  }
  return {
    l10n: await import('@vscode/l10n'),
    Disposable: { from: () => ({ dispose: () => undefined }) },
    ThemeIcon: class {
      constructor(readonly id: string) {}
    },
    FileSystemError,
    ProgressLocation: { Notification: 15 },
    QuickInputButtons: { Back: {} },
    QuickPickItemKind: { Separator: -1 },
    Uri: { file: (path: string) => ({ path }) },
    window: {
      createInputBox: () => input('text'),
      createQuickPick: () => input('list'),
      showWarningMessage: show,
      showErrorMessage: show,
      showInformationMessage: show,
      setStatusBarMessage: (message: string) => void editor.messages.push(message),
      withProgress: async ({ title }: { title: string }, work: (...all: unknown[]) => Promise<unknown>) => {
        editor.progress.push(title);
        return work(
          { report: ({ message }: { message: string }) => editor.progress.push(message) },
          { onCancellationRequested: () => ({ dispose: () => undefined }) },
        );
      },
    },
    commands: {
      registerCommand: (name: string, act: (argument?: unknown) => unknown) => void editor.commands.set(name, act),
      executeCommand: async (name: string, key?: string, value?: unknown) => {
        if (name === 'setContext') editor.keys.set(String(key), value);
        else editor.executed.push(name);
      },
    },
    workspace: {
      get isTrusted() {
        return editor.isTrusted;
      },
      getConfiguration: () => ({ get: () => editor.setting }),
      fs: {
        delete: async ({ path }: { path: string }) => {
          editor.deleted.push(path);
          if (editor.deleting !== undefined) throw new FileSystemError(String(editor.deleting));
        },
      },
    },
  };
});
vi.mock('#host', () => ({
  host: {
    get kind() {
      return editor.kind;
    },
  },
}));

// Typing is looked for after a pause, which need not pass here.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }).setTimerTickMode('nextTimerAsync'));
afterEach(() => void vi.useRealTimers());

beforeEach(() => {
  Object.assign(editor, {
    kind: 'node',
    isTrusted: true,
    setting: '',
    acts: [],
    seen: [],
    prompts: [],
    messages: [],
    pressed: undefined,
    executed: [],
    progress: [],
    deleted: [],
    deleting: undefined,
  });
  editor.keys.clear();
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
  const run = (name: string, argument?: unknown) => editor.commands.get(`vectorscope.${name}`)?.(argument);
  return { run, engine, tokens, recent, remembered, choice, told, redraw };
}

describe('opening from the Hub', () => {
  it('asks for repository, model and what to fetch, counts the bytes, and loads the geometry by its own name', async () => {
    const { run, choice, recent } = setUp();
    editor.acts = [...chosen];
    await run('openFromHub');
    expect(editor.seen).toEqual(['1 list', '2 list', '3 list']);
    expect(editor.progress).toEqual(['Reading the geometry of owner/big · Q4_K_M', '24 of 98 MB']);
    expect(choice.fetched.mock.calls).toEqual([
      [{ path, name: 'owner/big · Q4_K_M', hub: { repository: 'owner/big', bytes: file.bytes } }, 'geometry'],
    ]);
    expect(recent.all).toEqual(['owner/big']);
  });

  it('downloads the whole model, which then runs', async () => {
    const { run, choice, engine } = setUp();
    editor.acts = [...chosen.slice(0, 2), { row: 'Download' }];
    await run('openFromHub');
    expect(engine.hubGeometry).not.toHaveBeenCalled();
    expect(choice.fetched.mock.calls).toEqual([[expect.objectContaining({ path }), 'all']]);
  });

  it('goes back step by step, and fetches nothing if the user leaves', async () => {
    const { run, engine } = setUp();
    editor.acts = [...chosen.slice(0, 2), 'back', 'back'];
    await run('openFromHub');
    expect(editor.seen).toEqual(['1 list', '2 list', '3 list', '2 list', '1 list']);
    expect(engine.hubGeometry).not.toHaveBeenCalled();
  });

  it('asks for a token before it reads a gated repository, and keeps it once it was accepted', async () => {
    const { run, engine, tokens, choice } = setUp({ gated: true });
    editor.acts = [...chosen, { text: ' hf_1 ' }];
    await run('openFromHub');
    expect(editor.seen.at(-1)).toBe('- secret');
    expect(engine.hubGeometry.mock.calls.map(([{ token }]) => token)).toEqual(['hf_1']);
    expect(tokens.keep.mock.calls).toEqual([[address, 'hf_1']]);
    expect(choice.fetched).toHaveBeenCalledTimes(1);
  });

  it('asks once more if the token is refused, then says so', async () => {
    const { run, engine, tokens, told } = setUp({ gated: true });
    engine.hubGeometry.mockRejectedValueOnce(forbidden()).mockRejectedValueOnce(forbidden());
    editor.acts = [...chosen, { text: 'hf_1' }, { text: 'hf_2' }];
    await run('openFromHub');
    expect(editor.prompts[1]).toMatch(/^That token may not read it\. /);
    expect(engine.hubGeometry.mock.calls.map(([{ token }]) => token)).toEqual(['hf_1', 'hf_2']);
    expect(tokens.keep).not.toHaveBeenCalled();
    expect(told.map(({ sentence, ways }) => [sentence, ...ways.keys()])).toEqual([
      ['That token may not read it.', 'Give a Token…'],
    ]);
  });

  it('asks for another token where a kept one no longer serves, and ends quietly without one', async () => {
    const { run, engine, told, choice } = setUp({ gated: true, kept: 'hf_old' });
    engine.hubGeometry.mockRejectedValueOnce(forbidden());
    editor.acts = [...chosen];
    await run('openFromHub');
    expect(editor.seen).toEqual(['1 list', '2 list', '3 list', '- secret']);
    expect([told, choice.fetched.mock.calls]).toEqual([[], []]);
  });

  it('forgets a token that is left empty, and takes another', async () => {
    const { run, tokens } = setUp({ kept: 'hf_old' });
    editor.acts = ['leave', { text: '' }, { text: 'hf_new' }];
    await run('changeHubToken');
    expect(tokens.keep).not.toHaveBeenCalled();
    await run('changeHubToken');
    await run('changeHubToken');
    expect(tokens.keep.mock.calls).toEqual([
      [address, ''],
      [address, 'hf_new'],
    ]);
    expect(editor.messages).toEqual(['The token for hub.test is forgotten.', 'The token for hub.test is changed.']);
  });

  it('offers to change the token only while one is kept', async () => {
    const hasToken = () => editor.keys.get('vectorscope.hubToken');
    const { run } = setUp();
    await vi.waitFor(() => expect(hasToken()).toBe(false));
    editor.acts = [{ text: 'hf_new' }, { text: '' }];
    await run('changeHubToken');
    expect(hasToken()).toBe(true);
    await run('changeHubToken');
    expect(hasToken()).toBe(false);
    setUp({ kept: 'hf_old' });
    await vi.waitFor(() => expect(hasToken()).toBe(true));
  });

  it('shows why a list did not come, and works on', async () => {
    const { run, engine, choice } = setUp();
    engine.hubFiles.mockRejectedValueOnce(new EngineError('fetch-failed', 'It broke. Try again.'));
    engine.hubSearch.mockRejectedValueOnce(forbidden());
    editor.acts = [
      { type: 'big', row: 'Give a Token' },
      { text: 'hf_1' },
      { row: 'owner/big' },
      { row: 'Try Again' },
      ...chosen.slice(1),
    ];
    await run('openFromHub');
    expect(editor.seen).toEqual(['1 list', '- secret', '1 list', '2 list', '2 list', '3 list']);
    expect(engine.hubFiles.mock.calls.at(-1)?.[0]).toMatchObject({ token: 'hf_1' });
    expect(choice.fetched).toHaveBeenCalledTimes(1);
  });

  it('tells of a read that broke off, and goes on with it on request', async () => {
    const { run, engine, told, choice } = setUp();
    engine.hubGeometry.mockRejectedValueOnce(new EngineError('fetch-failed', 'It broke. Try again.'));
    editor.acts = [...chosen];
    await run('openFromHub');
    expect(choice.fetched).not.toHaveBeenCalled();
    await told[0]?.ways.get('Try Again')?.();
    expect(choice.fetched).toHaveBeenCalledTimes(1);
    engine.hubGeometry.mockRejectedValueOnce(new EngineError('cancelled', 'Stopped.'));
    editor.acts = [...chosen];
    await run('openFromHub');
    expect(told).toHaveLength(1);
  });

  it('asks nothing in an untrusted workspace, in a browser, and while the setting chooses the model', async () => {
    const { run, engine } = setUp();
    expect(editor.keys.size).toBe(0);
    editor.isTrusted = false;
    await run('openFromHub');
    Object.assign(editor, { isTrusted: true, setting: '/m/set.gguf' });
    await run('openFromHub');
    Object.assign(editor, { setting: '', kind: 'web' });
    await setUp().run('openFromHub');
    expect(editor.keys.get('vectorscope.noHub')).toBe(true);
    expect(editor.seen).toEqual([]);
    expect(editor.messages).toEqual([
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
    const { run, remembered, told } = setUp();
    await remembered.remember(held);
    await run('forgetHubModel', path);
    expect([editor.deleted, remembered.files.length]).toEqual([[], 1]);
    Object.assign(editor, { pressed: 'Delete', deleting: 'FileNotFound' });
    await run('forgetHubModel', path);
    expect(editor.messages.at(-1)).toBe('Remove owner/big · Q4_K_M from the list, and delete its downloaded files?');
    expect([editor.deleted, remembered.files, told]).toEqual([[dirname(path)], [], []]);
  });

  it('stays if its files cannot be deleted, and nothing outside of our folder ever is', async () => {
    const { run, remembered, told } = setUp();
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
