import * as v from 'valibot';
import type { KeptVector } from '../../shared/instruments';
import { longestExpression } from '../../shared/vectors/expression';
import type { Store } from '../store';

const key = 'vectors';
/** So that the list stays one that a person reads. */
const most = 100;
const stored = v.array(
  v.object({
    name: v.pipe(v.string(), v.minLength(1)),
    expression: v.pipe(v.string(), v.minLength(1), v.maxLength(longestExpression)),
  }),
);

/** The vectors that the user keeps, the newest first. They belong to no model: a name and an expression each. */
export class KeptVectors {
  constructor(private readonly store: Store) {}

  get all(): readonly KeptVector[] {
    const read = v.safeParse(stored, this.store.get(key));
    return read.success ? read.output.slice(0, most) : [];
  }

  /** Keeps a vector in place of one of the same name; a null expression forgets that one. */
  async keep(name: string, expression: string | null): Promise<void> {
    const others = this.all.filter((one) => one.name !== name);
    await this.store.update(key, expression === null ? others : [{ name, expression }, ...others].slice(0, most));
  }
}
