import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnswerCache, Deadline } from '../../../../src/extension/hover/answerCache';
import type { Neighbours, NeighboursRequest } from '../../../../src/shared/engine';
import { EngineError } from '../../../../src/shared/errors';
import { FakeEngine } from '../../support/fakeEngine';

const patience = 25;

/** One who asks, and may give up. */
function asker() {
  const listeners = new Set<() => void>();
  return {
    deadline: new Deadline(patience, {
      onCancellationRequested: (listener: (event: unknown) => unknown) => {
        const call = () => void listener(undefined);
        listeners.add(call);
        return { dispose: () => listeners.delete(call) };
      },
    }),
    cancel: () => listeners.forEach((call) => call()),
    listeners,
  };
}

const request = (id: number, centred = false): NeighboursRequest => ({ id, centred, count: 6 });

let fake: FakeEngine;
let asked: AnswerCache<NeighboursRequest, Neighbours>;
beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeEngine();
  asked = new AnswerCache(
    2,
    ({ id, centred }) => `${id} ${centred}`,
    (question) => fake.engine.neighbours(question),
  );
});
afterEach(() => {
  expect(vi.getTimerCount(), 'no timer is left').toBe(0);
  vi.useRealTimers();
});

async function ask(question: NeighboursRequest): Promise<Neighbours | null> {
  const { deadline } = asker();
  try {
    return await asked.inTime(question, deadline);
  } finally {
    deadline.dispose();
  }
}

/** A request that waits at the engine's gate until its time is over. */
async function askInVain(question: NeighboursRequest): Promise<Neighbours | null> {
  const answer = ask(question);
  await vi.advanceTimersByTimeAsync(patience);
  return answer;
}

describe('what is asked once', () => {
  it('is answered from what is known the second time, each form apart', async () => {
    expect((await ask(request(5)))?.query.id).toBe(5);
    expect((await ask(request(5)))?.query.id).toBe(5);
    expect(fake.count('neighbours')).toBe(1);
    expect((await ask(request(5, true)))?.centred).toBe(true);
    expect(fake.count('neighbours')).toBe(2);
  });

  it('does not wait longer than its time, and what comes later is kept', async () => {
    const open = fake.close('neighbours');
    expect(await askInVain(request(5))).toBeNull();
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.known(request(5))?.query.id).toBe(5);
  });

  it('is asked one at a time: those who come meanwhile share it or give up without asking', async () => {
    const open = fake.close('neighbours');
    const answers = [ask(request(5)), ask(request(5)), ask(request(6)), ask(request(7))];
    await vi.advanceTimersByTimeAsync(patience);
    expect(await Promise.all(answers)).toEqual([null, null, null, null]);
    expect(fake.calls.map((call) => call.request)).toEqual([request(5)]);
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect((await ask(request(6)))?.query.id).toBe(6);
  });

  it('is asked after the one before where there is still time', async () => {
    const open = fake.close('neighbours');
    const answers = [ask(request(5)), ask(request(5)), ask(request(6))];
    await vi.advanceTimersByTimeAsync(patience - 1);
    open();
    expect((await Promise.all(answers)).map((answer) => answer?.query.id)).toEqual([5, 5, 6]);
    expect(fake.count('neighbours')).toBe(2);
  });

  it('is given up by one who cancels, and goes on for the others', async () => {
    const open = fake.close('neighbours');
    const [patient, impatient] = [asker(), asker()];
    const answers = [asked.inTime(request(5), patient.deadline), asked.inTime(request(5), impatient.deadline)];
    impatient.cancel();
    expect(await answers[1]).toBeNull();
    expect([impatient.deadline.over, patient.deadline.over]).toEqual([true, false]);
    expect(fake.last('neighbours')?.control?.signal).toBeUndefined();
    open();
    expect((await answers[0])?.query.id).toBe(5);
    patient.deadline.dispose();
    expect([patient.listeners.size, impatient.listeners.size]).toEqual([0, 0]);
  });

  it('is nothing where the engine fails, and is asked again the next time', async () => {
    fake.failures.set('neighbours', new EngineError('worker-lost', 'Lost.'));
    expect(await ask(request(5))).toBeNull();
    fake.failures.clear();
    expect((await ask(request(5)))?.query.id).toBe(5);
    expect(fake.count('neighbours')).toBe(2);
  });

  it('is forgotten when it was used longest ago', async () => {
    for (const id of [1, 2, 1, 3]) await ask(request(id));
    expect([1, 2, 3].map((id) => asked.known(request(id))?.query.id)).toEqual([1, undefined, 3]);
  });

  it('is forgotten with its model, an answer that was on its way too', async () => {
    await ask(request(1));
    const open = fake.close('neighbours');
    await askInVain(request(2));
    asked.forget();
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect([1, 2].map((id) => asked.known(request(id)))).toEqual([null, null]);
  });

  it('is not asked when the time is over already', async () => {
    const { deadline } = asker();
    deadline.dispose();
    expect(await asked.inTime(request(5), deadline)).toBeNull();
    expect(fake.count('neighbours')).toBe(0);
  });
});
