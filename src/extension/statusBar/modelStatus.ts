import * as vscode from 'vscode';
import { megabytes, percent } from '../../shared/format';
import { shortName } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import { serverPlace } from '../../shared/servedName';

/** The model in the status bar. */
export interface ModelStatus {
  readonly name: string;
  /** The place of the server that runs it: `localhost:8080`. Absent if none does. */
  readonly server?: string;
  readonly doing: 'fetching' | 'loading' | 'running' | 'ready';
  /** Share of this work that is done, 0 … 1; null while that is not known. */
  readonly fraction: number | null;
}

/** null where no model is in memory and none is on its way. */
export function modelStatus({ status, loaded, model, upcoming, document }: PanelState): ModelStatus | null {
  const working = status.kind === 'working' ? status : null;
  if (!working && !loaded) return null;
  // While another model is loaded, the server of the former says nothing about it.
  const server = loaded && working?.modelName === undefined ? model?.server : undefined;
  const name = working?.modelName ?? model?.name ?? upcoming?.name ?? 'Vectorscope';
  const named = { name, ...(server && { server: serverPlace(server.address) }) };
  const fetched = working?.fetched;
  if (fetched) return { ...named, doing: 'fetching', fraction: fetched.bytes / fetched.of };
  if (!working && document?.progress === 'running' && document.tokens > 0)
    return { ...named, doing: 'running', fraction: document.measured / document.tokens };
  return { ...named, doing: working?.what ?? 'ready', fraction: working?.fraction ?? null };
}

/** Characters of a model's name, and of a server's place. */
const longestName = 24;

/**
 * `SmolLM2-135M · loading 40 %`, `SmolLM2-135M · 660 MB`, `SmolLM2-135M @ localhost:8080 · 60 MB`. A name cannot bring
 * an icon with it.
 */
export function statusText(
  { name, server, doing, fraction }: ModelStatus,
  memory: number | null,
  words: Readonly<Record<ModelStatus['doing'], string>>,
): string {
  const cut = (text: string) => text.replaceAll('$(', '(').slice(0, longestName);
  const short = [shortName(name), ...(server === undefined ? [] : [server])].map(cut).join(' @ ');
  const state =
    doing === 'ready' && memory !== null
      ? megabytes(memory)
      : `${words[doing]}${fraction === null ? '' : ` ${percent(100 * fraction, 0)}`}`;
  return `${short} · ${state}`;
}

/** The states of a model, in a word each. */
export const statusWords = (): Readonly<Record<ModelStatus['doing'], string>> => ({
  fetching: vscode.l10n.t('downloading'),
  loading: vscode.l10n.t('loading'),
  running: vscode.l10n.t('running'),
  ready: vscode.l10n.t('ready'),
});
