import { describe, expect, it } from 'vitest';
import { connectEngine, serveEngine } from '../../src/shared/enginePort';
import { EngineError } from '../../src/shared/errors';
import { inMemory, isOutOfMemory } from '../../src/shared/noMemory';
import { portPair } from './support/portPair';

/** What makes a JavaScript engine say that memory ran out. */
function thrownBy(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error;
  }
}

describe('memory that ran out', () => {
  it.each<readonly [string, unknown]>([
    ['an array too long', thrownBy(() => new Float32Array(2 ** 40))],
    ['a buffer too large', thrownBy(() => new ArrayBuffer(2 ** 50))],
    [
      'a WebAssembly memory that cannot grow',
      thrownBy(() => new WebAssembly.Memory({ initial: 1, maximum: 2 }).grow(5)),
    ],
    ['Firefox', new Error('out of memory')],
    ['C++', new Error('Can’t create a session. ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc')],
    ['Emscripten', 'Aborted(OOM)'],
    ['the runtime’s allocator', new Error('Failed to allocate memory for requested buffer of size 1073741824')],
  ])('is known from what %s says', (_, error) => {
    expect(error).toBeDefined();
    expect(isOutOfMemory(error), String(error)).toBe(true);
    expect(() =>
      inMemory(5e6, () => {
        throw error;
      }),
    ).toThrow(
      expect.objectContaining({
        code: 'no-memory',
        message: expect.stringMatching(/^5 MB of memory could not be allocated/) as string,
      }),
    );
  });

  it.each<readonly [string, unknown]>([
    ['a place outside', new RangeError('offset is out of bounds')],
    ['a length below 0', thrownBy(() => new Float32Array(-1))],
    ['a slip', new TypeError('Cannot read properties of undefined')],
    ['an error that has its sentence', new EngineError('bad-request', 'A text about being out of memory.')],
  ])('is not %s', (_, error) => {
    expect(isOutOfMemory(error)).toBe(false);
    expect(
      thrownBy(() =>
        inMemory(1, () => {
          throw error;
        }),
      ),
    ).toBe(error);
  });

  it('crosses a port as what it is', async () => {
    const [here, there] = portPair();
    serveEngine(() => Promise.reject(new RangeError('Array buffer allocation failed')), there);
    await expect(connectEngine(here).token(1)).rejects.toMatchObject({
      code: 'no-memory',
      message: 'The engine ran out of memory. Close other programs, select less text or choose a smaller model.',
    });
  });
});
