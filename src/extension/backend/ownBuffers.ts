type TypedArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/**
 * The same message with every typed array on a buffer of its own length. What comes from another process are views on
 * what was read at once, and the editor would send all of that to the page with each view.
 */
export function ownBuffers(value: unknown): unknown {
  if (ArrayBuffer.isView(value))
    return value instanceof DataView || value.byteLength === value.buffer.byteLength
      ? value
      : copied(value as TypedArray);
  if (Array.isArray(value)) return value.map(ownBuffers);
  if (typeof value !== 'object' || value === null || value instanceof ArrayBuffer) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ownBuffers(inner)]));
}

/** Node's own kind of bytes becomes the plain one: its slices would be views again. */
const copied = (view: TypedArray): TypedArray => (view instanceof Uint8Array ? new Uint8Array(view) : view.slice());
