import { heldBytes } from './platform';

const memories: WebAssembly.Memory[] = [];

/** Records each WebAssembly memory that is made from now on: the runtime makes one, and does not hand it out. */
export function watchMemories(): void {
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(target, args: [WebAssembly.MemoryDescriptor]) {
      const memory = new target(...args);
      memories.push(memory);
      return memory;
    },
  });
}

/**
 * Bytes that this worker is known to take: the runtime's WebAssembly memory, in which all graphs live, a model's files that are held in
 * memory, and JavaScript's own heap where the browser tells it. What compiled code, typed arrays outside of those and the runtime's
 * threads take besides, no browser says without a page of its own making.
 */
export const memoryTaken = (): number => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) + heldBytes() + heapOf(performance);

function heapOf(performance: object): number {
  const memory = 'memory' in performance ? performance.memory : null;
  return typeof memory === 'object' && memory !== null && 'usedJSHeapSize' in memory && typeof memory.usedJSHeapSize === 'number' ? memory.usedJSHeapSize : 0;
}
