import { describe, expect, it } from 'vitest';
import { Returning } from '../../../../src/extension/panel/returning';
import { defaultView, type KeptRooms, type KeptState } from '../../../../src/shared/kept';
import { address, setUp, setUpServed, subject } from '../../support/controller';

const steering = { expression: 'h', how: 'add', strength: 4, layer: null, positions: 'last' } as const;
const rooms: KeptRooms = {
  vector: 'king - man',
  other: { text: 'xyz', from: 'b.md' },
  appended: [{ id: 100, text: 'd', special: false }],
  steering,
};
const options = {
  context: false,
  plain: false,
  chat: null,
  centred: false,
  space: 'input',
  colouring: 'size',
} as const;
const kept: KeptState = {
  ...{ uri: 'file:///a.md', start: 10, end: 13, options, position: 1, tokenId: 120, view: defaultView, rooms },
};

/** A window that was loaded again, whose document is as before. */
function reloaded(made = setUp()) {
  const returning = new Returning(made.controller);
  made.documents.set(kept.uri, subject('abc'));
  return { ...made, returning };
}
const texts = { text: 'xyz', from: 'b.md' };

describe('an inspection that comes back', () => {
  it('has its vector, its second text with its document, its appended tokens, its steering and its position', async () => {
    const { controller, returning, fake } = reloaded();
    await returning.resume(kept);
    expect(controller.state).toMatchObject({
      source: { start: 10, end: 13, excerpt: 'abc' },
      text: { appended: { tokens: [{ id: 100, text: 'd', bytes: [100] }], from: 3 }, tokens: { length: 4 } },
      vector: { expression: 'king - man' },
      axes: { now: { kind: 'vector', expression: 'king - man' } },
      texts,
      steer: { steering },
      position: 1,
      token: { token: { id: 120 } },
    });
    expect(fake.count('run')).toBe(1);
  });

  it('is asked for once', async () => {
    const { controller, returning } = reloaded();
    await returning.resume(kept);
    await controller.intend({ type: 'compareTexts', text: null });
    returning.changed();
    expect(controller.state.texts).toBeNull();
  });

  it('shows what is wrong with an expression, which is no axis', async () => {
    const { controller, returning } = reloaded();
    await returning.resume({ ...kept, rooms: { vector: 'king -' } });
    expect(controller.state).toMatchObject({ vector: { fault: { at: {} } }, axes: { now: { kind: 'token' } } });
  });

  it('waits for the download that a person has to agree to, and asks for none', async () => {
    const { controller, returning, fake, looking, asked } = reloaded();
    const download = { name: 'first', bytes: 98, from: 'a server' };
    looking.describe = async () => ({ ...download, download });
    await returning.resume(kept);
    expect([controller.state.status.kind, controller.state.vector, asked, fake.count('load')]).toEqual([
      ...['not-downloaded', null, [], 0],
    ]);
    await controller.intend({ type: 'download' });
    returning.changed();
    expect(controller.state).toMatchObject({ vector: { expression: 'king - man' }, texts, steer: { steering } });
  });

  it('sends nothing to a server, and connects to none, until the user sends the text', async () => {
    const { controller, returning, fake, agreed } = reloaded(setUpServed());
    agreed.add(address);
    await returning.resume(kept);
    returning.changed();
    expect([controller.state.status.kind, controller.state.texts, fake.calls]).toEqual(['not-sent', null, []]);
    await controller.intend({ type: 'refresh' });
    returning.changed();
    expect(controller.state).toMatchObject({ vector: { expression: 'king - man' }, texts });
    expect(controller.state.text?.appended?.tokens).toHaveLength(1);
  });

  it('gives way to another text that is inspected meanwhile', async () => {
    const { controller, returning, fake } = reloaded();
    const open = fake.close('load');
    const resumed = returning.resume(kept);
    const newer = controller.inspect(subject('other', { start: 50, end: 55 }));
    open();
    await Promise.all([resumed, newer]);
    returning.changed();
    expect(controller.state).toMatchObject({ source: { start: 50 }, vector: null, texts: null, steer: null });
  });
});
