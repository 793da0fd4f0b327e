import type { Weights } from '../weights/weights';

/** The type that holds most of the model's weights. */
export function mostUsedType(weights: Weights): string {
  const bytes = new Map<string, number>();
  for (const { type, byteLength } of [...weights.tensors.values(), ...weights.unread.values()])
    bytes.set(type, (bytes.get(type) ?? 0) + byteLength);
  return [...bytes].reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
}

/** The file's name without the quantisation, which is shown apart. */
export function nameOf(name: string, quantisation: string): string {
  const suffix = new RegExp(`[-._]${quantisation}$`, 'i');
  return name.replace(suffix, '') || name;
}
