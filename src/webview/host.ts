import type { GpuToPage, GpuUp } from '../shared/gpu';
import type { Intent } from '../shared/intents';
import type { KeptState } from '../shared/kept';
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
  ['state', 'change', 'goTo', 'open', 'gpu'].includes(String(data.type));

/** The extension, as the page sees it. */
export function connect() {
  const api = acquireVsCodeApi();
  return {
    post: (intent: Intent) => api.postMessage(intent),
    kept: () => api.getState(),
    keep: (state: KeptState) => api.setState(state),
    /** Sends a message of the GPU's worker. `buffers` are transferred. */
    postGpu: (message: GpuUp, buffers: readonly ArrayBuffer[]) => api.postMessage({ type: 'gpu', message }, buffers),
    listen: (receive: (message: HostMessage) => void, receiveGpu: (message: GpuToPage) => void) =>
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (!isFromExtension(data)) return;
        if (data.type === 'gpu') receiveGpu(data.message);
        else receive(data);
      }),
  };
}
