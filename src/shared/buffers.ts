/** The distinct buffers in a message: they can be transferred instead of copied. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (value instanceof ArrayBuffer) {
    found.add(value);
  } else if (Array.isArray(value)) {
    // Skips the long lists of numbers that make up most of an answer.
    if (typeof value[0] !== 'number') for (const item of value) buffersOf(item, found);
  } else if (isObject(value)) {
    for (const item of Object.values(value)) buffersOf(item, found);
  }
  return [...found];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
