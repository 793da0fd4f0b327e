import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backendChoices } from '../../../src/shared/backend';
import { root, rowsUnder, tablesOf, textOf } from '../support/pages';
import { settings } from '../support/manifest';

const page = 'docs/where-it-runs.md';
const said = textOf(page).replaceAll('\n', ' ');

describe('the page about hosts and backends', () => {
  it('lists the backends that a person can choose', () => {
    expect(rowsUnder(page, 'What the layers run on').map(([choice]) => choice)).toEqual(
      backendChoices.map((choice) => `\`${choice}\``),
    );
  });

  it('names every host that the tests run in, and no other', () => {
    const [, hosts = ''] = /const hosts = \{([^}]*)\}/.exec(textOf('scripts/test/host.mjs')) ?? [];
    const names = [...hosts.matchAll(/(\w+):/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(1);
    const rows = rowsUnder(page, 'What is tested, on what').map((row) => row.at(-1) ?? '');
    const named = rows.flatMap((cell) => [...cell.matchAll(/test:host -- (\w+)/g)].map(([, name]) => name));
    expect(new Set(named)).toEqual(new Set(names));
    for (const cell of rows) expect(cell).toMatch(/`npm run /);
  });

  it('names the code of what differs between systems, and a test or that there is none', () => {
    const rows = rowsUnder(page, 'What differs between systems');
    expect(rows.length).toBeGreaterThan(20);
    for (const [what, code = '', tried = ''] of rows) {
      const named = `${code} ${tried}`.match(/(?:src|scripts|test)\/[\w./]+/g) ?? [];
      expect(named.filter((file) => !existsSync(join(root, file))), what).toEqual([]);
      expect(tried, what).toMatch(/`test\/|not tried/);
    }
  });

  it('says how large a model can be in a browser, and how many threads there can be', () => {
    const [table] = tablesOf(page);
    const row = (name: string) => table?.rows.find(([first]) => first === name)?.at(-1);
    const [, most] = /^export const most = (\S+);$/m.exec(textOf('src/extension/web/modelFiles.ts')) ?? [];
    expect(row('your own models')).toContain(`up to ${Number(most) / 1e6} MB`);
    expect(row('threads')).toContain(`up to ${settings.get('threads')?.maximum},`);
  });

  it('says how much a browser downloads', () => {
    const [, bytes = ''] = /\| bytes \| ([\d,]+) \|/.exec(textOf('models/README.md')) ?? [];
    expect(said).toContain(`the model's ${Math.round(Number(bytes.replaceAll(',', '')) / 1e6)} MB`);
  });

  it('says how far a residual on the GPU may be off, as the test of the GPU does', () => {
    const [, bar] = /deviation\)\.toBeLessThan\(2e-(\d)\)/.exec(textOf('test/e2e/gpu.long.e2e.ts')) ?? [];
    expect(bar).toBe('6');
    expect(said).toContain('within 2 × 10⁻⁶ of');
  });
});
