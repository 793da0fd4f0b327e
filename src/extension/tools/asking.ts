import type { Engine, Signal } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import type { LoadRequest, ModelInfo } from '../../shared/model';
import { orAborted } from '../../shared/orAborted';
import { serverPlace } from '../../shared/servedName';
import { checked } from '../../tools/call';
import type { Answer, Tool } from '../../tools/tool';
import { DownloadNeeded } from '../inspection/modelInUse';
import { sendsText } from '../served';

export interface ToolOwner {
  readonly engine: Engine;
  /** The model that is chosen. */
  wanted(): LoadRequest;
  /** Loads the chosen model, unless it is there. */
  ready(): Promise<void>;
  /** The model that is loaded. */
  model(): ModelInfo | null;
  /** Resolves when the engine does nothing for the user. */
  idle(signal: Signal): Promise<void>;
  /** Whether the user's settings let tools ask servers. */
  mayUseServers(): boolean;
}

/** How often the user may be quicker before a call of a tool gives up. */
const mostTries = 10;

/**
 * Answers tools with the engine of the user. What the user does comes first: a call of a tool waits for it, and starts
 * anew if a new inspection cancelled it. Calls run one after the other.
 */
export class Asking {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly owner: ToolOwner) {}

  /** Rejects with an `EngineError`. */
  async ask(tool: Tool, given: unknown, signal: Signal): Promise<Answer> {
    const right = checked(tool, given);
    const work = this.#last.then(() => this.#answer(tool, right, signal));
    this.#last = work.catch(() => undefined);
    return orAborted(work, signal);
  }

  async #answer(tool: Tool, given: unknown, signal: Signal): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once(tool, given, signal);
      } catch (error) {
        if (error instanceof DownloadNeeded) throw notDownloaded();
        if (!isCancelled(error) || signal.aborted) throw error;
        if (tries === mostTries) throw busy();
      }
    }
  }

  async #once(tool: Tool, given: unknown, signal: Signal): Promise<Answer> {
    const { engine, wanted, ready, model, idle, mayUseServers } = this.owner;
    const stop = () => {
      if (signal.aborted) throw new EngineError('cancelled', 'The request was cancelled.');
    };
    const refuseServer = () => {
      const { server } = wanted();
      if (sendsText(wanted()) && !mayUseServers()) throw notAllowed(server?.address ?? '');
    };
    stop();
    refuseServer();
    await orAborted(ready(), signal);
    await idle(signal);
    stop();
    const loaded = model();
    if (!loaded) throw new EngineError('cancelled', 'The model was unloaded.');
    // The user may have chosen another model, or changed the setting, while this call waited.
    refuseServer();
    if (sendsText(loaded) && !mayUseServers()) throw notAllowed(loaded.server?.address ?? '');
    return tool.answer(given, { engine, model: loaded, control: { signal } });
  }
}

const notAllowed = (address: string) =>
  new EngineError(
    'bad-request',
    `The chosen model runs on the server ${serverPlace(address)}, and tools may not send texts there. Ask the user to turn on the setting vectorscope.toolsUseServers, or to choose a model that runs on this machine.`,
  );

const notDownloaded = () =>
  new EngineError(
    'bad-request',
    'The model is not downloaded yet. Ask the user to agree to the download in Vectorscope, and call the tool again.',
  );

const busy = () =>
  new EngineError('bad-request', 'The user keeps the engine busy. Call the tool again a little later.');
