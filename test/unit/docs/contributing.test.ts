import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, textOf } from '../support/pages';

const page = textOf('CONTRIBUTING.md');
const codes = [...page.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

describe('CONTRIBUTING.md', () => {
  test('names every measurement and every proof', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const ours = Object.keys(scripts).filter((name) => /^(bench|verify)\b/.test(name));
    const named = codes.map((code) => code.replace(/^npm run /, '').replace(/ -- .*/, ''));
    expect(ours.filter((name) => !named.includes(name))).toEqual([]);
  });

  test('names files and folders that are there', () => {
    const paths = codes.filter((code) => /^(src|test|scripts|docs)\/[\w./]+$/.test(code));
    expect(paths.length).toBeGreaterThan(50);
    // What the tests write.
    const made = ['test/output'];
    expect(paths.filter((path) => !made.includes(path) && !existsSync(join(root, path)))).toEqual([]);
  });
});
