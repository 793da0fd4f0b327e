import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../../src/shared/errors';
import { settled, setUp, subject } from '../../support/controller';

const layers = 3;
const grid = { part: 'residual', layer: null, tokens: null } as const;

/** A text is compared with another one of the same length, and both are in sight. */
async function compared(other = 'abd') {
  const set = setUp();
  const { controller, fake } = set;
  fake.model = {
    trunk: {
      ...{ layers, heads: 2, keyValueHeads: 2, feedForward: 2, contextLength: 4096 },
      ...{ position: 'learned', rotary: null, norm: 'RMSNorm' },
    },
  };
  await controller.inspect(subject('abc'));
  await controller.intend({ type: 'inView', parts: { texts: true } });
  await controller.intend({ type: 'compareTexts', text: other });
  await settled();
  const texts = () => {
    const { texts } = controller.state;
    if (!texts) throw new Error('No other text is compared.');
    return texts;
  };
  const known = () => texts().patch?.rows.map((row) => row !== null);
  const patch = async (asked: Parameters<typeof controller.handlers.patch>[0]['patch'] = grid) => {
    void controller.intend({ type: 'patch', patch: asked });
    await settled();
  };
  /** Rows come one at a time, as often as the returned function is called. */
  const step = () => {
    let open = fake.close('patch');
    return async () => {
      open();
      open = fake.close('patch');
      await settled();
    };
  };
  return { ...set, texts, known, patch, step };
}

describe('another text', () => {
  it('is read as the inspected one, and its position is the partner of the chosen one', async () => {
    const { controller, fake, texts } = await compared();
    const { limit } = controller.state.options;
    expect(fake.last('twoTexts')?.request).toMatchObject({ text: 'abc', other: { text: 'abd', plain: false, limit } });
    expect(texts()).toMatchObject({ result: { pairs: { length: 3 } }, next: { position: 2, otherPosition: 2 } });
    await controller.intend({ type: 'choosePosition', position: 1 });
    await settled();
    expect(texts().next).toMatchObject({ position: 1, otherPosition: 1 });
    await controller.intend({ type: 'chooseOtherPosition', position: 0 });
    await settled();
    expect(texts()).toMatchObject({ position: 0, next: { position: 1, otherPosition: 0 } });
    await controller.intend({ type: 'chooseOtherPosition', position: null });
    await settled();
    expect(texts().next?.otherPosition).toBe(1);
  });

  it('begins where both texts end', async () => {
    const { controller, texts } = await compared();
    await controller.intend({ type: 'choosePosition', position: 0 });
    await controller.intend({ type: 'compareTexts', text: 'xyz' });
    await settled();
    expect(texts().next).toMatchObject({ position: 2, otherPosition: 2 });
  });

  it('has its last position beside one without a partner', async () => {
    const { texts } = await compared('abcde');
    expect(texts().next).toMatchObject({ position: 2, otherPosition: 4 });
  });

  it('ends with an inspection of another text, for which it was not meant', async () => {
    const { controller, fake } = await compared();
    await controller.inspect(subject('xyz'));
    expect([controller.state.texts, fake.count('endTexts')]).toEqual([null, 1]);
  });

  it('ends with an inspection of before a reload too, which stands elsewhere', async () => {
    const { controller, documents } = await compared();
    const place = { uri: 'file:///b.md', start: 0, end: 3 };
    documents.set(place.uri, subject('xyz', place));
    await controller.resume(place, { options: controller.state.options, position: 0, tokenId: null });
    expect([controller.state.source?.uri, controller.state.texts]).toEqual([place.uri, null]);
  });

  it('is compared anew with the text once that was edited, and by another model', async () => {
    const { controller, documents, fake, settings, texts } = await compared();
    documents.set('file:///a.md', subject('xyz'));
    await controller.intend({ type: 'refresh' });
    await settled();
    expect(fake.last('twoTexts')?.request).toMatchObject({ text: 'xyz', other: { text: 'abd' } });
    settings.path = '/models/other.gguf';
    await controller.modelChanged();
    await settled();
    expect([fake.count('twoTexts'), texts().next?.position]).toEqual([3, 2]);
  });

  it('takes the place of one that is still asked for', async () => {
    const { controller, fake, texts } = await compared();
    const open = fake.close('twoTexts');
    void controller.intend({ type: 'compareTexts', text: 'ab' });
    await settled();
    const first = fake.last('twoTexts');
    void controller.compareText('a', 'b.md');
    await settled();
    expect(first?.control?.signal?.aborted).toBe(true);
    open();
    await settled();
    expect(texts()).toMatchObject({ text: 'a', from: 'b.md', result: { run: { length: 1 } } });
  });

  it('says why there is no comparison, once, and the inspection stays', async () => {
    const { controller, documents, fake, texts } = await compared();
    fake.failures.set('twoTexts', new EngineError('no-memory', 'There is no room for it.'));
    await controller.intend({ type: 'compareTexts', text: 'ab' });
    await controller.configure({ top: 5 });
    await settled();
    expect([texts().failure, fake.count('twoTexts')]).toEqual(['There is no room for it.', 2]);
    expect(controller.state.status).toEqual({ kind: 'ready' });
    fake.failures.clear();
    documents.set('file:///a.md', subject('xyz'));
    await controller.intend({ type: 'refresh' });
    await settled();
    expect(texts()).toMatchObject({ failure: null, result: { pairs: { length: 1 } } });
  });

  it('is forgotten by the engine too', async () => {
    const { controller, fake } = await compared();
    await controller.intend({ type: 'compareTexts', text: null });
    expect([controller.state.texts, fake.count('endTexts')]).toEqual([null, 1]);
    await controller.intend({ type: 'compareTexts', text: 'ab' });
    controller.reset();
    await settled();
    expect([controller.state.texts, fake.count('endTexts')]).toEqual([null, 2]);
  });
});

describe('a grid of patches', () => {
  it('is filled row by row from the last one, is stopped, and goes on', async () => {
    const { controller, fake, texts, known, patch, step } = await compared();
    const next = step();
    await patch();
    expect(fake.last('patch')?.request).toMatchObject({
      ...{ text: 'abc', other: { text: 'abd' }, part: 'residual', position: 2, otherPosition: 2, tokens: [65, 66] },
      ...{ first: layers, count: 1 },
    });
    await next();
    expect([known(), texts().patch]).toMatchObject([[false, false, false, true], { difference: [7, -6] }]);
    await controller.intend({ type: 'stopPatch' });
    expect(fake.last('patch')?.control?.signal?.aborted).toBe(true);
    expect(texts().patch?.progress).toBe('stopped');
    await controller.intend({ type: 'inView', parts: { texts: true } });
    expect(fake.count('patch')).toBe(2);
    await patch();
    for (let row = 0; row < layers; row++) await next();
    expect(texts().patch).toMatchObject({
      progress: 'done',
      rows: [[0, 0, 0], [1], [2], [3]].map(([row]) => ({ 0: row })),
    });
    expect(fake.count('patch')).toBe(5);
  });

  it('starts anew with another part, whose row that is under way is of no use', async () => {
    const { fake, texts, known, patch, step } = await compared();
    const next = step();
    await patch();
    await next();
    const first = fake.last('patch');
    await patch({ part: 'head', layer: 1, tokens: [1, 2] });
    expect(first?.control?.signal?.aborted).toBe(true);
    expect(fake.last('patch')?.request).toMatchObject({ part: 'head', layer: 1, tokens: [1, 2], first: 1 });
    expect(known()).toEqual([false, false]);
    await next();
    await next();
    expect(texts().patch?.progress).toBe('done');
  });

  it('ends with its positions and its texts', async () => {
    const { controller, documents, fake, texts, patch, step } = await compared();
    documents.set('file:///a.md', subject('xyz'));
    const next = step();
    const ways = [
      () => controller.intend({ type: 'choosePosition', position: 0 }),
      () => controller.intend({ type: 'chooseOtherPosition', position: 1 }),
      () => controller.intend({ type: 'compareTexts', text: 'zyx' }),
      () => controller.intend({ type: 'refresh' }),
      () => controller.intend({ type: 'patch', patch: null }),
    ];
    for (const way of ways) {
      await patch();
      await next();
      const asked = fake.last('patch');
      expect(texts().patch?.progress).toBe('running');
      await way();
      await settled();
      expect([texts().patch, asked?.control?.signal?.aborted]).toEqual([null, true]);
    }
  });

  it('rests while it is out of sight, and stops when the model leaves the memory', async () => {
    const { controller, known, texts, patch, step } = await compared();
    const next = step();
    await patch();
    await controller.intend({ type: 'inView', parts: {} });
    await next();
    expect(known()).toEqual([false, false, false, false]);
    void controller.intend({ type: 'inView', parts: { texts: true } });
    await settled();
    await next();
    expect(known()).toEqual([false, false, false, true]);
    controller.unloaded();
    expect(texts().patch?.progress).toBe('stopped');
  });

  it('opens a cell while rows come', async () => {
    const { controller, fake, texts, known, patch, step } = await compared();
    const next = step();
    await patch();
    await next();
    const open = fake.close('patchCell');
    void controller.intend({ type: 'openPatch', cell: { row: 3, at: 1 } });
    await settled();
    await next();
    expect([known(), texts().patch?.open]).toEqual([[false, false, true, true], { row: 3, at: 1, result: null }]);
    void controller.intend({ type: 'openPatch', cell: { row: 2, at: 0 } });
    await settled();
    open();
    await settled();
    expect(fake.last('patchCell')?.request).toMatchObject({ part: 'residual', layer: 2, at: 0, tokens: [65, 66] });
    expect(texts().patch?.open).toMatchObject({ row: 2, at: 0, result: { difference: [-6, 7] } });
    await controller.intend({ type: 'openPatch', cell: null });
    expect([texts().patch?.open, texts().patch?.progress]).toEqual([null, 'running']);
  });

  it('stops at a row that fails, and tries it again when asked', async () => {
    const { controller, fake, texts, known, patch } = await compared();
    fake.failures.set('patch', new EngineError('no-memory', 'There is no room for it.'));
    await patch();
    await controller.configure({ neighbours: 5 });
    expect(texts()).toMatchObject({ failure: 'There is no room for it.', patch: { progress: 'stopped' } });
    fake.failures.clear();
    await patch();
    await settled();
    expect([texts().failure, known()]).toEqual([null, [true, true, true, true]]);
  });

  it('opens another cell, or another position, after a cell that failed', async () => {
    const { controller, fake, texts, patch } = await compared();
    await patch();
    await settled();
    const ways = [
      () => controller.intend({ type: 'openPatch', cell: { row: 1, at: 0 } }),
      () => controller.intend({ type: 'chooseOtherPosition', position: 1 }),
    ];
    for (const way of ways) {
      fake.failures.set('patchCell', new EngineError('no-memory', 'There is no room for it.'));
      await controller.intend({ type: 'openPatch', cell: { row: 3, at: 1 } });
      expect([texts().failure, texts().patch?.progress]).toEqual(['There is no room for it.', 'done']);
      fake.failures.clear();
      await way();
      await settled();
      expect(texts().failure).toBeNull();
    }
    expect(texts().next?.otherPosition).toBe(1);
  });
});
