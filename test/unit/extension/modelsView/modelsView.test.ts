import { describe, expect, it, vi } from 'vitest';
import { DownloadNeeded } from '../../../../src/extension/inspection/surroundings';
import { Descriptions, type Description } from '../../../../src/extension/modelsView/descriptions';
import { use } from '../../../../src/extension/modelsView/modelChoice';
import { Models } from '../../../../src/extension/modelsView/models';
import {
  entriesOf,
  modelRow,
  type Entry,
  type ModelSources,
  type Standing,
} from '../../../../src/extension/modelsView/models';
import { RememberedModels } from '../../../../src/extension/modelsView/remembered';
import { canCompare } from '../../../../src/extension/modelsView/row';
import type { ModelSummary } from '../../../../src/shared/engine';
import { EngineError, type ErrorCode } from '../../../../src/shared/errors';
import { inShort } from '../../../../src/shared/format';
import { verbatim } from '../../../../src/shared/said';
import { Memento } from '../../support/layersBackend';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n') }));

const sources: ModelSources = {
  defaultPath: '/inside/small.gguf',
  defaultName: 'small',
  setting: '',
  remembered: [],
  found: [],
};
const entry: Entry = { kind: 'file', path: '/m/one.gguf', name: 'one', named: false };
const summary: ModelSummary = {
  architecture: 'llama',
  parameters: 1.236e9,
  quantisation: 'Q4_K',
  tied: true,
  contextLength: 131072,
  fileBytes: 807e6,
  license: 'llama3.2',
  memory: { run: 2e9, geometry: 1e9 },
  verdict: 'runs',
  refusal: null,
};
const read = (more: Partial<ModelSummary> = {}): Description => ({ kind: 'read', summary: { ...summary, ...more } });
const row = (known: Description | null, more: Partial<Entry> = {}, standing: Partial<Standing> = {}) =>
  modelRow({ ...entry, ...more }, known, { use: 'none', isRemembered: false, folder: null, ...standing });
const inUse: Partial<Standing> = { use: 'all' };

describe('the list of models', () => {
  it('begins with the default model, and has nothing else before anything is asked for', () => {
    expect(entriesOf(sources)).toEqual([{ kind: 'default', path: '/inside/small.gguf', name: 'small', named: false }]);
  });

  it('holds the setting’s file, what was chosen before and what was found, each once', () => {
    const all = entriesOf({
      ...sources,
      setting: '/m/set.gguf',
      remembered: [{ path: '/blobs/sha256-1', name: 'llama3.2:1b' }, { path: '/m/one.gguf' }],
      found: [
        { path: '/blobs/sha256-1', name: 'llama3.2:latest', named: true },
        { path: '/m/two.gguf', name: 'two', named: false },
        { path: '/m/set.gguf', name: 'set', named: false },
      ],
    });
    expect(all.map(({ kind, name }) => [kind, name])).toEqual([
      ['default', 'small'],
      ['setting', 'set'],
      ['file', 'llama3.2:1b'],
      ['file', 'one'],
      ['file', 'two'],
    ]);
  });
});

describe('a model in the list', () => {
  it('is named alone before its header was read', () => {
    expect(row(null)).toEqual({
      path: '/m/one.gguf',
      label: 'one',
      description: '',
      icon: 'circle-outline',
      facts: [],
      details: ['/m/one.gguf'],
      can: ['load', 'geometry'],
    });
    expect(row(null, { kind: 'default' }, inUse)).toMatchObject({
      description: 'comes with Vectorscope',
      icon: 'check',
      details: ['in use', 'comes with Vectorscope', '/m/one.gguf'],
    });
  });

  it('says what its header says, and what can be done with it', () => {
    const drawn = row(read(), {}, inUse);
    expect(drawn.description).toBe('runs · 1.2 B · llama · Q4_K · tied · 807 MB · 131,072 tokens · llama3.2');
    expect(drawn.icon).toBe('check');
    expect(drawn.facts.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'On this machine: runs',
      'Family: llama',
      'Parameters: 1,236,000,000',
      'Quantisation: Q4_K',
      'Input and output matrix: tied',
      'Context: 131,072 tokens',
      'Size: 807 MB',
      'Memory: about 2.0 GB',
      'Licence: llama3.2',
    ]);
    expect(row(read(), { kind: 'setting' }).details).toContain('named by the setting vectorscope.modelFile');
  });

  it('says of which types its weights are a mix, in the tooltip and not in the row', () => {
    const mix = [
      { type: 'Q8_0', share: 0.6314 },
      { type: 'Q4_K', share: 0.3686 },
    ];
    const drawn = row(read({ quantisation: 'Q4_K_M', mix }));
    expect(drawn.description).toContain(' · Q4_K_M · ');
    expect(drawn.facts).toContainEqual({
      name: 'quantisation',
      label: 'Quantisation',
      value: 'Q4_K_M (Q8_0 63 %, Q4_K 37 %)',
    });
  });

  it('leaves out what the header does not say', () => {
    const drawn = row(read({ tied: null, contextLength: null, license: null, memory: { run: null, geometry: null } }));
    expect(drawn.description).toBe('runs · 1.2 B · llama · Q4_K · 807 MB');
    expect(drawn.facts.map(({ name }) => name)).toEqual([
      'verdict',
      'family',
      'parameters',
      'quantisation',
      'matrices',
      'size',
    ]);
    expect(drawn.facts[4]?.value).toBe('known once it is loaded');
    expect(row(read({ tied: false })).description).toContain('untied');
  });

  it('says that its geometry alone can be shown, and why', () => {
    const large = read({
      verdict: 'geometry',
      refusal: verbatim('It needs 9 GB.'),
      memory: { run: null, geometry: 1.2e9 },
    });
    expect(row(large)).toMatchObject({
      icon: 'circle-large-outline',
      description: expect.stringMatching(/^geometry only · 1\.2 B/),
      details: ['It needs 9 GB.', '/m/one.gguf'],
      can: ['geometry'],
    });
    expect(row(large).facts).toContainEqual({ name: 'memory', label: 'Memory', value: 'about 1.2 GB' });
    expect(row(read(), {}, { use: 'geometry' })).toMatchObject({
      icon: 'check',
      description: expect.stringMatching(/^geometry only/),
      can: ['load', 'geometry'],
    });
  });

  it('that was fetched from the Hub says from where, and of how large a model it is the geometry', () => {
    const hub = { repository: 'owner/big', bytes: 4.7e9 };
    const source = { repository: 'owner/big', file: 'big.gguf', bytes: 4.7e9 };
    const geometry = row(
      read({ verdict: 'geometry', refusal: verbatim('Only that.'), source }),
      { hub },
      { isRemembered: true },
    );
    expect(geometry.description).toMatch(/^geometry only · of 4\.7 GB on the Hub · llama/);
    expect(geometry.details).toContain('Hub: owner/big');
    expect(geometry.can).toEqual(['geometry', 'delete']);
    expect(geometry.facts.map(({ label, value }) => `${label}: ${value}`)).toEqual(
      expect.arrayContaining(['Hub: owner/big', 'Whole model: 4.7 GB']),
    );
    // The numbers in the matrices are not those of the model.
    expect(geometry.facts.map(({ name }) => name)).not.toContain('parameters');
    const whole = row(read(), { hub });
    expect(whole.description).toMatch(/^runs · 1\.2 B/);
    expect(whole.facts.at(-1)).toEqual({ name: 'repository', label: 'Hub', value: 'owner/big' });
    expect(row(null, { hub }).details).toEqual(['Hub: owner/big', '/m/one.gguf']);
  });

  it('says why nothing can be done with it', () => {
    expect(row(read({ architecture: 'mamba', verdict: 'nothing', refusal: verbatim('Not that one.') }))).toMatchObject({
      icon: 'circle-slash',
      description: expect.stringMatching(/^not supported · 1\.2 B · mamba/),
      details: ['Not that one.', '/m/one.gguf'],
      can: [],
    });
    expect(row({ kind: 'failed', code: 'model-unsupported', message: 'Version 1.' })).toMatchObject({
      icon: 'circle-slash',
      description: 'not supported',
      facts: [],
      details: ['Version 1.', '/m/one.gguf'],
      can: [],
    });
  });

  it('says that its file is gone or damaged', () => {
    expect(row({ kind: 'failed', code: 'model-missing', message: 'It is gone.' })).toMatchObject({
      icon: 'warning',
      description: 'not there',
      details: ['It is gone.', '/m/one.gguf'],
    });
    expect(row({ kind: 'failed', code: 'model-damaged', message: 'It is torn.' }, {}, inUse)).toMatchObject({
      icon: 'warning',
      description: 'damaged · in use',
      details: ['It is torn.', 'in use', '/m/one.gguf'],
    });
  });

  it('can be taken off the list where it was chosen before, and is not now', () => {
    expect(row(null, {}, { isRemembered: true }).can).toContain('forget');
    expect(row(null, {}, { isRemembered: true, use: 'all' }).can).not.toContain('forget');
    expect(
      row({ kind: 'failed', code: 'model-missing', message: 'It is gone.' }, {}, { isRemembered: true }).can,
    ).toEqual(['forget']);
  });

  it.each([
    [12, '12'],
    [99_999, '99,999'],
    [134_515_008, '135 M'],
    [999_600_000, '1.0 B'],
    [7.24e9, '7.2 B'],
    [405.8e9, '406 B'],
  ])('has %s parameters: %s', (many, text) => expect(inShort(many)).toBe(text));
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

  it('is read anew where the engine ended for another model meanwhile', async () => {
    let ends = true;
    const { describe, descriptions } = made(async () => {
      if (ends) throw new EngineError('cancelled', 'Another model is loaded.');
      return summary;
    });
    describe.mockImplementationOnce(async () => {
      ends = false;
      throw new EngineError('cancelled', 'Another model is loaded.');
    });
    await descriptions.ask('/a');
    expect(descriptions.of('/a')).toEqual({ kind: 'read', summary });
    ends = true;
    await descriptions.ask('/b');
    expect([descriptions.of('/b'), describe.mock.calls.length]).toEqual([null, 4]);
  });

  it('keeps a failure of the file, not one of the engine', async () => {
    const failures: Record<string, Error> = {
      '/gone': new EngineError('model-missing', 'It is gone.'),
      '/lost': new EngineError('worker-lost', 'Lost.'),
      '/odd': new Error('odd'),
    };
    const { descriptions } = made(async (path) => {
      throw failures[path];
    });
    for (const path of Object.keys(failures)) await descriptions.ask(path);
    expect(Object.keys(failures).map((path) => descriptions.of(path))).toEqual([
      { kind: 'failed', code: 'model-missing', message: 'It is gone.' },
      null,
      null,
    ]);
  });
});

describe('the remembered choice', () => {
  it('is the default model until another is chosen, on each machine by itself', async () => {
    const store = new Memento();
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

  it('is a window’s own: what another one chooses, changes or removes is what a new window starts with', async () => {
    const [all, workspace] = [new Memento(), new Memento()];
    const windowOf = (own = new Memento()) => new RememberedModels(all, 'here', undefined, own);
    const [first, second] = [windowOf(workspace), windowOf()];
    const server = { address: 'https://example.org' };
    await second.choose({ path: server.address, server });
    expect([first.chosen, windowOf().chosen]).toEqual([null, { path: server.address, server }]);
    await first.choose({ path: '/a.gguf' });
    await second.remember({ path: '/a.gguf', geometryOnly: true });
    expect([second.chosen?.path, first.chosen, first.of('/a.gguf')]).toEqual([
      server.address,
      { path: '/a.gguf' },
      { path: '/a.gguf' },
    ]);
    await second.forget('/a.gguf');
    expect([first.chosen, first.of('/a.gguf'), windowOf().chosen]).toEqual([
      { path: '/a.gguf' },
      { path: '/a.gguf' },
      null,
    ]);
    await second.choose({ path: '/b.gguf' });
    expect(windowOf(workspace).chosen).toEqual({ path: '/a.gguf' });
    await first.remember({ path: '/a.gguf', geometryOnly: true });
    expect(first.chosen).toEqual({ path: '/a.gguf', geometryOnly: true });
    await first.choose(null);
    await second.choose({ path: '/b.gguf' });
    expect([windowOf(workspace).chosen, windowOf().chosen]).toEqual([null, { path: '/b.gguf' }]);
  });

  it('keeps the last ten files, each once', async () => {
    const models = new RememberedModels(new Memento(), 'here');
    for (let i = 0; i < 12; i++) await models.choose({ path: `/${i}` });
    await models.choose({ path: '/5' });
    expect(models.files.map(({ path }) => path)).toEqual([
      '/5',
      '/11',
      '/10',
      '/9',
      '/8',
      '/7',
      '/6',
      '/4',
      '/3',
      '/2',
    ]);
  });

  it('may be an address', async () => {
    const models = new RememberedModels(new Memento(), 'web');
    await models.choose({ path: 'vscode-vfs://github/a/b.gguf' });
    expect(models.chosen).toEqual({ path: 'vscode-vfs://github/a/b.gguf' });
  });

  it('forgets a file, and keeps one that is chosen elsewhere without choosing it', async () => {
    const models = new RememberedModels(new Memento(), 'here');
    await models.choose({ path: '/a.gguf' });
    await models.remember({ path: '/b.gguf', geometryOnly: true });
    expect([models.chosen, models.files]).toEqual([
      { path: '/a.gguf' },
      [{ path: '/b.gguf', geometryOnly: true }, { path: '/a.gguf' }],
    ]);
    await models.forget('/b.gguf');
    expect([models.chosen, models.of('/b.gguf')]).toEqual([{ path: '/a.gguf' }, null]);
    await models.forget('/a.gguf');
    expect([models.chosen, models.files]).toEqual([null, []]);
  });

  it.each([undefined, 'text', { chosen: '/a', files: [{ path: 'relative' }] }, { chosen: 3, files: [] }])(
    'is nothing where the store holds %j',
    (value) => {
      const models = new RememberedModels({ ...new Memento(), get: () => value }, 'here');
      expect([models.chosen, models.files]).toEqual([null, []]);
    },
  );
});

const large: ModelSummary = { ...summary, verdict: 'geometry', refusal: verbatim('It needs 9 GB.') };

/** What a click on a model works with: a load and a description of the file that end as told. */
function clicking(
  load: () => Promise<void> = async () => {},
  describe: () => Promise<ModelSummary> = async () => summary,
  readsHeaders = true,
) {
  const described = vi.fn((_path: string) => describe());
  return {
    isCurrent: vi.fn(() => true),
    readsHeaders,
    look: vi.fn(async (_path: string): Promise<void> => {}),
    opening: vi.fn((_name: string) => () => {}),
    isInUse: vi.fn(() => false),
    loadAgain: vi.fn(),
    remembered: new RememberedModels(new Memento(), 'here'),
    load: vi.fn(load),
    agrees: vi.fn(async (_refusal: string) => true),
    redraw: () => {},
    descriptions: new Descriptions(described),
    described,
  };
}

describe('a click on a model', () => {
  it('remembers it and loads it, under its own name where the file has none', async () => {
    const using = clicking();
    await use({ ...entry, name: 'llama3.2:1b', named: true }, 'all', using);
    expect(using.load).toHaveBeenCalledOnce();
    expect(using.remembered.chosen).toEqual({ path: '/m/one.gguf', name: 'llama3.2:1b' });
    await use({ ...entry, kind: 'default' }, 'all', using);
    expect(using.remembered.chosen).toBeNull();
  });

  it('says that it is being opened while its header is read', async () => {
    const signs: string[] = [];
    const using = clicking(
      async () => void signs.push('loads'),
      async () => {
        signs.push('reads');
        return summary;
      },
    );
    using.opening.mockImplementation((name) => {
      signs.push(`opens ${name}`);
      return () => signs.push('opened');
    });
    await use(entry, 'all', using);
    expect(signs).toEqual(['opens one', 'reads', 'opened', 'loads']);
    // Also where the file is gone.
    const gone = clicking(undefined, async () => {
      throw new EngineError('model-missing', 'It is gone.');
    });
    const opened = vi.fn();
    gone.opening.mockReturnValue(opened);
    await expect(use(entry, 'all', gone)).rejects.toThrow('It is gone.');
    expect(opened).toHaveBeenCalledOnce();
  });

  it('changes nothing where the file is gone or cannot be run', async () => {
    const gone = clicking(undefined, async () => {
      throw new EngineError('model-missing', 'It is gone.');
    });
    await expect(use(entry, 'all', gone)).rejects.toMatchObject({ code: 'model-missing', message: 'It is gone.' });
    const other = clicking(undefined, async () => ({
      ...summary,
      verdict: 'nothing',
      refusal: verbatim('Not that one.'),
    }));
    await expect(use(entry, 'all', other)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: 'Not that one.',
    });
    for (const { remembered, load } of [gone, other])
      expect([remembered.chosen, load.mock.calls.length]).toEqual([null, 0]);
  });

  it('goes back to the choice before where the load fails', async () => {
    let fails = false;
    const using = clicking(async () => {
      if (fails) throw new EngineError('model-damaged', 'It is torn.');
    });
    await use(entry, 'all', using);
    fails = true;
    await expect(use({ ...entry, path: '/m/two.gguf' }, 'all', using)).rejects.toThrow('It is torn.');
    expect(using.remembered.chosen?.path).toBe('/m/one.gguf');
  });

  it('does not bring back a model that was removed from the list while another was loaded', async () => {
    const using = clicking(async () => {
      if (using.remembered.chosen === null) {
        await using.remembered.forget('/m/one.gguf');
        throw new EngineError('cancelled', 'The load was cancelled.');
      }
    });
    await use(entry, 'all', using);
    await expect(use({ ...entry, kind: 'default', path: '/inside/small.gguf' }, 'all', using)).rejects.toThrow();
    expect([using.remembered.chosen, using.remembered.files]).toEqual([null, []]);
  });

  it('gives way to a newer wish while its file is described, and while it is remembered', async () => {
    const using = clicking();
    using.isCurrent.mockReturnValueOnce(false);
    await use(entry, 'all', using);
    expect([using.remembered.chosen, using.load.mock.calls.length]).toEqual([null, 0]);
    using.isCurrent.mockReturnValueOnce(true).mockReturnValueOnce(false);
    await expect(use(entry, 'all', using)).rejects.toMatchObject({ code: 'cancelled' });
    expect([using.remembered.chosen, using.load.mock.calls.length]).toEqual([null, 0]);
  });

  it('stays chosen while its download waits for a yes', async () => {
    const using = clicking(async () => {
      throw new DownloadNeeded({ name: 'small', bytes: 98e6, from: 'host' });
    });
    await using.remembered.choose({ path: '/m/one.gguf' });
    await expect(
      use({ ...entry, kind: 'default', path: '/inside/small.gguf' }, 'all', { ...using, isInUse: () => true }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect([using.remembered.chosen, using.loadAgain.mock.calls.length]).toEqual([null, 0]);
  });

  it.each([{ path: '/m/later.gguf' }, { path: '/m/one.gguf', geometryOnly: true }])(
    'leaves the later choice of %j alone',
    async (later) => {
      const using = clicking(async () => {
        await using.remembered.choose(later);
        throw new EngineError('cancelled', 'Another is loaded.');
      });
      await expect(use(entry, 'all', using)).rejects.toMatchObject({ code: 'cancelled' });
      expect(using.remembered.chosen).toEqual(later);
    },
  );

  it('asks once whether the geometry alone is wanted, and remembers it with the file', async () => {
    const using = clicking(undefined, async () => large);
    await use(entry, 'all', using);
    expect(using.agrees.mock.calls).toEqual([['It needs 9 GB.']]);
    expect(using.remembered.chosen).toEqual({ path: '/m/one.gguf', geometryOnly: true });
    await use({ ...entry, kind: 'default', path: '/inside/small.gguf' }, 'geometry', using);
    expect(using.remembered.chosen).toEqual({ path: '/inside/small.gguf', geometryOnly: true });
    await use(entry, 'all', using);
    expect([using.agrees.mock.calls.length, using.load.mock.calls.length]).toEqual([1, 3]);
  });

  it('changes nothing where a person wants no geometry alone', async () => {
    const using = clicking(undefined, async () => large);
    using.agrees.mockResolvedValue(false);
    await use(entry, 'all', using);
    expect([using.remembered.chosen, using.load.mock.calls.length]).toEqual([null, 0]);
  });

  it('runs a model that can be run by now, although its geometry alone was wanted before', async () => {
    const using = clicking();
    await use(entry, 'geometry', using);
    expect(using.remembered.chosen).toEqual({ path: '/m/one.gguf', geometryOnly: true });
    await use(entry, 'all', using);
    expect(using.remembered.chosen).toEqual({ path: '/m/one.gguf' });
  });

  it('keeps what was decided about the setting’s model, and leaves the choice in the list alone', async () => {
    const using = clicking(undefined, async () => large);
    await use({ ...entry, kind: 'setting', path: '/m/set.gguf' }, 'all', using);
    expect([using.remembered.chosen, using.remembered.of('/m/set.gguf')]).toEqual([
      null,
      { path: '/m/set.gguf', geometryOnly: true },
    ]);
  });
});

describe('a click on a model where headers are not read by themselves', () => {
  const setUp = (load?: () => Promise<void>) => clicking(load, async () => large, false);
  const failing = (code: ErrorCode) => async () => {
    throw new EngineError(code, 'What was wrong.');
  };

  it('loads it without reading it before', async () => {
    const using = setUp();
    await use(entry, 'all', using);
    expect([using.described.mock.calls.length, using.remembered.chosen]).toEqual([0, { path: '/m/one.gguf' }]);
  });

  it('keeps what was wrong with it, and tries it again on the next', async () => {
    const using = setUp(failing('model-damaged'));
    for (let click = 0; click < 2; click++)
      await expect(use(entry, 'all', using)).rejects.toMatchObject({ code: 'model-damaged' });
    expect(using.descriptions.of('/m/one.gguf')).toEqual({
      kind: 'failed',
      code: 'model-damaged',
      message: 'What was wrong.',
    });
    expect([using.load.mock.calls.length, using.remembered.chosen]).toEqual([2, null]);
  });

  it('leaves the engine to the model before where it is seen not to be loadable', async () => {
    const using = setUp();
    await using.remembered.choose({ path: '/m/before.gguf' });
    using.look.mockRejectedValue(new EngineError('model-missing', 'It is gone.'));
    await expect(use(entry, 'all', using)).rejects.toMatchObject({ code: 'model-missing' });
    expect([using.look.mock.calls, using.load.mock.calls.length, using.remembered.chosen]).toEqual([
      [['/m/one.gguf']],
      0,
      { path: '/m/before.gguf' },
    ]);
    expect(using.descriptions.of('/m/one.gguf')).toEqual({
      kind: 'failed',
      code: 'model-missing',
      message: 'It is gone.',
    });
  });

  it.each([
    ['model-damaged', true, 1],
    ['model-damaged', false, 0],
    ['cancelled', true, 0],
    ['geometry-only', true, 0],
  ] as const)(
    'that ends in %s, with a model in use before: %s, loads that again %d times',
    async (code, wasInUse, times) => {
      const using = setUp(failing(code));
      await using.remembered.choose({ path: '/m/before.gguf' });
      using.isInUse.mockReturnValueOnce(wasInUse);
      using.loadAgain.mockImplementation(() => expect(using.remembered.chosen).toEqual({ path: '/m/before.gguf' }));
      await expect(use(entry, 'all', using)).rejects.toMatchObject({ code });
      expect(using.loadAgain).toHaveBeenCalledTimes(times);
    },
  );

  it('that fails does not load the model before again where that is still in use', async () => {
    const using = setUp(failing('model-damaged'));
    using.isInUse.mockReturnValue(true);
    await expect(use(entry, 'all', using)).rejects.toMatchObject({ code: 'model-damaged' });
    expect(using.loadAgain).not.toHaveBeenCalled();
  });

  it('forgets what was wrong with it once it was loaded', async () => {
    const using = setUp(failing('model-missing'));
    await expect(use(entry, 'all', using)).rejects.toMatchObject({ code: 'model-missing' });
    using.load.mockResolvedValue();
    await use(entry, 'all', using);
    expect(using.descriptions.of('/m/one.gguf')).toEqual({ kind: 'read', summary: large });
  });

  it('knows one that cannot be run by its header from then on, which is at hand, and offers its geometry', async () => {
    const using = setUp(failing('geometry-only'));
    await expect(use(entry, 'all', using)).rejects.toMatchObject({ code: 'geometry-only' });
    expect(using.described.mock.calls).toEqual([['/m/one.gguf']]);
    using.load.mockResolvedValue();
    await use(entry, 'all', using);
    expect(using.agrees.mock.calls).toEqual([['It needs 9 GB.']]);
    expect(using.remembered.chosen).toEqual({ path: '/m/one.gguf', geometryOnly: true });
  });

  it('loads the geometry of one whose geometry was wanted before', async () => {
    const using = setUp();
    await use(entry, 'geometry', using);
    await using.remembered.choose(null);
    await use(entry, 'all', using);
    expect(using.remembered.chosen).toEqual({ path: '/m/one.gguf', geometryOnly: true });
  });
});

/** The list with no model loaded or compared, unless told. */
const modelsOf = (more: Partial<ConstructorParameters<typeof Models>[0]> = {}) =>
  new Models({
    ...sources,
    remembered: new RememberedModels(new Memento(), 'here'),
    descriptions: new Descriptions(async () => summary),
    setting: () => '',
    loaded: () => null,
    compared: () => null,
    ...more,
  });

describe('the models', () => {
  it('say of one that the loaded one is compared with it, and do not offer it again', async () => {
    const models = modelsOf({ compared: () => '/m/two' });
    models.found = ['/m/one', '/m/two'].map((path) => ({ path, name: path, named: false }));
    expect(models.rows.map(({ description }) => description)).toEqual(['comes with Vectorscope', '', 'compared']);
    expect(models.rows.map(canCompare)).toEqual([false, true, false]);
    expect(row(read(), {}, { isCompared: true }).description).toMatch(/^compared · runs/);
  });

  it('say of the one that is loaded whether its matrices are one, which its header cannot', async () => {
    const remembered = new RememberedModels(new Memento(), 'here');
    const descriptions = new Descriptions(async () => ({ ...summary, tied: null }));
    await descriptions.ask('/m/one.gguf');
    await remembered.choose({ path: '/m/one.gguf' });
    const loaded = { name: 'one', fileBytes: summary.fileBytes, tied: false };
    const models = modelsOf({ remembered, descriptions, loaded: () => loaded });
    expect(models.inUse).toBe('/m/one.gguf');
    expect(models.rows[1]?.description).toContain('untied');
    loaded.fileBytes = 1;
    expect(models.rows[1]?.description).not.toContain('tied');
  });

  it('of the same name say which folder they lie in', () => {
    const models = modelsOf();
    models.found = ['/m/first/gpt2', '/m/second/gpt2', '/m/other'].map((path) => ({
      path,
      name: path.split('/').at(-1) as string,
      named: false,
    }));
    expect(models.rows.map(({ label, description }) => [label, description]).slice(1)).toEqual([
      ['gpt2', 'first'],
      ['gpt2', 'second'],
      ['other', ''],
    ]);
  });

  it('keep their places while the list is open, whichever is chosen', async () => {
    const remembered = new RememberedModels(new Memento(), 'here');
    const models = modelsOf({ remembered });
    await remembered.choose({ path: '/m/b' });
    models.found = ['/m/c', '/m/d'].map((path) => ({ path, name: path, named: false }));
    const paths = (list: Models) => list.entries.map(({ path }) => path);
    expect(paths(models)).toEqual(['/inside/small.gguf', '/m/b', '/m/c', '/m/d']);
    await remembered.choose({ path: '/m/d' });
    expect(paths(models)).toEqual(['/inside/small.gguf', '/m/b', '/m/c', '/m/d']);
    await remembered.choose({ path: '/m/new' });
    expect(paths(models)).toEqual(['/inside/small.gguf', '/m/new', '/m/b', '/m/c', '/m/d']);
    await remembered.forget('/m/b');
    expect(paths(models)).toEqual(['/inside/small.gguf', '/m/new', '/m/c', '/m/d']);
    expect(paths(modelsOf({ remembered }))).toEqual(['/inside/small.gguf', '/m/new', '/m/d']);
  });

  it('know a path that is not in the list by its own name', () => {
    const models = modelsOf();
    expect(models.entryOf('/m/two.Q4_0.gguf')).toEqual({
      kind: 'file',
      path: '/m/two.Q4_0.gguf',
      name: 'two.Q4_0',
      named: false,
    });
    expect(models.entryOf('/c/hub/models--maker--four/snapshots/1f2e')).toEqual({
      kind: 'file',
      path: '/c/hub/models--maker--four/snapshots/1f2e',
      name: 'maker/four',
      named: true,
    });
  });
});
