import type { FakeModel, FakeToken } from './fakeLlamaServer';

const dimensions = 8;
/** A token for each byte, and one special token before a text. */
const special = 256;
const vocabulary = 257;

const number = (seed: number): number => Math.sin(seed * 12.9898) * 3;

/** h depends on the token and its place only. */
export const smallHidden = (ids: readonly number[]): Float32Array =>
  Float32Array.from({ length: ids.length * dimensions }, (_, at) =>
    number(ids[Math.floor(at / dimensions)]! * 31 + at + 1),
  );

export function smallLogProbabilities(ids: readonly number[]): Float64Array {
  const logits = Float64Array.from({ length: vocabulary }, (_, id) =>
    number(id * 7 + (ids.at(-1) ?? 0) * 3 + ids.length),
  );
  const sum = logits.reduce((total, one) => total + Math.exp(one), 0);
  return logits.map((one) => one - Math.log(sum));
}

/** A model for tests of the client: its numbers mean nothing. */
export const smallModel: FakeModel = {
  name: 'small.gguf',
  dimensions,
  vocabulary,
  contextLength: 64,
  batch: 48,
  tokenise: (text, { added }): readonly FakeToken[] => [
    ...(added ? [{ id: special, bytes: [...Buffer.from('<s>')] }] : []),
    ...Array.from(Buffer.from(text), (byte) => ({ id: byte, bytes: [byte] })),
  ],
  bytes: (id) => (id === special ? [] : [id]),
  hidden: smallHidden,
  logProbabilities: smallLogProbabilities,
};
