import type { GpuToPage, GpuUp } from '../shared/gpu';
import type { Intent } from '../shared/intents';
import { keptView, type KeptState, type ViewChoices } from '../shared/kept';
import type { GpuFromPanel, GpuToPanel, HostMessage } from '../shared/panel';

interface VsCodeApi {
  postMessage(message: Intent | GpuFromPanel, transfer?: readonly ArrayBuffer[]): void;
  getState(): unknown;
  setState(state: KeptState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

type FromExtension = HostMessage | GpuToPanel;

/** Whether the extension sent the message: any script in the editor's window can post others. */
export const isFromExtension = (data: unknown): data is FromExtension =>
  typeof data === 'object' &&
  data !== null &&
  'type' in data &&
  ['state', 'change', 'goTo', 'gpu'].includes(String(data.type));

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
    keptView: () => keptView(api.getState()),
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
