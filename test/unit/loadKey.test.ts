import { expect, it } from 'vitest';
import { loadKey, modelKey, type LoadRequest } from '../../src/shared/model';

const load: LoadRequest = { path: '/a.gguf' };

it('loads are the same however they leave out what they do not ask for', () => {
  expect(loadKey({ ...load, geometryOnly: false })).toBe(loadKey(load));
});

it('another file, name, hash or part of the model is another model', () => {
  const others: readonly LoadRequest[] = [
    { path: '/b.gguf' },
    { ...load, name: 'b' },
    { ...load, sha256: 'b' },
    { ...load, geometryOnly: true },
  ];
  expect(new Set([load, ...others].map(modelKey)).size).toBe(5);
  expect(new Set([load, ...others].map(loadKey)).size).toBe(5);
});

it('more patience with a server is another load, which connects anew', () => {
  const served = { path: 'http://a', server: { address: 'http://a' } };
  expect(loadKey({ ...served, server: { ...served.server, patience: 90 } })).not.toBe(loadKey(served));
});

it('another number of threads is the same model in another load', () => {
  const threaded = { ...load, threads: 2 };
  expect(modelKey(threaded)).toBe(modelKey(load));
  expect(loadKey(threaded)).not.toBe(loadKey(load));
});

it('the same bits on every processor are the same model in another load', () => {
  const same = { ...load, sameBits: true };
  expect(modelKey(same)).toBe(modelKey(load));
  expect(loadKey(same)).not.toBe(loadKey(load));
  expect(loadKey({ ...load, sameBits: false })).toBe(loadKey(load));
});
