import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * What building, packaging and running need. The models stay out: a package would hold one, and take seconds longer.
 */
const copied = [
  'bin',
  'scripts',
  'src',
  'l10n',
  'media',
  'release',
  'package.json',
  'package-lock.json',
  'package.nls.json',
  'tsconfig.base.json',
  '.vscodeignore',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];
/** Every bundle holds one of these. */
const changed = ['src/shared/errors.ts', 'src/webview/panel.tsx'];

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A copy of the repository in which nothing was built yet. */
export class FreshCopy {
  readonly path = mkdtempSync(join(tmpdir(), 'vectorscope-copy-'));

  constructor() {
    for (const name of copied) cpSync(join(repository, name), join(this.path, name), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(this.path, 'node_modules'));
  }

  /** Runs a script of the copy to its end. */
  run(...args: string[]): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, { cwd: this.path, stdio: ['ignore', 'pipe', 'pipe'] });
      let [out, err] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      child.on('error', reject).on('close', (code) => resolve({ code, out, err }));
    });
  }

  /** Changes a line of every bundle, so that a build has something to do. */
  changeSources(round: number): void {
    for (const file of changed) {
      // At once: what a compiler says of half a source file is no fault of the build.
      writeFileSync(
        join(this.path, 'changed'),
        `${readFileSync(join(repository, file), 'utf8')}\nObject.assign(globalThis, { round: ${round} });\n`,
      );
      renameSync(join(this.path, 'changed'), join(this.path, file));
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
