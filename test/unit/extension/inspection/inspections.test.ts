import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isKept, otherIn } from '../../../../src/extension/inspection/inspections';
import { keepInspections, keptInspections } from '../../../../src/extension/inspection/keptInspections';
import type { Edit, Subject } from '../../../../src/extension/inspection/subject';
import { recall } from '../../../../src/page/recorded';
import { EngineError } from '../../../../src/shared/errors';
import { inspected, setUp, setUpServed, subject } from '../../support/controller';

const labels = ({ inspections }: ReturnType<typeof setUp>['controller']) =>
  inspections.all.map((past) => past.subject.text);

describe('the inspections that were made', () => {
  it('are listed newest first once they are known', async () => {
    const { controller } = await inspected('one');
    await controller.inspect(subject('three', { start: 50, end: 55 }));
    expect(labels(controller)).toEqual(['three', 'one']);
    expect(controller.inspections.all[0]).toMatchObject({
      state: { status: { kind: 'ready' }, run: { length: 5 }, position: 4 },
      run: { length: 5 },
    });
  });

  it('do not say again how their text was chosen', async () => {
    const { controller } = setUp();
    await controller.inspect(subject('one', { wholeLine: true }));
    expect(controller.state.source?.wholeLine).toBe(true);
    await controller.inspect(subject('three', { start: 50, end: 55 }));
    await controller.restore(controller.inspections.all[1]?.id ?? 0);
    expect(controller.state.source).toMatchObject({ excerpt: 'one', wholeLine: false });
  });

  it('keep their position after an inspection of another text has failed', async () => {
    const { controller, fake } = await inspected('one');
    await controller.intend({ type: 'choosePosition', position: 0 });
    fake.failures.set('tokenise', new EngineError('bad-request', 'It cannot be read.'));
    await controller.inspect(subject('three', { start: 50, end: 55 }));
    fake.failures.clear();
    await controller.restore(controller.inspections.all[0]?.id ?? 0);
    await controller.intend({ type: 'setOptions', options: { plain: true } });
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, text: { total: 3 }, position: 0 });
  });

  it('keep the options that they were made with after another try with others has failed', async () => {
    const { controller, fake } = await inspected('one');
    // Something else that is over when another inspection begins.
    await controller.intend({ type: 'ablate', ablation: { part: { kind: 'attention', layer: 0 }, by: 'mean' } });
    fake.failures.set('tokenise', new EngineError('bad-request', 'It cannot be read.'));
    await controller.intend({ type: 'setOptions', options: { plain: true } });
    fake.failures.clear();
    await controller.restore(controller.inspections.all[0]?.id ?? 0);
    expect(controller.state).toMatchObject({ options: { plain: false }, text: { read: { plain: false } } });
  });

  it('ask again for what had failed when they were left', async () => {
    const { controller, fake } = await inspected();
    fake.failures.set('token', new EngineError('internal', 'No.'));
    await controller.intend({ type: 'choosePosition', position: 0 });
    fake.failures.clear();
    await controller.restore(controller.inspections.all[0]?.id ?? 0);
    expect(controller.state).toMatchObject({ position: 0, token: { token: { text: 'a' } }, neighbours: {} });
  });

  it('do not list what was cancelled or failed', async () => {
    const { controller, fake } = setUp();
    const { open, done } = await fake.held('run', () => controller.inspect(subject('abc')));
    await controller.intend({ type: 'cancel' });
    await done;
    open();
    fake.failures.set('run', new Error('no'));
    await controller.inspect(subject('abd', { start: 90, end: 93 }));
    expect(labels(controller)).toEqual([]);
  });

  it('list one range once, as it was inspected last', async () => {
    const { controller } = await inspected();
    await controller.inspect(subject('abx', { version: 2 }));
    await controller.intend({ type: 'setOptions', options: { plain: true } });
    expect(labels(controller)).toEqual(['abx']);
    expect(controller.inspections.all[0]?.state.options.plain).toBe(true);
  });

  it('keep what an earlier model said of the same range', async () => {
    const { controller, settings, fake } = await inspected();
    settings.path = '/models/second.gguf';
    await controller.modelChanged();
    const models = () => controller.inspections.all.map(({ state }) => state.model?.name);
    expect(models()).toEqual(['/models/second.gguf', '/models/first.gguf']);
    const runs = fake.count('run');
    await controller.restore(controller.inspections.all[1]?.id ?? 0);
    expect(controller.state.model?.name).toBe('/models/first.gguf');
    expect(fake.count('run')).toBe(runs);
    // The second model takes the place of its own inspection only.
    await controller.intend({ type: 'choosePosition', position: 0 });
    expect(controller.state.model?.name).toBe('/models/second.gguf');
    expect(models()).toEqual(['/models/second.gguf', '/models/first.gguf']);
    controller.documents.edited('file:///a.md', [{ start: 0, end: 0, length: 3 }], () => 'abc');
    expect(controller.inspections.all.map(({ tracked }) => tracked.range.start)).toEqual([13, 13]);
  });

  it('are at most twenty, and fewer where their texts are long', async () => {
    const { controller } = setUp();
    for (let at = 0; at < 25; at++) await controller.inspect(subject(`t${at}`, { start: at * 10, end: at * 10 + 2 }));
    expect(labels(controller)).toEqual(Array.from({ length: 20 }, (_, at) => `t${24 - at}`));
    await controller.configure({ limit: 2048 });
    for (let at = 0; at < 5; at++)
      await controller.inspect(
        subject(String(at).repeat(2048), { start: 3000 * at, end: 3000 * at + 2048, version: 7 }),
      );
    expect(labels(controller).map((text) => text[0])).toEqual(['4', '3', '2', '1']);
  });

  it('stay marked in another document from the moment that a newer text is drawn, before its numbers are there', async () => {
    const { controller, fake } = await inspected();
    const { open, done } = await fake.held('prediction', () =>
      controller.inspect(subject('de', { uri: 'file:///b.md' })),
    );
    expect(controller.state.source?.uri).toBe('file:///b.md');
    expect(otherIn('file:///a.md', controller)?.source).toMatchObject({ uri: 'file:///a.md', excerpt: 'abc' });
    open();
    await done;
    expect(otherIn('file:///a.md', controller)).not.toBeNull();
  });

  it('come back without a run, as they were left', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'choosePosition', position: 1 });
    await controller.intend({ type: 'chooseToken', id: 120 });
    const before = controller.state;
    await controller.inspect(subject('xyz', { uri: 'file:///b.md', start: 4, end: 7 }));
    const calls = fake.calls.filter(({ method }) => method !== 'load').length;
    await controller.restore(controller.inspections.all[1]?.id ?? 0);
    expect(controller.state).toEqual(before);
    expect(fake.calls.filter(({ method }) => method !== 'load')).toHaveLength(calls);
    await controller.intend({ type: 'choosePosition', position: 0 });
    expect(controller.state).toMatchObject({ token: { token: { text: 'a' } }, prediction: { hiddenSize: 0 } });
    await controller.inspect(subject('abc'));
    expect(fake.count('run'), 'what is shown is not run again').toBe(2);
  });

  it('come back at once while another is being run, which ends', async () => {
    const { controller, fake } = await inspected();
    const { open, done } = await fake.held('run', () =>
      controller.inspect(subject('a long text', { start: 80, end: 91 })),
    );
    await controller.restore(controller.inspections.all[0]?.id ?? 0);
    expect(fake.last('run')?.control?.signal?.aborted).toBe(true);
    open();
    await done;
    expect(controller.state).toMatchObject({
      status: { kind: 'ready' },
      source: { excerpt: 'abc' },
      text: { total: 3 },
      run: { length: 3 },
    });
  });

  it('come back without a model in memory, and ask for it when something is chosen', async () => {
    const { controller, fake } = await inspected();
    await controller.inspect(subject('xyz', { start: 40, end: 43 }));
    controller.unloaded();
    const loads = fake.count('load');
    await controller.restore(controller.inspections.all[1]?.id ?? 0);
    expect(fake.count('load')).toBe(loads);
    expect(controller.state).toMatchObject({
      loaded: false,
      token: { token: { text: 'c' } },
      prediction: { hiddenSize: 2 },
    });
    await controller.intend({ type: 'choosePosition', position: 0 });
    expect(controller.state).toMatchObject({ loaded: true, token: { token: { text: 'a' } } });
  });

  it('run on the model of the settings when another was meant', async () => {
    const { controller, fake, settings } = await inspected();
    settings.path = '/models/second.gguf';
    await controller.inspect(subject('xyz', { start: 40, end: 43 }));
    await controller.restore(controller.inspections.all[1]?.id ?? 0);
    expect(controller.state.model?.name).toBe('/models/first.gguf');
    expect(fake.count('run')).toBe(2);
    await controller.intend({ type: 'choosePosition', position: 0 });
    expect(controller.state).toMatchObject({
      model: { name: '/models/second.gguf' },
      source: { excerpt: 'abc' },
      run: { length: 3 },
      position: 0,
    });
  });

  it('can be removed, and what is shown goes with its own', async () => {
    const { controller } = await inspected();
    await controller.inspect(subject('xyz', { start: 40, end: 43 }));
    const [second, first] = controller.inspections.all.map(({ id }) => id);
    controller.remove(first ?? 0);
    expect(controller.state.source?.excerpt).toBe('xyz');
    controller.remove(second ?? 0);
    expect(controller.state).toMatchObject({ status: { kind: 'empty' }, source: null, text: null });
    expect(labels(controller)).toEqual([]);
    await controller.restore(first ?? 0);
    expect(controller.state.source).toBeNull();
  });
});

describe('an inspection that another machine has made', () => {
  const download = { name: 'first', bytes: 98, from: 'host' };

  async function recalled() {
    const maker = setUp();
    await maker.controller.inspect(subject('abc'));
    await vi.waitFor(() => expect(maker.controller.state.contrasts).not.toBeNull());
    const { contrasts } = maker.controller.state;
    if (!contrasts) throw new Error('Nothing was compared.');
    const set = setUp();
    set.looking.describe = async () => ({ name: 'first', bytes: 98, download });
    const { options } = set.controller.state;
    set.documents.set(subject('abc').uri, subject('abc'));
    recall(
      set.controller,
      set.settings,
      subject('abc'),
      { ...maker.controller.state, contrasts },
      { options, position: null, tokenId: null },
      download,
    );
    return { ...set, made: maker.controller.state };
  }

  it('is shown with its numbers and asks the engine nothing', async () => {
    const { controller, fake, asked, made } = await recalled();
    const { text, run, prediction, contrasts, position } = made;
    expect(controller.state).toMatchObject({ text, run, prediction, contrasts, position, loaded: false });
    expect(controller.state.status).toEqual({ kind: 'not-downloaded', ...download });
    expect([fake.calls, asked]).toEqual([[], []]);
  });

  it('keeps its numbers and asks for the download when another position is chosen, which a yes then shows', async () => {
    const { controller, asked, made } = await recalled();
    await controller.intend({ type: 'choosePosition', position: 0 });
    expect(asked).toEqual([download]);
    expect(controller.state).toMatchObject({ text: made.text, position: made.position });
    await controller.intend({ type: 'download' });
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, loaded: true, position: 0 });
  });
});

describe('an edit', () => {
  const text = 'one two three';
  const first: Partial<Subject> = { start: 0, end: 3, before: '' };
  const second: Partial<Subject> = { start: 8, end: 13, before: 'one two ' };

  async function both() {
    const all = setUp();
    await all.controller.inspect(subject('one', first));
    await all.controller.inspect(subject('three', second));
    let now = text;
    const read = (start: number, end: number) => now.slice(Math.max(0, start), end);
    const edit = (change: Edit, inserted: string) => {
      now = now.slice(0, change.start) + inserted + now.slice(change.end);
      all.controller.documents.edited('file:///a.md', [change], read);
    };
    return { ...all, edit, ids: all.controller.inspections.all.map(({ id }) => id) };
  }

  it('moves what is not shown too, so that it comes back at its place', async () => {
    const { controller, edit, ids } = await both();
    edit({ start: 3, end: 4, length: 3 }, ' - ');
    expect(controller.state.source).toMatchObject({ start: 10, end: 15 });
    await controller.restore(ids[1] ?? 0);
    expect(controller.state).toMatchObject({ source: { start: 0, end: 3 }, outOfDate: false });
    edit({ start: 0, end: 0, length: 2 }, '> ');
    await controller.restore(ids[0] ?? 0);
    expect(controller.state).toMatchObject({ source: { start: 12, end: 17 }, outOfDate: false });
  });

  it('of a text that is not shown makes it out of date when it comes back, and an undo mends it', async () => {
    const { controller, edit, ids } = await both();
    edit({ start: 0, end: 3, length: 3 }, 'ONE');
    expect(controller.state.outOfDate).toBe(false);
    await controller.restore(ids[1] ?? 0);
    expect(controller.state).toMatchObject({ outOfDate: true, source: { excerpt: 'one' } });
    edit({ start: 0, end: 3, length: 3 }, 'one');
    expect(controller.state.outOfDate).toBe(false);
  });

  it('that deletes the range as a whole leaves nothing that looks up to date', async () => {
    const { controller, edit } = await both();
    edit({ start: 7, end: 13, length: 0 }, '');
    expect(controller.state).toMatchObject({ outOfDate: true, source: { start: 7, end: 7 } });
    edit({ start: 7, end: 7, length: 6 }, ' three');
    expect(controller.state).toMatchObject({ outOfDate: false, source: { start: 8, end: 13 } });
  });

  it('keeps every range on its own text, whatever is typed elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(20), fc.string({ maxLength: 4 })), { maxLength: 8 }), async (typed) => {
        const { controller, edit, ids } = await both();
        let now = text;
        for (const [at, inserted] of typed) {
          // Only between the two texts.
          const start = 3 + (at % (now.length - 5 - 3 + 1));
          edit({ start, end: start, length: inserted.length }, inserted);
          now = now.slice(0, start) + inserted + now.slice(start);
        }
        for (const id of ids) {
          await controller.restore(id);
          const { source, outOfDate } = controller.state;
          expect([now.slice(source?.start, source?.end), outOfDate]).toEqual([source?.excerpt, false]);
        }
      }),
    );
  });
});

describe('the cursor', () => {
  it('in many places at once is followed to the last, with one request at a time', async () => {
    const { controller, fake } = setUp();
    await controller.inspect(subject('x'.repeat(600)));
    const before = fake.count('prediction');
    const { open, done: followed } = await fake.held('prediction', () =>
      Array.from({ length: 500 }, (_, position) => controller.follow(position)),
    );
    expect(fake.count('prediction') - before).toBe(1);
    open();
    await Promise.all(followed);
    expect(controller.state).toMatchObject({ position: 499, prediction: { hiddenSize: 499 } });
    expect(fake.count('prediction') - before).toBe(2);
  });

  it('gives way to a choice that was made meanwhile', async () => {
    const { controller, fake } = await inspected('abcdef');
    const { open, done: followed } = await fake.held('prediction', () => [controller.follow(1), controller.follow(2)]);
    const chosen = controller.intend({ type: 'choosePosition', position: 4 });
    open();
    await Promise.all([...followed, chosen]);
    expect(controller.state).toMatchObject({
      position: 4,
      token: { token: { text: 'e' } },
      prediction: { hiddenSize: 4 },
    });
  });

  it('does not load a model that was unloaded; loading it fills in what was left out', async () => {
    const { controller, fake } = await inspected();
    controller.unloaded();
    const calls = fake.calls.length;
    await controller.follow(0);
    expect(fake.calls).toHaveLength(calls);
    expect(controller.state).toMatchObject({
      loaded: false,
      position: 0,
      token: null,
      neighbours: null,
      prediction: null,
    });
    await controller.intend({ type: 'load' });
    expect(controller.state).toMatchObject({
      loaded: true,
      position: 0,
      token: { token: { text: 'a' } },
      prediction: { hiddenSize: 0 },
    });
  });

  it('on no token changes nothing', async () => {
    const { controller, changes } = setUp();
    await controller.follow(0);
    await controller.inspect(subject('abc'));
    await vi.waitFor(() => expect(controller.state.contrasts).not.toBeNull());
    changes.length = 0;
    await controller.follow(3);
    await controller.follow(2);
    expect(changes).toEqual([]);
  });
});

describe('a setting', () => {
  it('of a list asks for that list anew', async () => {
    const { controller, fake } = await inspected();
    await controller.configure({ neighbours: 5, top: 3 });
    expect(controller.state.neighbours?.lists.dot).toHaveLength(5);
    expect(controller.state.prediction?.top).toHaveLength(3);
    expect(fake.count('run')).toBe(1);
  });

  it('of the context runs again only where the model sees one', async () => {
    const { controller, fake } = await inspected();
    await controller.configure({ contextTokens: 3 });
    expect(fake.count('run')).toBe(1);
    await controller.configure({ context: true });
    expect(controller.state.text?.contextCount).toBe(3);
    await controller.configure({ contextTokens: 2 });
    expect(controller.state.text?.contextCount).toBe(2);
  });

  it('before anything is inspected asks nothing of the engine', async () => {
    const { controller, fake } = setUp();
    await controller.configure({ centred: true, limit: 3, neighbours: 4, colouring: 'entropy' });
    expect(fake.calls).toEqual([]);
    expect(controller.state.options).toMatchObject({ centred: true, limit: 3, neighbours: 4, colouring: 'entropy' });
  });

  it('of the model runs what is shown on it at once, but does not load it into an empty memory', async () => {
    const { controller, fake, settings } = await inspected();
    settings.path = '/models/second.gguf';
    await controller.modelChanged();
    expect(controller.state.model?.name).toBe('/models/second.gguf');
    controller.unloaded();
    settings.path = '/models/third.gguf';
    const loads = fake.count('load');
    await controller.modelChanged();
    expect(fake.count('load')).toBe(loads);
  });

  it('of the model runs what is shown before the new model is asked anything else', async () => {
    const { controller, fake, settings } = await inspected();
    controller.unloaded();
    settings.path = '/models/second.gguf';
    await controller.intend({ type: 'find', query: 'a' });
    expect(controller.state).toMatchObject({
      model: { name: '/models/second.gguf' },
      found: { query: 'a' },
      run: { length: 3 },
      token: { token: { text: 'c' } },
    });
    expect(fake.count('run')).toBe(2);
  });
});

describe('the list after a reload of the window', () => {
  /** A window with what another has kept. */
  async function reloaded(before: ReturnType<typeof setUp>, make = setUp) {
    await keepInspections(before.store, '1', before.controller.inspections.all);
    const after = make();
    after.controller.bringBack(keptInspections(before.store, '1'));
    return { ...after, isCut: after.controller.inspections.isCut };
  }
  const rows = ({ controller }: ReturnType<typeof setUp>) =>
    controller.inspections.all.map((past) => [past.subject.text, past.state.model?.name, past.state.run, isKept(past)]);

  it('has its texts, their models and no numbers, and inspects one as it was read once it is chosen', async () => {
    const before = setUp();
    await before.controller.inspect(subject('three', { start: 50, end: 55 }));
    await before.controller.configure({ plain: true });
    await before.controller.inspect(subject('one'));
    await before.controller.intend({ type: 'choosePosition', position: 1 });
    const after = await reloaded(before);
    const { controller, fake, documents, changes } = after;
    expect(rows(after)).toEqual(rows(before).map(([text, model]) => [text, model, null, true]));
    expect([after.isCut, controller.state.isKnown, fake.calls.length]).toEqual([false, true, 0]);
    documents.set('file:///a.md', subject('one'));
    await controller.restore(controller.inspections.all[0]?.id ?? NaN);
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, position: 1, options: { plain: true } });
    expect(rows(after).map(([text, , , kept]) => [text, kept])).toEqual([
      ['one', false],
      ['three', true],
    ]);
    expect(changes.filter(({ run }) => run).length).toBe(1);
  });

  it('follows edits, and says where a text reads differently', async () => {
    const before = setUp();
    const long = 'a long text '.repeat(100);
    await before.controller.inspect(subject(long));
    const { controller } = await reloaded(before);
    const [row] = controller.inspections.all;
    let text = `0123456789${long} and more`;
    const textOf = (start: number, end: number) => text.slice(start, end);
    controller.documents.seen('file:///a.md', textOf);
    expect(row?.tracked).toMatchObject({ changed: false, range: { start: 10, end: 10 + long.length } });
    text = `ab${text}`;
    controller.documents.edited('file:///a.md', [{ start: 0, end: 0, length: 2 }], textOf);
    expect(row?.tracked).toMatchObject({ changed: false, range: { start: 12, end: 12 + long.length } });
    text = text.replace('long', 'LONG');
    controller.documents.edited('file:///a.md', [{ start: 14, end: 18, length: 4 }], textOf);
    expect(row?.tracked.changed).toBe(true);
    expect(row?.subject.text).toHaveLength(400);
  });

  it('sends no text to a server: the panel offers it', async () => {
    const before = setUpServed();
    await before.controller.inspect(subject('one'));
    const { controller, fake, documents, agreed } = await reloaded(before, setUpServed);
    expect(agreed.size).toBe(1);
    documents.set('file:///a.md', subject('one'));
    await controller.restore(controller.inspections.all[0]?.id ?? NaN);
    expect(controller.state.status).toMatchObject({ kind: 'not-sent' });
    expect(fake.count('run') + fake.count('tokenise')).toBe(0);
  });

  it('leaves out what is too long and says so, and is not that of another version', async () => {
    const before = setUp();
    await before.controller.inspect(subject('one', { start: 50, end: 53 }));
    await before.controller.inspect(subject('two', { uri: `file:///${'x'.repeat(200_000)}` }));
    const after = await reloaded(before);
    expect([rows(after).map(([text]) => text), after.isCut]).toEqual([['one'], true]);
    expect(keptInspections(before.store, '2')).toEqual({ all: [], isCut: false });
  });
});
