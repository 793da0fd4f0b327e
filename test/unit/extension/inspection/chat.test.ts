import { describe, expect, it } from 'vitest';
import { tokenAt } from '../../../../src/extension/editor/cursor/tokenAt';
import { segments } from '../../../../src/extension/editor/marks/drawing';
import { textRequest } from '../../../../src/extension/inspection/subject';
import { firstAppended } from '../../../../src/shared/appended';
import { usualChat } from '../../../../src/shared/chat/view';
import { ascending, inDocument } from '../../../../src/shared/inDocument';
import type { TextView } from '../../../../src/shared/place';
import { address, setUp, subject } from '../../support/controller';

const conversation = '[{"role": "user", "content": "a\\nb"}, {"role": "assistant", "content": "c"}]';
const rendered = '<user>a\nb/<assistant>c/>';

async function inspected() {
  const set = setUp();
  await set.controller.inspectAs(subject(conversation), 'chat');
  return { ...set, text: set.controller.state.text as TextView };
}

describe('an inspection as chat', () => {
  it('runs the rendered text, with control tokens and without what stands before it', async () => {
    const { controller, fake } = setUp();
    await controller.configure({ context: true, plain: true });
    await controller.inspectAs(subject(conversation), 'chat');
    expect(fake.last('run')?.request).toEqual({ text: rendered, plain: false, limit: 512 });
    expect(controller.state).toMatchObject({
      status: { kind: 'ready' },
      source: { excerpt: conversation },
      options: { chat: usualChat },
      text: { total: rendered.length, contextCount: 0, chat: { text: rendered, template: 'fake' } },
    });
    // Its markup is that of one model alone.
    await controller.intend({ type: 'inView', parts: { tokenizers: true } });
    expect(controller.state.tokenizers).toBeNull();
  });

  it('runs the rendered text also where the settings named a server for a moment as its tokens came', async () => {
    const { controller, fake, settings } = setUp();
    const [open, called] = [fake.close('tokenise'), fake.called('tokenise')];
    const inspecting = controller.inspectAs(subject(conversation), 'chat');
    await called;
    settings.server = { address };
    open();
    await new Promise<void>((resolve) => void setImmediate(resolve));
    delete settings.server;
    await controller.modelChanged();
    await inspecting;
    expect(fake.last('run')?.request).toMatchObject({ text: rendered });
  });

  it('has the tokens of contents at their places in the document, and no other', async () => {
    const { text } = await inspected();
    const places = ascending(text).tokens.map(({ start, end }) => conversation.slice(start, end));
    expect(places).toEqual(['a', '\\n', 'b', 'c']);
    expect(segments(ascending(text), []).map(({ start }) => start)).toEqual(
      ascending(text).tokens.map(({ start }) => start),
    );
    const [brace, , , , , , a] = inDocument(text).tokens;
    expect([brace?.start, brace?.end]).toEqual([0, 0]);
    expect(tokenAt(ascending(text), a?.start ?? NaN, null)).toBe(rendered.indexOf('a'));
    expect(tokenAt(ascending(text), conversation.indexOf('c"}'), null)).toBe(rendered.indexOf('c/'));
    expect(tokenAt(ascending(text), 2, null)).toBeNull();
  });

  it('has no place for a system message of the options, and runs again with it', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'setOptions', options: { chat: { ...usualChat, system: 'Be brief' } } });
    expect(fake.last('run')?.request).toMatchObject({ text: `<system>Be brief/${rendered}` });
    expect(ascending(controller.state.text as TextView).tokens).toHaveLength(4);
    await controller.intend({ type: 'setOptions', options: { chat: { ...usualChat, generationPrompt: false } } });
    expect(fake.last('run')?.request).toMatchObject({ text: rendered.slice(0, -1) });
  });

  it('is not rendered again for tokens after the same text', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'continueWith', id: controller.state.prediction?.top[1]?.token.id ?? -1 });
    await controller.intend({ type: 'takeOff' });
    expect([fake.count('run'), fake.count('renderChat')]).toEqual([3, 1]);
    await controller.intend({ type: 'setOptions', options: { chat: { ...usualChat, system: 'Be brief' } } });
    expect(fake.count('renderChat')).toBe(2);
  });

  it('ends with the switch, and with an inspection of the text as it is', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'setOptions', options: { chat: null } });
    expect(fake.last('run')?.request).toMatchObject({ text: conversation });
    expect(controller.state.text?.chat).toBeUndefined();
    await controller.inspectAs(subject(conversation), 'chat');
    await controller.inspectAs(subject(conversation), 'text');
    expect(controller.state.text?.chat).toBeUndefined();
  });

  it('goes on as chat when the same text is inspected again, and after a reload', async () => {
    const { controller, fake, documents } = await inspected();
    const changed = subject(conversation.replace('c"', 'd"'));
    documents.set(changed.uri, changed);
    await controller.intend({ type: 'refresh' });
    expect(fake.last('run')?.request).toMatchObject({ text: rendered.replace('c/', 'd/') });
    const other = setUp();
    other.documents.set(changed.uri, changed);
    const { context, plain, chat, centred, space, colouring } = controller.state.options;
    const options = { context, plain, chat, centred, space, colouring };
    await other.controller.resume(changed, { options, position: 3, tokenId: null });
    expect(other.controller.state).toMatchObject({ position: 3, text: { chat: { template: 'fake' } } });
  });

  it('is restored as it was, and exported as it was rendered', async () => {
    const { controller, fake } = await inspected();
    await controller.inspectAs(subject('plain', { start: 200, end: 205 }), 'text');
    const [, past] = controller.inspections.all;
    const runs = fake.count('run');
    await controller.restore(past?.id ?? NaN);
    expect(fake.count('run')).toBe(runs);
    expect(controller.state).toMatchObject({ options: { chat: usualChat }, text: { chat: { text: rendered } } });
    expect(controller.shown).toMatchObject({ text: conversation, rendered });
    expect(past && textRequest(past.subject, controller.state.options)).toMatchObject({ text: rendered, plain: false });
    // Read anew as text, it is not the rendered one.
    await controller.intend({ type: 'setOptions', options: { chat: null } });
    expect(fake.last('run')?.request).toMatchObject({ text: conversation });
    expect(controller.shown?.rendered).toBeUndefined();
  });
});

describe('a conversation that goes on', () => {
  async function continued() {
    const set = await inspected();
    set.documents.set('file:///a.md', subject(conversation));
    const next = async (at: number) => {
      const token = set.controller.state.prediction?.top[at]?.token;
      await set.controller.intend({ type: 'continueWith', id: token?.id ?? -1 });
      return token?.text ?? '';
    };
    return { ...set, next, answer: (await next(1)) + (await next(2)) };
  }

  it('has the appended tokens after what asks for an answer, at no place of the document', async () => {
    const { controller, fake, answer } = await continued();
    expect(fake.last('renderChat')?.request).toMatchObject({ text: conversation });
    expect(fake.last('run')?.request).toMatchObject({ text: rendered + answer, plain: false });
    const text = controller.state.text as TextView;
    expect(text).toMatchObject({ total: rendered.length + 2, appended: { from: rendered.length } });
    expect(firstAppended(text)).toBe(rendered.length);
    expect(ascending(text).tokens).toHaveLength(4);
    expect(inDocument(text).tokens.slice(-2)).toMatchObject([
      { start: conversation.indexOf('c"}') + 1, end: conversation.indexOf('c"}') + 1 },
      { start: conversation.indexOf('c"}') + 1, end: conversation.indexOf('c"}') + 1 },
    ]);
    expect(controller.state).toMatchObject({
      position: rendered.length + 1,
      outOfDate: false,
      source: { excerpt: conversation, end: 10 + conversation.length },
    });
  });

  it('gives them up one at a time, and writes none into the document', async () => {
    const { controller, fake, documents, answer } = await continued();
    await controller.intend({ type: 'insertAppended' });
    expect(documents.get('file:///a.md')?.text).toBe(conversation);
    expect(fake.last('run')?.request).toMatchObject({ text: rendered + answer });
    await controller.intend({ type: 'takeOff' });
    await controller.intend({ type: 'takeOff' });
    expect(fake.last('run')?.request).toMatchObject({ text: rendered });
    expect(controller.state.text?.appended).toBeUndefined();
  });

  it('keeps them when it is rendered again or restored, but not when the conversation changes', async () => {
    const { controller, fake, documents, answer } = await continued();
    await controller.intend({ type: 'setOptions', options: { chat: { ...usualChat, system: 'Be brief' } } });
    expect(fake.last('run')?.request).toMatchObject({ text: `<system>Be brief/${rendered}${answer}` });
    expect(controller.state.text?.appended?.from).toBe(`<system>Be brief/${rendered}`.length);
    await controller.inspectAs(subject('plain', { start: 200, end: 205 }), 'text');
    await controller.restore(controller.inspections.all[1]?.id ?? NaN);
    expect(controller.state.text?.appended?.tokens).toHaveLength(2);
    documents.set('file:///a.md', subject(conversation.replace('c"', 'd"'), { version: 2 }));
    await controller.intend({ type: 'refresh' });
    expect(controller.state.text?.appended).toBeUndefined();
  });

  it('is rendered anew while it is edited, and the chosen token stays at its characters', async () => {
    let waiting: (() => void) | null = null;
    const { controller, documents, fake } = setUp(undefined, (_, act) => {
      waiting = act;
      return () => (waiting = null);
    });
    await controller.inspectAs(subject(conversation), 'chat');
    await controller.intend({ type: 'followEdits', on: true });
    await controller.intend({ type: 'choosePosition', position: rendered.indexOf('c/') });
    const edit = async (from: string, to: string) => {
      const before = documents.get('file:///a.md')?.text ?? conversation;
      const [start, after] = [10 + before.indexOf(from), before.replace(from, to)];
      documents.set('file:///a.md', subject(after, { version: documents.size + after.length }));
      const change = { start, end: start + from.length, length: to.length };
      controller.documents.edited('file:///a.md', [change], (first, last) => after.slice(first - 10, last - 10));
      waiting?.();
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    };
    await edit('a\\n', 'xyz');
    expect(fake.last('run')?.request).toMatchObject({ text: rendered.replace('a\n', 'xyz') });
    expect(controller.state).toMatchObject({ outOfDate: false, followsEdits: true, token: { token: { text: 'c' } } });
    // A list that is not closed yet is read as one message of the user.
    await edit('}]', '}');
    expect(controller.state).toMatchObject({
      status: { kind: 'ready' },
      text: { chat: { messages: [{ role: 'user' }] } },
    });
  });
});

describe('a conversation that the template refuses', () => {
  const refused = '[{"role": "fool", "content": "x"}]';
  const sentence = 'The chat template refuses: “no fools”.';

  it('is said, and the inspection of before stays with its options', async () => {
    const { controller } = setUp();
    await controller.inspect(subject('abc'));
    const before = controller.state;
    await controller.inspectAs(subject(refused, { start: 200, end: 200 + refused.length }), 'chat');
    expect(controller.state).toMatchObject({
      status: { kind: 'failed', message: sentence },
      source: before.source,
      options: before.options,
      run: before.run,
      position: before.position,
    });
    expect(controller.state.text).toBe(before.text);
    // Its text is still followed, and inspected again if the user wishes.
    controller.documents.edited('file:///a.md', [{ start: 0, end: 0, length: 5 }], () => 'abc');
    expect(controller.state.source).toMatchObject({ start: 15, end: 18 });
    expect(controller.shown).toMatchObject({ text: 'abc', start: 15 });
  });

  it('does not give the tokens of one text to another that was still on its way', async () => {
    const { controller, fake } = setUp();
    await controller.inspect(subject('abc'));
    const open = fake.close('tokenise');
    const second = controller.inspect(subject('second', { start: 100, end: 106 }));
    await controller.inspectAs(subject(refused, { start: 200, end: 200 + refused.length }), 'chat');
    open();
    await second;
    expect(controller.state).toMatchObject({
      status: { kind: 'failed', message: sentence },
      source: { start: 200 },
      text: null,
    });
    expect(controller.shown).toBeNull();
  });

  it('goes back with the options that were changed meanwhile', async () => {
    const { controller, fake } = setUp();
    await controller.inspect(subject('abc'));
    const open = fake.close('renderChat');
    const other = controller.inspectAs(subject(refused, { start: 200, end: 200 + refused.length }), 'chat');
    await controller.configure({ top: 3 });
    open();
    await other;
    expect(controller.state).toMatchObject({ options: { chat: null, top: 3 }, source: { start: 10 } });
  });

  it('leaves the numbers of the same text when the switch is on', async () => {
    const { controller } = setUp();
    await controller.inspect(subject(refused));
    const { text } = controller.state;
    await controller.intend({ type: 'setOptions', options: { chat: usualChat } });
    expect(controller.state).toMatchObject({
      status: { kind: 'failed', message: sentence },
      options: { chat: usualChat },
    });
    expect(controller.state.text).toBe(text);
    await controller.intend({ type: 'setOptions', options: { chat: null } });
    expect(controller.state.status).toEqual({ kind: 'ready' });
  });
});

describe('the name of a template', () => {
  it('is forgotten with its model', async () => {
    const { controller, settings, fake } = await inspected();
    const chat = { ...usualChat, template: 'fake' };
    await controller.intend({ type: 'setOptions', options: { chat } });
    expect(fake.last('renderChat')?.request).toMatchObject({ template: 'fake' });
    settings.path = '/models/second.gguf';
    fake.model = { ...fake.model, name: 'second' };
    await controller.modelChanged();
    expect(fake.last('renderChat')?.request).not.toHaveProperty('template');
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, options: { chat: usualChat } });
    const runs = fake.count('run');
    await controller.inspectAs(subject(conversation), 'chat');
    expect(fake.count('run')).toBe(runs);
  });
});
