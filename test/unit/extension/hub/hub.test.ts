import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { failureSentence } from '../../../../src/extension/failures';
import { fetchWords } from '../../../../src/extension/hub/fetch';
import { downloadFolder, folderOf, downloadName, Hub, type HubOwner } from '../../../../src/extension/hub/hub';
import {
  exactName,
  lookedFor,
  recentRepositories,
  RepositorySearch,
  type Found,
} from '../../../../src/extension/hub/repositorySearch';
import { failureRows, waysOf, fileRows, repositoryRows, whatRows } from '../../../../src/extension/hub/rows';
import { EngineError } from '../../../../src/shared/errors';
import type { HubFile, HubListing, HubRepository } from '../../../../src/shared/hub';
import { Memento } from '../../support/layersBackend';

vi.mock('vscode', () => import('../../support/fakeEditor'));

const repository = (name: string, more: Partial<HubRepository> = {}): HubRepository => ({
  name,
  downloads: 1200,
  license: 'mit',
  gated: false,
  ...more,
});
const storage = join('/kept', 'hub');
const file: HubFile = {
  path: 'big-Q4_K_M-00001-of-00003.gguf',
  kind: 'gguf',
  name: 'big-Q4_K_M.gguf',
  parts: 3,
  bytes: 4.7e9,
  quantisation: 'Q4_K_M',
};
const listing: HubListing = {
  repository: 'owner/big',
  renamedFrom: null,
  license: 'mit',
  gated: false,
  files: [file],
};
const found = (more: Partial<Found>): Found => ({ query: '', isBusy: false, repositories: [], failure: null, ...more });
const labels = (rows: readonly { label: string }[]) => rows.map(({ label }) => label);

describe('what is typed', () => {
  it('names a repository, by its name or by the address of its page, or a part of a name', () => {
    expect(lookedFor(' owner/name ')).toBe('owner/name');
    expect(lookedFor('https://huggingface.co/owner/name/tree/main')).toBe('owner/name');
    expect(exactName('owner/name-1.5_B')).toBe('owner/name-1.5_B');
    expect(['name', 'owner/', '../name', 'a/b/c', 'a b/c'].map(exactName)).toEqual([null, null, null, null, null]);
  });
});

describe('the search', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  function setUp() {
    const asked: { query: string; signal: AbortSignal; give: (names: readonly string[]) => void; fail(): void }[] = [];
    const shown: Found[] = [];
    const search = new RepositorySearch(
      (query, signal) =>
        new Promise((resolve, reject) =>
          asked.push({
            query,
            signal,
            give: (names) => resolve(names.map((name) => repository(name))),
            fail: () => reject(new EngineError('fetch-failed', 'It cannot be reached. Try again.')),
          }),
        ),
      (state) => shown.push(state),
    );
    return { search, asked, shown };
  }

  it('asks once the user stops typing, and nothing for an empty text', async () => {
    const { search, asked, shown } = setUp();
    search.type('');
    for (const typed of ['q', 'qw', 'qwen']) search.type(typed);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked.map(({ query }) => query)).toEqual(['qwen']);
    expect(shown.map(({ isBusy }) => isBusy)).toEqual([false, true, true, true]);
    asked[0]?.give(['a/qwen']);
    await vi.advanceTimersByTimeAsync(0);
    expect(shown.at(-1)).toMatchObject({ query: 'qwen', isBusy: false, repositories: [{ name: 'a/qwen' }] });
  });

  it('lets the newest win, and ends the one before', async () => {
    const { search, asked, shown } = setUp();
    search.type('one');
    await vi.advanceTimersByTimeAsync(300);
    search.type('two');
    expect(asked[0]?.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(300);
    asked[1]?.give(['a/two']);
    await vi.advanceTimersByTimeAsync(0);
    const count = shown.length;
    asked[0]?.give(['a/one']);
    await vi.advanceTimersByTimeAsync(0);
    expect(shown).toHaveLength(count);
    expect(shown.at(-1)?.repositories.map(({ name }) => name)).toEqual(['a/two']);
  });

  it('shows a failure, works on, and asks nothing once it is closed', async () => {
    const { search, asked, shown } = setUp();
    search.type('one');
    await vi.advanceTimersByTimeAsync(300);
    asked[0]?.fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(shown.at(-1)).toMatchObject({ isBusy: false, repositories: [], failure: { code: 'fetch-failed' } });
    search.type('one2');
    search.dispose();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveLength(1);
  });
});

describe('the rows', () => {
  it('of repositories tell downloads, licence and what is gated, after those that were opened before', () => {
    const rows = repositoryRows(
      found({
        query: 'ow',
        repositories: [repository('owner/a'), repository('owner/b', { license: null, gated: true })],
      }),
      ['owner/b', 'owner/c', 'else/d'],
    );
    expect(rows.map(({ label, description }) => [label, description])).toEqual([
      ['opened before', undefined],
      ['$(history) owner/c', ''],
      ['on the Hub', undefined],
      ['$(repo) owner/a', 'downloads: 1,200 · mit'],
      ['$(lock) owner/b', 'downloads: 1,200 · gated'],
    ]);
  });

  it('take a whole name that the search does not know', () => {
    expect(repositoryRows(found({ query: 'owner/new' }), [])[0]).toMatchObject({
      label: '$(arrow-right) owner/new',
      chosen: { repository: 'owner/new' },
    });
    const known = repositoryRows(found({ query: 'Owner/New', repositories: [repository('owner/new')] }), []);
    expect(labels(known)).toEqual(['on the Hub', '$(repo) owner/new']);
  });

  it('of an older search stay only where they fit, so that a hasty Enter chooses none of them', () => {
    const repositories = [repository('owner/one'), repository('owner/two')];
    expect(labels(repositoryRows(found({ query: 'two', isBusy: true, repositories }), []))).toEqual([
      'on the Hub',
      '$(repo) owner/two',
    ]);
    expect(repositoryRows(found({ query: 'three', isBusy: true, repositories }), [])).toEqual([]);
  });

  it('say what to type, and that nothing was found', () => {
    expect(labels(repositoryRows(found({}), []))).toEqual([
      'Type a part of a repository’s name, or all of it: owner/name',
    ]);
    expect(labels(repositoryRows(found({ query: 'zz' }), []))).toEqual([
      'The Hub has no repository with this in its name',
    ]);
  });

  it('of a failure are its sentences and what can be done, without the icons of a name', () => {
    const failure = new EngineError('fetch-failed', '127.0.0.1:1 cannot be reached. Check $(it), then try again.');
    expect(failureRows(failure)).toMatchObject([
      { label: '$(error) 127.0.0.1:1 cannot be reached.', detail: 'Check (it), then try again.' },
      { label: '$(refresh) Try Again', chosen: 'again' },
    ]);
    expect(waysOf(new EngineError('token-needed', ''))).toEqual(['token']);
    expect(waysOf(new EngineError('bad-request', ''))).toEqual(['settings']);
    expect(waysOf(new EngineError('model-missing', ''))).toEqual(['token', 'again']);
    expect(waysOf(new EngineError('model-unsupported', ''))).toEqual([]);
    expect(failureSentence(new TypeError('x'))).toContain('inside Vectorscope');
  });

  it('of files tell quantisation, size and parts, below the licence and who may read them', () => {
    const folder: HubFile = { ...file, kind: 'safetensors', name: 'big', parts: 1, quantisation: null };
    const rows = fileRows({ ...listing, gated: true, license: null, renamedFrom: 'old/big', files: [file, folder] });
    expect(rows.map(({ label, description, detail }) => [label, description, detail])).toEqual([
      ['$(lock) owner/big', 'names no licence · gated: needs a token with access', 'old/big was renamed to this.'],
      ['2 models', undefined, undefined],
      ['$(file) big-Q4_K_M.gguf', 'Q4_K_M · 4.7 GB · 3 files', undefined],
      ['$(file) big', 'safetensors · 4.7 GB', undefined],
    ]);
    expect(whatRows(file).map(({ chosen, detail }) => [chosen, detail])).toEqual([
      ['geometry', expect.stringContaining('4.7 GB')],
      ['download', expect.stringContaining('4.7 GB')],
    ]);
  });
});

describe('the Hub of the settings', () => {
  function setUp(kept?: string, place = { address: 'https://hub.test' }) {
    let token = kept;
    const tokens = {
      of: async () => token,
      keep: vi.fn(async (_address: string, key: string) => void (token = key)),
    };
    const engine = {
      hubSearch: vi.fn<HubOwner['engine']['hubSearch']>(async () => []),
      hubFiles: vi.fn<HubOwner['engine']['hubFiles']>(async () => listing),
      hubGeometry: vi.fn<HubOwner['engine']['hubGeometry']>(),
      hubDownload: vi.fn<HubOwner['engine']['hubDownload']>(),
    };
    const hub = new Hub({ engine, tokens, address: () => place.address, folder: storage });
    return { hub, engine, tokens };
  }
  const { signal } = new AbortController();

  it('is asked with its token, and without one if there is none', async () => {
    const { hub, engine } = setUp();
    await hub.search('a', signal);
    expect(engine.hubSearch.mock.calls[0]?.[0]).toEqual({ query: 'a', hub: 'https://hub.test' });
    const other = setUp('hf_1');
    await other.hub.files('owner/big', signal);
    expect(other.engine.hubFiles.mock.calls[0]?.[0]).toEqual({
      repository: 'owner/big',
      hub: 'https://hub.test',
      token: 'hf_1',
    });
  });

  it('gets an offered token, which is kept once it was accepted', async () => {
    const { hub, engine, tokens } = setUp('hf_old');
    hub.offer('https://hub.test', 'hf_new');
    engine.hubFiles.mockRejectedValueOnce(new EngineError('token-needed', 'No.'));
    await expect(hub.files('owner/big', signal)).rejects.toThrow('No.');
    await hub.files('owner/big', signal);
    hub.offer('https://hub.test', 'hf_newer');
    await hub.files('owner/big', signal);
    expect(engine.hubFiles.mock.calls.map(([{ token }]) => token)).toEqual(['hf_new', 'hf_old', 'hf_newer']);
    expect(tokens.keep.mock.calls).toEqual([['https://hub.test', 'hf_newer']]);
  });

  it('gets no token that was given for another Hub, whatever the setting is by then', async () => {
    const place = { address: 'https://hub.test' };
    const { hub, engine, tokens } = setUp(undefined, place);
    hub.offer('https://hub.test', 'hf_1');
    engine.hubSearch.mockRejectedValueOnce(new EngineError('fetch-failed', 'It cannot be reached.'));
    await expect(hub.search('a', signal)).rejects.toThrow('It cannot be reached.');
    place.address = 'https://mirror.test';
    await hub.search('a', signal);
    expect([engine.hubSearch.mock.lastCall?.[0], await hub.hasToken()]).toEqual([
      { query: 'a', hub: 'https://mirror.test' },
      false,
    ]);
    await hub.change('https://hub.test', 'hf_2');
    expect(tokens.keep.mock.calls).toEqual([['https://hub.test', 'hf_2']]);
  });

  it('puts a geometry beside the others, and a whole model into a folder of its own', async () => {
    const { hub, engine } = setUp();
    await hub.fetch('geometry', 'owner/big', file, {});
    await hub.fetch('download', 'owner/big', file, {});
    expect(engine.hubGeometry.mock.calls[0]?.[0]).toMatchObject({ folder: storage, file: file.path });
    expect(engine.hubDownload.mock.calls[0]?.[0].folder).toBe(
      join(storage, 'owner%2Fbig%2Fbig-Q4_K_M-00001-of-00003.gguf'),
    );
  });
});

describe('what was fetched', () => {
  it('is deleted only where it lies in a folder of ours', () => {
    expect(folderOf(storage, join(storage, '0af3', 'model.gguf'))).toBe(join(storage, '0af3'));
    const whole = downloadFolder(storage, 'owner/big', 'sub/a.gguf');
    expect(folderOf(storage, `${whole}/owner/big/sub/a.gguf`)).toBe(whole);
    for (const path of [storage, '/kept/other/a.gguf', '/kept/hub/../a.gguf', '/a.gguf'])
      expect(folderOf(storage, path), path).toBeNull();
  });

  it('is named after its repository and its quantisation, or its file where several have that', () => {
    expect(downloadName(listing, file)).toBe('owner/big · Q4_K_M');
    expect(downloadName({ ...listing, files: [file, { ...file, name: 'b.gguf' }] }, file)).toBe(
      'owner/big · big-Q4_K_M',
    );
    expect(downloadName(listing, { ...file, kind: 'safetensors' })).toBe('owner/big');
  });

  it('is counted as it comes', () => {
    expect(fetchWords({ fetched: { bytes: 24e6, of: 98e6 } })).toBe('24 of 98 MB');
    expect(fetchWords({ fetched: { bytes: 120e6, of: 4.7e9 } })).toBe('0.1 of 4.7 GB');
    expect(fetchWords({ fetched: { bytes: 1e5, of: 2.4e6 } })).toBe('0.1 of 2.4 MB');
    expect(fetchWords({})).toBe('reading the header');
  });
});

describe('the recent repositories', () => {
  it('are the last ten, the newest first, each once', async () => {
    const recent = recentRepositories(new Memento());
    for (let i = 0; i < 12; i++) await recent.add(`owner/${i}`);
    await recent.add('owner/5');
    expect(recent.all).toEqual([5, 11, 10, 9, 8, 7, 6, 4, 3, 2].map((i) => `owner/${i}`));
  });

  it('are none where the store holds something else', async () => {
    for (const value of ['owner/a', [7], ['$(x)'], { a: 1 }]) {
      const store = new Memento();
      await store.update('hub repositories', value);
      expect(recentRepositories(store).all).toEqual([]);
    }
  });
});
