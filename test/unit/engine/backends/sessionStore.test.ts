import { afterEach, describe, expect, it, vi } from 'vitest';
import { SessionStore } from '../../../../src/engine/backends/onnx/sessionStore';

describe('a session’s store', () => {
  const model = {
    layers: 2,
    dimensions: 8,
    heads: 2,
    keyValueHeads: 1,
    headSize: 4,
    feedForward: 8,
    contextLength: 1000,
    epsilon: 1e-5,
    attention: [],
  };
  const row = (value: number) => new Float32Array(8).fill(value);

  afterEach(() => vi.unstubAllGlobals());

  it('is as it was when any of its arrays cannot be made, and grows once they can', () => {
    for (let failing = 0; failing < 11; failing++) {
      const store = new SessionStore(model);
      store.reserve(2);
      const slice = store.slice(0, [5, 6]);
      slice.residual(0, Float32Array.of(...row(1), ...row(2)));
      slice.commit();
      let made = 0;
      const refusing = <T extends Float32ArrayConstructor | Float64ArrayConstructor>(own: T) =>
        new Proxy(own, {
          construct(target, args: [number]) {
            if (made++ === failing) throw new RangeError('Array buffer allocation failed');
            return new target(...args);
          },
        });
      vi.stubGlobal('Float32Array', refusing(Float32Array));
      vi.stubGlobal('Float64Array', refusing(Float64Array));
      expect(() => store.reserve(500)).toThrow(
        expect.objectContaining({
          code: 'no-memory',
          message: expect.stringMatching(/^1 MB of memory could not be allocated/) as string,
        }),
      );
      vi.unstubAllGlobals();
      expect([store.length, ...store.residuals(0)]).toEqual([2, ...row(1), ...row(2)]);
      store.reserve(500);
      const grown = store.slice(
        2,
        Array.from({ length: 498 }, (_, i) => i),
      );
      grown.residual(0, new Float32Array(498 * 8).fill(3));
      grown.commit();
      expect(Array.from(store.residuals(0).subarray(8, 24))).toEqual([...row(2), ...row(3)]);
    }
  });
});
