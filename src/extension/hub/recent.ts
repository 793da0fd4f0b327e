import * as v from 'valibot';
import type { Store } from '../store';

/** `owner/name` */
export const repositoryForm = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
const page = /^https?:\/\/[^/]+\/([\w-][\w.-]*\/[\w-][\w.-]*)/i;

/** What the user looks for. The address of a repository's page counts as its name. */
export const lookedFor = (typed: string): string => page.exec(typed.trim())?.[1] ?? typed.trim();

/** The repository that a text names; `null` if it is only a part of a name. */
export const exactName = (text: string): string | null => (repositoryForm.test(text) ? text : null);

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
