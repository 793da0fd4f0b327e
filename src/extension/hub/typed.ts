/** `owner/name` */
export const repositoryForm = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
const page = /^https?:\/\/[^/]+\/([\w-][\w.-]*\/[\w-][\w.-]*)/i;

/** What the user looks for. The address of a repository's page counts as its name. */
export const lookedFor = (typed: string): string => page.exec(typed.trim())?.[1] ?? typed.trim();

/** The repository that a text names; `null` if it is only a part of a name. */
export const exactName = (text: string): string | null => (repositoryForm.test(text) ? text : null);
