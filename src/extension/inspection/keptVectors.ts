import * as v from 'valibot';
import type { KeptVector } from '../../shared/instruments';
import { longestExpression } from '../../shared/vectors/expression';
import { KeptList, type Store } from '../store';

/** So that the list stays one that a person reads. */
const most = 100;
const entry = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  expression: v.pipe(v.string(), v.minLength(1), v.maxLength(longestExpression)),
});

/** The vectors that the user keeps, the newest first. They belong to no model: a name and an expression each. */
export class KeptVectors extends KeptList<KeptVector> {
  constructor(store: Store) {
    super(store, 'vectors', entry, most, ({ name }) => name);
  }

  /** Keeps a vector in place of one of the same name; a null expression forgets that one. */
  keep(name: string, expression: string | null): Promise<void> {
    return expression === null ? this.remove(name) : this.add({ name, expression });
  }
}
