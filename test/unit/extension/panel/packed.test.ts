import { describe, expect, it } from 'vitest';
import { packedMessage } from '../../../../src/extension/panel/packed';

/** The buffers that an editor would send with a message. */
function buffersOf(value: unknown, found = new Set<unknown>()): ReadonlySet<unknown> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer);
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) buffersOf(part, found);
  return found;
}

describe('a message for a webview', () => {
  const row = Float64Array.of(1, NaN, -0);
  const message = {
    type: 'change',
    change: {
      nothing: null,
      absent: undefined,
      rows: Array.from({ length: 300 }, (_, at) => (at % 7 === 0 ? null : Float64Array.of(at, at / 3))),
      twice: [row, row],
      bytes: Uint8Array.of(1, 2, 3),
      part: Float32Array.of(1, 2, 3, 4).subarray(1, 3),
      empty: new Float64Array(0),
    },
  };

  it('has one buffer for all of its arrays, since an editor loses them from 256 on', () => {
    expect(buffersOf(message).size).toBeGreaterThan(255);
    expect(buffersOf(packedMessage(message)).size).toBe(1);
  });

  it('says the same', () => {
    expect(packedMessage(message)).toEqual(message);
  });

  it('keeps the parts that hold no arrays as they are', () => {
    const text = { tokens: [{ id: 1 }] };
    const made = packedMessage({ text, rows: [row, Float64Array.of(2)] });
    expect(made.text).toBe(text);
    expect(Array.isArray(made.rows)).toBe(true);
  });

  it('stays as it is with one array or none, and leaves buffers alone', () => {
    const buffer = new ArrayBuffer(4);
    for (const small of [{ row }, { text: 'a' }, { buffer, row }]) expect(packedMessage(small)).toBe(small);
    expect(packedMessage({ buffer, twice: [row, Float64Array.of(2)] }).buffer).toBe(buffer);
  });
});
