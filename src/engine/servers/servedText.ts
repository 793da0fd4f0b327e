import type { Control } from '../../shared/engine';
import { EngineError, said } from '../../shared/errors';
import type { ModelServer } from './modelServer';

/** The last text that a server ran. It is not sent again for questions about the same text or its beginning. */
export class ServedText {
  #ids: readonly number[] = [];
  #hidden: Float32Array = new Float32Array(0);

  constructor(
    private readonly server: ModelServer,
    private readonly dimensions: number,
  ) {}

  /** h at every position, `ids.length × dimensions`. Throws `EngineError('server-failed')`. */
  async hidden(ids: readonly number[], control: Control): Promise<Float32Array> {
    const length = ids.length * this.dimensions;
    if (ids.length <= this.#ids.length && ids.every((id, i) => id === this.#ids[i]))
      return this.#hidden.subarray(0, length);
    await this.server.check(control);
    const hidden = await this.server.hidden?.(ids, control);
    if (hidden?.length !== length)
      throw new EngineError(
        'server-failed',
        said`The server gave ${hidden?.length ?? 0} numbers for ${ids.length} tokens; ${length} were expected. Connect to it again.`,
      );
    this.#ids = [...ids];
    this.#hidden = hidden;
    return hidden;
  }
}
