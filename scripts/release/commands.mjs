// The commands that publish a version, for the workflow that runs them and the dry run that shows them.

/** It asks for a newer Node than the tests do, so it is no dependency of this repository. */
const ovsx = 'ovsx@1.4.0';

/**
 * The Marketplace has one number for a version and its channel, so odd minor numbers are the pre-releases.
 * @param {string} version
 */
export const isPreRelease = (version) => Number(version.split('.')[1]) % 2 === 1;

/**
 * The files of a release.
 * @param {string} vsix path
 */
export const filesOf = (vsix) => ({ vsix, checksum: `${vsix}.sha256`, notes: `${vsix}.md` });

/**
 * @typedef {'marketplace' | 'open-vsx' | 'github'} Target
 *
 * @param {string} version
 * @param {string} path of the VSIX
 * @returns {Readonly<Record<Target, readonly string[]>>}
 */
export function publishCommands(version, path) {
  const { vsix, checksum, notes } = filesOf(path);
  const early = isPreRelease(version);
  // If a market's answer is lost, its job runs again, and the version may be there already.
  const again = '--skip-duplicate';
  return {
    marketplace: [
      ...['npx', '--no', '--', 'vsce', 'publish', '--azure-credential', '--packagePath', vsix, again],
      ...(early ? ['--pre-release'] : []),
    ],
    // The token comes from OVSX_PAT, and the channel from the package.
    'open-vsx': ['npx', '--yes', '--', ovsx, 'publish', vsix, again],
    github: [
      ...['gh', 'release', 'create', `v${version}`, vsix, checksum, '--verify-tag'],
      ...['--title', `Vectorscope ${version}`, '--notes-file', notes],
      ...(early ? ['--prerelease'] : []),
    ],
  };
}
