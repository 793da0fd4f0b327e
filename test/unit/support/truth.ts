import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { row } from '../../../src/engine/arrays/vectors';

const schema = v.object({
  text: v.string(),
  ids: v.array(v.number()),
  residualSizes: v.array(v.array(v.number())),
  logits: v.string(),
});

/** What the published model says of a text, see make_families.py. */
export interface Truth extends v.InferOutput<typeof schema> {
  /** Logits at a position, V long. */
  readonly at: (position: number) => Float32Array;
}

export function truthAt(path: string): Truth {
  const truth = v.parse(schema, JSON.parse(readFileSync(path, 'utf8')));
  const bytes = Uint8Array.from(Buffer.from(truth.logits, 'base64'));
  const logits = new Float32Array(bytes.buffer);
  return { ...truth, at: (position) => row(logits, position, logits.length / truth.ids.length) };
}

/** Root of the mean square of the difference, over that of the truth. */
export function deviation(found: readonly ArrayLike<number>[], truth: readonly ArrayLike<number>[]): number {
  let [wrong, all] = [0, 0];
  truth.forEach((values, i) => {
    for (let j = 0; j < values.length; j++) {
      wrong += ((found[i]?.[j] ?? NaN) - (values[j] as number)) ** 2;
      all += (values[j] as number) ** 2;
    }
  });
  return Math.sqrt(wrong / all);
}
