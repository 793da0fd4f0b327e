import { engineFrom, type AnswerOf, type CallName, type Control, type Engine, type RequestOf } from './engine';
import { EngineError } from './errors';

/** Why a text is to be read. */
export type Cause =
  /** The user asked while the settings named this server; null: a model on this machine. */
  | { readonly by: 'user'; readonly server: string | null }
  /** The user pressed the button beside the sentence that names this server, which agrees to it too. */
  | { readonly by: 'button'; readonly server: string }
  /** A reload, an edit, a setting, another model or a hover. */
  | { readonly by: 'itself' };

declare const proof: unique symbol;
/** Lets a text go to the model of one address, null for this machine. `clear` alone makes one. */
export interface Clearance {
  readonly address: string | null;
  readonly [proof]: true;
}

/** A request that carries a text, and may. */
export type Cleared<R> = R & { readonly clearance: Clearance };

/** A request without any text. never: it has to have one. The ids of a text count as a text, and a handle does not. */
type Textless<R> = R extends Int32Array | { readonly text: string }
  ? never
  : R extends object
    ? true extends {
        [K in keyof R]-?: [R[K]] extends [never] ? false : [Textless<R[K]>] extends [never] ? true : false;
      }[keyof R]
      ? never
      : { [K in keyof R]: Textless<R[K]> }
    : R;

/** The encodings of OpenAI are cut here, whichever model is loaded. */
type CallAboutModel = Exclude<CallName, 'encode'>;
/** Calls that always carry a text, even about a run. */
export type TextCall = { [C in CallAboutModel]: [Textless<RequestOf<C>>] extends [never] ? C : never }[CallAboutModel];

/** An engine that gets a text only with a clearance. */
export type ClearedEngine = {
  readonly [C in CallName]: (
    request: C extends CallAboutModel ? Cleared<RequestOf<C>> | Textless<RequestOf<C>> : RequestOf<C>,
    control?: Control,
  ) => Promise<AnswerOf<C>>;
};

/** Where a model runs: on the server at an address, or here. */
interface Placed {
  readonly server?: { readonly address: string };
}

/**
 * The one place that decides whether a text may go to a model. `held`: the address of the server that may not get it.
 * `isAgreed`: whether the user has agreed to send texts to an address. A tokenizer on this disk makes no difference:
 * cutting a text would send nothing then, but a reader should not have to know where the tokenizer is.
 */
export function clear(
  { server }: Placed,
  cause: Cause,
  isAgreed: (address: string) => boolean,
): { readonly clearance: Clearance } | { readonly held: string } {
  const cleared = (address: string | null) => ({ clearance: { address } as Clearance });
  if (!server) return cleared(null);
  const { address } = server;
  const isMeant = cause.by !== 'itself' && cause.server === address;
  return isMeant && (cause.by === 'button' || isAgreed(address)) ? cleared(address) : { held: address };
}

/** What `clear` gives a text that nobody asked to be read; null if the model runs on a server. */
export function here(model: Placed | null): { readonly clearance: Clearance } | null {
  const found = clear(model ?? {}, { by: 'itself' }, () => false);
  return 'clearance' in found ? found : null;
}

/** The engine for work whose texts all have this clearance. */
export const withClearance = (engine: ClearedEngine, clearance: Clearance): Engine =>
  engineFrom((name, request, control) =>
    (engine as Engine)[name](typeof request === 'object' ? { ...request, clearance } : request, control),
  );

/**
 * The engine behind a fence: a text that is not cleared for the server of the model does not reach it. Takes the
 * clearance out of each request. `loaded`: the request of the model that is in the engine, or on its way there. `own`:
 * as for `engineFrom`.
 */
export const fenced = <Own extends object>(engine: Engine, loaded: () => Placed | null, own?: Own): Engine & Own =>
  engineFrom(async (name, request, control) => {
    if (typeof request !== 'object') return engine[name](request, control);
    const { clearance, ...bare } = request as Partial<Cleared<typeof request>>;
    const server = loaded()?.server;
    if (server && clearance?.address !== server.address && name !== 'encode' && carriesText(request))
      throw new EngineError('cancelled', 'The text was not meant for this server.');
    return engine[name](bare as typeof request, control);
  }, own);

function carriesText(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (ArrayBuffer.isView(value)) return value instanceof Int32Array;
  return Object.entries(value).some(([key, one]) => (key === 'text' && typeof one === 'string') || carriesText(one));
}
