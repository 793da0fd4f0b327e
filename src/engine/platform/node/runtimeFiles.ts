import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { onnxFolder, runtimeNames } from '../../../shared/gpu';

/** Addresses of the ONNX Runtime's script and binary. */
export const runtimeFiles = (): Readonly<Record<keyof typeof runtimeNames, string>> => ({
  mjs: addressOf(runtimeNames.mjs),
  wasm: addressOf(runtimeNames.wasm),
});

/** Beside the folder of a built engine, or where npm put it. */
function addressOf(file: string): string {
  const built = new URL(`../../${onnxFolder}/${file}`, import.meta.url);
  if (existsSync(built)) return built.href;
  return pathToFileURL(createRequire(import.meta.url).resolve(`onnxruntime-web/${file}`)).href;
}
