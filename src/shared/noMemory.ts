import { EngineError, said } from './errors';
import { memorySize } from './said';

const whatToDo = said`Close other programs, select less text or choose a smaller model.`;

/** For a failed allocation of `bytes` bytes. */
export const noMemory = (bytes: number): EngineError =>
  new EngineError('no-memory', said`${memorySize(bytes)} of memory could not be allocated. ${whatToDo}`);

/** For a failure that does not say how many bytes were requested. */
export const memoryRanOut = (): EngineError =>
  new EngineError('no-memory', said`The engine ran out of memory. ${whatToDo}`);

/**
 * What JavaScript engines, Emscripten and C++ say when memory runs out. Only a typed array of a million entries or more
 * fails for want of memory.
 */
const ranOut =
  /allocation failed|allocate memory|bad.alloc|out of memory|\bOOM\b|unable to grow|memory size exceeded|enlarge memory|invalid typed array length: \d{7,}/i;

/** Whether an error, or its description, says that memory ran out. */
export const isOutOfMemory = (error: unknown): boolean => !(error instanceof EngineError) && ranOut.test(String(error));

/** Makes something that takes `bytes` bytes. Throws `EngineError('no-memory')` if there is no room for it. */
export function inMemory<T>(bytes: number, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw isOutOfMemory(error) ? noMemory(bytes) : error;
  }
}
