/** The buffers that a message holds, each once: what can be moved with it instead of copied. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (value instanceof ArrayBuffer) {
    found.add(value);
  } else if (Array.isArray(value)) {
    // Long lists of numbers are the bulk of an answer and hold no buffer.
    if (typeof value[0] !== 'number') for (const item of value) buffersOf(item, found);
  } else if (isObject(value)) {
    for (const item of Object.values(value)) buffersOf(item, found);
  }
  return [...found];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
