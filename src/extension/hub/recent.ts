import * as v from 'valibot';
import type { Store } from '../store';
import { repositoryForm } from './typed';

const most = 10;
const key = 'hub repositories';
const stored = v.array(v.pipe(v.string(), v.regex(repositoryForm)));

/** The repositories that were opened last, the newest first. */
export class RecentRepositories {
  constructor(private readonly store: Store) {}

  get names(): readonly string[] {
    const read = v.safeParse(stored, this.store.get(key));
    return read.success ? read.output.slice(0, most) : [];
  }

  async add(name: string): Promise<void> {
    await this.store.update(key, [name, ...this.names.filter((other) => other !== name)].slice(0, most));
  }
}
