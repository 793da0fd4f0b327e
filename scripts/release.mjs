// `npm run release` checks, packages, tags and pushes; the workflow that the tag starts tests and publishes.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildAll } from './build.mjs';
import { withoutGerman } from './l10n.mjs';
import { findStrayNames } from './lint/names.mjs';
import { makePackage, pathOfPackage, versionOfPackage } from './package.mjs';
import { versionsOf } from './release/changelog.mjs';
import { faultsOf } from './release/checks.mjs';
import { sha256Of } from './release/checksum.mjs';
import { filesOf, publishCommands } from './release/commands.mjs';
import { readIdentity } from './release/identity.mjs';
import { pushVersion } from './release/push.mjs';
import { describeVsix } from './release/vsix.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const usage = `npm run release -- [options]
  --dry-run      goes as far as it can without an account or a remote, and shows what would be published
  --tagged TAG   what the workflow does first: checks a tagged version and packages it`;

const { values } = parseArgs({
  options: { 'dry-run': { type: 'boolean' }, tagged: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) {
  console.log(usage);
  process.exit();
}
const { tagged, 'dry-run': dryRun = false } = values;

/**
 * @param {...string} args
 * @returns {string} without the last line's end
 */
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trimEnd();
/** @param {string} printed */
const linesOf = (printed) => printed.split('\n').filter((line) => line !== '');
/** @param {...string} args */
const gitAgrees = (...args) => spawnSync('git', args, { cwd: root }).status === 0;

const version = await versionOfPackage();
const changelog = await readFile(join(root, 'CHANGELOG.md'), 'utf8');
const remote = gitAgrees('remote', 'get-url', 'origin') ? git('remote', 'get-url', 'origin') : undefined;

/** Tags of the remote are asked for only where a release is meant. */
function tags() {
  const here = linesOf(git('tag', '--list'));
  if (dryRun || tagged !== undefined || remote === undefined) return here;
  const there = linesOf(git('ls-remote', '--tags', '--refs', 'origin'));
  return [...here, ...there.map((line) => line.replace(/^.*refs\/tags\//, ''))];
}

function branch() {
  if (tagged === undefined) return git('branch', '--show-current');
  return gitAgrees('merge-base', '--is-ancestor', 'HEAD', 'origin/main') ? 'main' : '';
}

/** Makes the VSIX, its checksum and its notes, which lie beside each other. */
async function pack() {
  await buildAll();
  const { vsix, checksum, notes } = filesOf(await makePackage({ scanned: true }));
  // As `sha256sum --check` reads it.
  await writeFile(checksum, `${await sha256Of(vsix)}  ${basename(vsix)}\n`);
  await writeFile(notes, `${versionsOf(changelog).find(({ name }) => name === version)?.notes ?? ''}\n`);
  return vsix;
}

/** @param {string} vsix path */
async function show(vsix) {
  const { bytes, sha256, pictures, manifest, preRelease } = await describeVsix(vsix);
  console.log(`\n${basename(vsix)}: ${(bytes / 1e6).toFixed(1)} MB, ${preRelease ? 'a pre-release' : 'a release'}`);
  console.log(`SHA-256 ${sha256}\n\nPictures of its README:`);
  for (const address of pictures) console.log(`  ${address}`);
  // The contributions are the greater part of the manifest, and no business of a marketplace.
  const left = ['contributes', 'scripts', 'dependencies', 'devDependencies'];
  const shown = Object.fromEntries(Object.entries(manifest).filter(([key]) => !left.includes(key)));
  console.log(`\nIts manifest, without contributions, scripts and dependencies:\n${JSON.stringify(shown, null, 2)}`);
  console.log('\nThe commands that publish it:');
  for (const [target, command] of Object.entries(publishCommands(version, basename(vsix))))
    console.log(`  ${target}: ${command.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ')}`);
}

const faults = faultsOf({
  identity: readIdentity(),
  version,
  changelog,
  strayNames: findStrayNames(root),
  withoutGerman: withoutGerman(),
  branch: branch(),
  changes: linesOf(git('status', '--porcelain')),
  tags: tags(),
  remote,
  tagged,
});
if (faults.length > 0) {
  console.log(`${dryRun ? 'A release would stop here' : 'Nothing was released'}:`);
  for (const fault of faults) console.log(`  ${fault}`);
}
if (dryRun) await show(await pack());
else if (faults.length > 0) process.exitCode = 1;
else if (tagged !== undefined) console.log(`The package is ${await pack()}`);
else {
  await pack();
  pushVersion(git, version);
  console.log(`Pushed v${version}. The workflow “release” tests ${basename(await pathOfPackage())} and publishes it.`);
}
