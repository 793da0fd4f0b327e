import type { ByteSource } from '../../../src/engine/weights/source';
import type { FieldKind, Layout, Span } from './ggufLayout';
import { array, join, u32, u64, valueTypes } from './ggufWriter';

/** A header to spoil, and the length of the file that it begins. */
export interface Sound {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly layout: Layout;
  readonly size: number;
}

/** `removed` bytes from `at` on give way to `inserted`. */
export interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: Uint8Array;
}

/** Numbers of one generator: 0 ≤ n < below, whole. */
export type Random = (below: number) => number;

/** Mulberry32 (public domain, T. Ettinger): two seeds give one stream. */
export function randomOf(seed: number, stream: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)] as T;
const noise = (random: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => random(256));
const put = (at: number, inserted: Uint8Array): Edit => ({ at, removed: inserted.length, inserted });
const numberAt = ({ bytes }: Sound, { at, length }: Span): bigint =>
  bytes.subarray(at, at + length).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const cut = ({ bytes }: Sound, { at, length }: Span): Uint8Array => bytes.slice(at, at + length);

function integer(value: bigint, length: number): Uint8Array {
  const bits = BigInt.asUintN(8 * length, value);
  return Uint8Array.from({ length }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n));
}

/** A number near what stands there, near what the file could hold, at a bound of an integer type, or any. */
function hostileNumber(random: Random, sound: Sound, was: bigint): bigint {
  const size = BigInt(sound.size);
  const rare = [
    0n,
    1n,
    size,
    size / 8n,
    size / 12n,
    size - BigInt(sound.layout.end),
    2n ** 16n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 63n,
    2n ** 64n - 1n,
  ];
  switch (random(4)) {
    case 0:
      return was + BigInt(random(9)) - 4n;
    case 1:
      return pick(random, [was * 2n, was * 32n, was / 2n, was + 32n, was ^ (1n << BigInt(random(64)))]);
    case 2:
      return pick(random, rare) + BigInt(random(3)) - 1n;
    default:
      return BigInt(random(2 ** 32)) >> BigInt(random(32));
  }
}

function changedField(random: Random, sound: Sound): Edit[] {
  const kind = pick(random, [...sound.layout.fields.keys()]);
  const field = pick(random, sound.layout.fields.get(kind) as readonly Span[]);
  if (kind === 'text') return [put(field.at, noise(random, field.length))];
  const types: readonly FieldKind[] = ['valueType', 'tensorType', 'dimensions', 'version'];
  const value = types.includes(kind) ? BigInt(random(42)) : hostileNumber(random, sound, numberAt(sound, field));
  return [put(field.at, integer(value, field.length))];
}

/** Lists in lists in place of a value: some sound, some deeper or longer than they may be. */
function nestedLists(random: Random, sound: Sound): Edit[] {
  const at = random(sound.layout.keys.length);
  const key = sound.layout.keys[at] as Span;
  const value = sound.layout.values[at] as Span;
  let inner = array(
    '',
    pick(random, [valueTypes.u8, valueTypes.string, valueTypes.bool]),
    pick(random, [0, 0, 1, 2 ** 20]),
  ).value;
  for (let depth = random(7); depth > 0; depth--) {
    const count = 1 + random(12);
    const claimed = random(10) === 0 ? hostileNumber(random, sound, BigInt(count)) : BigInt(count);
    inner = array(
      '',
      valueTypes.array,
      BigInt.asUintN(64, claimed),
      ...Array.from({ length: depth > 3 ? 1 : count }, () => inner),
    ).value;
  }
  const type = put(value.at - 4, u32(valueTypes.array));
  return value.at - 4 >= key.at ? [type, { at: value.at, removed: value.length, inserted: inner }] : [];
}

/** A key or a tensor twice, mostly with a count that says so, and sometimes with another name. */
function doubled(random: Random, sound: Sound): Edit[] {
  const { keys, tensors, fields, end } = sound.layout;
  const ofTensors = tensors.length > 0 && random(3) > 0;
  const copy = cut(sound, pick(random, ofTensors ? tensors : keys));
  if (random(2) === 0) copy[8] = 97 + random(26);
  const at = ofTensors ? pick(random, [end, (tensors[0] as Span).at]) : (keys[0] as Span).at;
  const counted = (fields.get('count') as readonly Span[])[ofTensors ? 0 : 1] as Span;
  const count = put(counted.at, u64(numberAt(sound, counted) + (random(8) === 0 ? 0n : 1n)));
  return [count, { at, removed: 0, inserted: copy }];
}

/** One tensor takes another's offset, shape or type. */
function borrowed(random: Random, sound: Sound): Edit[] {
  const fields = sound.layout.fields.get(pick(random, ['offset', 'size', 'tensorType'] as const)) ?? [];
  return fields.length === 0 ? [] : [put(pick(random, fields).at, cut(sound, pick(random, fields)))];
}

function truncated(random: Random, sound: Sound): Edit[] {
  const at = random(2) === 0 ? random(sound.layout.end) : random(sound.size);
  return [{ at, removed: sound.size - at, inserted: new Uint8Array(0) }];
}

const ways: readonly ((random: Random, sound: Sound) => Edit[])[] = [
  (random, { layout }) => Array.from({ length: 1 + random(4) }, () => put(random(layout.end), noise(random, 1))),
  (random, { layout }) => [{ at: random(layout.end), removed: 0, inserted: noise(random, 1 + random(40)) }],
  (random, { layout }) => [{ at: random(layout.end), removed: 1 + random(40), inserted: new Uint8Array(0) }],
  (random, { layout }) => [
    {
      at: random(layout.end),
      removed: 0,
      inserted: join(...Array.from({ length: 1 + random(4) }, () => u64(BigInt(random(4))))),
    },
  ],
  changedField,
  changedField,
  changedField,
  nestedLists,
  doubled,
  borrowed,
  truncated,
];

/** One to three changes, the last place first, so that each finds what it means to spoil. */
export function mutation(random: Random, sound: Sound): Edit[] {
  const edits = Array.from({ length: pick(random, [1, 1, 1, 2, 3]) }, () => pick(random, ways)(random, sound)).flat();
  return edits.toSorted((a, b) => b.at - a.at);
}

/** The file that the edits make, with zeros where the bytes of a sound one are not held. */
export function edited({ bytes, size }: Sound, edits: readonly Edit[]): ByteSource {
  const whole: ByteSource = {
    size,
    read(offset, length) {
      const read = new Uint8Array(length);
      if (offset < bytes.length) read.set(bytes.subarray(offset, offset + length));
      return read;
    },
    close: () => undefined,
  };
  return edits.reduce(spliced, whole);
}

function spliced(base: ByteSource, { at: place, removed, inserted }: Edit): ByteSource {
  const at = Math.min(place, base.size);
  const after = Math.min(at + removed, base.size);
  const shift = inserted.length - (after - at);
  return {
    size: base.size + shift,
    read(offset, length) {
      const end = offset + length;
      if (end <= at) return base.read(offset, length);
      if (offset >= at + inserted.length) return base.read(offset - shift, length);
      const read = new Uint8Array(length);
      if (offset < at) read.set(base.read(offset, at - offset));
      const from = Math.max(offset, at);
      read.set(inserted.subarray(from - at, end - at), from - offset);
      const rest = end - (at + inserted.length);
      if (rest > 0) read.set(base.read(after, rest), length - rest);
      return read;
    },
    close: () => base.close(),
  };
}
