import * as v from 'valibot';
import { longestGpuMessage, type GpuUp } from '../../shared/gpu';
import type { GpuFromPanel } from '../../shared/panel';

/** The engine checks the messages of the GPU's worker itself. */
const opaque = v.custom<object>(
  (data) => typeof data === 'object' && data !== null && !Array.isArray(data),
  'Expected an object.',
);
const session = v.pipe(v.string(), v.maxLength(64));
const fromGpu = v.strictObject({
  type: v.literal('gpu'),
  message: v.variant('kind', [
    v.strictObject({ session, kind: v.literal('data'), data: opaque }),
    v.strictObject({
      session,
      kind: v.literal('ended'),
      why: v.picklist(['no-adapter', 'failed']),
      message: v.exactOptional(v.pipe(v.string(), v.maxLength(longestGpuMessage))),
    }),
  ]),
}) satisfies v.GenericSchema<unknown, GpuFromPanel>;

/** The message of the GPU's worker in the page, or null if it is another message or has another form. */
export function parseGpu(message: unknown): GpuUp | null {
  const { success, output } = v.safeParse(fromGpu, message);
  return success ? output.message : null;
}

type Numbers = Exclude<NodeJS.TypedArray, BigInt64Array | BigUint64Array>;
type Kind = new (buffer: ArrayBuffer, offset: number, length: number) => Numbers;

/** Where an array of any type may begin, bytes. */
const alignment = 8;

/**
 * The message with its typed arrays as views of one buffer. An editor sends the buffers of a message as arguments of a
 * call, and writes their number into a byte: from 256 on, arrays would arrive empty. Buffers themselves stay as they
 * are.
 */
export function packedMessage<Message>(message: Message): Message {
  const places = new Map<Numbers, number>();
  let bytes = 0;
  const place = (value: unknown): void => {
    if (isNumbers(value)) {
      if (places.has(value)) return;
      places.set(value, bytes);
      bytes += Math.ceil(value.byteLength / alignment) * alignment;
    } else if (isTree(value)) for (const key in value) place(value[key]);
  };
  place(message);
  if (places.size < 2) return message;
  const buffer = new ArrayBuffer(bytes);
  const views = new Map([...places].map(([array, at]) => [array, viewOf(array, buffer, at)]));
  /** Parts without arrays stay the same objects, since a text has thousands of them. */
  const replaced = (value: unknown): unknown => {
    if (isNumbers(value)) return views.get(value);
    if (!isTree(value)) return value;
    let made = value;
    for (const key in value) {
      const part = replaced(value[key]);
      if (Object.is(part, value[key])) continue;
      if (made === value) made = Object.assign(Array.isArray(value) ? [] : {}, value);
      made[key] = part;
    }
    return made;
  };
  return replaced(message) as Message;
}

const isNumbers = (value: unknown): value is Numbers => ArrayBuffer.isView(value) && !(value instanceof DataView);

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !(value instanceof ArrayBuffer);

function viewOf(array: Numbers, buffer: ArrayBuffer, at: number): Numbers {
  const view = new (array.constructor as Kind)(buffer, at, array.length);
  view.set(array);
  return view;
}
