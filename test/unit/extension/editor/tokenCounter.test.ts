import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  pieceLength,
  longRest,
  rest,
  TokenCounter,
  type Counted,
  type WantedCount,
} from '../../../../src/extension/editor/tokenCount/tokenCounter';
import { here } from '../../../../src/shared/consent';
import { EngineError } from '../../../../src/shared/errors';
import { serverInfo } from '../../support/controller';
import { FakeEngine } from '../../support/fakeEngine';
import { model } from '../../webview/build';

function setUp() {
  const fake = new FakeEngine();
  const shown: (Counted | null)[] = [];
  const worker = { aside: fake.engine, busy: false, idle: async () => {} };
  const counter = new TokenCounter(worker, (counted) => void shown.push(counted));
  return { fake, shown, worker, counter };
}

const wanted = (text: string, more: Partial<WantedCount> = {}): WantedCount => ({
  uri: 'file:///a.md',
  key: text,
  isSelection: false,
  model,
  plain: false,
  text: () => ({ length: text.length, slice: (start, end) => text.slice(start, end) }),
  ...more,
});
const numbers = (counted: Counted | null | undefined) =>
  counted && [counted.ofModel?.tokens ?? null, counted.ofOther?.tokens ?? null];
const passing = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount(), 'no timer is left').toBe(0);
  vi.useRealTimers();
});

it('counts after a rest by the model, and after a longer one by the other encoding', async () => {
  const { fake, shown, counter } = setUp();
  counter.want(wanted('abc'));
  await passing(rest - 1);
  expect(fake.calls).toEqual([]);
  await passing(1);
  expect(fake.last('tokenise')?.asked).toEqual({ text: 'abc', plain: false, most: 1, ...here(model) });
  await passing(longRest);
  expect(fake.last('encode')?.asked).toEqual({ encoding: 'o200k_base', text: 'abc', most: 0 });
  expect(shown.map(numbers)).toEqual([
    [null, null],
    [3, null],
    [3, 3],
  ]);
});

it('counts the newest text only, and keeps the number of the one before while the document is the same', async () => {
  const { fake, shown, counter } = setUp();
  const open = fake.close('tokenise');
  counter.want(wanted('a'));
  await passing(rest);
  counter.want(wanted('ab'));
  counter.want(wanted('abc'));
  await passing(rest);
  open();
  await passing(0);
  expect(fake.calls.map(({ asked }) => asked)).toMatchObject([{ text: 'a' }, { text: 'abc' }]);
  expect(shown.map(numbers)).toEqual([
    [null, null],
    [3, null],
  ]);
  counter.want(wanted('of another document', { uri: 'file:///b.md' }));
  expect(numbers(shown.at(-1))).toEqual([null, null]);
  counter.dispose();
});

it('does not count the same text again', async () => {
  const { fake, counter } = setUp();
  counter.want(wanted('abc'));
  await passing(rest + longRest);
  counter.want(wanted('abc'));
  await passing(rest + longRest);
  expect(fake.calls).toHaveLength(2);
  counter.want(wanted('abc', { model: { ...model } }));
  await passing(rest + longRest);
  expect(fake.calls).toHaveLength(4);
});

it('stops between two pieces once another text is wanted', async () => {
  const { fake, shown, counter } = setUp();
  const open = fake.close('tokenise');
  counter.want(wanted('x'.repeat(10 * pieceLength)));
  await passing(rest);
  counter.want(null);
  open();
  await passing(0);
  expect(fake.calls).toHaveLength(1);
  expect(shown.at(-1)).toBeNull();
});

it('never asks the model of a server, and counts by the other encoding', async () => {
  const { fake, shown, counter } = setUp();
  counter.want(wanted('abc', { model: { ...model, server: serverInfo } }));
  await passing(rest + longRest);
  expect(fake.calls.map(({ method }) => method)).toEqual(['encode']);
  expect(numbers(shown.at(-1))).toEqual([null, 3]);
});

it('waits for an engine that has something else to do, before it begins and between pieces', async () => {
  const { fake, worker, counter } = setUp();
  worker.busy = true;
  counter.want(wanted('x'.repeat(2 * pieceLength)));
  await passing(5 * rest);
  expect(fake.calls).toEqual([]);
  worker.busy = false;
  let goOn = () => {};
  worker.idle = () => new Promise((resolve) => (goOn = resolve));
  await passing(rest);
  expect(fake.calls).toEqual([]);
  goOn();
  await passing(0);
  expect(fake.calls).toHaveLength(1);
  goOn();
  await passing(0);
  expect(fake.calls).toHaveLength(2);
  counter.dispose();
});

it('leaves out the token before every text, and names it', async () => {
  const { fake, shown, worker, counter } = setUp();
  const first = { id: 1, text: '<s>', bytes: [], special: true, size: 1, percentile: 0, index: 0, start: 0, end: 0 };
  const aside = fake.with({
    tokenise: async () => ({ tokens: [first], contextCount: 0, total: 4, leftOut: 0 }),
  });
  Object.assign(worker, { aside });
  counter.want(wanted('abc'));
  await passing(rest);
  expect(shown.at(-1)).toMatchObject({ ofModel: { tokens: 3, isExact: true }, first: '<s>' });
  counter.dispose();
});

it('shows nothing if the model cannot count, and keeps its number if only the other encoding cannot', async () => {
  const { fake, shown, counter } = setUp();
  fake.failures.set('encode', new EngineError('internal', 'It failed.'));
  counter.want(wanted('abc'));
  await passing(rest + longRest);
  expect(numbers(shown.at(-1))).toEqual([3, null]);
  fake.failures.set('tokenise', new EngineError('worker-lost', 'It failed.'));
  counter.want(wanted('abcd'));
  await passing(rest + longRest);
  expect(shown.at(-1)).toBeNull();
});
