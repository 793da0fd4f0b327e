import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addGuide } from '../../../scripts/site/files.mjs';

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-guide-'));
beforeAll(() => addGuide(folder));
afterAll(() => rmSync(folder, { recursive: true }));

it('has pages whose links to pages and headings lead somewhere', () => {
  const pages = readdirSync(folder).filter((file) => file.endsWith('.html'));
  expect(pages).toContain('index.html');
  const textOf = (page: string) => readFileSync(join(folder, page), 'utf8');
  let many = 0;
  for (const page of pages)
    for (const [, target = '', part] of textOf(page).matchAll(/href="([\w.-]*?)(?:#([^"]+))?"/g)) {
      if (target !== '' && !target.endsWith('.html')) continue;
      if (part === undefined) expect(pages, page).toContain(target);
      else expect(textOf(target || page), `${page}: ${target}#${part}`).toContain(`id="${part}"`);
      many++;
    }
  expect(many).toBeGreaterThan(30);
});
