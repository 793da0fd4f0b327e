import { readdir, stat } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { EngineError } from '../../shared/errors';
import { splitName } from '../../shared/modelName';
import type { Host } from '../host';
import { asEditorWrites } from '../modelPath';
import { startEngineProcess } from './engineProcess';
import { findModels } from './find';
import { placesOf } from './places';

export const host: Host = {
  kind: 'node',
  canShare: () => true,
  stopwatch() {
    const [from, before] = [performance.now(), process.cpuUsage()];
    return () => {
      const { user, system } = process.cpuUsage(before);
      return Math.min(performance.now() - from, (user + system) / 1000);
    };
  },
  machine: hostname,
  startEngine: ({ fsPath }, task) =>
    startEngineProcess(path.join(fsPath, 'dist', 'node', 'worker.mjs'), task === 'headers'),
  home: () => vscode.Uri.file(homedir()),
  isPlace: path.isAbsolute,
  placeOf(chosen) {
    const file = fileOf(chosen);
    // Any part of a model stands for the whole.
    return isShard.test(file) ? path.dirname(file) : (splitName(file)?.partAt(0) ?? file);
  },
  fileOf,
  bytesOf,
  downloadOf: () => Promise.resolve(null),
  readsHeaders: true,
  async findModels(signal) {
    const places = placesOf({ platform: process.platform, home: homedir(), env: process.env, path });
    const found = await findModels(places, undefined, signal);
    return found.map((model) => ({ ...model, path: asEditorWrites(model.path) }));
  },
};

const isShard = /\.safetensors(\.index\.json)?$/;

function fileOf({ scheme, fsPath }: vscode.Uri): string {
  if (scheme === 'file') return fsPath;
  throw new EngineError(
    'bad-request',
    vscode.l10n.t(
      'Only files on the machine where Vectorscope runs can be loaded. Copy the model there, or choose another.',
    ),
  );
}

async function bytesOf(file: string): Promise<number | null> {
  try {
    const status = await stat(file);
    const split = splitName(file);
    if (!status.isDirectory() && !split) return status.size;
    const weights = split
      ? Array.from({ length: split.count }, (_, part) => split.partAt(part))
      : (await readdir(file)).filter((name) => name.endsWith('.safetensors')).map((name) => path.join(file, name));
    const sizes = await Promise.all(weights.map(async (name) => (await stat(name)).size));
    return sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return null;
  }
}
