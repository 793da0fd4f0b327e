import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addGuide } from '../../../scripts/site/files.mjs';

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-guide-'));
beforeAll(() => addGuide(folder));
afterAll(() => rmSync(folder, { recursive: true }));

const pages = () => readdirSync(folder).filter((file) => file.endsWith('.html'));
const textOf = (page: string) => readFileSync(join(folder, page), 'utf8');

it('has all pictures that its pages show', () => {
  const shown = pages().flatMap((page) => [...textOf(page).matchAll(/<img[^>]* src="([^"]+)"/g)].map(([, src]) => src));
  expect(shown.length).toBeGreaterThan(30);
  expect(shown.filter((src = '') => !existsSync(join(folder, src)))).toEqual([]);
});

it('tells people without an editor what to do before a page speaks of commands', () => {
  const remarked = pages().filter((page) => textOf(page).includes('class="remark"'));
  expect(remarked).toEqual(expect.arrayContaining(['index.html', '1-token-vectors.html', '12-document.html']));
  expect(remarked).not.toContain('measured.html');
  for (const page of remarked) expect(textOf(page)).toMatch(/<\/h1>\n<p class="remark">/);
});

it('has pages whose links to pages and headings lead somewhere', () => {
  expect(pages()).toContain('index.html');
  let many = 0;
  for (const page of pages())
    for (const [, target = '', part] of textOf(page).matchAll(/href="([\w.-]*?)(?:#([^"]+))?"/g)) {
      if (target !== '' && !target.endsWith('.html')) continue;
      if (part === undefined) expect(pages(), page).toContain(target);
      else expect(textOf(target || page), `${page}: ${target}#${part}`).toContain(`id="${part}"`);
      many++;
    }
  expect(many).toBeGreaterThan(30);
});
