import * as v from 'valibot';
import { KeptList, type Store } from '../store';

/** `owner/name` */
export const repositoryForm = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
const page = /^https?:\/\/[^/]+\/([\w-][\w.-]*\/[\w-][\w.-]*)/i;

/** What the user looks for. The address of a repository's page counts as its name. */
export const lookedFor = (typed: string): string => page.exec(typed.trim())?.[1] ?? typed.trim();

/** The repository that a text names; `null` if it is only a part of a name. */
export const exactName = (text: string): string | null => (repositoryForm.test(text) ? text : null);

/** The repositories that were opened last, the newest first. */
export const recentRepositories = (store: Store): KeptList<string> =>
  new KeptList(store, 'hub repositories', v.pipe(v.string(), v.regex(repositoryForm)), 10);
