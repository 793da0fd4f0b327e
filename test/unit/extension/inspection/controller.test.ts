import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InspectionController } from '../../../../src/extension/inspection/controller';
import { patience } from '../../../../src/extension/inspection/status';
import type { Subject } from '../../../../src/extension/inspection/subject';
import { mostDrawn } from '../../../../src/extension/inspection/views';
import type { Neighbours } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';
import type { PanelState } from '../../../../src/shared/panel';
import { inspected, setUp, subject } from '../../support/controller';
import { FakeEngine } from '../../support/fakeEngine';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('an inspection', () => {
  it('shows tokens, the last one chosen, its neighbours, the run and the prediction', async () => {
    const { controller } = await inspected();
    expect(controller.state).toMatchObject({
      status: { kind: 'ready' },
      source: { name: 'a.md', uri: 'file:///a.md', start: 10, end: 13, excerpt: 'abc', characters: 3 },
      outOfDate: false,
      model: { name: '/models/first.gguf' },
      text: { contextCount: 0, total: 3, leftOut: 0, notDrawn: 0 },
      run: { length: 3, hiddenSize: [0, 1, 2], surprisal: [null, 1, 2] },
      position: 2,
      token: { token: { text: 'c' } },
      neighbours: { query: { text: 'c' }, centred: false },
      prediction: { hiddenSize: 2 },
    });
    expect(controller.state.text?.tokens.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });

  it('shows tokens and neighbours before the run ends', async () => {
    const { controller, fake } = setUp();
    const { open, done } = await fake.held('run', () => controller.inspect(subject('abc')));
    expect(controller.state).toMatchObject({
      text: { total: 3 },
      neighbours: { query: { text: 'c' } },
      run: null,
      prediction: null,
    });
    open();
    await done;
    expect(controller.state.run).not.toBeNull();
  });

  it('shows how the text was cut and run, while changed options wait', async () => {
    const { controller, fake } = await inspected();
    const { open, done } = await fake.held('tokenise', () => controller.configure({ limit: 2, plain: true }));
    expect([controller.state.options.limit, controller.state.text?.read]).toEqual([2, { plain: false, limit: 512 }]);
    open();
    await done;
    expect(controller.state.text?.read).toEqual({ plain: true, limit: 2 });
  });

  it('is not done again for an equal key', async () => {
    const { controller, fake, changes } = await inspected();
    await vi.waitFor(() => expect(controller.state.contrasts).not.toBeNull());
    const [calls, shown] = [fake.calls.length, changes.length];
    await controller.inspect(subject('abc'));
    expect([fake.calls.length, changes.length]).toEqual([calls, shown]);
    await controller.inspect(subject('abc', { version: 2 }));
    expect(fake.count('run')).toBe(2);
  });

  it('is done again once another backend has taken over, and so are those that are kept', async () => {
    const { controller, fake } = setUp();
    const view = { reason: { kind: 'chosen' }, choice: 'onnx', adapter: null, agreement: null, times: null } as const;
    await controller.inspect(subject('abc'));
    controller.backendChanged({ ...view, backend: 'onnx' });
    await controller.inspect(subject('abc'));
    controller.backendChanged(null);
    await controller.inspect(subject('abc'));
    expect(fake.count('run')).toBe(2);
    controller.backendChanged({ ...view, choice: 'wasm', backend: 'wasm' });
    await controller.inspect(subject('abc'));
    expect(fake.count('run')).toBe(3);
  });

  it('is done again when another text has the same key', async () => {
    const { controller } = await inspected();
    await controller.inspect(subject('xyz'));
    expect(controller.state.token?.token.text).toBe('z');
  });

  it('gives way to a newer one at every step', async () => {
    for (const method of ['load', 'tokenise', 'token', 'neighbours', 'run', 'prediction'] as const) {
      const { controller, fake, failures } = setUp();
      const open = fake.close(method);
      const reached = fake.called(method);
      const first = controller.inspect(subject('old'));
      await reached;
      const second = controller.inspect(subject('new text'));
      open();
      await Promise.all([first, second]);
      expect(controller.state, method).toMatchObject({
        status: { kind: 'ready' },
        source: { excerpt: 'new text' },
        text: { total: 8 },
        run: { length: 8 },
        prediction: { hiddenSize: 7 },
      });
      expect(failures).toEqual([]);
    }
  });

  it('aborts the run that a newer one takes the place of, but not the load', async () => {
    const { controller, fake } = setUp();
    const { open: openLoad, done: first } = await fake.held('load', () => controller.inspect(subject('one')));
    const second = controller.inspect(subject('two'));
    openLoad();
    const openRun = fake.close('run');
    await fake.called('run');
    const third = controller.inspect(subject('three'));
    expect(fake.last('run')?.control?.signal?.aborted).toBe(true);
    openRun();
    await Promise.all([first, second, third]);
    expect(fake.calls.filter(({ method, control }) => method === 'load' && control?.signal?.aborted)).toEqual([]);
    expect(fake.count('run')).toBe(2);
  });

  it('says how much is left out and draws no more than fits', async () => {
    const { controller, fake } = setUp();
    await controller.configure({ limit: 5 });
    await controller.inspect(subject('x'.repeat(mostDrawn + 10)));
    expect(controller.state.text).toMatchObject({ total: mostDrawn + 10, leftOut: mostDrawn + 5, notDrawn: 10 });
    expect(controller.state.text?.tokens).toHaveLength(mostDrawn);
    expect(controller.state.position).toBe(4);
    expect(fake.last('tokenise')?.request).toMatchObject({ most: mostDrawn });
  });
});

describe('a click on a token', () => {
  it('asks nothing about the model while it is ready, and loads it once the engine has lost it', async () => {
    const { controller, fake, looking } = setUp();
    const describe = vi.spyOn(looking, 'describe');
    await controller.inspect(subject('abc'));
    const [looks, calls] = [describe.mock.calls.length, fake.calls.length];
    await controller.intend({ type: 'choosePosition', position: 0 });
    expect(fake.calls.slice(calls).map(({ method }) => method)).toEqual(['token', 'neighbours', 'prediction']);
    await controller.intend({ type: 'chooseToken', id: 7 });
    await controller.ready();
    expect([describe.mock.calls.length - looks, fake.count('load')]).toEqual([0, 1]);
    controller.unloaded();
    await controller.intend({ type: 'chooseToken', id: 8 });
    expect([describe.mock.calls.length - looks, fake.count('load')]).toEqual([1, 2]);
  });

  it('tells of the file that was read last, which may have been written anew', async () => {
    const { controller, fake } = setUp();
    const read = (changed: number) => (fake.model = { files: [{ path: '/models/first.gguf', bytes: 4, changed }] });
    const before = read(1);
    await controller.inspect(subject('abc'));
    expect(controller.state.model?.files).toEqual(before.files);
    controller.unloaded();
    const after = read(2);
    await controller.intend({ type: 'chooseToken', id: 8 });
    expect(controller.state.model?.files).toEqual(after.files);
  });
});

describe('a vocabulary that is shorter than the lists', () => {
  it('is asked once for the same lists', async () => {
    const { controller, fake } = setUp();
    fake.model = { vocabulary: 3 };
    await controller.inspect(subject('abc'));
    expect(controller.state.neighbours?.lists.dot).toHaveLength(3);
    expect(controller.state.prediction?.top).toHaveLength(3);
    await controller.intend({ type: 'choosePosition', position: 2 });
    expect([fake.count('neighbours'), fake.count('prediction')]).toEqual([1, 1]);
  });
});

describe('a model with two matrices', () => {
  it('has its neighbours in the space that was chosen, and again in another', async () => {
    const { controller, fake } = setUp();
    fake.model = { tied: false };
    await controller.inspect(subject('abc'));
    expect(fake.last('neighbours')?.request).toMatchObject({ id: 99, space: 'input' });
    await controller.intend({ type: 'setOptions', options: { space: 'cross' } });
    expect(fake.last('neighbours')?.request).toMatchObject({ id: 99, space: 'cross' });
    expect(controller.state.neighbours).toMatchObject({ space: 'cross' });
    const asked = fake.count('neighbours');
    await controller.intend({ type: 'chooseToken', id: 99 });
    expect(fake.count('neighbours')).toBe(asked);
  });

  it('is the only one that is asked for a space', async () => {
    const { controller, fake } = setUp();
    await controller.configure({ space: 'output' });
    await controller.inspect(subject('abc'));
    expect(fake.last('neighbours')?.request).not.toHaveProperty('space');
  });
});

it('asks for the prediction by the handle of the run: no text and no vector goes back', async () => {
  const { controller, fake } = await inspected();
  await controller.intend({ type: 'choosePosition', position: 1 });
  const { handle } = await fake.engine.run({ text: 'abc', plain: false, limit: 512 });
  expect(fake.last('prediction')?.asked).toEqual({ run: handle, position: 1, count: 20 });
});

describe('a model that was loaded for its geometry', () => {
  const alone = async () => {
    const made = setUp();
    made.fake.model = { trunk: null };
    await made.controller.inspect(subject('abc'));
    return made;
  };

  it('is asked for tokens and neighbours, and never runs', async () => {
    const { controller, fake, failures } = await alone();
    expect(controller.state).toMatchObject({
      status: { kind: 'ready' },
      text: { total: 3 },
      position: 2,
      neighbours: { query: { text: 'c' } },
      token: { token: { text: 'c' } },
      run: null,
      prediction: null,
    });
    await controller.intend({ type: 'choosePosition', position: 0 });
    expect(controller.state).toMatchObject({
      status: { kind: 'ready' },
      neighbours: { query: { text: 'a' } },
      prediction: null,
    });
    await controller.configure({ limit: 2, centred: true });
    await controller.intend({
      type: 'inView',
      parts: { scope: true, journey: true, attention: false, pattern: false, lens: { from: 0, to: 3 } },
    });
    for (const method of ['run', 'prediction', 'journey', 'lens'] as const) expect(fake.count(method), method).toBe(0);
    expect(failures).toEqual([]);
  });

  it('has inspections that can be gone back to', async () => {
    const { controller, fake } = await alone();
    await controller.inspect(subject('xy', { start: 40, end: 42 }));
    const [, first] = controller.inspections.all;
    const asked = fake.count('tokenise');
    await controller.restore(first?.id ?? NaN);
    expect(controller.state).toMatchObject({
      status: { kind: 'ready' },
      text: { total: 3 },
      run: null,
      neighbours: { query: { text: 'c' } },
    });
    expect(fake.count('tokenise')).toBe(asked);
  });

  it('says so when its text reads again as it did, and shows no failure', async () => {
    const { controller, fake } = await alone();
    fake.failures.set('tokenise', new EngineError('internal', 'No.'));
    await controller.inspect(subject('abd', { version: 2 }));
    expect(controller.state.status).toMatchObject({ kind: 'failed', message: 'No.' });
    fake.failures.clear();
    await controller.inspect(subject('abd', { version: 2 }));
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, text: { total: 3 }, run: null });
  });
});

describe('the status', () => {
  it('shows work only when it takes longer than the patience, with the model that is loaded', async () => {
    const { controller, fake, statuses } = setUp();
    const { open, done } = await fake.held('load', () => controller.inspect(subject('abc')));
    vi.advanceTimersByTime(patience - 1);
    expect(statuses()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(statuses()).toEqual([
      { kind: 'working', what: 'loading', fraction: null, modelBytes: 98, modelName: 'first' },
    ]);
    open();
    await done;
    expect(controller.state.status).toEqual({ kind: 'ready' });
  });

  it('comes soon enough that nobody waits without a sign', () => {
    expect(patience).toBeLessThanOrEqual(200);
  });

  it('shows at once that a model is being opened, until its header is read or it is cancelled', async () => {
    const { controller, statuses } = await inspected();
    const cancel = vi.fn();
    const opened = controller.opening('second', cancel);
    expect(controller.state.status).toMatchObject({ kind: 'working', what: 'loading', modelName: 'second' });
    opened();
    expect(controller.state.status).toEqual({ kind: 'ready' });
    const again = controller.opening('second', cancel);
    await controller.intend({ type: 'cancel' });
    expect(controller.state.status).toEqual({ kind: 'ready' });
    expect(cancel).toHaveBeenCalledOnce();
    const before = statuses().length;
    again();
    expect(statuses()).toHaveLength(before);
    // Of two that are opened, the later one is shown.
    const earlier = controller.opening('second', cancel);
    const later = controller.opening('third', cancel);
    earlier();
    expect(controller.state.status).toMatchObject({ modelName: 'third' });
    later();
    expect(controller.state.status).toEqual({ kind: 'ready' });
  });

  it('stays ready through a quick second inspection', async () => {
    const { controller, changes, statuses } = await inspected();
    changes.length = 0;
    await controller.inspect(subject('abcd'));
    expect(statuses()).toEqual([{ kind: 'ready' }]);
  });

  it('forwards at most 20 steps of progress a second', async () => {
    const { controller, fake, statuses } = setUp();
    const { open, done } = await fake.held('run', () => controller.inspect(subject('abc')));
    vi.advanceTimersByTime(patience);
    const before = statuses().length;
    for (let step = 0; step < 1000; step++) {
      vi.advanceTimersByTime(1);
      fake.last('run')?.control?.onProgress?.({ stage: 'run', fraction: step / 1000 });
    }
    expect(statuses().length - before).toBeLessThanOrEqual(20);
    expect(statuses().length - before).toBeGreaterThanOrEqual(19);
    open();
    await done;
  });

  it('says that a run waits for a comparison, and no more once it goes on', async () => {
    const { controller, fake, statuses } = setUp();
    const { open, done } = await fake.held('run', () => controller.inspect(subject('abc')));
    fake.last('run')?.control?.onProgress?.({ stage: 'backend', fraction: 0 });
    vi.advanceTimersByTime(patience);
    expect(statuses().at(-1)).toMatchObject({ what: 'running', fraction: null, comparing: true });
    fake.last('run')?.control?.onProgress?.({ stage: 'run', fraction: 0 });
    vi.advanceTimersByTime(50);
    expect(statuses().at(-1)).toEqual({ kind: 'working', what: 'running', fraction: 0, modelBytes: null });
    open();
    await done;
  });

  it('shows the last step before the work stalls', async () => {
    const { controller, fake, statuses } = setUp();
    const { open, done } = await fake.held('load', () => controller.inspect(subject('abc')));
    vi.advanceTimersByTime(patience);
    const step = (bytes: number) =>
      fake
        .last('load')
        ?.control?.onProgress?.({ stage: 'download', fraction: bytes / 100, fetched: { bytes, of: 100 } });
    for (const bytes of [10, 20, 30]) step(bytes);
    vi.advanceTimersByTime(50);
    expect(statuses().at(-1)).toMatchObject({ what: 'loading', fraction: 0.3, fetched: { bytes: 30, of: 100 } });
    fake.last('load')?.control?.onProgress?.({ stage: 'header', fraction: 0.8 });
    vi.advanceTimersByTime(50);
    expect(statuses().at(-1)).toEqual({
      kind: 'working',
      what: 'loading',
      fraction: 0.8,
      modelBytes: 98,
      modelName: 'first',
    });
    step(40);
    open();
    await done;
    vi.advanceTimersByTime(50);
    expect(controller.state.status).toEqual({ kind: 'ready' });
  });
});

describe('cancel', () => {
  it('keeps what is known and lets the same text be inspected again', async () => {
    const { controller, fake, failures } = setUp();
    const { open, done } = await fake.held('run', () => controller.inspect(subject('abc')));
    await controller.intend({ type: 'cancel' });
    await done;
    expect(controller.state).toMatchObject({
      status: { kind: 'cancelled' },
      text: { total: 3 },
      neighbours: { query: { text: 'c' } },
      run: null,
    });
    expect(failures).toEqual([]);
    open();
    await controller.inspect(subject('abc'));
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, run: { length: 3 } });
  });

  it('says where it was a download', async () => {
    const { controller, fake } = setUp();
    const { done } = await fake.held('load', () => controller.inspect(subject('abc')));
    fake.last('load')?.control?.onProgress?.({ stage: 'download', fraction: 0.1, fetched: { bytes: 10, of: 100 } });
    await controller.intend({ type: 'cancel' });
    await done;
    expect(controller.state.status).toEqual({ kind: 'cancelled', fetching: true });
  });

  it('during the load leaves an empty panel that names the text, and the next inspection loads anew', async () => {
    const { controller, fake } = setUp();
    const { open, done } = await fake.held('load', () => controller.inspect(subject('abc')));
    await controller.intend({ type: 'cancel' });
    const again = controller.inspect(subject('abc'));
    open();
    await Promise.all([done, again]);
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, run: { length: 3 } });
    expect(fake.count('load')).toBeGreaterThanOrEqual(2);
  });

  it('does nothing when nothing goes on', async () => {
    const { controller } = await inspected();
    await controller.intend({ type: 'cancel' });
    expect(controller.state.status).toEqual({ kind: 'ready' });
  });
});

describe('a failure', () => {
  it('shows its sentence, keeps what is known, and the next inspection works', async () => {
    const { controller, fake, failures } = setUp();
    const lost = new EngineError('worker-lost', 'The engine stopped.');
    fake.failures.set('run', lost);
    await controller.inspect(subject('abc'));
    expect(controller.state).toMatchObject({
      status: { kind: 'failed', message: 'The engine stopped.' },
      text: { total: 3 },
      run: null,
    });
    expect(failures).toEqual([lost]);
    fake.failures.clear();
    await controller.inspect(subject('abc'));
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, run: { length: 3 } });
  });

  it('before the tokens are known leaves no numbers of another text', async () => {
    const { controller, fake } = await inspected();
    fake.failures.set('tokenise', new EngineError('internal', 'No.'));
    await controller.inspect(subject('other', { start: 100, end: 105 }));
    expect(controller.state).toMatchObject({
      status: { kind: 'failed' },
      source: { excerpt: 'other' },
      text: null,
      run: null,
      prediction: null,
      position: null,
    });
  });
});

describe('a model that is unloaded during an inspection', () => {
  it('is asked for no run, although the choice that ended with it was not the newest', async () => {
    const fake = new FakeEngine();
    const ends: (() => void)[] = [];
    // A busy engine hears of a cancelled request only later.
    const neighbours = () =>
      new Promise<Neighbours>((_, reject) => {
        ends.push(() => reject(new EngineError('cancelled', 'The model was unloaded.')));
      });
    const { controller } = setUp(fake.with({ neighbours }));
    const inspected = controller.inspect(subject('abc'));
    await vi.waitUntil(() => ends.length === 1);
    const chosen = controller.intend({ type: 'choosePosition', position: 0 });
    await vi.waitUntil(() => ends.length === 2);
    controller.unloaded();
    for (const end of ends) end();
    await Promise.all([inspected, chosen]);
    expect([fake.count('run'), controller.state.status]).toEqual([0, { kind: 'cancelled' }]);
  });
});

describe('a model whose file is looked at for long', () => {
  it('is not said to be loaded for an inspection that a newer one has replaced', async () => {
    const { controller, looking } = setUp();
    const looked = { name: 'first', bytes: 98 };
    let answer = () => {};
    looking.describe = () => new Promise((resolve) => (answer = () => resolve(looked)));
    const older = controller.inspect(subject('abc'));
    looking.describe = async () => looked;
    const newer = controller.inspect(subject('abcd'));
    answer();
    await Promise.all([older, newer]);
    await vi.advanceTimersByTimeAsync(patience);
    expect(controller.state.status).toEqual({ kind: 'ready' });
  });
});

describe('a choice', () => {
  it('of a position brings its token, neighbours and prediction', async () => {
    const { controller } = await inspected();
    await controller.intend({ type: 'choosePosition', position: 0 });
    expect(controller.state).toMatchObject({
      position: 0,
      token: { token: { text: 'a' } },
      neighbours: { query: { text: 'a' } },
      prediction: { hiddenSize: 0 },
    });
    await controller.intend({ type: 'choosePosition', position: 99 });
    expect(controller.state.position).toBe(0);
  });

  it('of a token leaves the position, and null goes back to its own', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'chooseToken', id: 120 });
    expect(controller.state).toMatchObject({
      position: 2,
      token: { token: { text: 'x' } },
      neighbours: { query: { text: 'x' } },
      prediction: { hiddenSize: 2 },
    });
    await controller.intend({ type: 'chooseToken', id: null });
    expect(controller.state).toMatchObject({ token: { token: { text: 'c' } }, neighbours: { query: { text: 'c' } } });
    expect(fake.count('prediction')).toBe(1);
  });

  it('that is shown asks nothing again when it is gone back to, although others failed or were left since', async () => {
    const { controller, fake } = await inspected();
    const choose = (position: number) => controller.intend({ type: 'choosePosition', position });
    for (const position of [1, 2]) await choose(position);
    fake.failures.set('neighbours', new EngineError('internal', 'No.'));
    await choose(0);
    fake.failures.clear();
    await choose(2);
    expect(fake.count('neighbours')).toBe(3);
    const open = fake.close('token');
    const chosen: Promise<void>[] = [];
    for (const id of [101, 102]) {
      chosen.push(controller.intend({ type: 'chooseToken', id }));
      // Its neighbours are known, and its token is not, when another is chosen.
      await vi.advanceTimersByTimeAsync(1);
    }
    chosen.push(choose(2));
    open();
    await Promise.all(chosen);
    const asked = fake.calls.flatMap(({ method, request }) => (method === 'neighbours' ? [request] : []));
    expect(asked.map((request) => (request as { readonly id: number }).id)).toEqual([99, 98, 97, 101, 102]);
  });

  it('that is newer wins', async () => {
    const { controller, fake } = await inspected();
    const open = fake.close('token');
    const older = controller.intend({ type: 'choosePosition', position: 0 });
    const newer = controller.intend({ type: 'choosePosition', position: 1 });
    open();
    await Promise.all([older, newer]);
    expect(controller.state).toMatchObject({
      position: 1,
      token: { token: { text: 'b' } },
      prediction: { hiddenSize: 1 },
    });
  });

  it('that must wait takes the old prediction off after the patience', async () => {
    const { controller, fake } = await inspected();
    const { open, done } = await fake.held('prediction', () =>
      controller.intend({ type: 'choosePosition', position: 0 }),
    );
    expect(controller.state).toMatchObject({ position: 2, prediction: { hiddenSize: 2 } });
    vi.advanceTimersByTime(patience);
    expect(controller.state).toMatchObject({ position: 0, prediction: null });
    open();
    await done;
    expect(controller.state).toMatchObject({ position: 0, prediction: { hiddenSize: 0 } });
  });

  it('that must wait never shows a token beside another position', async () => {
    const { controller, fake } = await inspected();
    const open = { prediction: fake.close('prediction'), neighbours: fake.close('neighbours') };
    const first = controller.intend({ type: 'choosePosition', position: 0 });
    await vi.advanceTimersByTimeAsync(patience);
    expect(controller.state).toMatchObject({ position: 0, token: null, neighbours: null });
    open.neighbours();
    const second = controller.intend({ type: 'choosePosition', position: 1 });
    await vi.advanceTimersByTimeAsync(patience);
    expect(controller.state).toMatchObject({
      position: 1,
      token: { token: { text: 'b' } },
      neighbours: { query: { text: 'b' } },
      prediction: null,
    });
    open.prediction();
    await Promise.all([first, second]);
    expect(controller.state).toMatchObject({ position: 1, prediction: { hiddenSize: 1 } });
  });

  it('in the text before is not shown in a longer one', async () => {
    const { controller, fake } = await inspected();
    const id = controller.state.prediction?.top[1]?.token.id ?? -1;
    controller.unloaded();
    const open = { load: fake.close('load'), neighbours: fake.close('neighbours'), run: fake.close('run') };
    const longer = controller.intend({ type: 'continueWith', id });
    const chosen = controller.intend({ type: 'chooseToken', id: 7 });
    open.load();
    await fake.called('run');
    open.neighbours();
    await chosen;
    expect(controller.state).toMatchObject({ text: { total: 4 }, run: null, position: 3, prediction: null });
    open.run();
    await longer;
    expect(controller.state).toMatchObject({ position: 3, token: { token: { id } }, prediction: { hiddenSize: 3 } });
  });

  it('never shows the token of another text for long', async () => {
    const { controller, fake } = await inspected();
    const open = fake.close('run');
    const id = controller.state.prediction?.top[1]?.token.id ?? -1;
    const longer = controller.intend({ type: 'continueWith', id });
    await vi.advanceTimersByTimeAsync(patience);
    expect(controller.state).toMatchObject({ position: 3, token: null, neighbours: null });
    open();
    await longer;
    expect(controller.state).toMatchObject({ position: 3, token: { token: { id } }, neighbours: { query: { id } } });
    const answer = fake.close('neighbours');
    const other = controller.inspect(subject('xyz', { start: 100, end: 103 }));
    await vi.advanceTimersByTimeAsync(patience);
    expect(controller.state).toMatchObject({ position: 2, token: null, neighbours: null });
    answer();
    await other;
    expect(controller.state).toMatchObject({ position: 2, token: { token: { text: 'z' } } });
    await vi.advanceTimersByTimeAsync(patience);
    expect(controller.state.token?.token.text).toBe('z');
  });

  it('during a run is kept when the run ends', async () => {
    const { controller, fake } = setUp();
    const { open, done } = await fake.held('run', () => controller.inspect(subject('abc')));
    await controller.intend({ type: 'choosePosition', position: 1 });
    expect(controller.state).toMatchObject({ position: 1, token: { token: { text: 'b' } }, prediction: null });
    open();
    await done;
    expect(controller.state).toMatchObject({ position: 1, prediction: { hiddenSize: 1 } });
  });

  it('beyond the limit has no prediction', async () => {
    const { controller } = setUp();
    await controller.configure({ limit: 2 });
    await controller.inspect(subject('abcd'));
    expect(controller.state).toMatchObject({ position: 1, prediction: { hiddenSize: 1 } });
    await controller.intend({ type: 'choosePosition', position: 3 });
    expect(controller.state).toMatchObject({ position: 3, token: { token: { text: 'd' } }, prediction: null });
  });
});

describe('options', () => {
  it('context runs again with the text before, and the position keeps its place', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'choosePosition', position: 1 });
    expect(fake.last('run')?.request).not.toHaveProperty('context');
    await controller.intend({ type: 'setOptions', options: { context: true } });
    expect(fake.last('run')?.request).toMatchObject({ context: 'before ', contextTokens: 256 });
    expect(controller.state).toMatchObject({
      options: { context: true },
      text: { contextCount: 7, total: 3 },
      position: 8,
      token: { token: { text: 'b' } },
    });
  });

  it('plain runs again; centred only asks for the neighbours', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'setOptions', options: { plain: true } });
    expect(fake.last('run')?.request).toMatchObject({ plain: true });
    expect(fake.count('run')).toBe(2);
    await controller.intend({ type: 'setOptions', options: { centred: true } });
    expect(fake.count('run')).toBe(2);
    expect(controller.state.neighbours?.centred).toBe(true);
  });

  it('are set without a text too', async () => {
    const { controller, fake } = setUp();
    await controller.intend({ type: 'setOptions', options: { context: true, centred: true } });
    expect(controller.state.options).toMatchObject({ context: true, centred: true });
    expect(fake.count('run')).toBe(0);
  });
});

describe('an edit', () => {
  type Change = [start: number, end: number, inserted: string];
  const uri = 'file:///a.md';
  const text = '012before abc after that there is more of it, and still more';
  const at = text.indexOf('abc');
  const abc = (more: Partial<Subject> = {}) =>
    subject('abc', { start: at, end: at + 3, before: text.slice(0, at), ...more });

  /** An inspected document that is edited as one in an editor. */
  async function opened() {
    const all = setUp();
    let now = text;
    const read = (start: number, end: number) => now.slice(Math.max(0, start), end);
    const edit = (...[start, end, inserted]: Change) => {
      now = now.slice(0, start) + inserted + now.slice(end);
      all.controller.documents.edited(uri, [{ start, end, length: inserted.length }], read);
    };
    const changeUnseen = (changed: string) => {
      now = changed;
      all.controller.documents.seen(uri, read);
    };
    return { ...all, edit, changeUnseen, read };
  }

  it('of the text marks the numbers as old until they are made again', async () => {
    const { controller, documents, edit } = await opened();
    await controller.inspect(abc());
    edit(at + 1, at + 2, 'XX');
    expect(controller.state).toMatchObject({ outOfDate: true, source: { start: at, end: at + 4 }, run: { length: 3 } });
    documents.set(uri, abc({ text: 'aXXc', end: at + 4, version: 2 }));
    await controller.intend({ type: 'refresh' });
    expect(controller.state).toMatchObject({ outOfDate: false, status: { kind: 'ready' }, run: { length: 4 } });
  });

  it.each<[string, edited: Change, undone: Change]>([
    ['inside', [at + 1, at + 1, 'XX'], [at + 1, at + 3, '']],
    ['over all of it', [at, at + 3, ''], [at, at, 'abc']],
    ['over its start', [at - 2, at + 1, ''], [at - 2, at - 2, text.slice(at - 2, at + 1)]],
    ['over its end', [at + 2, at + 6, 'Z'], [at + 2, at + 3, text.slice(at + 2, at + 6)]],
  ])('that is undone leaves the numbers as they are: %s', async (_, edited, undone) => {
    const { controller, edit } = await opened();
    await controller.inspect(abc());
    await controller.intend({ type: 'setOptions', options: { context: true } });
    edit(...edited);
    expect(controller.state.outOfDate).toBe(true);
    edit(...undone);
    expect(controller.state).toMatchObject({ outOfDate: false, source: { start: at, end: at + 3 } });
  });

  it('before the text moves it, and makes it old only where the model saw what is before, until it is undone', async () => {
    const { controller, edit } = await opened();
    await controller.inspect(abc());
    edit(0, 0, '> > >');
    expect(controller.state).toMatchObject({ outOfDate: false, source: { start: at + 5, end: at + 8 } });
    await controller.intend({ type: 'setOptions', options: { context: true } });
    expect(controller.state.outOfDate).toBe(true);
    edit(0, 5, '');
    expect(controller.state).toMatchObject({ outOfDate: false, source: { start: at } });
  });

  it('elsewhere changes nothing and reads nothing', async () => {
    const { controller, changes, edit } = await opened();
    await controller.inspect(abc());
    const before = changes.length;
    edit(at + 10, at + 15, '');
    controller.documents.edited('file:///b.md', [{ start: at, end: at + 1, length: 2 }], () =>
      expect.fail('The document is not inspected.'),
    );
    controller.documents.edited(uri, [{ start: at + 12, end: at + 12, length: 2 }], () =>
      expect.fail('The edit is after the text.'),
    );
    expect(changes.length).toBe(before);
  });

  it('during the run makes its numbers old when they come', async () => {
    const { controller, fake, edit } = await opened();
    const { open, done } = await fake.held('tokenise', () => controller.inspect(abc()));
    edit(at + 1, at + 2, '');
    open();
    await done;
    expect(controller.state).toMatchObject({ outOfDate: true, run: { length: 3 } });
  });

  it('is not forgotten when a refresh fails', async () => {
    const { controller, fake, documents, edit } = await opened();
    await controller.inspect(abc());
    edit(at + 1, at + 2, 'X');
    documents.set(uri, abc({ text: 'aXc', version: 2 }));
    fake.failures.set('tokenise', new EngineError('internal', 'No.'));
    await controller.intend({ type: 'refresh' });
    edit(50, 51, 'Y');
    expect(controller.state).toMatchObject({ outOfDate: true, text: { total: 3 }, status: { kind: 'failed' } });
  });

  it('that was not seen, in a document that was closed, is found when it is opened', async () => {
    const { controller, changeUnseen } = await opened();
    await controller.inspect(abc());
    changeUnseen(text.replace('abc', 'xyz'));
    expect(controller.state.outOfDate).toBe(true);
    changeUnseen(text);
    expect(controller.state.outOfDate).toBe(false);
    changeUnseen('short');
    expect(controller.state.outOfDate).toBe(true);
  });

  it('of a document that is only opened again changes nothing', async () => {
    const { controller, changes, changeUnseen, read } = await opened();
    await controller.inspect(abc());
    const before = changes.length;
    changeUnseen(text);
    controller.documents.seen('file:///b.md', read);
    expect(changes.length).toBe(before);
  });
});

it('a refresh of a document that is gone says so and keeps the numbers', async () => {
  const { controller } = await inspected();
  await controller.intend({ type: 'refresh' });
  expect(controller.state).toMatchObject({
    status: { kind: 'failed', message: 'The document is gone.' },
    run: { length: 3 },
  });
});

describe('a panel that comes back', () => {
  const kept = {
    options: { context: true, plain: false, chat: null, centred: true, space: 'output', colouring: 'size' },
    position: 1,
    tokenId: 120,
  } as const;
  const place = { uri: 'file:///a.md', start: 10, end: 13 };

  it('shows the same text with the same options and choices', async () => {
    const { controller, documents } = setUp();
    documents.set(place.uri, subject('abc'));
    await controller.resume(place, kept);
    expect(controller.state).toMatchObject({
      options: kept.options,
      position: 1,
      token: { token: { id: 120 } },
      neighbours: { centred: true },
      text: { contextCount: 7 },
    });
  });

  it('takes what is out of range as not chosen', async () => {
    const { controller, documents } = setUp();
    documents.set(place.uri, subject('abc'));
    await controller.resume(place, { ...kept, position: 500, tokenId: 70000 });
    expect(controller.state).toMatchObject({ position: 9, token: { token: { text: 'c' } } });
  });

  it('says when the document is gone', async () => {
    const { controller, fake } = setUp();
    await controller.resume(place, kept);
    expect(controller.state.status).toEqual({ kind: 'failed', message: 'The document is gone.', help: null });
    expect(fake.calls).toEqual([]);
  });
});

describe('search', () => {
  it('loads the model, shows what is found, and an empty query closes the list', async () => {
    const { controller, fake } = setUp();
    await controller.intend({ type: 'find', query: 'a' });
    expect(fake.count('load')).toBe(1);
    expect(controller.state).toMatchObject({ status: { kind: 'empty' }, found: { query: 'a', total: 1 } });
    await controller.intend({ type: 'chooseToken', id: 97 });
    expect(controller.state).toMatchObject({
      token: { token: { text: 'a' } },
      neighbours: { query: { text: 'a' } },
      position: null,
      prediction: null,
    });
    await controller.intend({ type: 'find', query: '' });
    expect(controller.state.found).toBeNull();
  });

  it('that is newer wins', async () => {
    const { controller, fake } = setUp();
    const { open, done: older } = await fake.held('find', () => controller.intend({ type: 'find', query: 'a' }));
    const newer = controller.intend({ type: 'find', query: 'ab' });
    open();
    await Promise.all([older, newer]);
    expect(controller.state.found?.query).toBe('ab');
  });
});

describe('other tokenizers', () => {
  const see = { type: 'inView', parts: { tokenizers: true } } as const;
  const counts = ({ tokenizers }: PanelState) => tokenizers?.rows.map(({ count }) => count);

  it('count the text once they are in sight, and again with another text', async () => {
    const { controller, fake } = await inspected();
    expect(fake.count('cuts')).toBe(0);
    await controller.intend(see);
    await vi.waitFor(() => expect(counts(controller.state)).toEqual([3, 6, 6, 6]));
    expect(controller.state.tokenizers).toMatchObject({ words: 1, bytes: 3, beside: null, cuts: null, opens: false });
    expect(fake.count('cuts')).toBe(3);
    await controller.inspect(subject('abcd'));
    await vi.waitFor(() => expect(counts(controller.state)).toEqual([4, 8, 8, 8]));
  });

  it('stand beside the model’s own if they are listed, and files only once a person opened them', async () => {
    const { controller, fake } = await inspected();
    await controller.intend(see);
    await controller.intend({ type: 'besideTokenizer', key: 'r50k_base' });
    expect(fake.last('cuts')?.request).toMatchObject({ others: [{ encoding: 'r50k_base' }], vocabularies: true });
    expect(controller.state.tokenizers).toMatchObject({ beside: 'r50k_base', cuts: { other: { count: 6 } } });
    await controller.intend({ type: 'besideTokenizer', key: '/etc/passwd' });
    expect(controller.state.tokenizers?.cuts).toBeNull();
    await controller.besideTokenizer({ path: '/m/tokenizer.json', name: 'mine' });
    expect(controller.state.tokenizers).toMatchObject({ cuts: { other: { name: '/m/tokenizer.json' } } });
    expect(fake.calls.some(({ request }) => JSON.stringify(request).includes('passwd'))).toBe(false);
  });

  it('say why one cannot be read, and the others are counted', async () => {
    const { controller, fake } = await inspected();
    fake.failures.set('cuts', new EngineError('model-damaged', 'It is damaged.'));
    await controller.intend(see);
    await vi.waitFor(() => expect(fake.count('cuts')).toBe(3));
    await vi.waitFor(() =>
      expect(controller.state.tokenizers?.rows.slice(1).map(({ failure }) => failure)).toEqual(
        Array(3).fill('It is damaged.'),
      ),
    );
    expect(controller.state.status).toEqual({ kind: 'ready' });
  });
});

it('another model in the settings inspects again, and forgets what belonged to the first', async () => {
  const { controller, fake, settings } = await inspected();
  await controller.intend({ type: 'chooseToken', id: 120 });
  settings.path = '/models/second.gguf';
  await controller.intend({ type: 'chooseToken', id: 121 });
  expect(controller.state).toMatchObject({
    model: { name: '/models/second.gguf' },
    token: { token: { text: 'c' } },
    run: { length: 3 },
  });
  expect(fake.count('run')).toBe(2);
});

describe('another model', () => {
  it('that is chosen in the middle of a run ends it, says so at once, and never stands beside numbers of the first', async () => {
    const { controller, fake, settings, changes, statuses } = await inspected();
    const { done: older } = await fake.held('run', () => controller.inspect(subject('abcd')));
    const open = fake.close('load');
    settings.path = '/models/second.gguf';
    changes.length = 0;
    const loading = fake.called('load');
    const ready = controller.ready();
    await loading;
    expect(fake.last('run')?.control?.signal?.aborted).toBe(true);
    expect(statuses().at(-1)).toEqual({
      kind: 'working',
      what: 'loading',
      fraction: null,
      modelBytes: 98,
      modelName: 'first',
      endedRun: true,
    });
    expect(controller.state).toMatchObject({ model: { name: '/models/first.gguf' } });
    fake.close('run')();
    open();
    await Promise.all([older, ready]);
    expect(controller.state).toMatchObject({
      status: { kind: 'ready' },
      model: { name: '/models/second.gguf' },
      run: { length: 4 },
    });
    const first = changes.findIndex(({ model }) => model?.name === '/models/second.gguf');
    expect(changes[first]).toMatchObject({ text: null, token: null, neighbours: null });
  });

  it('that cannot be had is asked for once, and whoever asked hears of it', async () => {
    const { controller, fake, settings, failures } = await inspected();
    settings.path = '/models/second.gguf';
    const refused = new EngineError('geometry-only', 'It needs 9 GB.');
    fake.failures.set('load', refused);
    const loads = fake.count('load');
    await expect(controller.ready()).rejects.toBe(refused);
    expect([fake.count('load') - loads, failures]).toEqual([1, [refused]]);
    expect(controller.state).toMatchObject({
      status: { kind: 'failed', message: 'It needs 9 GB.' },
      run: { length: 3 },
    });
  });

  it('is not told what the one that is chosen after it fails of', async () => {
    const { controller, fake, settings, failures } = await inspected();
    settings.path = '/models/second.gguf';
    const { done: second } = await fake.held('load', () => controller.ready());
    settings.path = '/models/third.gguf';
    const refused = new EngineError('model-missing', 'There is no config.json.');
    fake.failures.set('load', refused);
    const open = fake.close('load');
    const third = controller.ready();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    open();
    await expect(third).rejects.toBe(refused);
    expect(failures).toEqual([refused]);
  });

  it('is not loaded after all where its load is cancelled', async () => {
    const { controller, fake, settings, failures } = await inspected();
    settings.path = '/models/second.gguf';
    fake.close('load');
    const loading = fake.called('load');
    const loads = fake.count('load');
    const ready = controller.ready();
    await loading;
    await controller.intend({ type: 'cancel' });
    await expect(ready).rejects.toMatchObject({ code: 'cancelled' });
    expect([fake.count('load') - loads, failures]).toEqual([1, []]);
    expect(controller.state).toMatchObject({ status: { kind: 'cancelled' }, model: { name: '/models/first.gguf' } });
  });
});

describe('the newest wish decides', () => {
  /** A controller whose model files are looked at only when the returned function is called. */
  function setUpLooking() {
    const made = setUp();
    const looks: (() => void)[] = [];
    made.looking.describe = () => new Promise((resolve) => looks.push(() => resolve({ name: 'first', bytes: 98 })));
    return { ...made, looked: () => looks.splice(0).forEach((look) => look()) };
  }

  it.each([
    ['an inspection', (controller: InspectionController) => controller.inspect(subject('ab'))],
    ['a load', (controller: InspectionController) => controller.ready().catch(() => undefined)],
    ['a search', (controller: InspectionController) => controller.intend({ type: 'find', query: 'a' })],
    [
      'an experiment',
      (controller: InspectionController) => controller.intend({ type: 'lab', ask: { name: 'extremes', options: {} } }),
    ],
  ])('an unload ends %s that looks at the model’s file, and nothing is loaded', async (_, ask) => {
    const { fake, controller, looked, failures } = setUpLooking();
    const asked = ask(controller);
    controller.letGo();
    looked();
    await asked;
    expect([fake.calls, failures]).toEqual([[], []]);
    expect(controller.state.status.kind).toBe('cancelled');
  });

  it('an unload ends a refresh that reads its document', async () => {
    const { fake, controller, documents } = await inspected('ab');
    documents.set('file:///a.md', subject('abc'));
    const calls = fake.calls.length;
    const refresh = controller.intend({ type: 'refresh' });
    controller.letGo();
    await refresh;
    expect([fake.calls.length, controller.state.text?.total]).toEqual([calls, 2]);
  });

  it('an unload ends an inspection that waits behind a load which was cancelled', async () => {
    const { fake, controller } = setUp();
    const { open, done: first } = await fake.held('load', () => controller.inspect(subject('ab')));
    await controller.intend({ type: 'cancel' });
    const second = controller.inspect(subject('abc'));
    controller.letGo();
    controller.unloaded();
    open();
    await Promise.all([first, second]);
    expect(fake.count('load')).toBe(1);
  });

  it('cancel ends a load whose file is still looked at', async () => {
    const { fake, controller, looked } = setUpLooking();
    const load = controller.ready().catch((error: unknown) => error);
    await controller.intend({ type: 'cancel' });
    looked();
    expect(await load).toMatchObject({ code: 'cancelled' });
    expect(fake.calls).toEqual([]);
  });

  it('another model in the settings takes the place of one that is loaded, for an inspection', async () => {
    const { fake, controller, settings } = setUp();
    const { open, done: inspection } = await fake.held('load', () => controller.inspect(subject('ab')));
    settings.path = '/models/second.gguf';
    open();
    await controller.modelChanged();
    await inspection;
    expect([controller.state.model?.name, controller.state.run?.length, controller.state.status.kind]).toEqual([
      '/models/second.gguf',
      2,
      'ready',
    ]);
  });

  it('another model in the settings takes the place of one that is loaded, for nothing else', async () => {
    const { fake, controller, settings } = setUp();
    const { open, done: first } = await fake.held('load', () => controller.ready().catch((error: unknown) => error));
    settings.path = '/models/second.gguf';
    const second = fake.called('load');
    const changed = controller.modelChanged();
    await second;
    open();
    await changed;
    expect(await first).toMatchObject({ code: 'cancelled' });
    expect([controller.state.model?.name, controller.state.loaded]).toEqual(['/models/second.gguf', true]);
  });

  it('the model that the settings name by the time a file was looked at is the one that is loaded', async () => {
    const { fake, controller, settings, looked } = setUpLooking();
    const inspection = controller.inspect(subject('ab'));
    settings.path = '/models/second.gguf';
    await vi.waitFor(() => {
      looked();
      expect(fake.count('load')).toBe(1);
    });
    await inspection;
    expect(fake.calls.flatMap(({ method, request }) => (method === 'load' ? [request] : []))).toEqual([
      { path: '/models/second.gguf' },
    ]);
  });
});

describe('a refusal', () => {
  it('is shown, and the same text can be inspected after it', async () => {
    const { controller } = await inspected();
    expect(controller.refuse('Select some text.')).toBe(true);
    expect(controller.state.status).toEqual({ kind: 'failed', message: 'Select some text.', help: null });
    await controller.inspect(subject('abc'));
    expect(controller.state.status).toEqual({ kind: 'ready' });
  });

  it('goes once a token is chosen in what was inspected before', async () => {
    const { controller } = await inspected();
    controller.refuse('Select some text.');
    controller.refuse('Select some text.');
    await controller.intend({ type: 'choosePosition', position: 1 });
    expect(controller.state).toMatchObject({ status: { kind: 'ready' }, position: 1 });
  });

  it('goes once a document is inspected as a whole', async () => {
    const { controller } = setUp();
    controller.refuse('The document contains only whitespace.');
    const done = controller.inspectDocument({ uri: 'file:///a.md', name: 'a.md', read: () => 'abc' });
    expect(controller.state.status).toEqual({ kind: 'empty' });
    await done;
  });

  it('does not hide work that goes on', async () => {
    const { controller, fake } = setUp();
    const { open, done } = await fake.held('run', () => controller.inspect(subject('abc')));
    expect(controller.refuse('Select some text.')).toBe(false);
    open();
    await done;
    expect(controller.state.status).toEqual({ kind: 'ready' });
  });
});

it('a closed panel ends all work and keeps model and options', async () => {
  const { controller, fake } = setUp();
  await controller.intend({ type: 'setOptions', options: { centred: true } });
  const { open, done } = await fake.held('run', () => controller.inspect(subject('abc')));
  controller.reset();
  await done;
  expect(fake.last('run')?.control?.signal?.aborted).toBe(true);
  expect(controller.state).toMatchObject({
    status: { kind: 'empty' },
    source: null,
    text: null,
    token: null,
    options: { centred: true },
    model: { name: '/models/first.gguf' },
  });
  open();
  vi.advanceTimersByTime(1000);
  expect(controller.state.status).toEqual({ kind: 'empty' });
});

it('a panel that opens is told what the first load will read, and no more once it was read', async () => {
  const { controller, changes } = setUp();
  await controller.announce();
  expect(controller.state.upcoming).toEqual({ name: 'first', bytes: 98 });
  await controller.inspect(subject('abc'));
  await vi.waitFor(() => expect(controller.state.contrasts).not.toBeNull());
  const told = changes.length;
  await controller.announce();
  expect(changes).toHaveLength(told);
});
