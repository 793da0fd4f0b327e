import { heldBytes } from '../../platform/web/platform';

let memories: WeakRef<WebAssembly.Memory>[] = [];

/**
 * Records each WebAssembly memory that is made from now on, without holding it: the ONNX Runtime makes one and does not
 * hand it out.
 */
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
 * Bytes that this worker is known to take: the WebAssembly memories of the kernels and of the ONNX Runtime, and a
 * model's files that are held in memory. JavaScript's own heap comes on top: browsers tell a worker nothing of that.
 */
export function memoryTaken(): number {
  memories = memories.filter((memory) => memory.deref());
  return memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), heldBytes());
}
