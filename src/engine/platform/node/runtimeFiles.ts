import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { onnxFolder, runtimeNames } from '../../../shared/gpu';

/**
 * Addresses of the ONNX Runtime's script and binary: those of the package, or of npm where the engine's sources run as
 * they are. npm has a build without the GPU too, which compiles in half the time.
 */
export function runtimeFiles(): Readonly<Record<keyof typeof runtimeNames, string>> {
  const built = (file: string) => new URL(`../../${onnxFolder}/${file}`, import.meta.url);
  const { mjs, wasm } = runtimeNames;
  if (existsSync(built(wasm))) return { mjs: built(mjs).href, wasm: built(wasm).href };
  const { resolve } = createRequire(import.meta.url);
  const installed = (ending: string) => pathToFileURL(resolve(`onnxruntime-web/ort-wasm-simd-threaded.${ending}`)).href;
  return { mjs: installed('mjs'), wasm: installed('wasm') };
}
