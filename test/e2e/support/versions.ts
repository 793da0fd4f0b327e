import { transform } from 'esbuild';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What was seen of the files in a folder that builds write to. */
export class Versions {
  readonly #stamps = new Map<string, string>();
  readonly #seen = new Map<string, string[]>();
  /** A file was missing, or only a part of it was there, or something that it imports was missing. */
  readonly faults: string[] = [];

  constructor(private readonly folder: string) {}

  count = (file: string): number => this.#seen.get(file)?.length ?? 0;

  async look(file: string): Promise<void> {
    const path = join(this.folder, file);
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (!found) return void this.faults.push(`${file} is missing`);
    const stamp = `${found.ino} ${found.size} ${found.ctimeNs}`;
    if (this.#stamps.get(file) === stamp) return;
    this.#stamps.set(file, stamp);
    const text = readFileSync(path, 'utf8');
    const before = this.#seen.get(file) ?? [];
    if (before.at(-1) === text) return;
    this.#seen.set(file, [...before, text]);
    const imported = [...text.matchAll(/(?:from|import\(|import)"\.\/([^"]+)"/g)].map(([, name]) =>
      join(dirname(path), name ?? ''),
    );
    for (const name of imported) if (!existsSync(name)) this.faults.push(`${file} imports ${name}, which is missing`);
    await transform(text, { loader: 'js' }).catch(() => this.faults.push(`${file} is not whole`));
  }
}

/** The names of the files in an archive, from the directory at its end. */
export function namesIn(zip: Buffer): string[] {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const names: string[] = [];
  for (let at = zip.readUInt32LE(end + 16); at < end;) {
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    names.push(zip.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}
