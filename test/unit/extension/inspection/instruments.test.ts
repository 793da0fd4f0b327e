import { describe, expect, it } from 'vitest';
import type { Backend, BackendView } from '../../../../src/shared/backend';
import { EngineError } from '../../../../src/shared/errors';
import type { LensInView } from '../../../../src/shared/instruments';
import type { LabResult } from '../../../../src/shared/lab';
import { inspected, settled, setUp, setUpServed, subject } from '../../support/controller';

const everything = { scope: true, journey: true, attention: false, pattern: false, lens: { from: 0, to: 100 } };

describe('what is not in sight', () => {
  it('is not asked for', async () => {
    const { fake } = await inspected();
    await settled();
    for (const method of ['scope', 'journey', 'lens', 'vocabulary'] as const)
      expect(fake.count(method), method).toBe(0);
  });

  it('stops when it leaves', async () => {
    const { controller, fake } = await inspected();
    fake.close('lens');
    const asked = fake.called('lens');
    void controller.intend({ type: 'inView', parts: everything });
    await asked;
    expect(controller.state.lens?.fraction).toBe(0);
    await controller.intend({ type: 'inView', parts: {} });
    expect(fake.last('lens')?.control?.signal?.aborted).toBe(true);
    expect(controller.state.lens?.fraction ?? null).toBeNull();
  });
});

describe('the vectorscope', () => {
  it('turns around the chosen token, whichever that is', async () => {
    const { controller } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    expect(controller.state.scope?.axis).toMatchObject({ kind: 'token', token: { text: 'c' } });
    await controller.intend({ type: 'choosePosition', position: 0 });
    await settled();
    expect(controller.state.scope?.axis).toMatchObject({ kind: 'token', token: { text: 'a' } });
  });

  it('turns around a residual, which goes with the position', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'residual', position: 2, layer: 1 } });
    await settled();
    expect(controller.state.scope?.axis).toEqual({ kind: 'residual', position: 2, layer: 1 });
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'residual', position: 0, layer: 1 } });
    await settled();
    expect(controller.state.scope?.axis).toEqual({ kind: 'residual', position: 0, layer: 1 });
    await controller.intend({ type: 'choosePosition', position: 1 });
    await settled();
    expect(fake.last('scope')?.request).toMatchObject({
      axis: { kind: 'residual', position: 1, layer: 1, text: { text: 'abc' } },
    });
    // The same text keeps it, and another one does not.
    await controller.configure({ plain: true });
    await settled();
    expect(controller.state.scope?.axis).toEqual({ kind: 'residual', position: 1, layer: 1 });
    await controller.inspect(subject('xy'));
    await settled();
    expect(controller.state.axes.now).toEqual({ kind: 'token' });
    expect(controller.state.scope?.axis).toMatchObject({ kind: 'token', token: { text: 'y' } });
  });

  it('turns around the vector that was chosen of a token, and keeps to it for other tokens', async () => {
    const { controller, fake } = setUp();
    fake.model = { tied: false };
    await controller.inspect(subject('abc'));
    await controller.intend({ type: 'inView', parts: everything });
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'token', side: 'input' } });
    await settled();
    expect(fake.last('scope')?.request).toMatchObject({ axis: { kind: 'token', id: 99, side: 'input' } });
    expect(controller.state.scope?.axis).toMatchObject({ token: { text: 'c' }, side: 'input' });
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'token', id: 120 } });
    await settled();
    expect(controller.state.scope?.axis).toMatchObject({ token: { id: 120 }, side: 'input' });
    for (const side of ['input', undefined]) {
      await controller.intend({ type: 'stepAxis', by: -1 });
      await settled();
      expect(controller.state.scope?.axis).toMatchObject({ token: { text: 'c' } });
      expect(controller.state.axes.now).toEqual({ kind: 'token', ...(side && { side }) });
    }
  });

  it('goes back and forward among the axes', async () => {
    const { controller } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    for (const id of [120, 121]) {
      await controller.intend({ type: 'chooseAxis', axis: { kind: 'token', id } });
      await settled();
    }
    const shown = () => (controller.state.scope?.axis.kind === 'token' ? controller.state.scope.axis.token.id : null);
    expect([shown(), controller.state.axes]).toMatchObject([121, { back: true, forward: false }]);
    for (const [by, id] of [
      [-1, 120],
      [-1, 99],
      [-1, 99],
      [1, 120],
    ] as const) {
      await controller.intend({ type: 'stepAxis', by });
      await settled();
      expect(shown()).toBe(id);
    }
    expect(controller.state.axes).toMatchObject({ back: true, forward: true });
  });

  it('keeps the last axis until the next is known, also one that was known before', async () => {
    const { controller, fake, changes } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    const choose = async (id: number) => {
      await controller.intend({ type: 'chooseAxis', axis: { kind: 'token', id } });
      await settled();
    };
    for (const id of [120, 121, 120]) await choose(id);
    expect(fake.count('scope')).toBe(3);
    const before = changes.length;
    await choose(122);
    const shown = changes
      .slice(before)
      .flatMap(({ scope }) => (scope?.axis.kind === 'token' ? [scope.axis.token.id] : []));
    expect([shown.at(-1), shown.includes(121)]).toEqual([122, false]);
  });

  it('comes back to the token that another was chosen after elsewhere', async () => {
    const { controller } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'residual', position: 0, layer: 0 } });
    await settled();
    await controller.intend({ type: 'stepAxis', by: -1 });
    await settled();
    expect(controller.state.axes).toEqual({ now: { kind: 'token' }, back: false, forward: true });
  });
});

describe('after a reset', () => {
  it('the vectorscope turns around a token again', async () => {
    const { controller } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'residual', position: 0, layer: 0 } });
    controller.reset();
    await controller.intend({ type: 'chooseToken', id: 120 });
    await settled();
    expect(controller.state).toMatchObject({
      axes: { now: { kind: 'token' }, back: false },
      scope: { axis: { kind: 'token', token: { id: 120 } } },
    });
  });
});

describe('the journey', () => {
  it('is that of the chosen position, and takes apart the logit of a token chosen elsewhere', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    expect(fake.last('journey')?.request).toMatchObject({ text: 'abc', position: 2 });
    expect(fake.last('journey')?.request).not.toHaveProperty('output');
    await controller.intend({ type: 'chooseToken', id: 120 });
    await settled();
    expect(controller.state.journey).toMatchObject({ position: 2, output: { id: 120 } });
  });

  it('is asked for again when a run of somebody else took its place', async () => {
    const { controller, fake } = await inspected();
    fake.failures.set('journey', new EngineError('cancelled', 'Another run.'));
    const asked = fake.called('journey');
    const seen = controller.intend({ type: 'inView', parts: everything });
    await asked;
    fake.failures.clear();
    await seen;
    expect(controller.state.journey?.position).toBe(2);
  });
});

describe('a picture along a vector of the text', () => {
  it('goes with its position where a server may not get the text again', async () => {
    const { controller } = setUpServed();
    await controller.inspect(subject('abc'));
    await controller.intend({ type: 'inView', parts: { scope: true } });
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'vector', expression: 'h' } });
    await settled();
    expect(controller.state.scope).not.toBeNull();
    controller.unloaded();
    await controller.intend({ type: 'load' });
    await controller.follow(1);
    expect([controller.state.position, controller.state.scope]).toEqual([1, null]);
  });
});

describe('the lens', () => {
  it('covers what is in sight in blocks, each once', async () => {
    const { controller, fake } = setUp();
    await controller.inspect(subject('a'.repeat(40)));
    await controller.intend({ type: 'inView', parts: { ...everything, lens: { from: 3, to: 5 } } });
    expect(controller.state.lens?.blocks.map(({ first, count, from, to }) => [first, count, from, to])).toEqual([
      [0, 2, 0, 16],
    ]);
    await controller.intend({ type: 'inView', parts: { ...everything, lens: { from: 10, to: 35 } } });
    expect(controller.state.lens).toMatchObject({
      fraction: null,
      blocks: [{ from: 0 }, { from: 16, to: 32 }, { from: 32, to: 40 }],
    });
    expect(fake.count('lens')).toBe(3);
    const [block] = controller.state.lens?.blocks ?? [];
    expect([block?.ids[0], block?.ids[5], block?.probabilities[5], block?.entropy[1], block?.ranks[1]]).toEqual([
      0, 1, 0.5, 1, 2,
    ]);
  });

  it('has the rows after attention and the divergences once they are asked for', async () => {
    const { controller, fake } = await inspected();
    const see = (lens: LensInView) => controller.intend({ type: 'inView', parts: { ...everything, lens } });
    await see({ from: 0, to: 3 });
    expect([fake.count('lens'), fake.count('divergence')]).toEqual([1, 0]);
    await see({ from: 0, to: 3, divergence: true });
    expect([fake.count('lens'), fake.count('divergence')]).toEqual([1, 1]);
    expect(controller.state.lens?.blocks).toMatchObject([
      { after: 'layer', divergence: Float32Array.of(3, 3, 3, 3, 3, 3) },
    ]);
    await see({ from: 0, to: 3, between: true, divergence: true });
    expect([fake.count('lens'), fake.count('divergence')]).toEqual([2, 2]);
    expect(fake.last('divergence')?.request).toMatchObject({ after: 'attention', first: 1, count: 1 });
    expect(controller.state.lens).toMatchObject({
      fraction: null,
      blocks: [
        { after: 'layer', first: 0, count: 2 },
        { after: 'attention', first: 1, count: 1, divergence: Float32Array.of(3, 3, 3) },
      ],
    });
    await see({ from: 0, to: 3 });
    await see({ from: 0, to: 3, between: true, divergence: true });
    expect([fake.count('lens'), fake.count('divergence')]).toEqual([2, 2]);
  });

  it('stops the divergences when they are no longer asked for, and shows none of another text', async () => {
    const { controller, fake } = await inspected();
    const open = fake.close('divergence');
    const asked = fake.called('divergence');
    void controller.intend({ type: 'inView', parts: { ...everything, lens: { from: 0, to: 3, divergence: true } } });
    await asked;
    expect(controller.state.lens?.fraction).toBe(0.5);
    await controller.inspect(subject('xy'));
    expect(fake.calls.find(({ method }) => method === 'divergence')?.control?.signal?.aborted).toBe(true);
    open();
    await settled();
    expect(controller.state.lens?.blocks).toMatchObject([{ to: 2, divergence: Float32Array.of(3, 3, 3, 3) }]);
  });

  it('ends at a block that fails, and is tried again when a person does something', async () => {
    const { controller, fake, failures } = setUp();
    await controller.inspect(subject('a'.repeat(40)));
    fake.failures.set('lens', new EngineError('internal', 'It failed.'));
    await controller.intend({ type: 'inView', parts: { lens: { from: 0, to: 40 } } });
    expect([fake.count('lens'), failures.length, controller.state.lens]).toEqual([1, 1, null]);
    fake.failures.clear();
    await controller.intend({ type: 'choosePosition', position: 3 });
    await settled();
    expect(controller.state.lens).toMatchObject({ fraction: null, blocks: [{ from: 0 }, { from: 16 }, { from: 32 }] });
  });

  it('is another for another text', async () => {
    const { controller } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    await controller.inspect(subject('xy'));
    await settled();
    expect(controller.state.lens?.blocks).toMatchObject([{ from: 0, to: 2 }]);
  });
});

describe('the leading tokens', () => {
  const inSight = { leaders: { between: false } };

  it('are those of the chosen position, while they are in sight', async () => {
    const { controller, fake } = await inspected();
    expect(controller.state.leaders).toBeNull();
    await controller.intend({ type: 'inView', parts: inSight });
    expect(controller.state.leaders?.position).toBe(2);
    await controller.intend({ type: 'inView', parts: { ...inSight, leaders: { between: true } } });
    expect(fake.last('leaders')?.request).toMatchObject({ text: 'abc', position: 2, between: true });
    await controller.intend({ type: 'choosePosition', position: 0 });
    await settled();
    expect(controller.state.leaders?.position).toBe(0);
    expect(fake.count('leaders')).toBe(3);
  });

  it('of another text or position are never shown', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'inView', parts: inSight });
    const open = fake.close('leaders');
    await controller.intend({ type: 'choosePosition', position: 1 });
    await settled();
    expect(controller.state.leaders).toBeNull();
    await controller.inspect(subject('xyz'));
    expect(controller.state.leaders).toBeNull();
    open();
    await settled();
    expect(fake.last('leaders')?.request).toMatchObject({ text: 'xyz', position: controller.state.position });
  });
});

describe('the dimensions of a residual', () => {
  const of = (position: number, layer: number) => ({ dimensions: { position, layer } });

  it('are those of the residual that is chosen', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'inView', parts: of(1, 0) });
    expect(controller.state.dimensions).toMatchObject({ position: 1, layer: 0 });
    const open = fake.close('dimensions');
    const asked = fake.called('dimensions');
    void controller.intend({ type: 'inView', parts: of(1, 1) });
    await asked;
    expect(controller.state.dimensions).toBeNull();
    expect(fake.last('dimensions')?.request).toMatchObject({ text: 'abc', position: 1, layer: 1, count: 5 });
    open();
    await settled();
    expect(controller.state.dimensions).toMatchObject({ position: 1, layer: 1 });
    await controller.intend({ type: 'inView', parts: {} });
    expect(controller.state.dimensions).toBeNull();
  });

  it('of another text are never shown, and none is asked for beyond its end', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'inView', parts: of(2, 0) });
    await controller.inspect(subject('xy'));
    await settled();
    expect(controller.state.dimensions).toBeNull();
    expect(fake.count('dimensions')).toBe(1);
    await controller.intend({ type: 'inView', parts: of(1, 0) });
    expect(fake.last('dimensions')?.request).toMatchObject({ text: 'xy', position: 1 });
  });
});

describe('a step back', () => {
  it('to the position’s own token chooses no other', async () => {
    const { controller } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'token', id: 120 } });
    await settled();
    await controller.intend({ type: 'stepAxis', by: -1 });
    await settled();
    expect(controller.chosen.machine.choice).toEqual({ position: 2, tokenId: null });
  });
});

describe('an experiment', () => {
  const ask = { type: 'lab', ask: { name: 'extremes', options: {} } } as const;

  it('shows its result, and keeps it when a later run is cancelled', async () => {
    const { controller, fake } = setUp();
    await controller.intend(ask);
    expect(controller.state.lab.extremes).toMatchObject({
      running: null,
      ended: null,
      done: { ask: { name: 'extremes' }, text: null },
    });
    const { done: running } = await fake.held('lab', () => controller.intend(ask));
    expect(controller.state.lab.extremes?.running).toEqual({ fraction: 0, secondsLeft: null });
    await controller.intend({ type: 'cancelLab' });
    await running;
    expect(controller.state.lab.extremes).toMatchObject({
      running: null,
      ended: { kind: 'cancelled' },
      done: { result: { name: 'extremes' } },
    });
  });

  it('knows what it ran on, unless the layers moved meanwhile', async () => {
    const { controller, fake } = setUp();
    const on = (backend: Backend) => controller.backendChanged({ backend, choice: 'auto' } as BackendView);
    on('wasm');
    await controller.intend(ask);
    on('webgpu');
    expect(controller.state.lab.extremes?.done?.backend).toBe('wasm');
    const { open, done: running } = await fake.held('lab', () => controller.intend(ask));
    on('wasm');
    open();
    await running;
    expect(controller.state.lab.extremes?.done?.backend).toBeUndefined();
  });

  it('keeps its estimate when it is cancelled before its first result', async () => {
    const { controller, fake } = setUp();
    const { done: running } = await fake.held('lab', () => controller.intend(ask));
    const estimate = { name: 'extremes', result: {} } as unknown as LabResult;
    fake.last('lab')?.control?.onProgress?.({ stage: 'lab', fraction: 0.5, estimate });
    await controller.intend({ type: 'cancelLab' });
    await running;
    expect(controller.state.lab.extremes).toEqual({
      running: null,
      done: { ask: ask.ask, result: estimate, share: 0.5, text: null },
      ended: { kind: 'cancelled' },
    });
  });

  it('is stopped by another one', async () => {
    const { controller, fake } = setUp();
    const { done: running } = await fake.held('lab', () => controller.intend(ask));
    const next = fake.called('lab');
    void controller.intend({ type: 'lab', ask: { name: 'tied', options: {} } });
    await next;
    await running;
    expect(controller.state.lab).toEqual({
      extremes: { running: null, done: null, ended: { kind: 'cancelled' } },
      tied: { running: { fraction: 0, secondsLeft: null }, done: null, ended: null },
    });
  });

  it('needs no names while it has found nothing', async () => {
    const { controller, fake } = await inspected();
    fake.close('lab');
    const asked = fake.called('lab');
    void controller.intend(ask);
    await asked;
    await settled();
    expect(fake.count('vocabulary')).toBe(0);
    await controller.intend({ type: 'cancelLab' });
    await settled();
    expect(fake.count('vocabulary')).toBe(0);
  });

  it('names what it found, asking for the vocabulary once', async () => {
    const { controller, fake } = await inspected();
    await controller.intend(ask);
    await settled();
    expect(controller.state.vocabulary).not.toBeNull();
    await controller.intend(ask);
    await settled();
    expect(fake.count('vocabulary')).toBe(1);
  });

  it('says why it failed', async () => {
    const { controller, fake } = setUp();
    fake.failures.set('lab', new EngineError('bad-request', 'The text has one token.'));
    await controller.intend(ask);
    expect(controller.state.lab.extremes?.ended).toEqual({ kind: 'failed', message: 'The text has one token.' });
    expect(controller.state.status.kind).toBe('empty');
  });

  it('that an inspection took the place of was cancelled, and not unloaded', async () => {
    const { controller, fake } = await inspected();
    fake.failures.set('lab', new EngineError('cancelled', 'A run took its place.'));
    const { open, done: inspecting } = await fake.held('run', () => controller.inspect(subject('xyz')));
    await controller.intend(ask);
    expect(controller.state.lab.extremes?.ended).toEqual({ kind: 'cancelled' });
    open();
    await inspecting;
  });

  it('is forgotten with its model', async () => {
    const { controller, settings } = await inspected();
    await controller.intend(ask);
    settings.path = '/models/second.gguf';
    await controller.modelChanged();
    expect(controller.state.lab).toEqual({});
  });
});

describe('an inspection of another model that is restored', () => {
  it('asks nothing of the model that is loaded, and shows nothing of it', async () => {
    const { controller, fake, settings } = await inspected();
    const past = controller.inspections.all[0]?.id ?? -1;
    settings.path = '/models/second.gguf';
    await controller.inspect(subject('xyz', { uri: 'file:///b.md' }));
    await controller.intend({ type: 'lab', ask: { name: 'extremes', options: {} } });
    await controller.intend({ type: 'inView', parts: everything });
    await settled();
    const before = fake.calls.length;
    await controller.restore(past);
    await settled();
    expect(controller.state.model?.name).not.toContain('second');
    expect(fake.calls.slice(before).map(({ method, request }) => [method, JSON.stringify(request)])).toEqual([]);
    expect([
      controller.state.lens,
      controller.state.journey,
      controller.state.scope,
      controller.state.vocabulary,
      controller.state.lab,
    ]).toEqual([null, null, null, null, {}]);
  });
});

describe('what is kept of an inspection', () => {
  it('is asked for with the context that its run had', async () => {
    const { controller, fake } = setUp();
    await controller.inspect(subject('abc', { before: 'before ' }));
    const past = controller.inspections.all[0]?.id ?? -1;
    const { done: configured } = await fake.held('tokenise', () => controller.configure({ context: true }));
    await controller.intend({ type: 'cancel' });
    await configured;
    await controller.restore(past);
    await controller.intend({ type: 'inView', parts: everything });
    await settled();
    expect(controller.state.text?.contextCount).toBe(0);
    expect(fake.last('lens')?.request).not.toHaveProperty('context');
  });
});

describe('the vectorscope beyond the limit', () => {
  it('shows no other position where the chosen one was not run', async () => {
    const { controller } = setUp();
    await controller.configure({ limit: 2 });
    await controller.inspect(subject('abcd'));
    await controller.intend({ type: 'inView', parts: everything });
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'residual', position: 1, layer: 1 } });
    await settled();
    expect(controller.state.scope?.axis).toMatchObject({ position: 1 });
    await controller.intend({ type: 'choosePosition', position: 3 });
    await settled();
    expect(controller.state.axes.now).toMatchObject({ position: 3 });
    expect(controller.state.scope).toBeNull();
  });
});

describe('once the model is unloaded', () => {
  it('nothing of another position stays', async () => {
    const { controller } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    await settled();
    controller.unloaded();
    await controller.follow(0);
    await settled();
    expect(controller.state.position).toBe(0);
    expect(controller.state.journey?.position ?? 0).toBe(0);
    expect(controller.state.scope).toBeNull();
  });
});

describe('what the page is told', () => {
  it('is the state, also where one change causes another', async () => {
    const { controller, changes } = await inspected();
    const past = controller.inspections.all[0]?.id ?? -1;
    await controller.intend({ type: 'inView', parts: everything });
    await controller.inspect(subject('vwxyz', { uri: 'file:///b.md' }));
    await controller.intend({ type: 'chooseAxis', axis: { kind: 'residual', position: 4, layer: 1 } });
    await settled();
    await controller.intend({ type: 'inView', parts: { ...everything, scope: false } });
    await controller.restore(past);
    const told = Object.assign({}, ...changes) as typeof controller.state;
    expect(told.axes).toEqual(controller.state.axes);
    await settled();
    const later = Object.assign({}, ...changes) as typeof controller.state;
    expect([later.axes, later.scope, later.lens]).toEqual([
      controller.state.axes,
      controller.state.scope,
      controller.state.lens,
    ]);
  });
});

describe('the journey of another position', () => {
  it('is not shown as that of the chosen one', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'inView', parts: everything });
    fake.close('journey');
    await controller.intend({ type: 'choosePosition', position: 0 });
    await settled();
    expect(controller.state.position).toBe(0);
    expect(controller.state.journey?.position ?? 0).toBe(0);
  });
});

describe('an experiment on the inspected text', () => {
  it('reads it as it was inspected: as plain text, and as far as the limit', async () => {
    const { controller, fake } = setUp();
    await controller.configure({ plain: true, limit: 2 });
    await controller.inspect(subject('abcd'));
    await controller.intend({ type: 'lab', ask: { name: 'length', options: {} } });
    const asked = JSON.stringify(fake.last('lab')?.request);
    expect(asked).toContain('"plain":true');
    expect(asked).toContain('"limit":2');
  });
});
