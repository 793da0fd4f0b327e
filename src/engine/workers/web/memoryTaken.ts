import { heldBytes } from '../../platform/web/platform';

let memories: WeakRef<WebAssembly.Memory>[] = [];

/** Records each WebAssembly memory from now on in a weak reference: libraries do not expose their own. */
export function watchMemories(): void {
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(target, args: [WebAssembly.MemoryDescriptor]) {
      const memory = new target(...args);
      memories.push(new WeakRef(memory));
      return memory;
    },
  });
}

/**
 * Bytes of this worker's WebAssembly memories and of the model files in memory. JavaScript's own heap is not included:
 * browsers do not report it to workers.
 */
export function memoryTaken(): number {
  memories = memories.filter((memory) => memory.deref());
  return memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), heldBytes());
}
