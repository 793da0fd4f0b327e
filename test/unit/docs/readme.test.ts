import { describe, expect, it } from 'vitest';
import { targetsOf, textOf } from '../support/pages';

const readme = textOf('README.md');
/** As `wc -w` counts them. */
const words = readme.split(/\s+/).filter((word) => word !== '');

describe('the README', () => {
  it('is short', () => {
    expect(words.length).toBeLessThanOrEqual(900);
  });

  it('begins with the commands that try and test', () => {
    const commands = [...readme.matchAll(/^ {4}(npm .+)$/gm)].map(([, command]) => command);
    expect(commands.slice(0, 2)).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  it('names the version of Node that the manifest asks for', () => {
    const { engines } = JSON.parse(textOf('package.json')) as { readonly engines: { readonly node: string } };
    expect(readme).toContain(`Node ${engines.node.replace('>=', '')} or newer`);
  });

  it('shows the badge of each market, the film and one picture', () => {
    expect(readme.match(/!\[/g)).toHaveLength(4);
    expect(readme.match(/^\[!\[.*\) \[!\[.*\)$/gm)).toHaveLength(1);
    expect(targetsOf('README.md')).toContain('media/film.gif');
  });
});
