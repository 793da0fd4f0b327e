import { clear, withClearance, type Clearance, type ClearedEngine } from '../../shared/consent';
import { engineFrom, type Signal } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { loadKey, modelKey, type LoadRequest, type ModelInfo } from '../../shared/model';
import { serverPlace } from '../../shared/modelName';
import { orAborted } from '../../shared/signal';
import { checked } from '../../tools/arguments';
import type { ToolAnswer, Tool } from '../../tools/tool';
import { DownloadNeeded } from '../inspection/surroundings';

/** A call that the user refuses is never invoked, so the oldest are forgotten. */
const mostCalls = 100;

/**
 * Which model the user agreed to before a call. The editor prepares a call and invokes it later. It gives calls no
 * names, so a call is known by its tool and arguments.
 */
export class PreparedCalls {
  /** By call, for each time that it was prepared and not invoked since: the model’s key, null if nobody was asked. */
  readonly #waiting = new Map<string, readonly (string | null)[]>();

  prepared(tool: Tool, input: unknown, model: string | null): void {
    const call = keyOf(tool, input);
    const before = this.#waiting.get(call) ?? [];
    this.#waiting.delete(call);
    this.#waiting.set(call, [...before, model]);
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= mostCalls) break;
      this.#waiting.delete(oldest);
    }
  }

  /**
   * The key of the model that the user agreed to; null if nobody was asked. It is null too if equal calls wait for
   * different models, because nobody can say which of them this one is.
   */
  invoked(tool: Tool, input: unknown): string | null {
    const call = keyOf(tool, input);
    const [model = null, ...others] = this.#waiting.get(call) ?? [];
    const isClear = others.every((other) => other === model);
    if (isClear && others.length > 0) this.#waiting.set(call, others);
    else this.#waiting.delete(call);
    return isClear ? model : null;
  }
}

const keyOf = ({ name }: Tool, input: unknown): string => JSON.stringify([name, input ?? null]);

export interface ToolOwner {
  readonly engine: ClearedEngine;
  /** The model that is chosen. */
  wanted(): LoadRequest;
  /** Loads the chosen model, unless it is there. */
  ready(): Promise<void>;
  /** The model that was loaded last. */
  model(): ModelInfo | null;
  /** Whether the engine has it. */
  isLoaded(): boolean;
  /** Resolves when the engine does nothing for the user. */
  idle(signal: Signal): Promise<void>;
  /** Whether the user's settings let tools ask servers. */
  mayUseServers(): boolean;
}

interface Call {
  readonly tool: Tool;
  /** The checked arguments. */
  readonly given: unknown;
  /** The key of the model on a server that the user agreed to send the texts to. */
  readonly agreed: string | null;
  readonly signal: Signal;
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

  /**
   * Rejects with an `EngineError`. `agreed` is the key of the model that the user agreed to; null if nobody was asked.
   */
  async ask(tool: Tool, given: unknown, agreed: string | null, signal: Signal): Promise<ToolAnswer> {
    const call = { tool, given: checked(tool, given), agreed, signal };
    const work = this.#last.then(() => this.#answer(call));
    this.#last = work.catch(() => undefined);
    return orAborted(work, signal);
  }

  async #answer(call: Call): Promise<ToolAnswer> {
    for (let tries = 1; ; tries++) {
      const wanted = loadKey(this.owner.wanted());
      const isSame = () => loadKey(this.owner.wanted()) === wanted;
      let loads = true;
      try {
        await this.#load(call);
        loads = false;
        return await this.#once(call, isSame);
      } catch (error) {
        if (error instanceof DownloadNeeded) throw notDownloaded();
        if (!isCancelled(error) || call.signal.aborted) throw error;
        // The user stopped the load or unloaded the model. Another try would load it against their will.
        if (isSame() && (loads || !this.owner.isLoaded())) throw stopped();
        if (tries === mostTries) throw busy();
      }
    }
  }

  async #load({ signal, ...call }: Call): Promise<void> {
    if (signal.aborted) throw new EngineError('cancelled', 'The request was cancelled.');
    this.#cleared(call);
    await orAborted(this.owner.ready(), signal);
  }

  /** With the model that was chosen when the call began. Rejects with `cancelled` once the user has chosen another. */
  async #once(call: Call, isSame: () => boolean): Promise<ToolAnswer> {
    const { engine, model, idle } = this.owner;
    const { tool, given, signal } = call;
    const check = () => {
      if (signal.aborted) throw new EngineError('cancelled', 'The request was cancelled.');
      // The user may also have changed the setting.
      const clearance = this.#cleared(call);
      if (!isSame()) throw new EngineError('cancelled', 'Another model was chosen.');
      return clearance;
    };
    await idle(signal);
    check();
    const loaded = model();
    if (!loaded) throw new EngineError('cancelled', 'The model was unloaded.');
    // A tool asks the engine more than once. All its numbers must come from one model.
    const guarded = engineFrom(async (name, request, control) =>
      withClearance(engine, check())[name](request, control),
    );
    return tool.answer(given, { engine: guarded, model: loaded, control: { signal } });
  }

  /** Refuses to send the texts of a call to a server, unless the user agreed to it. */
  #cleared({ tool, given, agreed }: Omit<Call, 'signal'>): Clearance {
    const { wanted, mayUseServers } = this.owner;
    const request = wanted();
    const isMeant = tool.texts(given).length === 0 || agreed === modelKey(request);
    const server = (isMeant && request.server?.address) || null;
    const found = clear(request, { by: 'user', server }, mayUseServers);
    if ('clearance' in found) return found.clearance;
    throw (mayUseServers() ? notAgreed : notAllowed)(found.held);
  }
}

const notAllowed = (address: string) =>
  new EngineError(
    'bad-request',
    `The chosen model runs on the server ${serverPlace(address)}, and tools may not send texts there. Ask the user to turn on the setting vectorscope.toolsUseServers, or to choose a model that runs on this machine.`,
  );

const notAgreed = (address: string) =>
  new EngineError(
    'bad-request',
    `The chosen model runs on the server ${serverPlace(address)}, and the user has not agreed to send it this text. Nothing was sent. Call the tool again: the user is asked then.`,
  );

const notDownloaded = () =>
  new EngineError(
    'bad-request',
    'The model is not downloaded yet. Ask the user to agree to the download in Vectorscope, and call the tool again.',
  );

const stopped = () =>
  new EngineError(
    'cancelled',
    'The user stopped the load of the model or unloaded it, so there is no answer. Ask the user before you call the tool again.',
  );

const busy = () =>
  new EngineError('bad-request', 'The user keeps the engine busy. Call the tool again a little later.');
