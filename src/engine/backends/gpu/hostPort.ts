import type { GpuDown, GpuEnd, GpuEnvelope, GpuUp } from '../../../shared/gpu';
import type { BackendSurroundings } from '../../model/otherBackends';
import { runtimeFiles } from '../../platform/node/runtimeFiles';
import type { RuntimeFiles } from '../onnx/runtime';
import type { GpuPort } from './port';

/** Messages of this size pass the extension host in a few milliseconds. */
const mostBytes = 4 * 2 ** 20;

export const findRuntime = (_surroundings?: BackendSurroundings): Promise<RuntimeFiles> =>
  Promise.resolve(runtimeFiles());

/** A channel to the GPU's worker in a webview, which the extension host forwards. */
export function openGpu({ host: channel }: BackendSurroundings): GpuPort | null {
  if (!channel?.send) return null;
  const session = crypto.randomUUID();
  const send = (gpu: GpuDown) => void channel.send?.({ gpu } satisfies GpuEnvelope<GpuDown>);
  const listeners: ((message: unknown) => void)[] = [];
  const ends: ((why: GpuEnd, message?: string) => void)[] = [];
  const hear = (message: unknown) => {
    if (!isUp(message) || message.gpu.session !== session) return;
    const { gpu } = message;
    if (gpu.kind === 'data') for (const listener of listeners) listener(gpu.data);
    else for (const listener of ends.splice(0)) listener(gpu.why, gpu.message);
  };
  channel.on('message', hear);
  send({ session, kind: 'start' });
  let isClosed = false;
  return {
    post: (data) => isClosed || send({ session, kind: 'data', data }),
    onMessage: (listener) => void listeners.push(listener),
    onEnd: (listener) => void ends.push(listener),
    close() {
      if (isClosed) return;
      isClosed = true;
      channel.off('message', hear);
      send({ session, kind: 'end' });
    },
    mostBytes,
  };
}

const isUp = (message: unknown): message is GpuEnvelope<GpuUp> =>
  typeof message === 'object' && message !== null && 'gpu' in message;
