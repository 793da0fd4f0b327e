import { describe, expect, it, vi } from 'vitest';
import { Descriptions, type Description } from '../../src/extension/modelsView/descriptions';
import { RememberedModels } from '../../src/extension/modelsView/remembered';
import { entriesOf, inShort, rowOf, type Entry, type Sources } from '../../src/extension/modelsView/rows';
import { use } from '../../src/extension/modelsView/use';
import { rowWords } from '../../src/extension/modelsView/words';
import type { ModelSummary } from '../../src/shared/engine';
import { EngineError } from '../../src/shared/errors';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n') }));

const sources: Sources = { defaultPath: '/inside/small.gguf', defaultName: 'small', setting: '', remembered: [], found: [] };
const entry: Entry = { kind: 'file', path: '/m/one.gguf', name: 'one', named: false };
const summary: ModelSummary = { architecture: 'llama', parameters: 1.236e9, quantisation: 'Q4_K', tied: true, contextLength: 131072, fileBytes: 807e6, license: 'llama3.2', memory: { run: 2e9, geometry: 1e9 }, verdict: 'runs', refusal: null };
const read = (more: Partial<ModelSummary> = {}): Description => ({ kind: 'read', summary: { ...summary, ...more } });
const row = (known: Description | null, more: Partial<Entry> = {}, inUse = false) => rowOf({ ...entry, ...more }, known, inUse, rowWords);

describe('the list of models', () => {
  it('begins with the default model, and has nothing else before anything is asked for', () => {
    expect(entriesOf(sources)).toEqual([{ kind: 'default', path: '/inside/small.gguf', name: 'small', named: false }]);
  });

  it('holds the setting’s file, what was chosen before and what was found, each once', () => {
    const all = entriesOf({
      ...sources,
      setting: '/m/set.gguf',
      remembered: [{ path: '/blobs/sha256-1', name: 'llama3.2:1b' }, { path: '/m/one.gguf' }],
      found: [{ path: '/blobs/sha256-1', name: 'llama3.2:latest', named: true }, { path: '/m/two.gguf', name: 'two', named: false }, { path: '/m/set.gguf', name: 'set', named: false }],
    });
    expect(all.map(({ kind, name }) => [kind, name])).toEqual([['default', 'small'], ['setting', 'set'], ['file', 'llama3.2:1b'], ['file', 'one'], ['file', 'two']]);
  });
});

describe('a model in the list', () => {
  it('is named alone before its header was read', () => {
    expect(row(null)).toEqual({ path: '/m/one.gguf', label: 'one', description: '', icon: 'circle-outline', details: ['/m/one.gguf'] });
    expect(row(null, { kind: 'default' }, true)).toMatchObject({ description: 'in use · comes with Vectorscope', icon: 'check' });
  });

  it('says what its header says, and what can be done with it', () => {
    const drawn = row(read(), {}, true);
    expect(drawn.description).toBe('in use · runs · llama · 1.2 B parameters · Q4_K · 807 MB · tied · context of 131,072 tokens · licence: llama3.2');
    expect(drawn.icon).toBe('check');
    expect(row(read(), { kind: 'setting' }).details).toContain('named by the setting vectorscope.modelFile');
  });

  it('leaves out what the header does not say', () => {
    expect(row(read({ tied: null, contextLength: null, license: null })).description).toBe('runs · llama · 1.2 B parameters · Q4_K · 807 MB · tied or not is seen when it is loaded');
    expect(row(read({ tied: false })).description).toContain('not tied');
  });

  it('says why it cannot be run', () => {
    expect(row(read({ architecture: 'mamba', refusal: 'Not that one.' }))).toMatchObject({ icon: 'circle-slash', description: expect.stringMatching(/^not supported · mamba/), details: expect.arrayContaining(['Not that one.']) });
    expect(row({ kind: 'failed', code: 'model-unsupported', message: 'Version 1.' })).toMatchObject({ icon: 'circle-slash', description: 'not supported', details: ['Version 1.', '/m/one.gguf'] });
  });

  it('says that its file is gone or damaged', () => {
    expect(row({ kind: 'failed', code: 'model-missing', message: 'It is gone.' })).toMatchObject({ icon: 'warning', description: 'not there', details: ['It is gone.', '/m/one.gguf'] });
    expect(row({ kind: 'failed', code: 'model-damaged', message: 'It is torn.' }, {}, true)).toMatchObject({ icon: 'warning', description: 'damaged · in use' });
  });

  it.each([[12, '12'], [99_999, '99,999'], [134_515_008, '135 M'], [999_600_000, '1.0 B'], [7.24e9, '7.2 B'], [405.8e9, '406 B']])('has %s parameters: %s', (many, text) => expect(inShort(many)).toBe(text));
});

describe('what is known of files', () => {
  const made = (answer: (path: string) => Promise<ModelSummary>) => {
    const describe = vi.fn(answer);
    return { describe, descriptions: new Descriptions(describe) };
  };

  it('is read once, and again only where that is wanted', async () => {
    const { describe, descriptions } = made(async () => summary);
    expect(descriptions.of('/a')).toBeNull();
    await Promise.all([descriptions.ask('/a'), descriptions.ask('/a')]);
    await descriptions.ask('/a');
    expect(descriptions.of('/a')).toEqual({ kind: 'read', summary });
    expect(describe).toHaveBeenCalledTimes(1);
    await descriptions.ask('/a', true);
    expect(describe).toHaveBeenCalledTimes(2);
  });

  it('keeps a failure of the file, not one of the engine', async () => {
    const failures: Record<string, Error> = { '/gone': new EngineError('model-missing', 'It is gone.'), '/lost': new EngineError('worker-lost', 'Lost.'), '/odd': new Error('odd') };
    const { descriptions } = made(async (path) => { throw failures[path]; });
    for (const path of Object.keys(failures)) await descriptions.ask(path);
    expect(Object.keys(failures).map((path) => descriptions.of(path))).toEqual([{ kind: 'failed', code: 'model-missing', message: 'It is gone.' }, null, null]);
  });
});

const storeOf = (values = new Map<string, unknown>()) => ({ values, get: (key: string) => values.get(key), update: async (key: string, value: unknown) => void values.set(key, value) });

describe('the remembered choice', () => {
  it('is the default model until another is chosen, on each machine by itself', async () => {
    const store = storeOf();
    const [here, there] = [new RememberedModels(store, 'here'), new RememberedModels(store, 'there')];
    expect(here.chosen).toBeNull();
    await here.choose({ path: '/a.gguf' });
    await here.choose({ path: '/b', name: 'b:1' });
    expect(new RememberedModels(store, 'here').chosen).toEqual({ path: '/b', name: 'b:1' });
    expect(there.chosen).toBeNull();
    await here.choose(null);
    expect(here.chosen).toBeNull();
    expect(here.files).toEqual([{ path: '/b', name: 'b:1' }, { path: '/a.gguf' }]);
  });

  it('keeps the last ten files, each once', async () => {
    const models = new RememberedModels(storeOf(), 'here');
    for (let i = 0; i < 12; i++) await models.choose({ path: `/${i}` });
    await models.choose({ path: '/5' });
    expect(models.files.map(({ path }) => path)).toEqual(['/5', '/11', '/10', '/9', '/8', '/7', '/6', '/4', '/3', '/2']);
  });

  it.each([undefined, 'text', { chosen: '/a', files: [{ path: 'relative' }] }, { chosen: 3, files: [] }])('is nothing where the store holds %j', (value) => {
    const models = new RememberedModels(storeOf(new Map([['models@here', value]])), 'here');
    expect([models.chosen, models.files]).toEqual([null, []]);
  });
});

describe('a click on a model', () => {
  const setUp = (load: () => Promise<void> = async () => {}, described: () => Promise<ModelSummary> = async () => summary) => {
    const remembered = new RememberedModels(storeOf(), 'here');
    return { remembered, load: vi.fn(load), redraw: () => {}, descriptions: new Descriptions(described) };
  };

  it('remembers it and loads it, under its own name where the file has none', async () => {
    const using = setUp();
    await use({ ...entry, name: 'llama3.2:1b', named: true }, using);
    expect(using.load).toHaveBeenCalledOnce();
    expect(using.remembered.chosen).toEqual({ path: '/m/one.gguf', name: 'llama3.2:1b' });
    await use({ ...entry, kind: 'default' }, using);
    expect(using.remembered.chosen).toBeNull();
  });

  it('changes nothing where the file is gone or cannot be run', async () => {
    const gone = setUp(undefined, async () => { throw new EngineError('model-missing', 'It is gone.'); });
    await expect(use(entry, gone)).rejects.toMatchObject({ code: 'model-missing', message: 'It is gone.' });
    const other = setUp(undefined, async () => ({ ...summary, refusal: 'Not that one.' }));
    await expect(use(entry, other)).rejects.toMatchObject({ code: 'model-unsupported', message: 'Not that one.' });
    for (const { remembered, load } of [gone, other]) expect([remembered.chosen, load.mock.calls.length]).toEqual([null, 0]);
  });

  it('goes back to the choice before where the load fails', async () => {
    let fails = false;
    const using = setUp(async () => { if (fails) throw new EngineError('model-damaged', 'It is torn.'); });
    await use(entry, using);
    fails = true;
    await expect(use({ ...entry, path: '/m/two.gguf' }, using)).rejects.toThrow('It is torn.');
    expect(using.remembered.chosen?.path).toBe('/m/one.gguf');
  });

  it('leaves a later choice alone', async () => {
    const using = setUp(async () => {
      await using.remembered.choose({ path: '/m/later.gguf' });
      throw new EngineError('cancelled', 'Another is loaded.');
    });
    await expect(use(entry, using)).rejects.toMatchObject({ code: 'cancelled' });
    expect(using.remembered.chosen?.path).toBe('/m/later.gguf');
  });
});
