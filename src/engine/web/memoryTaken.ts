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
 * Bytes that this worker is known to take: the runtime's WebAssembly memory, in which all graphs live and which never shrinks, and a model's
 * files that are held in memory. JavaScript's own heap and typed arrays, what is kept of the texts that were run among them, come on top:
 * browsers tell a worker nothing of those.
 */
export const memoryTaken = (): number => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) + heldBytes();
