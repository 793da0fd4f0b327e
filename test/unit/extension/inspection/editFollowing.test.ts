import { describe, expect, it } from 'vitest';
import { follow } from '../../../../src/extension/inspection/subject';
import { setUp, setUpServed, subject } from '../../support/controller';

const uri = 'file:///a.md';
const start = 10;

/** A followed text, and a clock that a test turns. */
async function followed(text = 'abc') {
  let waiting: (() => void) | null = null;
  const waits: number[] = [];
  const set = setUp(undefined, (milliseconds, act) => {
    waits.push(milliseconds);
    waiting = act;
    return () => waiting === act && (waiting = null);
  });
  let now = `0123456789${text} after`;
  let end = start + text.length;
  let version = 1;
  const read = (from: number, to: number) => now.slice(Math.max(0, from), to);
  const put = () => {
    const { source } = set.controller.state;
    const range = source ?? { start, end };
    documents.set(uri, subject(read(range.start, range.end), { start: range.start, end: range.end, version }));
  };
  const { controller, documents } = set;
  await controller.inspect(subject(text));
  await controller.intend({ type: 'followEdits', on: true });
  const edit = (from: number, to: number, inserted: string) => {
    now = now.slice(0, from) + inserted + now.slice(to);
    end += inserted.length - (to - from);
    version++;
    controller.documents.edited(uri, [{ start: from, end: to, length: inserted.length }], read);
    put();
  };
  /** The pause after the last edit is over. Resolves when all that follows from it is shown. */
  const pause = async () => {
    const act = waiting;
    waiting = null;
    act?.();
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  };
  const texts = () => controller.state.text?.tokens.map(({ text: own }) => own).join('');
  return { ...set, edit, pause, texts, waits, isWaiting: () => waiting !== null };
}

describe('Follow', () => {
  it('inspects the text anew, 300 ms after the last of several edits', async () => {
    const { edit, pause, texts, waits, fake, controller } = await followed();
    edit(11, 12, 'X');
    edit(12, 12, 'Y');
    expect([fake.count('run'), controller.state.outOfDate, texts()]).toEqual([1, true, 'abc']);
    await pause();
    expect(waits).toEqual([300, 300]);
    expect([fake.count('run'), controller.state.outOfDate, texts()]).toEqual([2, false, 'aXYc']);
  });

  it('takes in what is written at the end, and keeps the last position there', async () => {
    const { edit, pause, texts, controller } = await followed();
    edit(13, 13, 'd');
    edit(14, 14, 'e');
    await pause();
    expect([texts(), controller.state.position, controller.state.source?.end]).toEqual(['abcde', 4, 15]);
    edit(14, 15, '');
    await pause();
    expect([texts(), controller.inspections.all.length]).toEqual(['abcd', 1]);
  });

  it('goes on at the end of a text that is written further, whatever was chosen before', async () => {
    const { edit, pause, controller, texts } = await followed();
    await controller.intend({ type: 'choosePosition', position: 0 });
    edit(13, 13, 'de');
    await pause();
    expect([texts(), controller.state.position, controller.state.token?.token.text]).toEqual(['abcde', 4, 'e']);
  });

  it('keeps another position at its characters', async () => {
    const { edit, pause, controller, texts } = await followed('abcdef');
    await controller.intend({ type: 'choosePosition', position: 3 });
    edit(10, 11, 'XYZ');
    await pause();
    expect([texts(), controller.state.position, controller.state.token?.token.text]).toEqual(['XYZbcdef', 5, 'd']);
    edit(17, 18, 'Q');
    await pause();
    expect(controller.state.token?.token.text).toBe('d');
  });

  it('asks for nothing at the edit itself, after an edit elsewhere, or one that is undone', async () => {
    const { edit, fake, isWaiting } = await followed();
    const calls = fake.calls.length;
    edit(11, 12, 'X');
    expect(isWaiting()).toBe(true);
    edit(11, 12, 'b');
    expect(isWaiting()).toBe(false);
    edit(18, 18, '!');
    expect([isWaiting(), fake.calls.length]).toEqual([false, calls]);
  });

  it('gives up a run that a newer text takes the place of', async () => {
    const { edit, pause, fake, texts } = await followed();
    const open = fake.close('run');
    edit(11, 12, 'X');
    await pause();
    const older = fake.last('run');
    edit(11, 12, 'Y');
    await pause();
    expect(older?.control?.signal?.aborted).toBe(true);
    open();
    await pause();
    expect(texts()).toBe('aYc');
  });

  it('waits where all of the text is gone, and goes on with what is written there', async () => {
    const { edit, pause, fake, texts, failures } = await followed();
    edit(10, 13, '');
    await pause();
    expect([fake.count('run'), failures]).toEqual([1, []]);
    edit(10, 10, 'new');
    await pause();
    expect(texts()).toBe('new');
  });

  it('inspects at once what had changed before it was turned on', async () => {
    const { controller, edit, pause, texts } = await followed();
    await controller.intend({ type: 'followEdits', on: false });
    edit(11, 12, 'X');
    await controller.intend({ type: 'followEdits', on: true });
    await pause();
    expect(texts()).toBe('aXc');
  });

  it('ends with its document, with another text, with the model, and when it is turned off', async () => {
    for (const end of ['close', 'other', 'reset', 'unload', 'idle', 'off'] as const) {
      const { controller, edit, isWaiting } = await followed();
      if (end === 'close') controller.closed(uri);
      if (end === 'other') await controller.inspect(subject('other', { uri: 'file:///b.md' }));
      if (end === 'reset') controller.reset();
      if (end === 'unload') controller.letGo();
      if (end === 'idle') controller.unloaded();
      if (end === 'off') await controller.intend({ type: 'followEdits', on: false });
      expect(controller.state.followsEdits, end).toBe(false);
      edit(11, 12, 'X');
      expect(isWaiting(), end).toBe(false);
    }
  });

  it('goes on with the same place, and when another document is closed', async () => {
    const { controller, edit, isWaiting } = await followed();
    controller.closed('file:///b.md');
    await controller.inspect(subject('abc', { version: 2 }));
    expect(controller.state.followsEdits).toBe(true);
    edit(11, 12, 'X');
    expect(isWaiting()).toBe(true);
  });

  it('goes on while another model is loaded', async () => {
    const { controller, settings, fake } = await followed();
    const open = fake.close('load');
    settings.path = '/models/second.gguf';
    const changing = controller.modelChanged();
    controller.unloaded();
    open();
    await changing;
    expect(controller.state.followsEdits).toBe(true);
  });

  it('drops what was appended to the earlier text', async () => {
    const { controller, edit, pause, texts } = await followed();
    await controller.intend({ type: 'continueWith', id: controller.state.prediction?.top[1]?.token.id ?? -1 });
    expect(controller.state.text?.appended).toBeDefined();
    edit(11, 12, 'X');
    await pause();
    expect([texts(), controller.state.text?.appended]).toEqual(['aXc', undefined]);
  });

  it('is not offered for a server, which would get the text unasked', async () => {
    const { controller, changes } = setUpServed();
    await controller.inspect(subject('abc'));
    changes.length = 0;
    await controller.intend({ type: 'followEdits', on: true });
    expect(changes).toContainEqual({ followsEdits: false });
    expect(controller.state.status).toMatchObject({ kind: 'failed', message: 'Edits are not followed.' });
  });
});

describe('a range that grows', () => {
  it('takes in what is inserted at its end, and nothing at its start', () => {
    const at = (offset: number) => [{ start: offset, end: offset, length: 2 }];
    expect(follow({ start: 5, end: 8 }, at(8), true)).toMatchObject({ start: 5, end: 10, touched: true });
    expect(follow({ start: 5, end: 8 }, at(5), true)).toMatchObject({ start: 7, end: 10, touched: false });
    expect(follow({ start: 5, end: 5 }, at(5), true)).toMatchObject({ start: 5, end: 7, touched: true });
    expect(follow({ start: 5, end: 8 }, at(8))).toMatchObject({ start: 5, end: 8, touched: false });
  });
});
