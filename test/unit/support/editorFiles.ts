import { posix } from 'node:path';

/** As much of the editor's own as files need. */
export class Uri {
  constructor(
    readonly scheme: string,
    readonly authority: string,
    readonly path: string,
  ) {}

  static parse(text: string): Uri {
    const [, scheme = '', authority = '', path = ''] = /^([\w+.-]+):\/\/([^/]*)(.*)$/.exec(text) ?? [];
    return new Uri(scheme, authority, decodeURIComponent(path));
  }

  static from({ scheme, path }: { scheme: string; path: string }): Uri {
    return new Uri(scheme, '', path);
  }

  static joinPath({ scheme, authority, path }: Uri, ...more: string[]): Uri {
    return new Uri(scheme, authority, posix.join(path, ...more));
  }

  with({ path }: { path: string }): Uri {
    return new Uri(this.scheme, this.authority, path);
  }

  get fsPath(): string {
    return this.path;
  }

  toString(readable = false): string {
    return `${this.scheme}://${this.authority}${readable ? this.path.replace(/[#?]/g, encodeURIComponent) : this.path.split('/').map(encodeURIComponent).join('/')}`;
  }
}

export const FileType = { File: 1, Directory: 2, SymbolicLink: 64 };

export class FileSystemError extends Error {
  constructor(readonly code: string) {
    super(`${code}: of the editor`);
  }
}

/** A file system of files by their addresses; a number is the size of one that is too large to be had in a test. */
export class Files {
  readonly read: string[] = [];
  constructor(private readonly files: Readonly<Record<string, string | number | FileSystemError>>) {}

  async stat(uri: Uri): Promise<{ type: number; size: number }> {
    if (this.#namesIn(uri).length > 0) return { type: FileType.Directory, size: 0 };
    const content = this.#at(uri);
    return { type: FileType.File, size: typeof content === 'number' ? content : content.length };
  }

  async readDirectory(uri: Uri): Promise<[string, number][]> {
    return this.#namesIn(uri).map((name) => [
      name,
      FileType.File | (name.startsWith('link') ? FileType.SymbolicLink : 0),
    ]);
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    this.read.push(uri.path);
    const content = this.#at(uri);
    return typeof content === 'number' ? new Uint8Array(content) : new TextEncoder().encode(content);
  }

  #at(uri: Uri): string | number {
    const content = this.files[uri.toString(true)];
    if (content === undefined) throw new FileSystemError('FileNotFound');
    if (content instanceof FileSystemError) throw content;
    return content;
  }

  #namesIn(uri: Uri): string[] {
    const folder = `${uri.toString(true)}/`;
    return Object.keys(this.files).flatMap((address) =>
      address.startsWith(folder) ? [address.slice(folder.length)] : [],
    );
  }
}
