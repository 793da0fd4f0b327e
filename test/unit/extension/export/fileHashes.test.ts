import { expect, it, vi } from 'vitest';
import { FileHashes } from '../../../../src/extension/export/fileHashes';
import type { Store } from '../../../../src/extension/store';
import { EngineError } from '../../../../src/shared/errors';
import { noBoth } from '../../../../src/shared/instruments';
import type { FileOfModel } from '../../../../src/shared/model';
import { FakeEngine } from '../../support/fakeEngine';
import { model } from '../../webview/build';

const file = (path: string, change: Partial<FileOfModel> = {}): FileOfModel => ({
  path,
  bytes: 4,
  changed: 1,
  ...change,
});

function setUp(kept = new Map<string, unknown>()) {
  const store: Store = { get: (key) => kept.get(key), update: async (key, value) => void kept.set(key, value) };
  const hash = vi.fn(async ({ path }: FileOfModel) => `hash of ${path}`);
  const failed = vi.fn();
  const hashes = new FileHashes(
    store,
    'here',
    { idle: async () => undefined, aside: new FakeEngine().with({ fileHash: hash }) },
    failed,
  );
  const begin = (...files: readonly FileOfModel[]) =>
    hashes.changed({ loaded: true }, { loaded: true, model: { ...model, files }, both: noBoth });
  return { hashes, hash, failed, kept, begin };
}

it('are computed once, and known to the next window', async () => {
  const { hashes, hash, kept, begin } = setUp();
  const [a, b] = [file('a'), file('b')];
  expect(hashes.of(a)).toBe('not known');
  begin(a, b, file('c', { sha256: 'checked' }));
  begin(a);
  expect([hashes.of(a), hashes.of(b)]).toEqual(['being computed', 'being computed']);
  await vi.waitFor(() => expect([hashes.of(a), hashes.of(b)]).toEqual(['hash of a', 'hash of b']));
  expect(hash).toHaveBeenCalledTimes(2);
  const next = setUp(kept);
  next.begin(a);
  expect([next.hashes.of(file('a')), next.hash.mock.calls]).toEqual(['hash of a', []]);
});

it('are not known of a file that was changed, or whose bytes were loaded anew', async () => {
  const { hashes, begin } = setUp();
  const [onDisk, inMemory] = [file('a'), { path: 'm', bytes: 4 }];
  begin(onDisk, inMemory);
  await vi.waitFor(() => expect([hashes.of(onDisk), hashes.of(inMemory)]).toEqual(['hash of a', 'hash of m']));
  const others = [file('a', { changed: 2 }), file('a', { bytes: 5 }), { ...inMemory }];
  expect(others.map(hashes.of)).toEqual(others.map(() => 'not known'));
});

it('are computed of bytes that were loaded anew while those before are hashed', async () => {
  const { hashes, begin } = setUp();
  const [before, after] = [
    { path: 'm', bytes: 4 },
    { path: 'm', bytes: 4 },
  ];
  begin(before);
  begin(after);
  await vi.waitFor(() => expect([before, after].map(hashes.of)).toEqual(['hash of m', 'hash of m']));
});

it('begin anew after a failure, of which only a real one is logged', async () => {
  const { hashes, hash, failed, begin } = setUp();
  const [a, b] = [file('a'), file('b')];
  const damaged = new EngineError('model-damaged', 'It changed.');
  hash.mockRejectedValueOnce(new EngineError('cancelled', 'Unloaded.')).mockRejectedValueOnce(damaged);
  begin(a, b);
  await vi.waitFor(() => expect([hashes.of(a), hashes.of(b)]).toEqual(['not known', 'not known']));
  expect(failed.mock.calls).toEqual([[damaged]]);
  begin(a);
  await vi.waitFor(() => expect(hashes.of(a)).toBe('hash of a'));
});

it('are computed by the worker that holds the model', async () => {
  const { hashes, hash } = setUp();
  const own = vi.fn(async () => 'own');
  const worker = { idle: async () => undefined, aside: new FakeEngine().with({ fileHash: own }) };
  const a = file('a');
  hashes.changed({ loaded: true }, { loaded: true, model: { ...model, files: [a] }, both: noBoth }, worker);
  await vi.waitFor(() => expect(hashes.of(a)).toBe('own'));
  expect(hash).not.toHaveBeenCalled();
});

it('do not stand on what another version may have kept', () => {
  const { hashes } = setUp(new Map([['hashes@here', [{ path: 1 }]]]));
  expect(hashes.of(file('a'))).toBe('not known');
});
