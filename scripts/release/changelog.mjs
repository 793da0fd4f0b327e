// CHANGELOG.md in the form of Keep a Changelog: versions, newest first, each in sections of fixed names.

const sections = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
const unreleased = 'Unreleased';

/**
 * @typedef {{ readonly name: string, readonly date: string | undefined, readonly sections: readonly string[],
 *   readonly notes: string }} Version
 *
 * @param {string} text of CHANGELOG.md
 * @returns {readonly Version[]} in their order
 */
export function versionsOf(text) {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      const [, name = heading, date] = /^\[([^\]]+)\](?: - (\S+))?$/.exec(heading.trim()) ?? [];
      const notes = lines.join('\n').trim();
      return { name, date, sections: [...notes.matchAll(/^### (.+)$/gm)].map(([, section = '']) => section), notes };
    });
}

/**
 * @param {string} text of CHANGELOG.md
 * @returns {string[]} a sentence for each fault of its form
 */
export function faultsOfChangelog(text) {
  const versions = versionsOf(text);
  const faults = versions.flatMap(({ name, date, sections: found, notes }) => {
    if (name === unreleased) return found.flatMap((section) => faultOfSection(name, section));
    if (!/^\d+\.\d+\.\d+$/.test(name))
      return [`CHANGELOG.md has the heading “${name}”. Write “[1.2.3] - 2026-01-31” or “[${unreleased}]”.`];
    if (date === undefined || !/^\d{4}-\d\d-\d\d$/.test(date))
      return [`CHANGELOG.md gives ${name} the date “${date ?? ''}”. Write it as 2026-01-31.`];
    if (found.length === 0 || !notes.startsWith('### '))
      return [`CHANGELOG.md has entries of ${name} outside of a section. Put them under ${sections.join(', ')}.`];
    return found.flatMap((section) => faultOfSection(name, section));
  });
  if (versions[0]?.name !== unreleased) faults.unshift(`CHANGELOG.md does not begin with “[${unreleased}]”. Add it.`);
  return faults;
}

/**
 * @param {string} name of the version
 * @param {string} section
 */
const faultOfSection = (name, section) =>
  sections.includes(section)
    ? []
    : [`CHANGELOG.md has the section “${section}” in ${name}. Use one of ${sections.join(', ')}.`];
