import { megabytes, percent } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { shortName } from '../shortName';

/** The model in the status bar. */
export interface ModelStatus {
  readonly name: string;
  readonly doing: 'fetching' | 'loading' | 'running' | 'ready';
  /** Share of this work that is done, 0 … 1; null while that is not known. */
  readonly fraction: number | null;
}

/** null where no model is in memory and none is on its way. */
export function modelStatus({ status, loaded, model, upcoming }: PanelState): ModelStatus | null {
  const working = status.kind === 'working' ? status : null;
  if (!working && !loaded) return null;
  const name = working?.modelName ?? model?.name ?? upcoming?.name ?? 'Vectorscope';
  const fetched = working?.fetched;
  if (fetched) return { name, doing: 'fetching', fraction: fetched.bytes / fetched.of };
  return { name, doing: working?.what ?? 'ready', fraction: working?.fraction ?? null };
}

/** Characters of a model's name. */
const longestName = 24;

/** `SmolLM2-135M · loading 40 %`, `SmolLM2-135M · 660 MB`. A name cannot bring an icon with it. */
export function statusText(
  { name, doing, fraction }: ModelStatus,
  memory: number | null,
  words: Readonly<Record<ModelStatus['doing'], string>>,
): string {
  const short = shortName(name).replaceAll('$(', '(').slice(0, longestName);
  const state =
    doing === 'ready' && memory !== null
      ? megabytes(memory)
      : `${words[doing]}${fraction === null ? '' : ` ${percent(100 * fraction, 0)}`}`;
  return `${short} · ${state}`;
}
