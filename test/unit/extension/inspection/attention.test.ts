import { describe, expect, it } from 'vitest';
import type { LayerPart } from '../../../../src/shared/ablation';
import { colouringOf } from '../../../../src/shared/colouring';
import { EngineError } from '../../../../src/shared/errors';
import { settled, setUp, subject } from '../../support/controller';

const inSight = { attention: true };
const head = { layer: 1, head: 2 };
const part: LayerPart = { kind: 'head', ...head };

async function inspected(text = 'abc') {
  const parts = setUp();
  await parts.controller.inspect(subject(text));
  await parts.controller.intend({ type: 'inView', parts: inSight });
  await settled();
  return parts;
}

describe('the heads of a position', () => {
  it('are asked for in sight alone', async () => {
    const { controller, fake } = setUp();
    await controller.inspect(subject('abc'));
    await settled();
    expect(fake.count('headGrid')).toBe(0);
    await controller.intend({ type: 'inView', parts: inSight });
    expect(fake.last('headGrid')?.request).toMatchObject({ text: 'abc', position: 2 });
    expect(controller.state.attention.grid?.position).toBe(2);
    expect([fake.count('headView'), fake.count('pattern')]).toEqual([0, 0]);
  });

  it('are those of the position that is chosen, and no other’s until they have come', async () => {
    const { controller, fake } = await inspected();
    const open = fake.close('headGrid');
    const asked = fake.called('headGrid');
    void controller.intend({ type: 'choosePosition', position: 0 });
    await asked;
    expect(controller.state.attention.grid).toBeNull();
    open();
    await settled();
    expect(controller.state.attention.grid?.position).toBe(0);
  });

  it('are no other text’s until they have come', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'openHead', head });
    const open = fake.close('headGrid');
    const asked = fake.called('headGrid');
    void controller.inspect(subject('xyz'));
    await asked;
    expect(controller.state.attention).toMatchObject({ grid: null, view: null });
    open();
    await settled();
    expect(controller.state.attention.grid).not.toBeNull();
  });

  it('push the token that was chosen, on its own or against another', async () => {
    const { controller, fake } = await inspected();
    expect(fake.last('headGrid')?.request).not.toHaveProperty('output');
    await controller.intend({ type: 'chooseToken', id: 120 });
    await settled();
    expect(fake.last('headGrid')?.request).toMatchObject({ output: 120 });
    await controller.intend({ type: 'compareWith', id: 121 });
    await settled();
    expect(fake.last('headGrid')?.request).toMatchObject({ output: 120, against: 121 });
    await controller.intend({ type: 'chooseToken', id: 121 });
    await settled();
    expect(fake.last('headGrid')?.request).toMatchObject({ output: 121, against: 121 });
  });
});

describe('the open head', () => {
  it('is seen from each position, and its pattern is asked for once', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'openHead', head });
    await controller.intend({ type: 'inView', parts: { ...inSight, pattern: true } });
    await settled();
    await controller.intend({ type: 'choosePosition', position: 0 });
    await settled();
    expect(controller.state.attention).toMatchObject({ open: head, view: { ...head, position: 0 }, pattern: head });
    expect([fake.count('headView'), fake.count('pattern')]).toEqual([2, 1]);
    await controller.intend({ type: 'openHead', head: null });
    expect(controller.state.attention).toMatchObject({ open: null, view: null, pattern: null });
  });

  it('is closed with its model', async () => {
    const { controller, settings } = await inspected();
    await controller.intend({ type: 'openHead', head });
    settings.path = '/models/second.gguf';
    await controller.modelChanged();
    await controller.inspect(subject('abc'));
    await settled();
    expect(controller.state.attention.open).toBeNull();
  });
});

describe('the colours of the text', () => {
  it('follow the open head from position to position, also while the section is out of sight', async () => {
    const { controller } = await inspected();
    await controller.intend({ type: 'openHead', head });
    await controller.intend({ type: 'setOptions', options: { colouring: 'attention' } });
    await controller.intend({ type: 'inView', parts: {} });
    await controller.intend({ type: 'choosePosition', position: 0 });
    await settled();
    expect(controller.state.attention.view?.position).toBe(0);
    expect(colouringOf(controller.state)).toBe('attention');
    await controller.intend({ type: 'openHead', head: null });
    expect(colouringOf(controller.state)).toBe('surprisal');
  });
});

describe('a part that is left out', () => {
  it('is left out at each position until it is put back', async () => {
    const { controller, fake } = await inspected();
    await controller.intend({ type: 'ablate', ablation: { part, by: 'mean' } });
    await settled();
    expect(fake.last('ablation')?.request).toMatchObject({ position: 2, ablated: { parts: [part], by: 'mean' } });
    expect(controller.state.ablation).toMatchObject({ part, result: { position: 2 } });
    await controller.intend({ type: 'choosePosition', position: 1 });
    await settled();
    expect(controller.state.ablation).toMatchObject({ result: { position: 1 } });
    await controller.intend({ type: 'ablate', ablation: null });
    expect(controller.state.ablation).toBeNull();
  });

  it('is put back where it cannot be left out, and says why', async () => {
    const { controller, fake, failures } = await inspected();
    fake.failures.set('ablation', new EngineError('model-unsupported', 'It cannot be left out.'));
    await controller.intend({ type: 'ablate', ablation: { part, by: 'zero' } });
    await settled();
    expect(controller.state.ablation).toBeNull();
    expect(failures).toMatchObject([{ code: 'model-unsupported' }]);
  });

  it('is not left out of an empty panel', async () => {
    const { controller, fake } = await inspected();
    const open = fake.close('ablation');
    const asked = fake.called('ablation');
    void controller.intend({ type: 'ablate', ablation: { part, by: 'zero' } });
    await asked;
    controller.reset();
    open();
    await settled();
    expect(controller.state.ablation).toBeNull();
  });

  it('is put back by the next inspection, which cancels its run', async () => {
    const { controller, fake } = await inspected();
    fake.close('ablation');
    const asked = fake.called('ablation');
    void controller.intend({ type: 'ablate', ablation: { part, by: 'zero' } });
    await asked;
    await controller.inspect(subject('abc'));
    expect(controller.state.ablation).toBeNull();
    expect(fake.last('ablation')?.control?.signal?.aborted).toBe(true);
  });
});
