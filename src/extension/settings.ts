import { stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { defaultModel } from '../shared/defaultModel';
import { defaults, type LoadRequest } from '../shared/engine';
import { EngineError } from '../shared/errors';
import type { PanelOptions } from '../shared/panel';
import type { ModelDescription } from './inspection/modelLoader';

const section = 'vectorscope';

/** Settings are read at every use, so that a change holds from the next inspection on. */
export function limits(): Pick<PanelOptions, 'limit' | 'contextTokens'> {
  return { limit: whole('tokenLimit', defaults.limit, 1, 2048), contextTokens: whole('contextTokens', defaults.contextTokens, 0, 2048) };
}

export function modelRequest(extensionPath: string): LoadRequest {
  const file = text('modelFile');
  const threads = whole('threads', 0, 0, 8);
  return {
    ...(file === '' ? { path: join(extensionPath, defaultModel.path), sha256: defaultModel.sha256 } : { path: file }),
    ...(threads === 0 ? {} : { threads }),
  };
}

/** What is known of a model before it is read. That there is no such file is for the engine to say. */
export async function describeModel(path: string): Promise<ModelDescription> {
  if (!isAbsolute(path)) throw new EngineError('bad-request', vscode.l10n.t('The setting vectorscope.modelFile is not an absolute path. Give the whole path of a GGUF file, or leave it empty.'));
  return { name: nameOf(path), bytes: await stat(path).then(({ size }) => size, () => null) };
}

/** A file's name without its ending and its quantisation: `SmolLM2-135M-Instruct.Q4_1.gguf` holds SmolLM2-135M-Instruct. */
const nameOf = (path: string): string => basename(path).replace(/\.gguf$/i, '').replace(/[.-](i?q\d\w*|b?f\d+)$/i, '');

/** A settings file may hold anything: what is no number counts as the default, what is out of range as its nearest bound. */
function whole(name: string, fallback: number, smallest: number, largest: number): number {
  const value: unknown = vscode.workspace.getConfiguration(section).get(name);
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(largest, Math.max(smallest, Math.round(value))) : fallback;
}

function text(name: string): string {
  const value: unknown = vscode.workspace.getConfiguration(section).get(name);
  return typeof value === 'string' ? value.trim() : '';
}
