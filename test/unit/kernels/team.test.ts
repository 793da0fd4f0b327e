import { afterEach, describe, expect, it } from 'vitest';
import { Team } from '../../../src/engine/kernels/team';
import { startNodeThreads } from '../../../src/engine/platform/node/kernelThread';
import type { Thread } from '../../../src/engine/platform/platform';
import { endless, measuring, rowSize, searching } from './works';

const open: Team[] = [];
afterEach(() => Promise.all(open.splice(0).map((team) => team.close())));

async function start(count: number, threads: (wanted: number) => Thread[] = startNodeThreads): Promise<Team> {
  const team = await Team.start(count, undefined, threads);
  open.push(team);
  return team;
}

/** Whether a team does a work, and does it right. */
async function works(team: Team): Promise<boolean> {
  const { memory, work, sizes } = measuring(team, 3000);
  await team.run(memory, () => work);
  return sizes().every((size) => size === rowSize);
}

const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Resolves when the team tells of a work for the first time: it is in the middle of it. */
function underWay(team: Team, signal?: AbortSignal) {
  let result: Promise<void> | undefined;
  const { memory, work } = searching(team, endless);
  const begun = new Promise<void>((resolve) => {
    result = team.run(memory, () => work, { signal, onProgress: (progress) => progress > 0 && resolve() });
    result.catch(() => undefined);
  });
  return begun.then(() => ({ result: result as Promise<void> }));
}

const entryOf = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);

describe('a team of which not every thread can be started', () => {
  it.each<readonly [string, number, (wanted: number) => Thread[]]>([
    ['has as many as there are', 3, () => startNodeThreads(3)],
    [
      'goes on with the others when one fails at its start',
      2,
      () => [...startNodeThreads(2), ...startNodeThreads(1, entryOf('throw new Error("no memory")'))],
    ],
    [
      'goes on with the others when one ends at once',
      2,
      () => [...startNodeThreads(1), ...startNodeThreads(1, entryOf('process.exit(0)')), ...startNodeThreads(1)],
    ],
    [
      'works alone with one',
      1,
      () => [...startNodeThreads(1), ...startNodeThreads(1, entryOf('throw new Error("no memory")'))],
    ],
    ['works alone where all fail', 1, () => startNodeThreads(3, new URL('file:///nowhere/thread.mjs'))],
    ['works alone where the system refuses them', 1, () => startNodeThreads(3, new URL('http://127.0.0.1/thread.mjs'))],
    ['works alone where there are none', 1, () => []],
  ])('%s', async (_, threads, started) => {
    const team = await start(3, started);
    expect(team.threads).toBe(threads);
    expect(await works(team)).toBe(true);
  });

  it('ends the one thread that is too few', async () => {
    const [thread] = startNodeThreads(1) as [Thread];
    let ended = 0;
    const team = await start(2, () => [{ ...thread, end: () => (ended++, thread.end()) }]);
    expect([team.threads, ended]).toEqual([1, 1]);
  });

  it('asks for none where one is enough', async () => {
    const team = await start(1, () => {
      throw new Error('Threads were asked for.');
    });
    expect(await works(team)).toBe(true);
  });
});

describe('a team that loses a thread', () => {
  const lost = (why: RegExp) =>
    expect.objectContaining({ code: 'internal', message: expect.stringMatching(why) as string }) as Error;

  it('rejects the work in which one fails, and every later one, with a sentence', async () => {
    const team = await start(3);
    // One block of rows: one thread takes it and fails, and the others wait for it.
    const { memory, work } = measuring(team, 100, 9);
    const expected = lost(/^A thread of the engine failed: RuntimeError: unreachable\. Load the model again\.$/);
    const [first, queued] = [refusal(team.run(memory, () => work)), refusal(works(team))];
    expect([await first, await queued]).toEqual([expected, expected]);
    expect(await refusal(works(team))).toEqual(expected);
  });

  it('rejects the work in the middle of which one is ended, and every later one', async () => {
    const threads = startNodeThreads(3);
    const team = await start(3, () => threads);
    const { result } = await underWay(team);
    await threads[1]?.end();
    const expected = lost(/^A thread of the engine failed: it ended\./);
    expect(await refusal(result)).toEqual(expected);
    expect(await refusal(works(team))).toEqual(expected);
  });

  it('rejects the next work when one ended while there was none', async () => {
    const threads = startNodeThreads(2);
    const team = await start(2, () => threads);
    expect(await works(team)).toBe(true);
    await threads[0]?.end();
    expect(await refusal(works(team))).toEqual(lost(/it ended/));
  });
});

describe.each([1, 2])('a team of %i', (threads) => {
  it('settles all calls when it is closed', async () => {
    const team = await start(threads);
    const { result } = await underWay(team);
    const queued = works(team);
    queued.catch(() => undefined);
    const closed = team.close();
    const expected = { code: 'cancelled', message: 'The model is no longer loaded.' };
    for (const call of [result, queued, works(team)]) expect(await refusal(call)).toMatchObject(expected);
    await closed;
  });

  it('does works in their order, each made when its turn has come, and one that fails does not hold up the next', async () => {
    const team = await start(threads);
    const log: string[] = [];
    const { memory, work } = measuring(team, 2000);
    const run = (name: string, make = () => work) =>
      team
        .run(memory, () => (log.push(`${name} is made`), make()))
        .then(
          () => log.push(`${name} is done`),
          (error: unknown) => log.push(`${name} fails: ${(error as Error).message}`),
        );
    const bad = () => {
      throw new Error('It cannot be made.');
    };
    await Promise.all([run('a'), run('b', bad), run('c')]);
    expect(log).toEqual([
      'a is made',
      'a is done',
      'b is made',
      'b fails: It cannot be made.',
      'c is made',
      'c is done',
    ]);
  });

  it('is told how far a work is, in growing numbers', async () => {
    const team = await start(threads);
    const told: number[] = [];
    const abort = new AbortController();
    const { memory, work } = searching(team, endless);
    await refusal(
      team.run(memory, () => work, {
        signal: abort.signal,
        onProgress: (progress) => told.push(progress) === 5 && abort.abort(),
      }),
    );
    expect(told.length).toBeGreaterThanOrEqual(5);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBeGreaterThan(0);
  });

  it('stops in the middle of a work when its signal is aborted, and does the next', async () => {
    const team = await start(threads);
    const abort = new AbortController();
    const { result } = await underWay(team, abort.signal);
    abort.abort();
    expect(await refusal(result)).toMatchObject({ code: 'cancelled' });
    expect(await works(team)).toBe(true);
  });

  it('never makes a work whose signal is aborted before its turn', async () => {
    const team = await start(threads);
    const abort = new AbortController();
    const { memory, work } = measuring(team, 2000);
    const first = team.run(memory, () => work);
    let made = false;
    const second = refusal(team.run(memory, () => ((made = true), work), { signal: abort.signal }));
    abort.abort();
    await first;
    expect([await second, made]).toEqual([expect.objectContaining({ code: 'cancelled' }), false]);
  });

  it('refuses a work on a memory that was forgotten', async () => {
    const team = await start(threads);
    const { memory, work } = measuring(team, 100);
    team.forget(memory);
    expect(String(await refusal(team.run(memory, () => work)))).toMatch(/has no memory/);
  });
});
