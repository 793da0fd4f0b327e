import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fingerprint, type Edit } from '../../../../src/extension/inspection/subject';
import { EngineError } from '../../../../src/shared/errors';
import { address, serverInfo, setUp, setUpServed, subject } from '../../support/controller';

const uri = 'file:///a.md';
const window = 8;
/** Five windows of eight tokens: all of the first, then four more of each. */
const text = 'abcdefgh\nijk\nlmn\nopq\nrst';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A document of its own, in which each character is a token. */
function documentOf(set: ReturnType<typeof setUp>, content = text, contextLength = window) {
  const trunk = { ...{ layers: 1, heads: 1, keyValueHeads: 1, feedForward: 2, contextLength }, rotary: null };
  set.fake.model = { ...set.fake.model, trunk: { ...trunk, position: 'learned', norm: 'RMSNorm' } };
  let now = content;
  const { controller, fake } = set;
  const view = () => controller.state.document;
  return {
    ...set,
    view,
    inspect: () => controller.inspectDocument({ uri, name: 'a.md', read: () => now }),
    edit(start: number, end: number, inserted: string) {
      now = now.slice(0, start) + inserted + now.slice(end);
      const edits: readonly Edit[] = [{ start, end, length: inserted.length }];
      controller.documents.edited(uri, edits, (from, to) => now.slice(from, to));
    },
    /** What is written without the extension's knowledge. */
    rewrite: (content: string) => void (now = content),
    windows: () => fake.count('measureWindow'),
    told: () => set.changes.filter((change) => 'document' in change).length,
  };
}

/** The same window after a reload: a controller that knows only what was kept. */
async function reloaded(before: ReturnType<typeof documentOf>, content = text) {
  await before.keeper.written;
  const after = documentOf(setUp());
  Object.assign(after.measurement, before.measurement, { text: content });
  after.rewrite(content);
  return after;
}

const pause = () => vi.advanceTimersByTimeAsync(300);

describe('a document that is inspected as a whole', () => {
  it('is measured window by window', async () => {
    const { inspect, view, windows } = documentOf(setUp());
    await inspect();
    expect(view()).toMatchObject({
      ...{ name: 'a.md', uri, progress: 'done', failure: null, outOfDate: false },
      ...{ tokens: 24, measured: 24, window },
    });
    expect(windows()).toBe(5);
    expect([...(view()?.lines.tokens ?? [])]).toEqual([8, 4, 4, 4, 3]);
    expect(view()?.surprising[0]).toMatchObject({ text: 't', start: 23, line: 4 });
  });

  it('is not sent to a server that another window chooses while the file is looked at', async () => {
    const { inspect, view, fake, settings, looking } = documentOf(setUp());
    looking.describe = async () => {
      Object.assign(settings, { path: address, server: { address } });
      fake.model = { trunk: null, server: serverInfo };
      return { name: 'first', bytes: 98 };
    };
    await inspect();
    expect([fake.count('documentTokens'), fake.count('measureWindow')]).toEqual([0, 0]);
    expect(view()).toMatchObject({ progress: 'stopped', measured: 0 });
    expect(view()?.failure).toContain('was not sent to localhost:8080');
  });

  it('keeps what was measured when it is stopped, and goes on without running that again', async () => {
    const { inspect, view, windows, fake, controller } = documentOf(setUp());
    const begun = inspect();
    await fake.called('measureWindow');
    await fake.called('measureWindow');
    fake.close('measureWindow');
    await fake.called('measureWindow');
    await controller.intend({ type: 'stopDocument' });
    await begun;
    expect(view()).toMatchObject({ progress: 'stopped', measured: 12, isWhole: false, failure: null });
    fake.close('measureWindow')();
    await controller.intend({ type: 'continueDocument' });
    expect(view()).toMatchObject({ progress: 'done', measured: 24 });
    // Five, and the third one twice.
    expect(windows()).toBe(6);
  });

  it('says how its numbers were read, whatever the option is by now', async () => {
    const { inspect, view, controller } = documentOf(setUp());
    await inspect();
    await controller.configure({ plain: true });
    expect(view()?.plain).toBe(false);
    await inspect();
    expect(view()?.plain).toBe(true);
  });

  it('is read anew when the switch beside it says otherwise, also while it is measured', async () => {
    const { inspect, view, controller, windows, fake } = documentOf(setUp());
    await inspect();
    await controller.intend({ type: 'setOptions', options: { plain: true } });
    await controller.intend({ type: 'continueDocument' });
    expect(view()?.plain).toBe(true);
    expect(fake.last('documentTokens')?.request).toMatchObject({ plain: true });
    // Its ids are the same, so no window runs again.
    expect(windows()).toBe(5);
    await controller.intend({ type: 'continueDocument' });
    expect(fake.count('documentTokens')).toBe(2);
  });

  it('has the beginnings of its lines once, not with every number', async () => {
    const { inspect, edit, changes, controller } = documentOf(setUp());
    const sent = () => changes.filter((change) => 'documentLines' in change).length;
    await inspect();
    expect(controller.state.documentLines).toEqual(['abcdefgh', 'ijk', 'lmn', 'opq', 'rst']);
    const before = sent();
    await controller.intend({ type: 'continueDocument' });
    expect(sent()).toBe(before);
    controller.reset();
    expect(controller.state.documentLines).toHaveLength(5);
    edit(0, 1, 'X');
    await pause();
    expect(controller.state.documentLines[0]).toBe('Xbcdefgh');
    await controller.intend({ type: 'closeDocument' });
    expect(controller.state.documentLines).toEqual([]);
  });

  it('keeps the beginnings of its lines while an earlier inspection is shown again', async () => {
    const { inspect, controller } = documentOf(setUp());
    await controller.inspect(subject('abc'));
    await controller.inspect(subject('three', { start: 50, end: 55 }));
    await inspect();
    await controller.restore(controller.inspections.all[1]?.id ?? NaN);
    expect(controller.state).toMatchObject({ source: { excerpt: 'abc' }, document: { uri } });
    expect(controller.state.documentLines).toHaveLength(5);
  });

  it('runs the windows again from the first one that changed, after a pause', async () => {
    const { inspect, edit, view, windows, controller } = documentOf(setUp());
    await inspect();
    edit(14, 15, 'x');
    expect(view()).toMatchObject({ progress: 'done', outOfDate: true, total: { tokens: 23 } });
    await vi.advanceTimersByTimeAsync(299);
    edit(17, 18, 'y');
    await vi.advanceTimersByTimeAsync(299);
    expect([windows(), view()?.outOfDate]).toEqual([5, true]);
    await vi.advanceTimersByTimeAsync(1);
    expect([windows(), view()?.outOfDate, view()?.progress]).toEqual([8, false, 'done']);
    const ids = controller.placedDocument?.measured.tokens.ids;
    expect([ids?.[14], ids?.[17]]).toEqual([120, 121]);
  });

  it('shows the numbers of before, moved along, until there are as many new ones', async () => {
    const { inspect, edit, view, fake, controller } = documentOf(setUp());
    await inspect();
    const before = view()?.total;
    const open = fake.close('measureWindow');
    edit(0, 0, '12');
    await pause();
    expect(view()).toMatchObject({ progress: 'running', outOfDate: true, isWhole: true, measured: 0, tokens: 26 });
    expect(view()?.total).toEqual(before);
    expect(controller.placedDocument?.places.starts[3]).toBe(5);
    expect(controller.placeInDocument({ start: 23, end: 24 })).toEqual({ uri, start: 25, end: 26 });
    expect(controller.placedDocument?.surprising[0]).toEqual({ start: 25, end: 26 });
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect(view()).toMatchObject({ progress: 'done', outOfDate: false, measured: 26, total: { tokens: 25 } });
    expect(controller.placeInDocument({ start: 25, end: 26 })).toEqual({ uri, start: 25, end: 26 });
  });

  it('shows a line without its break, where the cursor would stand in the next one', async () => {
    const { inspect, controller } = documentOf(setUp());
    await inspect();
    expect(controller.placeInDocument({ start: 9, end: 13 })).toEqual({ uri, start: 9, end: 12 });
    expect(controller.placeInDocument({ start: 12, end: 13 })).toEqual({ uri, start: 12, end: 13 });
  });

  it('ends the run of a text that is edited meanwhile: the newest wins', async () => {
    const { inspect, edit, view, fake } = documentOf(setUp());
    const open = fake.close('measureWindow');
    const first = inspect();
    await fake.called('measureWindow');
    edit(0, 1, 'z');
    await first;
    expect(view()?.progress).toBe('running');
    expect(fake.last('measureWindow')?.control?.signal?.aborted).toBe(true);
    open();
    await pause();
    expect(view()).toMatchObject({ progress: 'done', measured: 24, outOfDate: false });
    expect(fake.count('documentTokens')).toBe(2);
  });

  it('runs nothing after an edit once it was stopped', async () => {
    const { inspect, edit, view, windows, controller } = documentOf(setUp());
    await inspect();
    edit(0, 1, 'x');
    await controller.intend({ type: 'stopDocument' });
    edit(1, 2, 'y');
    await pause();
    expect([windows(), view()?.progress, view()?.outOfDate]).toEqual([5, 'stopped', true]);
  });

  it('drops the numbers of another model, and measures with that only when asked', async () => {
    const { inspect, edit, view, windows, controller, settings } = documentOf(setUp());
    await inspect();
    settings.path = '/models/second.gguf';
    edit(0, 1, 'x');
    await pause();
    expect([windows(), view()?.progress]).toEqual([5, 'stopped']);
    await controller.ready();
    expect(view()).toMatchObject({ progress: 'stopped', tokens: 0, measured: 0, total: { tokens: 0 } });
    expect(view()?.failure).toMatch(/^The numbers came from another model and were removed\./);
    expect(controller.placedDocument).toBeNull();
    await controller.intend({ type: 'continueDocument' });
    expect([windows(), view()?.progress, view()?.failure]).toEqual([10, 'done', null]);
  });

  it('stops when the model is unloaded, and loads it for no edit', async () => {
    const { inspect, edit, view, fake, controller } = documentOf(setUp());
    fake.close('measureWindow');
    const begun = inspect();
    await fake.called('measureWindow');
    controller.letGo();
    controller.unloaded();
    await begun;
    expect(view()).toMatchObject({ progress: 'stopped', failure: null });
    edit(0, 1, 'x');
    await pause();
    expect(fake.count('load')).toBe(1);
  });

  it('goes on while its document is closed, and forgets an edit that was not measured', async () => {
    const { inspect, edit, rewrite, view, windows, controller } = documentOf(setUp());
    await inspect();
    edit(0, 1, 'x');
    controller.closed(uri);
    await pause();
    expect([windows(), view()?.progress, view()?.outOfDate]).toEqual([5, 'stopped', true]);
    // The edit was not saved.
    rewrite(text);
    controller.documents.seen(uri, () => '');
    expect(view()?.outOfDate).toBe(false);
    rewrite('another');
    controller.documents.seen(uri, () => '');
    expect([view()?.outOfDate, controller.placedDocument?.surprising]).toEqual([true, []]);
  });

  it('measures what a document reads when it changed unseen during a run', async () => {
    const { inspect, edit, rewrite, view, fake, controller } = documentOf(setUp());
    await inspect();
    const open = fake.close('measureWindow');
    edit(0, 1, 'x');
    await pause();
    expect(view()).toMatchObject({ progress: 'running', outOfDate: true });
    // Closed and opened again, without the edit.
    controller.closed(uri);
    rewrite(text);
    controller.documents.seen(uri, () => '');
    open();
    await pause();
    expect(view()).toMatchObject({ progress: 'done', outOfDate: false });
    expect(controller.placedDocument?.measured.tokens.ids[0]).toBe(text.charCodeAt(0));
  });

  it('measures other line endings that come while the text is cut into tokens', async () => {
    const { inspect, rewrite, view, fake, controller } = documentOf(setUp());
    const open = fake.close('documentTokens');
    const begun = inspect();
    await fake.called('documentTokens');
    rewrite(text.replaceAll('\n', '\r\n'));
    controller.documents.seen(uri, () => '');
    open();
    await begun;
    await pause();
    expect(view()).toMatchObject({ progress: 'done', outOfDate: false, tokens: 28 });
  });

  it('loads no model that was chosen after the edit', async () => {
    const { inspect, edit, view, windows, settings, fake } = documentOf(setUp());
    await inspect();
    edit(0, 1, 'x');
    settings.path = '/models/second.gguf';
    await pause();
    expect([fake.count('load'), windows(), view()?.progress, view()?.outOfDate]).toEqual([1, 5, 'stopped', true]);
  });

  it('is measured once by two commands in a row', async () => {
    const { inspect, view, windows } = documentOf(setUp());
    await Promise.all([inspect(), inspect()]);
    expect([windows(), view()?.progress, view()?.measured]).toEqual([5, 'done', 24]);
  });

  it('shows a line whose first token was edited where the edit began', async () => {
    const { inspect, edit, controller } = documentOf(setUpServed());
    await inspect();
    edit(0, 0, 'four');
    edit(13, 14, 'xyz');
    // The line ijk, which begins at 9, without its line break.
    expect(controller.placeInDocument({ start: 9, end: 13 })).toEqual({ uri, start: 13, end: 18 });
    expect(controller.placeInDocument({ start: 9, end: 10 })).toEqual({ uri, start: 13, end: 13 });
  });

  it('says what failed and never rejects', async () => {
    const { inspect, edit, view, fake, controller, looking, asked } = documentOf(setUp());
    const download = { name: 'first', bytes: 98, from: 'example.org' };
    looking.describe = async () => ({ name: 'first', bytes: 98, download });
    await inspect();
    expect(view()?.failure).toMatch(/^The model is not downloaded yet\./);
    expect(asked).toEqual([download]);
    looking.describe = async () => ({ name: 'first', bytes: 98 });
    fake.failures.set('load', new EngineError('model-damaged', 'The file is damaged.'));
    await controller.intend({ type: 'continueDocument' });
    expect(view()).toMatchObject({ progress: 'stopped', failure: 'The file is damaged.' });
    fake.failures.delete('load');
    fake.failures.set('measureWindow', new EngineError('bad-request', 'The model has no layers.'));
    await controller.intend({ type: 'continueDocument' });
    expect(view()).toMatchObject({ progress: 'stopped', failure: 'The model has no layers.', tokens: 24, measured: 0 });
    // The sentence stays when the model goes.
    edit(0, 1, 'x');
    controller.unloaded();
    expect(view()).toMatchObject({ outOfDate: true, failure: 'The model has no layers.' });
  });

  it('changes the state four times a second at most while it runs', async () => {
    const { inspect, windows, told } = documentOf(setUp(), 'a line\n'.repeat(200));
    await inspect();
    expect(windows()).toBe(349);
    // The beginning, the tokens, and the end.
    expect(told()).toBe(3);
  });

  it('is sent to a server only by the command', async () => {
    const { inspect, edit, view, windows, agreed } = documentOf(setUpServed());
    await inspect();
    expect([windows(), view()?.progress]).toEqual([5, 'done']);
    edit(0, 1, 'x');
    await pause();
    expect([windows(), view()?.progress, view()?.outOfDate]).toEqual([5, 'stopped', true]);
    agreed.clear();
    await inspect();
    expect(windows()).toBe(5);
    expect(view()?.failure).toMatch(/^The document was not sent to localhost:8080\./);
  });

  it('is forgotten when it is closed', async () => {
    const { inspect, edit, view, windows, controller } = documentOf(setUp());
    await inspect();
    edit(0, 1, 'x');
    await controller.intend({ type: 'closeDocument' });
    await pause();
    expect([windows(), view(), controller.placedDocument]).toEqual([5, null, null]);
  });
});

describe('a measurement after a reload of the window', () => {
  it('comes back without a model, with all of its numbers', async () => {
    const before = documentOf(setUp());
    await before.inspect();
    const { view, controller, fake } = await reloaded(before);
    await controller.announce();
    await vi.waitFor(() => expect(view()).toEqual(before.view()));
    expect(controller.placedDocument).toEqual(before.controller.placedDocument);
    expect(fake.count('load')).toBe(0);
    await controller.ready();
    expect(view()?.progress).toBe('done');
  });

  it('goes on where it was stopped', async () => {
    const before = documentOf(setUp());
    const begun = before.inspect();
    for (let i = 0; i < 3; i++) await before.fake.called('measureWindow');
    before.fake.close('measureWindow');
    await before.fake.called('measureWindow');
    await before.controller.intend({ type: 'stopDocument' });
    await begun;
    const { view, controller, windows } = await reloaded(before);
    await controller.announce();
    await vi.waitFor(() => expect(view()).toMatchObject({ progress: 'stopped', measured: before.view()?.measured }));
    await controller.intend({ type: 'continueDocument' });
    expect(view()).toMatchObject({ progress: 'done', measured: 24 });
    expect(windows()).toBeLessThan(5);
  });

  it('goes on where it was half a minute ago, when the window was reloaded meanwhile', async () => {
    const before = documentOf(setUp());
    void before.inspect();
    await before.fake.called('measureWindow');
    await before.fake.called('measureWindow');
    before.fake.close('measureWindow');
    await before.fake.called('measureWindow');
    expect(before.view()?.progress).toBe('running');
    const { view, controller } = await reloaded(before);
    await controller.announce();
    await vi.waitFor(() => expect(view()).toMatchObject({ progress: 'stopped', tokens: 24, measured: 8 }));
  });

  it('says so where the document reads differently, and shows none of its numbers', async () => {
    const before = documentOf(setUp());
    await before.inspect();
    const { view, controller, inspect } = await reloaded(before, text.replace('ijk', 'xyz'));
    await controller.announce();
    await vi.waitFor(() => expect(view()).toMatchObject({ progress: 'stopped', tokens: 0, measured: 0 }));
    expect(view()?.failure).toMatch(/^The document has changed since it was measured\./);
    expect(controller.placedDocument).toBeNull();
    await inspect();
    expect(view()).toMatchObject({ progress: 'done', failure: null });
  });

  it('is not shown for another model, for another file in its place, or after it was closed', async () => {
    const before = documentOf(setUp());
    await before.inspect();
    const other = await reloaded(before);
    other.settings.path = '/models/second.gguf';
    await other.controller.announce();
    const replaced = await reloaded(before);
    replaced.measurement.file = 'another';
    await replaced.controller.announce();
    await before.controller.intend({ type: 'closeDocument' });
    const closed = await reloaded(before);
    await closed.controller.announce();
    await vi.advanceTimersByTimeAsync(0);
    expect([other.view(), replaced.view(), closed.view()]).toEqual([null, null, null].map(() => before.view()));
  });

  it('gives way to the document that is inspected meanwhile', async () => {
    const before = documentOf(setUp());
    await before.inspect();
    const { view, controller, inspect } = await reloaded(before, 'another text');
    await Promise.all([controller.announce(), inspect()]);
    expect(view()).toMatchObject({ progress: 'done', tokens: 12, failure: null });
  });

  it('goes with the model that is loaded instead, and comes back with its own', async () => {
    const set = documentOf(setUp());
    await set.inspect();
    const before = set.view();
    set.measurement.text = text;
    set.settings.path = '/models/second.gguf';
    await set.controller.ready();
    expect(set.view()).toMatchObject({ progress: 'stopped', measured: 0 });
    set.settings.path = '/models/first.gguf';
    await set.controller.ready();
    await vi.waitFor(() => expect(set.view()).toEqual(before));
    expect(set.windows()).toBe(5);
  });

  it('names the size of what is not kept', async () => {
    const before = documentOf(setUp());
    const { measured } = { ...(await before.inspect().then(() => before.controller.placedDocument)) };
    if (!measured) throw new Error('Nothing was measured.');
    const tokens = { ...measured.tokens, ids: new Int32Array(400_001) };
    const model = JSON.stringify(['/models/first.gguf', null, null, false, null]);
    const print = fingerprint(text);
    before.keeper.keep({ uri, print, plain: false, model, measured: { ...measured, tokens } });
    const { view, controller } = await reloaded(before);
    await controller.announce();
    await vi.waitFor(() => expect(view()?.failure).toMatch(/^Numbers of more than 400,000 tokens are not kept\./));
  });
});
