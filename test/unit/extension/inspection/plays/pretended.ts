import {
  engineFrom,
  type CallName,
  type Control,
  type Engine,
  type LoadRequest,
} from '../../../../../src/shared/engine';
import { EngineError } from '../../../../../src/shared/errors';
import { loadKey, modelKey, type TrunkInfo } from '../../../../../src/shared/model';
import type { TextRequest } from '../../../../../src/shared/tokens';
import { FakeEngine } from '../../../support/fakeEngine';
import { stamped, type Origin } from './stamps';

/** A call that waits until a play answers it, or lets it fail. */
export interface Pending {
  readonly name: CallName;
  /** A handle is replaced by its text. */
  readonly request: unknown;
  readonly key: string;
  /** Null answers it. */
  settle(error: EngineError | null): void;
}

/** A text that a server got, or will get as soon as its model is there. */
export interface Sent {
  readonly name: CallName;
  readonly text: string;
  /** null: to a model on this machine. */
  readonly address: string | null;
}

/** What the engine's process has, from its first load until it ends. */
interface Life {
  readonly number: number;
  readonly request: LoadRequest;
  isLoaded: boolean;
}

/** Calls about a run, which a new run cancels. */
const aboutRun: ReadonlySet<CallName> = new Set([
  ...([
    'run',
    'prediction',
    'contrasts',
    'lens',
    'divergence',
    'leaders',
    'dimensions',
    'journey',
    'headGrid',
  ] as const),
  ...(['headView', 'pattern', 'ablation', 'steer', 'steerCurve', 'twoTexts', 'twoPositions', 'patch'] as const),
  ...(['patchCell', 'textInBoth', 'positionInBoth', 'measureWindow'] as const),
]);
/** Calls that need the layers on this machine: one that a server runs is refused before a text is read. */
const needLayers: ReadonlySet<CallName> = new Set([
  ...([
    'lens',
    'divergence',
    'leaders',
    'dimensions',
    'journey',
    'headGrid',
    'headView',
    'pattern',
    'ablation',
  ] as const),
  ...(['steer', 'steerCurve', 'twoTexts', 'twoPositions', 'patch', 'patchCell', 'textInBoth'] as const),
  ...(['positionInBoth', 'loadOther'] as const),
]);
/** Calls that need no model, and that no server hears of. */
const needNoModel: ReadonlySet<CallName> = new Set(['describe', 'encode', 'load']);
/** Calls that are no questions, or that two parts of the page need. */
const mayRepeat: ReadonlySet<CallName> = new Set(['describe', 'load', 'token', 'releaseOther', 'endTexts']);
/** Calls that begin something with a text. The others name its run, which a server need not get again. */
const mayCarryText: ReadonlySet<CallName> = new Set([
  ...(['tokenise', 'renderChat', 'run', 'documentTokens', 'measureWindow', 'lab'] as const),
]);
/** A newer call of the same name cancels these. */
const newestOnly: ReadonlySet<CallName> = new Set(['loadOther', 'lab']);

const trunk: TrunkInfo = {
  ...{ layers: 2, heads: 2, keyValueHeads: 1, feedForward: 2, contextLength: 64 },
  ...{ position: 'learned', rotary: null, norm: 'RMSNorm' },
};
const served = { kind: 'llama.cpp', model: 'm', gives: 'hidden', contextLength: 64, agreement: null } as const;

/**
 * An engine that answers when it is told to, in any order. It ends when another model is loaded, and keeps what its
 * owner would not: each text with the server that got it, and from what each answer was computed.
 */
export class Pretended {
  readonly #fake = new FakeEngine();
  readonly #handles = new Map<string, { readonly life: number; readonly text: TextRequest }>();
  /** Cancelled calls whose answers are on their way. */
  readonly #late: { readonly arrive: () => void; readonly lose: (error: EngineError) => void }[] = [];
  #lives = 0;
  #life: Life | null = null;
  pending: readonly Pending[] = [];
  readonly sent: Sent[] = [];
  /** The numbers that answers carry are indices in this. */
  readonly origins: Origin[] = [];
  /** What no engine can answer, or should be asked twice: sentences. */
  readonly faults: string[] = [];
  /** The path of the second model that it holds. */
  other: string | null = null;
  /** Whether it holds the run of a second text. */
  holdsText = false;
  /** Whether a cancelled call has been answered by the time that the engine hears of it. */
  crosses = false;
  /** Whether the state shows the answer to this call. */
  isShown: (name: CallName, key: string) => boolean = () => false;
  ended: () => void = () => undefined;
  readonly engine: Engine = engineFrom((name, asked, control) => this.#call(name, asked, control) as Promise<never>);

  /** The model in memory. */
  get loaded(): LoadRequest | null {
    return this.#life?.isLoaded ? this.#life.request : null;
  }

  get life(): number {
    return this.#life?.number ?? 0;
  }

  /** Those that can be answered now: a call waits for the load before it. */
  get answerable(): readonly Pending[] {
    return this.pending.filter(({ name }) => this.#life?.isLoaded || needNoModel.has(name));
  }

  /** Whether answers to cancelled calls are on their way. */
  get isLate(): boolean {
    return this.#late.length > 0;
  }

  /** Answers that were on their way when their calls were cancelled arrive. */
  deliver(): void {
    for (const { arrive } of this.#late.splice(0)) arrive();
  }

  /** The process ends: by itself, for another model, or since it was idle. */
  end(code: 'cancelled' | 'worker-lost'): void {
    if (!this.#life) return;
    this.#life = this.other = null;
    this.holdsText = false;
    const error = new EngineError(code, 'The engine ended.');
    this.#reject(({ name }) => !needNoModel.has(name) || name === 'load', error);
    for (const { lose } of this.#late.splice(0)) lose(error);
    this.ended();
  }

  #reject(which: (one: Pending) => boolean, error: EngineError): void {
    for (const one of this.pending.filter(which)) one.settle(error);
  }

  async #call(name: CallName, asked: unknown, control: Control | undefined) {
    if (control?.signal?.aborted) throw new EngineError('cancelled', 'The request was cancelled.');
    if (name === 'load') this.#fit(asked as LoadRequest);
    if (!this.#hasModel && !needNoModel.has(name)) {
      this.faults.push(`${name} is asked of an engine without a model`);
      throw new EngineError('bad-request', 'No model is loaded; load one first.');
    }
    const request = this.#resolved(name, asked);
    const key = JSON.stringify([name, request]);
    this.#note(name, asked, request, key);
    this.#makeRoom(name);
    return this.#answer(await this.#told(name, request, key, control));
  }

  /** In memory, or being loaded. */
  get #hasModel(): boolean {
    return this.#life !== null && (this.#life.isLoaded || this.pending.some(({ name }) => name === 'load'));
  }

  /** Another model ends the process at once. */
  #fit(request: LoadRequest): void {
    if (this.#life && modelKey(this.#life.request) !== modelKey(request)) this.end('cancelled');
    this.#life ??= { number: ++this.#lives, request, isLoaded: false };
  }

  /** What is wrong with a question, and which texts leave with it. */
  #note(name: CallName, asked: unknown, request: unknown, key: string): void {
    if (!mayRepeat.has(name) && this.pending.some((one) => one.key === key))
      this.faults.push(`${name} is asked twice at once`);
    if (this.isShown(name, key)) this.faults.push(`${name} is asked again although its answer is shown`);
    if (needNoModel.has(name) || needLayers.has(name)) return;
    const address = this.#life?.request.server?.address ?? null;
    for (const text of textsIn(request)) this.sent.push({ name, text, address });
    if (address !== null && !mayCarryText.has(name) && textsIn(asked).length > 0)
      this.faults.push(`${name} hands a text to a server again`);
  }

  #makeRoom(name: CallName): void {
    // Memory may not hold three models, so the second one goes for the next.
    if (name === 'loadOther' || name === 'releaseOther') {
      this.other = null;
      this.#reject((one) => one.name === 'loadOther', new EngineError('cancelled', 'The second model is another.'));
    }
    if (name === 'endTexts') this.holdsText = false;
    if (newestOnly.has(name)) this.#reject((one) => one.name === name, new EngineError('cancelled', 'A newer one.'));
    if (name === 'run') this.#reject((one) => aboutRun.has(one.name), new EngineError('cancelled', 'A newer run.'));
  }

  #told(name: CallName, request: unknown, key: string, control: Control | undefined): Promise<number> {
    if (name === 'load' && this.#life?.isLoaded && loadKey(this.#life.request) === loadKey(request as LoadRequest))
      return Promise.resolve(this.#done(name, request, key));
    return new Promise((resolve, reject) => {
      const one: Pending = {
        ...{ name, request, key },
        settle: (error) => {
          if (!this.pending.includes(one)) return;
          this.pending = this.pending.filter((other) => other !== one);
          if (error) reject(error);
          else resolve(this.#done(name, request, key));
          // What waited for the load fails with it.
          if (error && name === 'load') this.#reject((other) => !needNoModel.has(other.name), error);
        },
      };
      this.pending = [...this.pending, one];
      control?.signal?.addEventListener('abort', () => {
        if (!this.pending.includes(one)) return;
        if (!this.crosses || !this.answerable.includes(one))
          return one.settle(new EngineError('cancelled', 'The request was cancelled.'));
        this.pending = this.pending.filter((other) => other !== one);
        const stamp = this.#done(name, request, key);
        this.#late.push({ arrive: () => resolve(stamp), lose: reject });
      });
    });
  }

  /** What the engine has once it has answered. Returns the number of the answer's origin, from 1. */
  #done(name: CallName, request: unknown, key: string): number {
    if (name === 'load' && this.#life) this.#life.isLoaded = true;
    const isRefused = this.#life?.request.server && needLayers.has(name);
    if (name === 'loadOther' && !isRefused) this.other = (request as { readonly path: string }).path;
    if (name === 'twoTexts' && !isRefused) this.holdsText = true;
    const model = this.#life?.request ?? { path: '' };
    return this.origins.push({ ...{ name, request, key, life: this.life, model }, other: this.other });
  }

  async #answer(stamp: number) {
    const { name, request, life, model, other } = this.origins[stamp - 1] as Origin;
    if (model.server && needLayers.has(name))
      throw new EngineError('bad-request', 'The layers of this model are on its server.');
    const { server } = model;
    this.#fake.model = {
      ...{ trunk: server ? null : trunk, tied: model.path !== '/models/b.gguf' },
      ...(server && { server: { ...served, address: server.address, agreement: { tokens: 5, largest: 0 } } }),
    };
    this.#fake.other = { runs: other === '/models/inTurn.gguf' ? 'inTurn' : 'together' };
    if (name === 'lab' && (request as { readonly name: string }).name === 'length')
      return stamped('lab', { name: 'length', result: emptyLength }, stamp);
    const answer = stamped(name, await this.#fake.call(name, request as never), stamp);
    if (name !== 'run') return answer;
    const handle = `run ${stamp}`;
    this.#handles.set(handle, { life, text: request as TextRequest });
    return { ...(answer as object), handle };
  }

  /** The request with its texts in place of handles. */
  #resolved(name: CallName, request: unknown): unknown {
    if (typeof request !== 'object' || request === null || ArrayBuffer.isView(request)) return request;
    const { run: handle, clearance: _, ...question } = request as Readonly<Record<string, unknown>>;
    const parts = Object.fromEntries(
      Object.entries(question).map(([key, value]) => [key, Array.isArray(value) ? value : this.#resolved(name, value)]),
    );
    if (typeof handle !== 'string') return parts;
    const known = this.#handles.get(handle);
    if (known?.life !== this.life) this.faults.push(`${name} names a run that the engine does not know`);
    return { ...known?.text, ...parts };
  }
}

const emptyLength = { ids: [], hiddenSize: 0, scales: [], beforeNorm: [], afterNorm: [] };

/** Every text in a request: of a run, of its context, of a place, of an experiment, or as the ids of a window. */
function textsIn(request: unknown): readonly string[] {
  if (typeof request !== 'object' || request === null || ArrayBuffer.isView(request)) return [];
  return Object.entries(request).flatMap(([key, value]) => {
    if (key === 'ids' && value instanceof Int32Array) return [String.fromCharCode(...value)];
    const isText = (key === 'text' || key === 'context') && typeof value === 'string';
    return isText && value !== '' ? [value] : textsIn(value);
  });
}
