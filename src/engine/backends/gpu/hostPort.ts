import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type GpuDown, type GpuEnd, type GpuEnvelope, type GpuUp, onnxFolder, runtimeNames } from '../../../shared/gpu';
import type { BackendSurroundings } from '../../model/otherBackends';
import type { RuntimeFiles } from '../onnx/runtime';
import type { GpuPort } from './port';

/**
 * Addresses of the ONNX Runtime's script and binary: those of the package, or of npm where the engine's sources run as
 * they are. npm has a build without the GPU too, which compiles in half the time.
 */
function runtimeFiles(): Readonly<Record<keyof typeof runtimeNames, string>> {
  const built = (file: string) => new URL(`../../${onnxFolder}/${file}`, import.meta.url);
  const { mjs, wasm } = runtimeNames;
  if (existsSync(built(wasm))) return { mjs: built(mjs).href, wasm: built(wasm).href };
  const { resolve } = createRequire(import.meta.url);
  const installed = (ending: string) => pathToFileURL(resolve(`onnxruntime-web/ort-wasm-simd-threaded.${ending}`)).href;
  return { mjs: installed('mjs'), wasm: installed('wasm') };
}

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
