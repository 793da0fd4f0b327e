import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../../src/shared/errors';
import { setUp } from '../../support/controller';

const ask = { type: 'lab', ask: { name: 'untrained', options: { from: 3 } } } as const;
const verify = { type: 'verifyUntrained' as const, ids: [5, 6] };

async function found() {
  const parts = setUp();
  await parts.controller.intend(ask);
  return { ...parts, run: () => parts.controller.state.lab.untrained };
}

/** The model is asked, and answers after `open`. */
async function asking() {
  const parts = await found();
  const open = parts.fake.close('verifyUntrained');
  const asked = parts.fake.called('verifyUntrained');
  const running = parts.controller.intend(verify);
  await asked;
  return { ...parts, open, running };
}

describe('asking the model for candidates', () => {
  it('shows its answers below the result, until the experiment runs anew', async () => {
    const { controller, run, open, running, fake } = await asking();
    expect(run()).toMatchObject({ repeats: { fraction: 0, tokens: null }, done: { result: { name: 'untrained' } } });
    expect(fake.last('verifyUntrained')?.request).toEqual({ ids: [5, 6] });
    open();
    await running;
    expect(run()?.repeats).toMatchObject({ fraction: null, failed: null, tokens: [{ id: 5 }, { id: 6 }] });
    await controller.intend(ask);
    expect(run()?.repeats).toBeNull();
  });

  it('is stopped by its reader, and by any other experiment', async () => {
    for (const intent of [
      { type: 'cancelLab', name: 'untrained' },
      { type: 'lab', ask: { name: 'extremes', options: {} } },
    ] as const) {
      const { controller, run, running, fake } = await asking();
      await controller.intend(intent);
      await running;
      expect(fake.last('verifyUntrained')?.control?.signal?.aborted).toBe(true);
      expect(run()?.repeats).toBeNull();
      expect(run()?.done).not.toBeNull();
    }
  });

  it('waits for no result, and takes no experiment’s place', async () => {
    const { controller, fake } = setUp();
    await controller.intend(verify);
    const open = fake.close('lab');
    const asked = fake.called('lab');
    const running = controller.intend(ask);
    await asked;
    await controller.intend(verify);
    open();
    await running;
    expect(fake.count('verifyUntrained')).toBe(0);
    expect(controller.state.lab.untrained?.done).not.toBeNull();
  });

  it('loads the model again where that was unloaded', async () => {
    const { controller, fake, run } = await found();
    controller.unloaded();
    await controller.intend(verify);
    expect(fake.count('load')).toBe(2);
    expect(run()?.repeats).toMatchObject({ failed: null, tokens: [{ id: 5 }, { id: 6 }] });
  });

  it('says why it failed', async () => {
    const { controller, fake, run } = await found();
    fake.failures.set('verifyUntrained', new EngineError('bad-request', 'Every prompt is too long.'));
    await controller.intend(verify);
    expect(run()?.repeats).toEqual({ fraction: null, tokens: null, failed: 'Every prompt is too long.' });
  });
});
