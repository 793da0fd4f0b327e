import { describe, expect, it } from 'vitest';
import { settled, setUp, subject } from '../../support/controller';
import { blamed } from '../../support/fakeBoth';

const ask = { type: 'blame', by: 'parts', reverse: false } as const;

async function compared() {
  const set = setUp();
  set.fake.model = { files: [{ path: '/models/first.gguf', bytes: 98 }] };
  await set.controller.inspect(subject('abc'));
  await set.controller.compare({ path: '/models/second.gguf' }, 'second');
  await settled();
  return { ...set, view: () => set.controller.state.blame };
}

/** One that has told its first part. */
async function running() {
  const set = await compared();
  const { open, done } = await set.fake.held('blame', () => set.controller.intend(ask));
  const call = set.fake.last('blame');
  const { parts, ...known } = blamed({ position: 2, by: 'parts', reverse: false });
  call?.control?.onProgress?.({ stage: 'run', fraction: 0.2, blamed: { ...known, parts: parts.slice(0, 1) } });
  return { ...set, open, done, call };
}

describe('which part did it', () => {
  it('shows the parts as they come, and all of them in the end', async () => {
    const { view, open, done } = await running();
    expect(view()).toMatchObject({ working: { what: 'parts', fraction: 0.2 }, isDone: false });
    expect(view().known?.parts).toHaveLength(1);
    open();
    await done;
    expect(view()).toMatchObject({ working: null, isDone: true, failure: null });
    expect(view().known?.parts).toHaveLength(5);
  });

  it.each(['stopBlame', 'cancel'] as const)('keeps what is known by %s', async (type) => {
    const { controller, view, call, done } = await running();
    await controller.intend({ type });
    await done;
    expect(call?.control?.signal?.aborted).toBe(true);
    expect(view()).toMatchObject({ working: null, isDone: false, failure: null });
    expect(view().known?.parts).toHaveLength(1);
  });

  it.each([
    [
      'another position',
      (set: Awaited<ReturnType<typeof running>>) => set.controller.choose({ position: 0, tokenId: null }),
    ],
    ['another text', (set: Awaited<ReturnType<typeof running>>) => set.controller.inspect(subject('xyz'))],
    [
      'the end of the comparison',
      (set: Awaited<ReturnType<typeof running>>) => set.controller.intend({ type: 'endComparison' }),
    ],
  ])('ends without a trace by %s', async (_, act) => {
    const set = await running();
    await act(set);
    await set.done;
    expect(set.call?.control?.signal?.aborted).toBe(true);
    expect([set.view().known, set.view().working, set.failures]).toEqual([null, null, []]);
  });

  it('keeps what became of the tensors over texts, but not over models', async () => {
    const { controller, fake, view } = await compared();
    await controller.intend({ type: 'compareTensors' });
    expect(fake.last('tensorChanges')?.request).toEqual({ path: '/models/first.gguf', other: '/models/second.gguf' });
    await controller.inspect(subject('xyz'));
    expect(view().tensors).not.toBe(null);
    await controller.compare({ path: '/models/third.gguf' }, 'third');
    expect(view().tensors).toBe(null);
  });

  it('begins anew with another share of an adapter', async () => {
    const { controller, fake, view } = await compared();
    await controller.intend(ask);
    expect(view().isDone).toBe(true);
    await controller.intend({ type: 'scaleOther', scale: 0.5 });
    expect(fake.last('scaleOther')?.request).toEqual({ scale: 0.5 });
    expect([controller.state.both.other?.scale, view().known]).toEqual([0.5, null]);
  });
});
