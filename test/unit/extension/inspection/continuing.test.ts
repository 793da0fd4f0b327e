import { describe, expect, it } from 'vitest';
import { segments } from '../../../../src/extension/editor/marks/drawing';
import { continued } from '../../../../src/extension/inspection/inspections';
import { textRequest } from '../../../../src/extension/inspection/subject';
import { isWhole } from '../../../../src/shared/appended';
import { EngineError } from '../../../../src/shared/errors';
import { ascending, inDocument } from '../../../../src/shared/inDocument';
import { setUp, setUpServed, subject } from '../../support/controller';

/** The fake engine's predictions at a position are the tokens of the next ids. */
async function inspected(text = 'abc') {
  const set = setUp();
  set.documents.set('file:///a.md', subject(text));
  await set.controller.inspect(subject(text));
  const next = async (at = 0) => {
    const token = set.controller.state.prediction?.top[at]?.token;
    await set.controller.intend({ type: 'continueWith', id: token?.id ?? -1 });
    return token?.text ?? '';
  };
  const texts = () => set.controller.state.text?.tokens.map(({ text: own }) => own).join('');
  return { ...set, next, texts };
}

/** A token of one byte. */
const part = (byte: number) => ({ id: byte, text: '\ufffd', bytes: [byte], special: false, size: 1, percentile: 0 });

describe('Continue with', () => {
  it('inspects the text with the token after it, and chooses it', async () => {
    const { controller, next, texts, fake } = await inspected();
    const [first, second] = [await next(1), await next(2)];
    expect(texts()).toBe(`abc${first}${second}`);
    expect(controller.state).toMatchObject({
      position: 4,
      outOfDate: false,
      run: { length: 5 },
      source: { start: 10, end: 13, excerpt: 'abc', characters: 5 },
      text: { appended: { from: 3 } },
    });
    expect(fake.last('run')?.request).toMatchObject({ text: `abc${first}${second}` });
  });

  it('takes one token off at a time, and none of the document', async () => {
    const { controller, next, texts, fake } = await inspected();
    const first = await next(1);
    await next(2);
    await controller.intend({ type: 'takeOff' });
    expect([texts(), controller.state.position]).toEqual([`abc${first}`, 3]);
    await controller.intend({ type: 'takeOff' });
    expect(controller.state.text?.appended).toBeUndefined();
    const runs = fake.count('run');
    await controller.intend({ type: 'takeOff' });
    expect([texts(), fake.count('run')]).toEqual(['abc', runs]);
  });

  it('replaces the inspection of the same place in the list', async () => {
    const { controller, next } = await inspected();
    await next();
    expect(controller.inspections.all).toHaveLength(1);
  });

  it('leaves tokens out that no prediction lists', async () => {
    const { controller, texts } = await inspected();
    await controller.intend({ type: 'continueWith', id: 60_000 });
    expect(texts()).toBe('abc');
  });

  it('writes them into the document, which the range then covers', async () => {
    const { controller, next, documents, texts } = await inspected();
    const added = (await next(1)) + (await next(2));
    await controller.intend({ type: 'insertAppended' });
    expect(documents.get('file:///a.md')?.text).toBe(`abc${added}`);
    expect(texts()).toBe(`abc${added}`);
    expect(controller.state).toMatchObject({ position: 4, source: { start: 10, end: 15, excerpt: `abc${added}` } });
    expect(controller.state.text?.appended).toBeUndefined();
  });

  it('says why they could not be written', async () => {
    const { controller, next, documents, failures } = await inspected();
    await next();
    documents.clear();
    await controller.intend({ type: 'insertAppended' });
    expect(failures).toHaveLength(1);
    expect(controller.state.status).toMatchObject({ kind: 'failed', message: 'The document is gone.' });
  });

  it('finds them where the text stands after an edit that came meanwhile', async () => {
    const { controller, next, reads } = await inspected();
    const added = await next(1);
    const inserting = controller.intend({ type: 'insertAppended' });
    controller.documents.edited('file:///a.md', [{ start: 0, end: 0, length: 5 }], () => 'abc');
    await inserting;
    expect(reads.at(-1)).toMatchObject({ start: 15, end: 18 + added.length });
  });

  it('works after a try that failed or was cancelled, from what is shown', async () => {
    const { controller, fake, next, texts } = await inspected();
    const first = await next(1);
    for (const end of ['fail', 'cancel'] as const) {
      const open = fake.close('tokenise');
      if (end === 'fail') fake.failures.set('tokenise', new EngineError('internal', 'It failed.'));
      const trying = controller.intend({
        type: 'continueWith',
        id: controller.state.prediction?.top[2]?.token.id ?? -1,
      });
      await controller.intend({ type: 'takeOff' });
      if (end === 'cancel') await controller.intend({ type: 'cancel' });
      open();
      await trying;
      fake.failures.clear();
      expect([controller.state.status.kind, texts()], end).toEqual([
        end === 'fail' ? 'failed' : 'cancelled',
        `abc${first}`,
      ]);
    }
    const second = await next(1);
    expect(texts()).toBe(`abc${first}${second}`);
    await controller.intend({ type: 'takeOff' });
    expect([texts(), controller.state.status.kind]).toEqual([`abc${first}`, 'ready']);
  });

  it('keeps them for the same text when it is inspected again, and not for another', async () => {
    const { controller, next, documents, texts } = await inspected();
    const first = await next(1);
    documents.set('file:///a.md', subject('abc', { version: 2 }));
    await controller.intend({ type: 'refresh' });
    expect(texts()).toBe(`abc${first}`);
    documents.set('file:///a.md', subject('abd', { version: 3 }));
    await controller.intend({ type: 'refresh' });
    expect(texts()).toBe('abd');
  });

  it('leaves them out of what is drawn on the document', async () => {
    const { controller, next } = await inspected();
    await next(1);
    const { text } = controller.state;
    if (!text?.appended) return expect.fail('The text has no appended token.');
    expect(segments(ascending(text), []).map(({ end }) => end)).toEqual([1, 2, 3]);
    expect(inDocument(text).tokens.at(-1)).toMatchObject({ start: 3, end: 3 });
  });

  it('has the ids in place of a cut, and no longer once another vocabulary has no such ids', async () => {
    const { controller, next, fake } = await inspected();
    await next(1);
    await next(2);
    const ids = controller.state.text?.appended?.tokens.map(({ id }) => id);
    expect(fake.last('tokenise')?.request).toMatchObject({ appended: { from: 3, ids } });
    expect(fake.last('run')?.request).toMatchObject({ appended: { from: 3, ids } });
    await controller.intend({ type: 'takeOff' });
    expect(fake.last('run')?.request).toMatchObject({ appended: { from: 3, ids: ids?.slice(0, 1) } });
    const own = subject('abcx', { appended: { from: 3, tokens: [part(120)] } });
    expect(textRequest(own, controller.state.options, 120)).not.toHaveProperty('appended');
    expect(textRequest({ ...own, rendered: '<a>abcx' }, controller.state.options, 121)).toMatchObject({
      appended: { from: 6, ids: [120] },
    });
  });

  it('goes on with the parts of a character, which has its place once it is whole', () => {
    const [one, whole] = [[0xc3], [0xc3, 0xa9]].map((bytes) => continued(subject('ab'), bytes.map(part)));
    expect([one?.text, whole?.text, whole?.appended?.from]).toEqual(['ab\ufffd', 'abé', 2]);
    expect([isWhole(one?.appended?.tokens ?? []), isWhole(whole?.appended?.tokens ?? [])]).toEqual([false, true]);
  });

  it('is compared with another text that begins alike by the ids of both', async () => {
    const { controller, fake, next } = await inspected();
    await next(1);
    const intent = { type: 'compareTexts', text: 'abcde', appended: { from: 3, ids: [7, 8] } } as const;
    await controller.intend({ type: 'inView', parts: { texts: true } });
    await controller.intend(intent);
    const { request } = fake.last('twoTexts') ?? {};
    expect(request).toMatchObject({ other: { text: 'abcde', appended: intent.appended } });
    expect(controller.state.texts).toMatchObject({ appended: intent.appended });
    await controller.intend({ ...intent, appended: { from: 3, ids: [9] } });
    expect(fake.last('twoTexts')?.request).toMatchObject({ other: { appended: { ids: [9] } } });
  });
});

describe('Continue with, on a server', () => {
  it('sends the longer text, since the user asked for it', async () => {
    const { controller, fake } = setUpServed();
    await controller.inspect(subject('abc'));
    const id = controller.state.prediction?.top[0]?.token.id ?? -1;
    await controller.intend({ type: 'continueWith', id });
    expect(fake.count('run')).toBe(2);
  });
});
