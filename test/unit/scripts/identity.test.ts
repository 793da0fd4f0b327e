import { createVSIX } from '@vscode/vsce';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findStrayNames } from '../../../scripts/lint/names.mjs';
import { marketplaceOptions } from '../../../scripts/package.mjs';
import {
  extensionIdOf,
  identityFile,
  parseIdentity,
  readIdentity,
  repeatedIn,
} from '../../../scripts/release/identity.mjs';
import { describeVsix, filesInZip, picturesOf } from '../../../scripts/release/vsix.mjs';
import { extensionId } from '../../../src/shared/extensionId';
import { root, textOf } from '../support/pages';

const someone = {
  publisher: 'Some-One',
  repository: 'https://github.com/some-one/scope',
  homepage: 'https://some.one/scope',
};
const folder = mkdtempSync(join(tmpdir(), 'vectorscope-identity-'));
afterAll(() => rmSync(folder, { recursive: true }));

function put(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

describe('the identity', () => {
  it.each([
    ['publisher', 'Some One'],
    ['publisher', ''],
    ['repository', 'git@github.com:some-one/scope.git'],
    ['repository', 'https://github.com/some-one/scope.git'],
    ['homepage', 'http://some.one/scope'],
    ['homepage', 'https://some.one/scope/'],
  ])('is refused with the %s “%s”', (name, value) => {
    expect(() => parseIdentity(JSON.stringify({ ...someone, [name]: value }))).toThrow(
      `The ${name} in ${identityFile} is ${JSON.stringify(value)}. Write`,
    );
  });

  it('is what every file that repeats it says, and the id that the extension asks for', () => {
    for (const [file, repeat] of Object.entries(repeatedIn))
      expect(repeat(textOf(file), readIdentity())).toBe(textOf(file));
    expect(extensionId).toBe(extensionIdOf(readIdentity()));
  });

  it('leaves nothing of the earlier one where it changes, and no other file names it', () => {
    const files = Object.entries(repeatedIn).map(([file, repeat]) => [file, repeat(textOf(file), someone)] as const);
    for (const [file, text] of files) put(file, text);
    put(identityFile, JSON.stringify(someone));
    expect(findStrayNames(folder)).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as unknown;
    expect(manifest).toMatchObject({
      publisher: 'Some-One',
      repository: { type: 'git', url: 'https://github.com/some-one/scope.git' },
      homepage: 'https://some.one/scope',
      bugs: { url: 'https://github.com/some-one/scope/issues' },
    });

    put('docs/a.md', 'Ask at\nhttps://github.com/some-one/scope/issues.\n');
    put('src/a.ts', "get('Some-One.vectorscope');\n");
    put('package.json', textOf('package.json'));
    expect(findStrayNames(folder).sort()).toEqual([
      `docs/a.md:2 names https://github.com/some-one/scope. Only ${identityFile} may.`,
      `package.json does not agree with ${identityFile}. Run npm run identity.`,
      `src/a.ts:1 names Some-One.vectorscope. Only ${identityFile} may.`,
    ]);
  });
});

describe('the README in the package', () => {
  const vsix = join(folder, 'small.vsix');
  const version = '0.1.0';

  // The whole package takes many seconds, most of them for the model.
  beforeAll(async () => {
    const { icon: _, ...manifest } = JSON.parse(textOf('package.json')) as Readonly<Record<string, unknown>>;
    const small = {
      ...manifest,
      version,
      main: undefined,
      browser: undefined,
      l10n: undefined,
      contributes: undefined,
    };
    put('small/.vscodeignore', '');
    put('small/package.json', JSON.stringify({ ...small, activationEvents: undefined, capabilities: undefined }));
    for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE'])
      copyFileSync(join(root, file), join(folder, 'small', file));
    await createVSIX({
      cwd: join(folder, 'small'),
      packagePath: vsix,
      dependencies: false,
      ...marketplaceOptions(version),
    });
  });

  it('has https addresses of this version in place of paths', async () => {
    const { pictures } = await describeVsix(vsix);
    const own = picturesOf(textOf('README.md')).map((path) =>
      path.startsWith('https:') ? path : `${readIdentity().repository}/raw/v${version}/${path}`,
    );
    expect(pictures).toEqual(own);
    expect(pictures.every((address) => address.startsWith('https://'))).toBe(true);
    const page = (await filesInZip(vsix, ['extension/readme.md'])).get('extension/readme.md')?.toString() ?? '';
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((target) => !target?.startsWith('https://'))).toEqual([]);
  });

  it('stands beside the manifest and the channel that the version says', async () => {
    const { manifest, preRelease, bytes } = await describeVsix(vsix);
    expect(manifest).toMatchObject({ name: 'vectorscope', publisher: readIdentity().publisher, version });
    expect(preRelease).toBe(true);
    expect(bytes).toBe(readFileSync(vsix).length);
  });

  it('is not looked for in what is no zip', async () => {
    put('text.vsix', 'no zip');
    await expect(describeVsix(join(folder, 'text.vsix'))).rejects.toThrow('is no zip. Package again.');
  });
});
