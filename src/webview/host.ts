import { boolean, looseObject, nullable, object, optional, picklist, safeParse } from 'valibot';
import type { GpuToPage, GpuUp } from '../shared/gpu';
import { lensColourings } from '../shared/instruments';
import { experiments } from '../shared/lab';
import { metrics } from '../shared/metrics';
import type { GpuFromPanel, GpuToPanel, HostMessage, Intent, KeptState, ViewChoices } from '../shared/panel';

interface VsCodeApi {
  postMessage(message: Intent | GpuFromPanel, transfer?: readonly ArrayBuffer[]): void;
  getState(): unknown;
  setState(state: KeptState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const keptView = looseObject({
  view: object({
    showSizes: boolean(),
    hideFragments: boolean(),
    scopeMetric: nullable(picklist(metrics)),
    scopeSizes: boolean(),
    lensColouring: picklist(lensColourings),
    lensBetween: optional(boolean(), false),
    experiment: nullable(picklist(experiments)),
  }),
});

type FromExtension = HostMessage | GpuToPanel;

/** Whether the extension sent the message: any script in the editor's window can post others. */
export const isFromExtension = (data: unknown): data is FromExtension =>
  typeof data === 'object' && data !== null && 'type' in data && ['state', 'change', 'gpu'].includes(String(data.type));

/** The choices kept from before a reload. */
export function readView(kept: unknown): ViewChoices | null {
  const read = safeParse(keptView, kept);
  return read.success ? read.output.view : null;
}

/** The extension, as the page sees it. */
export interface Host {
  post(intent: Intent): void;
  keptView(): ViewChoices | null;
  keep(state: KeptState): void;
  listen(receive: (message: HostMessage) => void, receiveGpu: (message: GpuToPage) => void): void;
  /** Sends a message of the GPU's worker. `buffers` are transferred. */
  postGpu(message: GpuUp, buffers: readonly ArrayBuffer[]): void;
}

export function connect(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (intent) => api.postMessage(intent),
    keptView: () => readView(api.getState()),
    keep: (state) => api.setState(state),
    postGpu: (message, buffers) => api.postMessage({ type: 'gpu', message }, buffers),
    listen: (receive, receiveGpu) =>
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (!isFromExtension(data)) return;
        if (data.type === 'gpu') receiveGpu(data.message);
        else receive(data);
      }),
  };
}
