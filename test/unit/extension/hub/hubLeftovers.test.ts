import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeLeftovers } from '../../../../src/extension/hub/fetch';

vi.mock('vscode', async () => {
  const { readdir, rm, stat } = await import('node:fs/promises');
  const { join } = await import('node:path');
  type Uri = { readonly path: string; readonly fsPath: string };
  const file = (path: string): Uri => ({ path, fsPath: path });
  return {
    l10n: {},
    FileType: { File: 1, Directory: 2 },
    Uri: { file, joinPath: ({ path }: Uri, name: string) => file(join(path, name)) },
    workspace: {
      fs: {
        readDirectory: async ({ fsPath }: Uri) =>
          (await readdir(fsPath, { withFileTypes: true })).map((entry) => [entry.name, entry.isDirectory() ? 2 : 1]),
        stat: async ({ fsPath }: Uri) => ({ mtime: (await stat(fsPath)).mtimeMs }),
        delete: ({ fsPath }: Uri, options: { recursive: boolean }) => rm(fsPath, options),
      },
    },
  };
});

const now = Date.parse('2026-11-20T12:00:00Z');
const daysAgo = (days: number) => new Date(now - days * 24 * 60 * 60 * 1000);

describe('what is left of reads from the Hub', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'hub-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function put(path: string, days: number): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), 'bytes');
    utimesSync(join(folder, path), daysAgo(days), daysAgo(days));
  }
  const isThere = (path: string): boolean => existsSync(join(folder, path));

  it('goes after a week without another attempt', async () => {
    put('old/geometry.part', 8);
    put('old/plan.part', 30);
    put('download/owner/name/one.safetensors', 9);
    put('download/owner/name/two.safetensors.0af3.part', 8);
    put('recent/plan.part', 8);
    put('recent/geometry.part', 6);
    await removeLeftovers(folder, [], now);
    expect(['old', 'download', 'recent'].filter(isThere)).toEqual(['recent']);
  });

  it('stays with a model of the list, and whole models stay', async () => {
    put('listed/model.gguf', 30);
    put('listed/other.part', 30);
    put('whole/model.gguf', 30);
    await removeLeftovers(folder, [join(folder, 'listed/model.gguf'), '/elsewhere/a.gguf'], now);
    expect(['listed', 'whole'].filter(isThere)).toEqual(['listed', 'whole']);
  });
});
