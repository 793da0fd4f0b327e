import type { Clearance, TextCall } from '../../shared/consent';
import type { AnswerOf, CallName, RequestOf } from '../../shared/engine';
import type { EngineError } from '../../shared/errors';
import type { OfRun, RunHandle, TextRequest } from '../../shared/tokens';
import type { SubjectPlace } from './subject';

/** Calls about the run of a text. */
export type RunCall = {
  [C in CallName]: Extract<RequestOf<C>, { readonly run: RunHandle }> extends never ? never : C;
}[CallName];
export type Besides<C extends RunCall> = Omit<Extract<RequestOf<C>, { readonly run: RunHandle }>, 'run'>;

/** What a question is to the engine, as data. What it says is its key, so that no key can forget a part of it. */
export interface Question<A = unknown> {
  readonly key: string;
  /** `read`: the text that stands at a place of a document. */
  readonly call: CallName | 'read';
  /** `theRun` stands wherever the run goes. */
  readonly request: unknown;
  /** It is in sight, or wanted for another reason; others are not asked. */
  readonly isWanted: boolean;
  /** The answer to another question with the same value here may stand in its place until this one is answered. */
  readonly stays?: string;
  /** Present where a text of its own goes along. */
  readonly clearance?: Clearance;
  /** What is kept of an answer. */
  take?(answer: unknown): A;
}

/** Stands in a request for the run that it is about: its handle as long as the engine knows it, then its text. */
export const theRun = { run: 'the run' as RunHandle } as const satisfies OfRun;

/** The request, about this run. */
export function fill(request: unknown, of: OfRun | null): unknown {
  if (request === theRun) return of;
  if (!isPlain(request) || isText(request)) return request;
  const filled = Object.fromEntries(Object.entries(request).map(([name, value]) => [name, fill(value, of)]));
  if (request.run !== theRun.run) return filled;
  const { run: _, ...besides } = filled;
  return { ...of, ...besides };
}

/** Whether it can be asked only with the run. */
export const needsRun = (request: unknown): boolean =>
  isPlain(request) && (request.run === theRun.run || Object.values(request).some(needsRun));

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

interface How<C extends CallName, A> {
  readonly stays?: string;
  readonly take?: (answer: AnswerOf<C>) => A;
  /** What it depends on beside the run and the request. */
  readonly and?: object;
  /** The part of the request that is one object for as long as its text is the same. */
  readonly of?: object;
}

/** A question about the run of a text, which `about` is the request of. */
export const ofRun = <C extends Exclude<RunCall, TextCall>, A = AnswerOf<C>>(
  call: C,
  about: TextRequest,
  besides: Besides<C>,
  isWanted: unknown,
  how?: How<C, A>,
): Question<A> => asked(call, about, { ...theRun, ...besides }, isWanted, how as How<CallName, A>);

/**
 * A question about the drawn position, if that was run. An answer of the same run and position may stand until the
 * next is there, unless `of` differs.
 */
export function atDrawn<C extends Exclude<RunCall, TextCall>>(
  { request, at }: { readonly request: TextRequest | null; readonly at: number | null },
  call: C,
  besides: Omit<Besides<C>, 'position'>,
  isWanted: unknown,
  of: unknown = null,
): Question<AnswerOf<C>> | null {
  if (!request || at === null) return null;
  const stays = JSON.stringify([numberOf(request), at, of]);
  return asked(call, request, { ...theRun, position: at, ...besides }, isWanted, { stays });
}

/** A question that is about no run, or that names it in one of its fields. `about`: all that it depends on beside. */
export const ofModel = <C extends Exclude<CallName, TextCall>, A = AnswerOf<C>>(
  call: C,
  about: object | null,
  request: RequestOf<C>,
  isWanted: unknown,
  how?: How<C, A>,
): Question<A> => asked(call, about, request, isWanted, how as How<CallName, A>);

/** The only form in which a text of its own goes along: it takes what `clear` gives. */
export const ofText = <C extends TextCall, A = AnswerOf<C>>(
  call: C,
  about: object | null,
  { clearance }: { readonly clearance: Clearance },
  request: RequestOf<C>,
  isWanted: unknown,
  how?: How<C, A>,
): Question<A> => ({ ...asked(call, about, request, isWanted, how as How<CallName, A>), clearance });

/** What stands at a place of a document. */
export const ofPlace = (about: object, place: SubjectPlace): Question => ({
  ...asked('describe', about, place, true),
  call: 'read',
});

const asked = <A>(
  call: CallName,
  about: object | null,
  request: unknown,
  isWanted: unknown,
  { stays, take, and, of }: How<CallName, A> = {},
): Question<A> => ({
  ...{ call, request, isWanted: Boolean(isWanted) },
  ...(stays !== undefined && { stays }),
  ...(take && { take: take as (answer: unknown) => A }),
  key: JSON.stringify([call, ...[about, and, of].map((one) => one && numberOf(one)), said(request, of)]),
});

/** What a request says beside `of`. Texts are long, and the same one is the same object: a number stands for it. */
function said(request: unknown, of?: object): unknown {
  if (!isPlain(request)) return request;
  const { other } = request;
  if (!of) return isText(other) ? { ...request, other: numberOf(other as object) } : request;
  return Object.fromEntries(Object.entries(request).filter(([name]) => !(name in of)));
}

/** The result for the arguments of before, if they are the same. */
export function memo<A extends readonly unknown[], R>(make: (...args: A) => R): (...args: A) => R {
  let last: { readonly args: A; readonly result: R } | null = null;
  return (...args) => {
    if (!last || args.some((arg, at) => !Object.is(arg, last?.args[at]))) last = { args, result: make(...args) };
    return last.result;
  };
}

const isText = (value: unknown): boolean => isPlain(value) && typeof value.text === 'string';

const numbers = new WeakMap<object, number>();
let last = 0;
/** A number that no other object has. */
export function numberOf(one: object): number {
  const number = numbers.get(one) ?? ++last;
  numbers.set(one, number);
  return number;
}

/** What came of a question. */
export type HeldAnswer =
  | { readonly is: 'known'; readonly key: string; readonly stays?: string; readonly value: unknown }
  | { readonly is: 'failed'; readonly key: string; readonly error: EngineError };

/** The answers to the questions of one entry of the table, by their keys; the newest is last. */
export type Answers = Readonly<Record<string, ReadonlyMap<string, HeldAnswer>>>;

/** The answer to a question; null where it is not known. */
export function known<A>(answers: ReadonlyMap<string, HeldAnswer> | undefined, question: Question<A> | null): A | null {
  if (!question || !answers) return null;
  const answer = answers.get(question.key);
  if (answer) return answer.is === 'known' ? (answer.value as A) : null;
  if (question.stays === undefined) return null;
  const before = [...answers.values()].at(-1);
  return before?.is === 'known' && before.stays === question.stays ? (before.value as A) : null;
}

export function failure(answers: ReadonlyMap<string, HeldAnswer> | undefined, question: Question | null) {
  const answer = question && answers?.get(question.key);
  return answer?.is === 'failed' ? answer.error : null;
}
