import type { EncodingName } from '../../shared/engine';
import type { ByteSource } from './byteSource';
import type { Thread } from './thread';

/** How the kernels multiply and add: in one rounding where the processor can, or in two. */
export type KernelBuild = 'relaxed' | 'plain';

/** A vocabulary as gpt-tokenizer has it: a token is a string, or its bytes where they are no UTF-8. */
export type Ranks = readonly (string | readonly number[])[];

/**
 * What the engine needs of the place where it runs. `#platform` is one of two: that of Node in `node/`, or in a bundle
 * for browsers that of a Web Worker in `web/`; which one is the manifest's `imports`. Nothing else in the engine knows
 * more than JavaScript itself.
 */
export interface Platform {
  /**
   * Opens a file for reading. Throws `EngineError('model-missing')` when it is not there, not a file or not ours to
   * read.
   */
  openFile(path: string): ByteSource;
  exists(path: string): boolean;
  isFolder(path: string): boolean;
  sha256(): Hash;
  /** Threads that can work at once: 1 where they cannot share memory. */
  threads(): number;
  /** Bytes that all of this process may take now. */
  memory(): number;
  /** Resolves when waiting messages have been let in. */
  letMessagesIn(): Promise<void>;
  /** A vocabulary of OpenAI's, read when it is first asked for. */
  ranks(encoding: EncodingName): Promise<Ranks>;
  /** The inference runtime's own files, where it cannot find them by itself. */
  runtimeFiles(): Promise<RuntimeFiles | undefined>;
  /** Threads for the kernels; none where this one has to do all the work. */
  kernelThreads(count: number): Thread[];
  /** Which build of the kernels is used; `isRelaxed` says whether the place takes relaxed SIMD now. */
  kernelBuild(isRelaxed: () => boolean): KernelBuild;
}

/** A hash that is made piece by piece. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. */
  digest(): Promise<string>;
}

export interface RuntimeFiles {
  /** An address that can be imported. */
  readonly mjs: string;
  /** Its bytes: what compiles them from an address wants a type that servers do not give. */
  readonly wasm: ArrayBuffer;
}
