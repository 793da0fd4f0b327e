import * as v from 'valibot';
import type { HubRepository } from '../../shared/hub';
import { after } from '../../shared/timers';
import { NewestTask } from '../inspection/newest';
import { KeptList, type Store } from '../store';

/** `owner/name` */
const repositoryForm = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
const page = /^https?:\/\/[^/]+\/([\w-][\w.-]*\/[\w-][\w.-]*)/i;

/** What the user looks for. The address of a repository's page counts as its name. */
export const lookedFor = (typed: string): string => page.exec(typed.trim())?.[1] ?? typed.trim();

/** The repository that a text names; `null` if it is only a part of a name. */
export const exactName = (text: string): string | null => (repositoryForm.test(text) ? text : null);

/** The repositories that were opened last, the newest first. */
export const recentRepositories = (store: Store): KeptList<string> =>
  new KeptList(store, 'hub repositories', v.pipe(v.string(), v.regex(repositoryForm)), 10);

/** What is known about the text that was typed last. */
export interface Found {
  readonly query: string;
  readonly isBusy: boolean;
  /** Of this query, or of an earlier one while the search runs. */
  readonly repositories: readonly HubRepository[];
  /** Why the search failed; `null` if it did not. */
  readonly failure: unknown;
}

/** Milliseconds without a key after which the Hub is asked. */
const pause = 300;

/** Searches while a name is typed. Of several searches the newest wins. */
export class RepositorySearch {
  readonly #task = new NewestTask();
  #stop = (): void => undefined;
  #repositories: readonly HubRepository[] = [];

  constructor(
    private readonly find: (query: string, signal: AbortSignal) => Promise<readonly HubRepository[]>,
    private readonly show: (found: Found) => void,
  ) {}

  type(text: string): void {
    const query = lookedFor(text);
    this.#stop();
    this.#task.cancel();
    const isBusy = query !== '';
    if (!isBusy) this.#repositories = [];
    this.show({ query, isBusy, repositories: this.#repositories, failure: null });
    if (isBusy) this.#stop = after(pause, () => void this.#search(query));
  }

  dispose(): void {
    this.#stop();
    this.#task.cancel();
  }

  async #search(query: string): Promise<void> {
    const { signal, isCurrent, end } = this.#task.start();
    let failure: unknown = null;
    try {
      const found = await this.find(query, signal);
      if (isCurrent()) this.#repositories = found;
    } catch (error) {
      failure = error;
    }
    if (!isCurrent()) return;
    end();
    this.show({ query, isBusy: false, repositories: failure === null ? this.#repositories : [], failure });
  }
}
