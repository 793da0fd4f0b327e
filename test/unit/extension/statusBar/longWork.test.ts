import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LongWork } from '../../../../src/extension/longWork';
import { modelStatus, statusText, statusWords } from '../../../../src/extension/statusBar/modelStatus';
import { menuItems } from '../../../../src/extension/statusBar/registerModelCommands';
import { setUp, subject } from '../../support/controller';
import { FakeEngine } from '../../support/fakeEngine';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n'), QuickPickItemKind: { Separator: -1 } }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const seconds = (count: number) => vi.advanceTimersByTimeAsync(1000 * count);

/** A window: an inspection over an engine whose calls are known, and what its status bar says. */
async function windowOf() {
  const fake = new FakeEngine();
  const work = new LongWork(fake.engine, {
    get state() {
      return controller.state;
    },
    intend: (intent) => void controller.intend(intent),
  });
  const { controller } = setUp(work.engine);
  const changed = vi.fn();
  work.changed = changed;
  await controller.inspect(subject('abcd'));
  await seconds(1);
  const said = () => {
    work.look();
    const status = modelStatus(controller.state, work.all);
    return status && statusText(status, statusWords()).replace('/models/first.gguf · F32', 'model');
  };
  const offered = () =>
    menuItems({ loaded: true, working: false, isMeasured: false, works: work.all, lines: [] }).flatMap(
      ({ label, description, chosen }) =>
        typeof chosen === 'object' && 'stop' in chosen ? [[label, description]] : [],
    );
  return { fake, work, controller, changed, said, offered };
}

describe('work that takes longer than five seconds', () => {
  it('is a document of which nothing is open any more: named with its share and the time left, and stopped', async () => {
    const { fake, work, controller, changed, said, offered } = await windowOf();
    expect([said(), work.all]).toEqual(['model', []]);
    await controller.intend({ type: 'inView', parts: {} });
    const open = fake.close('measureWindow');
    const measured = controller.inspectDocument({ uri: 'file:///b.md', name: 'b.md', read: () => 'abcdefgh' });
    await seconds(1);
    expect([said(), offered()]).toEqual(['model · Document 0 %', [['Stop: Document', '0 %']]]);
    changed.mockClear();
    await seconds(6);
    expect(changed).toHaveBeenCalled();
    expect(work.all).toEqual([{ room: 'document', fraction: 0, secondsLeft: null, isLong: true }]);
    work.stop('document');
    await measured;
    expect([said(), work.all, controller.state.document?.progress]).toEqual(['model', [], 'stopped']);
    expect(fake.last('measureWindow')?.control?.signal?.aborted).toBe(true);
    open();
  });

  it('ends with all that goes on, also a text that has gone on for a moment', async () => {
    const { fake, work, controller } = await windowOf();
    fake.close('continuation');
    const going = controller.intend({ type: 'continueText', count: 9, sampler: null, seed: 1 });
    await seconds(1);
    work.stopAll();
    await going;
    expect(controller.state.continuation.paths).toEqual([]);
  });

  it('is a call that the panel shows nothing of: it is stopped, and says so to its caller', async () => {
    const { fake, work, said, offered } = await windowOf();
    fake.close('inspect');
    const exported = work.engine.inspect({ text: 'abcd' } as never, { onProgress: () => undefined });
    const failure = expect(exported).rejects.toMatchObject({ code: 'cancelled' });
    const tell = (fraction: number) => fake.last('inspect')?.control?.onProgress?.({ stage: 'layers', fraction });
    tell(0.1);
    await seconds(4);
    expect([said(), offered()]).toEqual(['model', []]);
    tell(0.2);
    await seconds(2);
    expect(said()).toBe('model · running 20 % · 40 s left');
    expect(offered()).toEqual([['Cancel', '20 % · 40 s left']]);
    work.stop('text');
    await failure;
    await seconds(1);
    expect([said(), work.all]).toEqual(['model', []]);
  });

  it.each([
    [0, true],
    [1.1, false],
  ])('is made of calls that follow each other: after pauses of %d s it is, %s', async (pause, isLong) => {
    const { fake, work } = await windowOf();
    for (let i = 0; i < 3; i++) {
      const open = fake.close('encode');
      const answered = work.engine.encode({ text: 'a', encoding: 'o200k_base' });
      await seconds(2);
      open();
      await answered;
      await seconds(pause);
    }
    fake.close('encode');
    const last = work.engine.encode({ text: 'a', encoding: 'o200k_base' }).catch(() => undefined);
    await seconds(1);
    expect(work.all.some((one) => one.isLong)).toBe(isLong);
    work.stop('text');
    await last;
  });

  it('is a grid of patches or a lens that is in sight', async () => {
    const { work, said, controller } = await windowOf();
    vi.spyOn(controller, 'state', 'get').mockReturnValue({ ...controller.state, lens: { blocks: [], fraction: 0.5 } });
    work.look();
    await seconds(6);
    expect(said()).toBe('model · Layers 50 %');
  });
  it('is stopped with the running experiment', async () => {
    const { fake, work, controller, said } = await windowOf();
    fake.close('lab');
    void controller.intend({ type: 'lab', ask: { name: 'extremes', options: {} } });
    await seconds(6);
    expect(said()).toBe('model · Lab 0 %');
    work.stop('lab');
    await seconds(1);
    expect([controller.state.lab.extremes?.running, work.all]).toEqual([null, []]);
  });
});
