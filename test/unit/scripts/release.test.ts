import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultsOfChangelog, versionsOf } from '../../../scripts/release/changelog.mjs';
import { faultsOf, type Facts } from '../../../scripts/release/checks.mjs';
import { isPreRelease, publishCommands } from '../../../scripts/release/commands.mjs';
import { pushVersion } from '../../../scripts/release/push.mjs';
import { root, textOf } from '../support/pages';

const changelog = `# Changelog

## [Unreleased]

## [0.2.0] - 2026-12-01

### Added

- One.

### Fixed

- Another.

## [0.1.0] - 2026-11-29

### Added

- All.
`;

describe('the changelog', () => {
  it('is of the form that a release asks for', () => {
    expect(faultsOfChangelog(textOf('CHANGELOG.md'))).toEqual([]);
    expect(faultsOfChangelog(changelog)).toEqual([]);
  });

  it('gives a version its notes', () => {
    expect(versionsOf(changelog).map(({ name }) => name)).toEqual(['Unreleased', '0.2.0', '0.1.0']);
    expect(versionsOf(changelog)[1]).toMatchObject({ date: '2026-12-01', sections: ['Added', 'Fixed'] });
    expect(versionsOf(changelog)[2]?.notes).toBe('### Added\n\n- All.');
  });

  it.each([
    ['no part for what comes', '## [Unreleased]\n', '', 'does not begin with “[Unreleased]”'],
    ['a heading of another form', '[0.2.0] - 2026-12-01', '0.2', 'has the heading “0.2”'],
    ['no date', ' - 2026-12-01', '', 'gives 0.2.0 the date “”'],
    ['a date of another form', '2026-12-01', '1.12.2026', 'gives 0.2.0 the date “1.12.2026”'],
    ['a section of another name', '### Fixed', '### Repaired', 'has the section “Repaired” in 0.2.0'],
    ['entries outside of a section', '### Added\n\n- One.', '- One.', 'has entries of 0.2.0 outside of a section'],
  ])('with %s is refused', (_, from, to, fault) => {
    expect(faultsOfChangelog(changelog.replace(from, to))).toEqual([expect.stringContaining(fault)]);
  });
});

describe('a release', () => {
  const identity = {
    publisher: 'someone',
    repository: 'https://github.com/someone/vectorscope',
    homepage: 'https://github.com/someone/vectorscope',
  };
  const ready: Facts = {
    identity,
    version: '0.2.0',
    changelog,
    strayNames: [],
    withoutGerman: [],
    branch: 'main',
    changes: [],
    tags: ['v0.1.0'],
    remote: 'git@github.com:Someone/vectorscope.git',
    tagged: undefined,
  };

  it('is made of a clean main with a version and an entry of its own', () => {
    expect(faultsOf(ready)).toEqual([]);
    expect(faultsOf({ ...ready, remote: 'https://token@github.com/someone/vectorscope' })).toEqual([]);
    expect(faultsOf({ ...ready, remote: 'ssh://git@github.com/someone/vectorscope.git' })).toEqual([]);
  });

  it.each<[string, Partial<Facts>, string]>([
    ['a placeholder', { identity: { ...identity, repository: 'https://example.com/any' } }, 'Write who'],
    ['a sentence in English alone', { withoutGerman: ['Copy'] }, 'Sentences without German: 1, the first “Copy”.'],
    ['a name elsewhere', { strayNames: ['README.md:1 names it.'] }, 'README.md:1 names it.'],
    ['another branch', { branch: 'idea' }, 'The branch is idea.'],
    ['no branch', { branch: '' }, 'The branch is none.'],
    ['changed files', { changes: [' M README.md', '?? a.md'] }, 'The tree has changes: README.md, a.md. Commit'],
    ['a version that is out', { tags: ['v0.2.0'] }, 'v0.2.0 is there already.'],
    ['a version without an entry', { version: '0.4.0' }, 'CHANGELOG.md has no version 0.4.0.'],
    ['no remote', { remote: undefined }, 'There is no remote “origin”.'],
    ['another tag', { tagged: 'v0.3.0', tags: ['v0.3.0'] }, 'The tag is v0.3.0'],
    ['a tag beside main', { tagged: 'v0.2.0', branch: '' }, 'The tagged commit is not on main.'],
  ])('is refused for %s', (_, facts, fault) => {
    const faults = faultsOf({ ...ready, ...facts });
    expect(faults.join('\n')).toContain(fault);
    expect(faults.length).toBeLessThanOrEqual(2);
  });

  it('names no token that the remote’s address holds', () => {
    const [fault = '', ...others] = faultsOf({ ...ready, remote: 'https://me:secret@github.com/else/where' });
    expect(fault).toContain('“origin” is https://github.com/else/where');
    expect(others).toEqual([]);
  });

  it('takes its tag in the workflow, where the tag is there and the remote is GitHub’s', () => {
    expect(faultsOf({ ...ready, tags: ['v0.2.0'], tagged: 'v0.2.0', remote: undefined })).toEqual([]);
  });

  it('goes to the channel of its minor number', () => {
    expect(['0.1.0', '0.2.0', '1.0.3', '1.11.0'].map(isPreRelease)).toEqual([true, false, false, true]);
    const [early, later] = ['0.1.0', '0.2.0'].map((version) => publishCommands(version, 'a.vsix'));
    expect(early?.marketplace).toContain('--pre-release');
    expect(early?.github).toContain('--prerelease');
    expect(later?.marketplace).not.toContain('--pre-release');
    expect(later?.github).not.toContain('--prerelease');
  });

  it('can be published again where the answer of a market was lost', () => {
    const { marketplace, 'open-vsx': openVsx } = publishCommands('0.2.0', 'a.vsix');
    for (const command of [marketplace, openVsx]) expect(command).toContain('--skip-duplicate');
  });

  it('leaves no tag behind that could not be pushed, so that it can be tried again', () => {
    const tags = new Set<string>();
    const git = (isOnline: boolean) => (word?: string, option?: string, tag?: string) => {
      if (word === 'push' && !isOnline) throw new Error('offline');
      if (word === 'tag' && tag !== undefined) tags[option === '--delete' ? 'delete' : 'add'](tag);
    };
    expect(() => pushVersion(git(false), '0.2.0')).toThrow('Nothing was released');
    expect([...tags]).toEqual([]);
    pushVersion(git(true), '0.2.0');
    expect([...tags]).toEqual(['v0.2.0']);
  });

  it('has no secret among the words of a command', () => {
    for (const command of Object.values(publishCommands('0.2.0', 'a.vsix')))
      expect(command.filter((word) => /^(-p|--pat|--idToken)$/.test(word))).toEqual([]);
  });
});

it('every action in a workflow is pinned by its commit, the same one everywhere, with its version beside it', () => {
  const folder = '.github/workflows';
  const used = readdirSync(join(root, folder)).flatMap((file) => [
    ...textOf(`${folder}/${file}`).matchAll(/^ *-? *uses: (.+)$/gm),
  ]);
  const actions = used.flatMap(([, action = '']) => (action.startsWith('./') ? [] : [action]));
  expect(actions.length).toBeGreaterThan(10);
  for (const action of actions) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const distinct = new Set(actions);
  expect(new Set([...distinct].map((action) => action.split('@')[0])).size).toBe(distinct.size);
});
