import { expect, it } from 'vitest';
import type { FoundModel } from '../../../../src/extension/modelPath';
import { ModelSearch } from '../../../../src/extension/modelsView/modelSearch';

const model = (name: string): FoundModel => ({ path: `/m/${name}`, name, named: false });
const never = () => new Promise<never>(() => {});

/** A search that finds two models; `find` and `describe` can take another course. */
function setUp({ find, describe }: Partial<ConstructorParameters<typeof ModelSearch>[0]> = {}) {
  const shown: (readonly [stopped: boolean, ...names: string[]])[] = [];
  const described: string[] = [];
  const search = new ModelSearch({
    find: find ?? (async () => [model('a'), model('b')]),
    show: (found, stopped) => void shown.push([stopped, ...found.map(({ name }) => name)]),
    paths: () => ['/m/inside', '/m/a', '/m/b'],
    describe: async (path) => {
      described.push(path);
      await describe?.(path);
    },
  });
  return { search, shown, described };
}

it('shows what it finds, and reads all headers', async () => {
  const { search, shown, described } = setUp();
  const done = search.run();
  expect(search.isRunning).toBe(true);
  expect(await done).toEqual({ count: 2, stopped: false });
  expect([search.isRunning, shown, described]).toEqual([false, [[false, 'a', 'b']], ['/m/inside', '/m/a', '/m/b']]);
});

it('that is stopped shows what it found until then, and reads no headers', async () => {
  const { search, shown, described } = setUp({
    find: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve([model('a')]))),
  });
  const done = search.run();
  search.stop();
  expect(await done).toEqual({ count: 1, stopped: true });
  expect([search.isRunning, shown, described]).toEqual([false, [[true, 'a']], []]);
});

it('that is stopped while a header is read does not wait for it', async () => {
  let reached = () => {};
  const reading = new Promise<void>((resolve) => (reached = resolve));
  const { search, described } = setUp({
    describe: (path) => (path === '/m/a' ? (reached(), never()) : Promise.resolve()),
  });
  const done = search.run();
  await reading;
  search.stop();
  expect(await done).toEqual({ count: 2, stopped: true });
  expect(described).toEqual(['/m/inside', '/m/a']);
});

it('can run again after it was stopped, and after it failed', async () => {
  const fails = setUp({ find: () => Promise.reject(new Error('No.')) }).search;
  await expect(fails.run()).rejects.toThrow('No.');
  expect(fails.isRunning).toBe(false);
  const { search } = setUp();
  const first = search.run();
  search.stop();
  await first;
  expect(await search.run()).toEqual({ count: 2, stopped: false });
});
