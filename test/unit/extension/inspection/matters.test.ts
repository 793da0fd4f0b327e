import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../../src/shared/errors';
import { settled, setUp, subject } from '../../support/controller';
import { mattered } from '../../support/fakeMatters';

const ask = { type: 'matter', by: 'word', answer: null } as const;
/** Its tokens are its characters. */
const text = 'ab cd ef.\nGh.';

async function inspected(more?: Parameters<typeof subject>[1]) {
  const set = setUp();
  await set.controller.inspect(subject(text, more));
  await set.controller.choose({ position: 8, tokenId: null });
  return { ...set, view: () => set.controller.state.matters };
}

/** One that has told its first part. */
async function running() {
  const set = await inspected();
  const { open, done } = await set.fake.held('matters', () => set.controller.intend(ask));
  const call = set.fake.last('matters');
  const { parts, ...known } = mattered({ position: 8, parts: [[0, 1]] });
  call?.control?.onProgress?.({ stage: 'run', fraction: 0.25, mattered: { ...known, parts } });
  return { ...set, open, done, call };
}

describe('what mattered', () => {
  it('knows how the text can be cut before anything is asked', async () => {
    const { controller, view } = await inspected();
    expect(view()).toMatchObject({ usual: 'token', known: null, working: null });
    const grains = () => view().grains.map(({ by, parts }) => `${by} ${parts}`);
    // As many as are left out: no part begins after the position.
    expect(grains()).toEqual(['token 9', 'word 3', 'line 1']);
    await controller.choose({ position: 12, tokenId: null });
    expect(grains()).toEqual(['token 13', 'word 4', 'line 2']);
  });

  it('shows the parts as they come, and colours their tokens by them', async () => {
    const { view, open, done, call } = await running();
    expect(call?.request).toMatchObject({
      position: 8,
      // White space belongs to the word after it, and nothing after the position is left out.
      parts: [
        [0, 1],
        [2, 3, 4],
        [5, 6, 7, 8],
      ],
    });
    expect(call?.request).not.toHaveProperty('answer');
    expect(view()).toMatchObject({ working: { fraction: 0.25 }, isDone: false });
    expect(view().asked?.parts.map(({ text: of }) => of)).toEqual(['ab', ' cd', ' ef.']);
    expect(Array.from(view().values ?? []).slice(0, 3)).toEqual([2, 2, NaN]);
    open();
    await done;
    expect(view()).toMatchObject({ working: null, isDone: true, failure: null });
    const before = [2, 2, -0.5, -0.5, -0.5, 0.25, 0.25, 0.25, 0.25];
    expect(view().values).toEqual(Float64Array.of(...before, NaN, NaN, NaN, NaN));
  });

  it('asks for the same answer without several parts at once', async () => {
    const { controller, fake, view } = await inspected();
    await controller.intend({ ...ask, answer: ' ef' });
    expect(fake.last('matters')?.request).toMatchObject({ answer: ' ef' });
    await controller.intend({ type: 'matterTogether', parts: [2, 0] });
    expect(fake.last('matters')?.request).toMatchObject({ position: 8, answer: [97], parts: [[0, 1, 5, 6, 7, 8]] });
    expect(view()).toMatchObject({ together: { parts: [2, 0], change: 2 }, isDone: true });
    expect(view().known?.parts).toHaveLength(3);
    const before = fake.count('matters');
    await controller.intend({ type: 'matterTogether', parts: [1, 9] });
    expect(fake.count('matters')).toBe(before);
  });

  it('leaves out parts of the window that stands before the text as its context', async () => {
    const { controller, fake, view } = await inspected({ before: `in front\n${'xy\n'.repeat(4)}` });
    await controller.configure({ context: true, contextTokens: 7 });
    await controller.choose({ position: 16, tokenId: null });
    expect(view().grains).toContainEqual({ by: 'line', parts: 4 });
    await controller.intend({ ...ask, by: 'line' });
    expect(view().asked?.parts.map(({ text: of }) => of)).toEqual(['\n', 'xy\n', 'xy\n', 'ab cd ef.\n']);
    expect(fake.last('matters')?.request).toMatchObject({
      position: 16,
      parts: [[0], [1, 2, 3], [4, 5, 6], Array.from({ length: 10 }, (_, at) => 7 + at)],
    });
  });

  it('sets the whole window beside the one without a part', async () => {
    const { controller, fake } = await inspected({ before: 'xy\nzz\n' });
    await controller.configure({ context: true, contextTokens: 100 });
    await controller.intend({ type: 'inView', parts: { texts: true } });
    const whole = { from: 0, ids: Array.from(`zz\n${text}`, (sign) => sign.charCodeAt(0)) };
    await controller.intend({ type: 'compareTexts', text: `zz\n${text}`, appended: whole });
    await settled();
    const read = { context: '', limit: controller.state.options.limit + 100 };
    expect(fake.last('twoTexts')?.request).toMatchObject({ other: { appended: whole, ...read } });
    // What goes on with the text has its context, as the text does.
    await controller.intend({ type: 'compareTexts', text: `${text}!`, appended: { from: text.length, ids: [33] } });
    await settled();
    expect(fake.last('twoTexts')?.request).toMatchObject({ other: { context: 'xy\nzz\n' } });
  });

  it.each(['stopMatters', 'cancel'] as const)('keeps what is known by %s', async (type) => {
    const { controller, view, call, done } = await running();
    await controller.intend({ type });
    await done;
    expect(call?.control?.signal?.aborted).toBe(true);
    expect(view()).toMatchObject({ working: null, isDone: false, failure: null });
    expect(view().known?.parts).toHaveLength(1);
  });

  it('stays while another position is chosen, and ends with the text', async () => {
    const { controller, view, done, call, failures } = await running();
    await controller.choose({ position: 3, tokenId: null });
    expect(view().known?.position).toBe(8);
    await controller.inspect(subject('xyz'));
    await done;
    expect(call?.control?.signal?.aborted).toBe(true);
    expect([view().known, view().values, view().working, failures]).toEqual([null, null, null, []]);
    expect(view().grains).toEqual([{ by: 'token', parts: 3 }]);
  });

  it('says what the engine refuses', async () => {
    const { controller, fake, view } = await inspected();
    fake.failures.set('matters', new EngineError('bad-request', 'No token spells it.'));
    await controller.intend({ ...ask, answer: '€' });
    expect(view()).toMatchObject({ working: null, failure: 'No token spells it.', known: null });
    fake.failures.clear();
    await controller.intend(ask);
    await settled();
    expect(view()).toMatchObject({ failure: null, isDone: true });
  });
});
