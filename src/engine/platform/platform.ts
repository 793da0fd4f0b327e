import type { EncodingName } from '../../shared/engine';
import type { ByteSource } from './byteSource';
import type { FolderStore } from './folderStore';

/** Whether the kernels use relaxed SIMD, whose multiply-add may round once instead of twice. */
export type KernelBuild = 'relaxed' | 'plain';

/** A vocabulary of gpt-tokenizer. A token is a string, or its bytes if they are not UTF-8. */
export type Ranks = readonly (string | readonly number[])[];

/**
 * The engine's interface to its surroundings. `#platform`, which the manifest's `imports` resolve, is that of Node in
 * `node/`, or in bundles for browsers that of a Web Worker in `web/`. The rest of the engine uses JavaScript alone.
 */
export interface Platform {
  /**
   * Opens a file for reading. Throws `EngineError('model-missing')` if it does not exist, is not a file or may not be
   * read.
   */
  openFile(path: string): ByteSource;
  exists(path: string): boolean;
  isFolder(path: string): boolean;
  /** A folder for files that are fetched. Throws `EngineError('model-unsupported')` where there are none. */
  folderStore(path: string): FolderStore;
  sha256(): Promise<Hash>;
  /** Threads that can run at once; 1 if they cannot share memory. */
  threads(): number;
  /** Bytes that this process may use in all. */
  memory(): number;
  /** Resolves after waiting messages were handled. */
  letMessagesIn(): Promise<void>;
  /** One of OpenAI's vocabularies, read on first use. */
  ranks(encoding: EncodingName): Promise<Ranks>;
  /** Threads for the kernels; none if this thread has to do all the work. */
  kernelThreads(count: number): Thread[];
  /**
   * Renders chat templates until it is ended, which stops whatever it does: a process of little memory, or a thread
   * where there are no processes.
   */
  chatRenderer(): Thread;
  /** The build of the kernels to use. `isRelaxed` tests for relaxed SIMD. */
  kernelBuild(isRelaxed: () => boolean): KernelBuild;
  /** Compiles a module, at once to fast code where that can be chosen. Throws where it is not valid. */
  compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module;
  /** Like `compile`, but lets pairs of 128-bit operations become one of 256; null where nothing does that. */
  compileWide(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | null;
  /** From now on, modules keep the code that they are first compiled to, where that can be chosen. */
  compileOnce(): void;
}

export interface Hash {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. */
  digest(): string;
}

/** A channel to a thread of the engine. The kernels define the messages. */
export interface Thread {
  /** A thread keeps the process alive only during work, so the kind of message matters. */
  post<Message extends { readonly kind: string }>(message: Message): void;
  /** Sets the one listener, called for every message in order. */
  onMessage<Message>(listener: (message: Message) => void): void;
  /** Called once when the thread has ended or could not be started. `ranOut`: of memory. */
  onEnd(listener: (why: string, ranOut?: boolean) => void): void;
  end(): Promise<void>;
}
