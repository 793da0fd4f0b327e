import type { OtherModel, OtherRequest } from '../../shared/both';
import type { TextRequest } from '../../shared/tokens';
import { ofModel } from './question';

/** A second model to load; every wish for one is an object of its own. */
export interface AskedSecond {
  readonly request: OtherRequest;
  /** What a person calls it. */
  readonly name: string;
}
export interface HeldSecond extends AskedSecond {
  readonly other: OtherModel;
}

/** The second model. `said`: a sentence for a person. */
export type Second =
  /** `hasEnded`: the sentence says that the comparison has ended. */
  | { readonly is: 'none'; readonly said: string | null; readonly hasEnded?: true }
  /** `before`: comes back if it fails. The engine releases it first; `isReleased`: it has already. */
  | {
      readonly is: 'wanted';
      readonly asked: AskedSecond;
      readonly before: HeldSecond | null;
      readonly isReleased?: boolean;
    }
  | { readonly is: 'comingBack'; readonly asked: AskedSecond; readonly before: HeldSecond; readonly said: string }
  /** `inTurn`: the text that the two were asked to run one after the other. `failed`: a question, which would again. */
  | {
      readonly is: 'held';
      readonly held: HeldSecond;
      readonly inTurn: TextRequest | null;
      readonly said: string | null;
      readonly failed?: true;
    }
  /** It went with the first, and comes back with it. */
  | { readonly is: 'gone'; readonly held: HeldSecond };

export const noSecond: Second = { is: 'none', said: null };
const none = (said: string | null = null): Second => (said === null ? noSecond : { is: 'none', said });

export const heldOf = (second: Second): HeldSecond | null => (second.is === 'held' ? second.held : null);
/** Whether the engine may hold one. */
export const isHeld = ({ is }: Second): boolean => is === 'held' || is === 'wanted' || is === 'comingBack';
export const mayAsk = (second: Second): boolean => second.is === 'held' && !second.failed;

/** What is asked for the second model; null in the three states that ask nothing. */
export const loadOf = (second: Second) =>
  second.is === 'wanted' || second.is === 'comingBack'
    ? ofModel('loadOther', second.asked, second.asked.request, true)
    : null;

export type SecondEvent =
  | { readonly type: 'compare'; readonly asked: AskedSecond; readonly isLoading: boolean }
  | { readonly type: 'loaded'; readonly other: OtherModel }
  /** It has another share of its adapter. */
  | { readonly type: 'scaled'; readonly other: OtherModel }
  /** It could not be loaded; null: the load was cancelled. */
  | { readonly type: 'loadFailed'; readonly said: string | null; readonly firstIsHere: boolean }
  /** A question about both failed. */
  | { readonly type: 'questionFailed'; readonly said: string }
  /**
   * The engine has ended; `wasRunning`: while the two ran a text, which may have been too much for it; `isLoading`:
   * while it loaded the second, which fails by itself.
   */
  | { readonly type: 'ended'; readonly wasRunning: boolean; readonly isLoading: boolean }
  /** The first is in memory again. */
  | { readonly type: 'firstIsBack' }
  /** The first is another: `said` tells that the comparison with the one of this name has ended. */
  | { readonly type: 'firstIsOther'; readonly said: (name: string) => string }
  | { readonly type: 'runInTurn'; readonly request: TextRequest | null }
  /** An inspection is shown, of another text or of the same: `differs`. */
  | { readonly type: 'text'; readonly differs: boolean }
  | { readonly type: 'end' };

/** The whole life of the second model. */
export function second(now: Second, event: SecondEvent): Second {
  switch (event.type) {
    case 'compare': {
      const { asked, isLoading } = event;
      if (now.is === 'wanted')
        return { is: 'wanted', asked, before: now.before, isReleased: isLoading || now.isReleased === true };
      if (now.is === 'comingBack') return { is: 'wanted', asked, before: now.before, isReleased: true };
      return { is: 'wanted', asked, before: now.is === 'held' ? now.held : null };
    }
    case 'loaded':
      if (now.is === 'wanted')
        return { is: 'held', held: { ...now.asked, other: event.other }, inTurn: null, said: null };
      // What is known of both belongs to the model that came back.
      return now.is === 'comingBack' ? { is: 'held', held: now.before, inTurn: null, said: now.said } : now;
    case 'scaled':
      return now.is === 'held' ? { ...now, held: { ...now.held, other: event.other } } : now;
    case 'loadFailed':
      // Memory may not hold three, so the engine has released the one before.
      if (now.is === 'wanted' && now.before && event.firstIsHere && event.said !== null)
        return { is: 'comingBack', asked: { ...now.before }, before: now.before, said: event.said };
      return now.is === 'wanted' || now.is === 'comingBack' ? none(event.said) : now;
    case 'questionFailed':
      // The engine may have ended with the two, so that nothing is held by now.
      return now.is === 'held' ? { ...now, said: event.said, failed: true } : none(event.said);
    case 'ended':
      if (now.is === 'held') return event.wasRunning ? none() : { is: 'gone', held: now.held };
      // Nothing is held to come back to.
      if (now.is === 'comingBack') return event.isLoading ? now : none(now.said);
      return now.is === 'wanted' ? { ...now, before: null } : now;
    case 'firstIsBack':
      return now.is === 'gone' ? { is: 'wanted', asked: { ...now.held }, before: null } : now;
    case 'firstIsOther':
      if (now.is === 'wanted') return { ...now, before: null };
      if (now.is === 'none') return now;
      return {
        is: 'none',
        said: event.said(now.is === 'comingBack' ? now.before.name : now.held.name),
        hasEnded: true,
      };
    case 'runInTurn':
      return now.is === 'held' ? { is: 'held', held: now.held, inTurn: event.request, said: null } : now;
    case 'text':
      // A failure that belongs to the former text says nothing about this one.
      if (now.is === 'held' && now.said !== null) return { is: 'held', held: now.held, inTurn: now.inTurn, said: null };
      return now.is === 'none' && now.hasEnded && event.differs ? none() : now;
    case 'end':
      return none();
  }
}
