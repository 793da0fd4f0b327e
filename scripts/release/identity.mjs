// Who publishes the extension, and from where: release/identity.json says it once, and a few files repeat it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ readonly publisher: string, readonly repository: string, readonly homepage: string }} Identity
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
export const identityFile = 'release/identity.json';
/** The extension's name, which stays the same under any publisher. */
const product = 'vectorscope';

/**
 * @param {string} text of release/identity.json
 * @returns {Identity}
 */
export function parseIdentity(text) {
  const { publisher, repository, homepage } = JSON.parse(text);
  if (typeof publisher !== 'string' || !/^[a-z0-9][a-z0-9-]*$/i.test(publisher))
    throw new Error(
      `The publisher in ${identityFile} is ${JSON.stringify(publisher)}. Write its id: letters, digits and hyphens.`,
    );
  for (const [name, address] of Object.entries({ repository, homepage }))
    if (typeof address !== 'string' || !/^https:\/\/[^\s/]+\/\S*[^\s/]$/.test(address) || address.endsWith('.git'))
      throw new Error(
        `The ${name} in ${identityFile} is ${JSON.stringify(address)}. Write an https address that ends in neither a slash nor “.git”.`,
      );
  return { publisher, repository, homepage };
}

/** @returns {Identity} */
export const readIdentity = () => parseIdentity(readFileSync(join(root, identityFile), 'utf8'));

/** @param {Identity} identity */
export const extensionIdOf = ({ publisher }) => `${publisher}.${product}`;

/**
 * Whether a folder holds this extension as an editor installs it. Editors write an id in small letters there.
 * @param {string} folder its name
 */
export const isOurs = (folder) => folder.startsWith(`${extensionIdOf(readIdentity()).toLowerCase()}-`);

/**
 * Before anybody has decided who publishes.
 * @param {Identity} identity
 */
export const isPlaceholder = ({ repository }) => new URL(repository).hostname === 'example.com';

/**
 * The addresses of a version's files. They name its tag, so that the page of a version keeps its pictures.
 * @param {Identity} identity
 * @param {string} version
 */
export const addressesOf = ({ repository }, version) => ({
  baseContentUrl: `${repository}/blob/v${version}`,
  baseImagesUrl: `${repository}/raw/v${version}`,
});

/** @param {Identity} identity */
function badgesOf(identity) {
  const id = extensionIdOf(identity);
  const inOpenVsx = id.replace('.', '/');
  return [
    `[![VS Code Marketplace](https://vsmarketplacebadges.dev/version-short/${id}.svg)](https://marketplace.visualstudio.com/items?itemName=${id})`,
    `[![Open VSX](https://img.shields.io/open-vsx/v/${inOpenVsx}?label=Open%20VSX)](https://open-vsx.org/extension/${inOpenVsx})`,
  ].join(' ');
}

/**
 * Replaces the one line that begins as asked.
 * @param {string} text
 * @param {string} beginning
 * @param {string} line
 */
function withLine(text, beginning, line) {
  const lines = text.split('\n');
  const at = lines.flatMap((one, i) => (one.startsWith(beginning) ? [i] : []));
  if (at.length !== 1) throw new Error(`${at.length} lines begin with “${beginning}”. There must be exactly one.`);
  return lines.with(at[0] ?? 0, line).join('\n');
}

/** @param {Identity} identity */
const issuesOf = ({ repository }) => `${repository}/issues`;

/**
 * The files that repeat the identity, and how each of them does.
 * @type {Readonly<Record<string, (text: string, identity: Identity) => string>>}
 */
export const repeatedIn = {
  'package.json': (text, identity) => {
    const { publisher, repository, homepage } = identity;
    const manifest = {
      ...JSON.parse(text),
      publisher,
      repository: { type: 'git', url: `${repository}.git` },
      homepage,
      bugs: { url: issuesOf(identity) },
    };
    return `${JSON.stringify(manifest, null, 2)}\n`;
  },
  'README.md': (text, identity) => withLine(text, '[![', badgesOf(identity)),
  'SECURITY.md': (text, { repository }) =>
    withLine(text, '[private]: ', `[private]: ${repository}/security/advisories/new`),
  'SUPPORT.md': (text, identity) => withLine(text, '[issues]: ', `[issues]: ${issuesOf(identity)}`),
  'src/shared/extensionId.ts': (text, identity) =>
    withLine(text, 'export const extensionId', `export const extensionId = '${extensionIdOf(identity)}';`),
};
