import { fileURLToPath } from 'node:url';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { machineMemory, type MemoryLimits } from '../../../src/engine/model/memory';
import { defaultModel } from '../../../src/shared/defaultModel';

export const modelPath = fileURLToPath(new URL(`../../../${defaultModel.path}`, import.meta.url));

/** Memory in which no matrix is held: all are searched in their file. */
export const inFileOnly = (): MemoryLimits => ({ ...machineMemory(), matrix: 0 });

let engine: Promise<LocalEngine> | undefined;

/** The default model, loaded once for each test file. */
export function defaultEngine(): Promise<LocalEngine> {
  engine ??= (async () => {
    const made = localEngine();
    await made.load({ path: modelPath, sha256: defaultModel.sha256 });
    return made;
  })();
  return engine;
}

/** A token of the default model by its text, with the space before it. */
export async function idOf(text: string): Promise<number> {
  const { tokens } = await (await defaultEngine()).find({ query: text, count: 1 });
  if (tokens[0]?.text !== text) throw new Error(`The default model has no token “${text}”.`);
  return tokens[0].id;
}
