import * as vscode from 'vscode';
import { percent } from '../../shared/format';
import { shortName } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import { serverPlace } from '../../shared/servedName';

/** The model in the status bar. */
export interface ModelStatus {
  readonly name: string;
  /** The place of the server that runs it: `localhost:8080`. Absent if none does. */
  readonly server?: string;
  /** The type of its weights; absent where it is not known yet, and where a server has weights of its own. */
  readonly type?: string;
  readonly doing: 'fetching' | 'loading' | 'running' | 'ready';
  /** Share of this work that is done, 0 … 1; null while that is not known. */
  readonly fraction: number | null;
}

/** null where no model is in memory and none is on its way. */
export function modelStatus({ status, loaded, model, upcoming, document }: PanelState): ModelStatus | null {
  const working = status.kind === 'working' ? status : null;
  if (!working && !loaded) return null;
  // While another model is loaded, the facts of the former say nothing about it.
  const own = loaded && working?.modelName === undefined ? model : null;
  const { server } = own ?? {};
  const name = working?.modelName ?? model?.name ?? upcoming?.name ?? 'Vectorscope';
  const named = {
    name,
    ...(server ? { server: serverPlace(server.address) } : own?.quantisation && { type: own.quantisation }),
  };
  const fetched = working?.fetched;
  if (fetched) return { ...named, doing: 'fetching', fraction: fetched.bytes / fetched.of };
  if (!working && document?.progress === 'running' && document.tokens > 0)
    return { ...named, doing: 'running', fraction: document.measured / document.tokens };
  return { ...named, doing: working?.what ?? 'ready', fraction: working?.fraction ?? null };
}

/** Characters of a model's name, and of a server's place. */
const longestName = 24;

/**
 * `SmolLM2-135M · Q4_1`, `SmolLM2-135M · loading 40 %`, `SmolLM2-135M @ localhost:8080`. A name cannot bring an icon
 * with it, and is cut where it is long, while its type is not.
 */
export function statusText(
  { name, server, type, doing, fraction }: ModelStatus,
  words: Readonly<Record<ModelStatus['doing'], string>>,
): string {
  const short = [shortName(name), ...(server === undefined ? [] : [server])].map(cut).join(' @ ');
  const share = fraction === null ? '' : ` ${percent(100 * fraction, 0)}`;
  const parts = [short, ...(type === undefined ? [] : [type]), ...(doing === 'ready' ? [] : [words[doing] + share])];
  return parts.join(' · ');
}

function cut(text: string): string {
  const characters = [...text.replaceAll('$(', '(')];
  return characters.length > longestName ? `${characters.slice(0, longestName - 1).join('')}…` : characters.join('');
}

/** The states of a model, in a word each. */
export const statusWords = (): Readonly<Record<ModelStatus['doing'], string>> => ({
  fetching: vscode.l10n.t('downloading'),
  loading: vscode.l10n.t('loading'),
  running: vscode.l10n.t('running'),
  ready: vscode.l10n.t('ready'),
});
