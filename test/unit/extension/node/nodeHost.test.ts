import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { host } from '../../../../src/extension/node/host';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n') }));

describe('a model in several files', () => {
  let folder: string;
  const part = (number: number) => join(folder, `big-Q8_0-0000${number}-of-00003.gguf`);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parts-'));
    for (const number of [1, 2, 3]) writeFileSync(part(number), new Uint8Array(number));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has one place, whichever of its files is chosen, and the size of all', async () => {
    for (const number of [1, 2, 3]) {
      expect(host.placeOf({ scheme: 'file', fsPath: part(number) } as never)).toBe(part(1));
      expect(await host.bytesOf(part(number))).toBe(6);
    }
  });

  it('has no known size while a file is missing', async () => {
    rmSync(part(2));
    expect(await host.bytesOf(part(1))).toBeNull();
  });
});
