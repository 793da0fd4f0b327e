/**
 * Tags the commit and pushes it with main. A tag that could not be pushed is taken back, since it would stand in the
 * way of the next attempt.
 * @param {(...args: string[]) => unknown} git throws if git refuses
 * @param {string} version
 */
export function pushVersion(git, version) {
  const tag = `v${version}`;
  git('tag', '--annotate', tag, '--message', `Vectorscope ${version}`);
  try {
    // Both or neither: a tag whose commit is not on main would be refused by the workflow.
    git('push', '--atomic', 'origin', 'main', tag);
  } catch {
    git('tag', '--delete', tag);
    throw new Error(
      `Nothing was released: git could not push ${tag}, so it is gone here too. Pull main and try again.`,
    );
  }
}
