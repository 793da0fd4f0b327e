import { describe, expect, it } from 'vitest';
import { KeptVectors } from '../../../../src/extension/inspection/keptVectors';
import { EngineError } from '../../../../src/shared/errors';
import type { Steering } from '../../../../src/shared/vectors/steering';
import { address, serverInfo, settled, setUp, subject } from '../../support/controller';

/** A text is inspected, and the user's vector, the vectorscope and a steered run are in sight. */
async function inspected(text = 'abc') {
  const set = setUp();
  const { controller } = set;
  await controller.inspect(subject(text));
  await controller.intend({ type: 'inView', parts: { vector: true, steer: true, scope: true } });
  const make = (expression: string | null) => controller.intend({ type: 'makeVector', expression });
  const at = async (position: number) => {
    await controller.intend({ type: 'choosePosition', position });
    await settled();
  };
  return { ...set, make, at };
}

describe('a vector of the user', () => {
  it('is asked for in sight alone, with the options and the chosen token', async () => {
    const { controller, fake, make } = await inspected();
    await controller.intend({ type: 'inView', parts: {} });
    await make('a - b');
    expect(fake.count('vector')).toBe(0);
    await controller.intend({ type: 'inView', parts: { vector: true } });
    expect(fake.last('vector')?.request).toEqual({ expression: 'a - b', centred: false, count: 10, also: [99] });
    expect(controller.state.vector).toMatchObject({ expression: 'a - b', result: { size: 5 }, fault: null });
    await controller.configure({ centred: true });
    await settled();
    expect(controller.state.vector?.result?.centred).toBe(true);
    await make(null);
    expect(controller.state.vector).toBeNull();
  });

  it('that is none says why, without a word of the panel’s status', async () => {
    const { controller, fake, failures, make } = await inspected();
    await make('a +');
    expect(fake.count('vector')).toBe(0);
    expect(controller.state.vector?.fault?.at).toEqual({ from: 3, to: 3 });
    await make('a + x');
    await settled();
    expect(controller.state.vector?.fault).toEqual({ message: '“x” is no token.', at: { from: 4, to: 5 } });
    expect([controller.state.status, failures]).toEqual([{ kind: 'ready' }, []]);
    await controller.configure({ neighbours: 11 });
    await settled();
    expect(controller.state.vector?.fault?.message).toBe('“x” is no token.');
  });

  it('takes the place of one that is still asked for', async () => {
    const { controller, fake, make } = await inspected();
    const open = fake.close('vector');
    const asked = fake.called('vector');
    void make('a');
    await asked;
    const first = fake.last('vector');
    void make('a + b');
    await settled();
    expect(first?.control?.signal?.aborted).toBe(true);
    open();
    await settled();
    expect(controller.state.vector?.result?.expression).toBe('a + b');
  });

  it('follows the position only if it reads the text', async () => {
    const { controller, fake, make, at } = await inspected();
    await make('a - b');
    const { result } = controller.state.vector ?? {};
    fake.close('vector');
    await at(0);
    expect(controller.state.vector?.result).toBe(result);
    const open = fake.close('vector');
    void make('h - a');
    await settled();
    open();
    await settled();
    expect(fake.last('vector')?.request).toMatchObject({ place: { text: { text: 'abc' }, position: 0 } });
    fake.close('vector');
    await at(1);
    expect(controller.state.vector).toEqual({ expression: 'h - a', result: null, fault: null });
    expect(fake.last('vector')?.request).toMatchObject({ place: { position: 1 } });
  });

  it('is made again by another model', async () => {
    const { controller, fake, make, settings } = await inspected();
    await make('a');
    settings.path = '/models/other.gguf';
    await controller.modelChanged();
    await settled();
    expect([fake.count('vector'), controller.state.vector?.result?.size]).toEqual([2, 1]);
    expect(controller.state.axes.now).toEqual({ kind: 'token' });
  });

  it('that reads the text is asked for once where a server would have to get the text again', async () => {
    const { controller, fake, settings, agreed } = setUp();
    fake.model = { trunk: null, server: { ...serverInfo, address } };
    Object.assign(settings, { path: address, server: { address } });
    agreed.add(address);
    await controller.inspect(subject('abc'));
    controller.unloaded();
    await controller.ready();
    await controller.intend({ type: 'inView', parts: { vector: true } });
    await controller.intend({ type: 'makeVector', expression: 'h' });
    await settled();
    await controller.intend({ type: 'chooseToken', id: 120 });
    await settled();
    const asked = fake.count('vector');
    fake.failures.set('tokenise', new EngineError('server-failed', 'It is down.'));
    await controller.inspect(subject('xyz', { uri: 'file:///b.md' }));
    await settled();
    expect([controller.state.text, fake.count('vector')]).toEqual([null, asked]);
  });

  it('stays without a text, also one that is still asked for', async () => {
    const { controller, fake, make } = await inspected();
    await make('a');
    controller.reset();
    await settled();
    expect(controller.state.vector).toMatchObject({ expression: 'a', result: { size: 1 } });
    const open = fake.close('vector');
    void make('a + b');
    await settled();
    controller.reset();
    open();
    await settled();
    expect(controller.state.vector).toMatchObject({ expression: 'a + b', result: { size: 5 } });
  });

  it('is an axis of the vectorscope, which follows the position if it reads the text, and comes back', async () => {
    const { controller, fake, at } = await inspected();
    const choose = async (expression: string) => {
      await controller.intend({ type: 'chooseAxis', axis: { kind: 'vector', expression } });
      await settled();
    };
    await choose('a - b');
    expect(controller.state.scope).toMatchObject({ size: 5, axis: { kind: 'vector', expression: 'a - b' } });
    const asked = fake.count('scope');
    await at(1);
    expect(fake.count('scope')).toBe(asked);
    await choose('h');
    await at(0);
    expect(fake.last('scope')?.request).toMatchObject({
      axis: { kind: 'vector', expression: 'h', place: { text: { text: 'abc' }, position: 0 } },
    });
    await controller.intend({ type: 'stepAxis', by: -1 });
    await settled();
    expect(controller.state.axes).toEqual({ now: { kind: 'vector', expression: 'a - b' }, back: true, forward: true });
    await controller.inspect(subject('xy'));
    await settled();
    expect(controller.state.scope?.axis).toEqual({ kind: 'vector', expression: 'a - b' });
    await choose('x');
    expect(controller.state.axes.now).toEqual({ kind: 'token' });
    expect(controller.state.status).toEqual({ kind: 'ready' });
  });
});

describe('vectors that are kept', () => {
  it('have one name each, survive a reload, and go when they are forgotten', async () => {
    const { controller, kept } = setUp();
    const keep = (name: string, expression: string | null) =>
      controller.intend({ type: 'keepVector', name, expression });
    await keep('royal', 'king - man');
    await keep('city', 'Paris');
    await keep('royal', 'queen - woman');
    const all = [
      { name: 'royal', expression: 'queen - woman' },
      { name: 'city', expression: 'Paris' },
    ];
    expect(controller.state.keptVectors).toEqual(all);
    const store = { get: (key: string) => kept.get(key), update: async () => undefined };
    expect(new KeptVectors(store).all).toEqual(all);
    await controller.inspect(subject('abc'));
    controller.reset();
    expect(controller.state.keptVectors).toEqual(all);
    await keep('royal', null);
    expect(controller.state.keptVectors).toEqual([all[1]]);
  });

  it('are none if something else is stored there, and at most a hundred', async () => {
    const stored = (value: unknown) => new KeptVectors({ get: () => value, update: async () => undefined }).all;
    expect(stored([{ name: 'a', expression: 7 }])).toEqual([]);
    expect(stored(Array.from({ length: 120 }, (_, at) => ({ name: `n${at}`, expression: 'a' })))).toHaveLength(100);
  });
});

describe('a steered run', () => {
  const steering = (strength: number, expression = 'a - b'): Steering => ({
    ...{ expression, how: 'add', strength, layer: null, positions: 'last' },
  });

  it('comes with its curve, goes with the position, and ends with the next inspection', async () => {
    const { controller, fake, at } = await inspected();
    await controller.intend({ type: 'steer', steering: steering(2) });
    await settled();
    expect(fake.last('steerCurve')?.request).toMatchObject({ strengths: [-2, -1, 0, 1, 2, 3, 4], position: 2 });
    expect(controller.state.steer).toMatchObject({ result: { position: 2 }, curve: { position: 2 }, fault: null });
    fake.close('steer');
    await at(0);
    expect(controller.state.steer).toMatchObject({ steering: { strength: 2 }, result: null, curve: null });
    void controller.inspect(subject('xyz'));
    expect(controller.state.steer).toBeNull();
    expect(fake.last('steer')?.control?.signal?.aborted).toBe(true);
  });

  it('is that of the newest strength', async () => {
    const { controller, fake } = await inspected();
    const open = fake.close('steer');
    for (const strength of [1, 2, 3]) void controller.intend({ type: 'steer', steering: steering(strength) });
    await settled();
    open();
    await settled();
    expect(controller.state.steer?.result?.divergence).toBe(3);
    expect(fake.count('steerCurve')).toBe(1);
  });

  it('says what is wrong with its vector, at every position, without a word of the panel’s status', async () => {
    const { controller, fake, failures, at } = await inspected();
    await controller.intend({ type: 'steer', steering: steering(1, '(a') });
    expect([fake.count('steer'), controller.state.steer?.fault?.at]).toEqual([0, { from: 2, to: 2 }]);
    await controller.intend({ type: 'steer', steering: steering(1, 'x') });
    await at(0);
    expect(controller.state.steer?.fault).toEqual({ message: '“x” is no token.', at: { from: 0, to: 1 } });
    expect([fake.count('steer'), controller.state.status, failures]).toEqual([1, { kind: 'ready' }, []]);
    await controller.intend({ type: 'steer', steering: null });
    expect(controller.state.steer).toBeNull();
  });

  it('has a curve over strengths that rise, each once and none beyond the greatest', async () => {
    const { controller, fake } = await inspected();
    for (const [strength, strengths] of [
      [-2, [-4, -3, -2, -1, 0, 1, 2]],
      [1000, [-1000, -500, 0, 500, 1000]],
    ] as const) {
      await controller.intend({ type: 'steer', steering: steering(strength) });
      await settled();
      expect(fake.last('steerCurve')?.request).toMatchObject({ strengths });
    }
  });
});
