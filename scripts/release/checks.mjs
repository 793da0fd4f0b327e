// What has to hold before a version is released.
import { faultsOfChangelog, versionsOf } from './changelog.mjs';
import { identityFile, isPlaceholder } from './identity.mjs';

/** Letters in front of a file in `git status --porcelain`. */
const statusLetters = 3;

/**
 * @param {import('./checks.d.mts').Facts} facts
 * @returns {string[]} a sentence for each fault
 */
export function faultsOf(facts) {
  const { identity, version, changelog, strayNames, withoutGerman, branch, changes, tags, remote, tagged } = facts;
  const tag = `v${version}`;
  const faults = [...strayNames, ...faultsOfChangelog(changelog)];
  if (withoutGerman.length > 0)
    faults.push(
      `Sentences without German: ${withoutGerman.length}, the first “${withoutGerman[0]}”. npm run l10n lists them.`,
    );
  const entry = versionsOf(changelog).find(({ name }) => name === version);
  if (!entry) faults.push(`CHANGELOG.md has no version ${version}. Give what is under “[Unreleased]” its heading.`);
  if (isPlaceholder(identity))
    faults.push(`${identityFile} names ${identity.repository}. Write who publishes, then run npm run identity.`);
  if (tagged !== undefined) {
    if (tagged !== tag) faults.push(`The tag is ${tagged}, and package.json has the version ${version}. Tag ${tag}.`);
    if (branch !== 'main') faults.push(`The tagged commit is not on main. Merge it first.`);
    return faults;
  }
  if (branch !== 'main') faults.push(`The branch is ${branch || 'none'}. Releases are made on main.`);
  if (changes.length > 0) {
    const files = changes.map((line) => line.slice(statusLetters));
    const others = files.length > 3 ? ` and ${files.length - 3} more` : '';
    faults.push(`The tree has changes: ${files.slice(0, 3).join(', ')}${others}. Commit them or put them aside.`);
  }
  if (tags.includes(tag)) faults.push(`${tag} is there already. Give package.json a higher version.`);
  if (remote === undefined) faults.push('There is no remote “origin”. Add the repository that identity.json names.');
  else if (repositoryOf(remote) !== repositoryOf(identity.repository))
    faults.push(
      `“origin” is ${withoutUser(remote)}, and ${identityFile} names ${identity.repository}. Correct either.`,
    );
  return faults;
}

/**
 * @param {string} address as git takes it, over https or ssh
 * @returns {string} host and path, in small letters
 */
const repositoryOf = (address) =>
  address
    .replace(/^(?:\w+:\/\/)?(?:[^@/]*@)?/, '')
    .replace(':', '/')
    .replace(/\.git$/, '')
    .toLowerCase();

/** @param {string} address which may hold a token */
const withoutUser = (address) => address.replace(/\/\/[^@/]*@/, '//');
