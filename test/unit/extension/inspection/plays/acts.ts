import { EngineError, type ErrorCode } from '../../../../../src/shared/errors';
import { serverPlace } from '../../../../../src/shared/modelName';
import type { PanelOptions } from '../../../../../src/shared/panel';
import type { Model } from './model';
import { models, type Rig } from './rig';
import { appendable } from './stamps';

/** A stretch of a document. */
export interface Stretch {
  readonly uri: string;
  readonly from: number;
  readonly length: number;
}

export const uris = ['file:///a.md', 'file:///b.md'] as const;

const changesText = (options: Partial<PanelOptions>): boolean =>
  Object.keys(options).some((name) => ['context', 'plain', 'chat', 'contextTokens', 'limit'].includes(name));

export function inspects(model: Model, rig: Rig, stretch: Stretch): void {
  const subject = asked(model, rig, stretch);
  if (subject) rig.wait('inspect', rig.controller.inspect(subject));
}

export function inspectsChat(model: Model, rig: Rig, stretch: Stretch): void {
  const subject = asked(model, rig, stretch);
  if (subject) rig.wait('inspectAs', rig.controller.inspectAs(subject, 'chat'));
}

function asked(model: Model, rig: Rig, { uri, from, length }: Stretch) {
  const subject = rig.subject(uri, from, length);
  if (!subject) return null;
  model.leave.lets(rig, subject);
  model.asks(subject);
  return subject;
}

/** The window is loaded again. `appended`: a token was put after the text that was shown. */
export function resumes(_: Model, rig: Rig, stretch: Stretch, appended = false): void {
  const { uri, from, length } = stretch;
  const { context, plain, chat, centred, space, colouring } = rig.state.options;
  const options = { context, plain, chat, centred, space, colouring };
  const place = { uri, start: from, end: from + length };
  const after = appended && { appended: [appendable(0)] };
  rig.wait('resume', rig.controller.resume(place, { options, position: null, tokenId: null, ...after }));
}

/** `named`: by the button beside the sentence that names a server, if it is shown; else by the command. */
export function refreshes(model: Model, rig: Rig, named: boolean): void {
  const { status } = rig.state;
  const server = named && status.kind === 'not-sent' ? status.server : undefined;
  const address = rig.settings.server?.address;
  if (server !== undefined && address !== undefined && serverPlace(address) === server) model.leave.button = address;
  rig.isUser = server === undefined || model.leave.button !== null;
  rig.wait('refresh', rig.controller.intend({ type: 'refresh', ...(server !== undefined && { server }) }));
  rig.isUser = false;
}

export function sets(model: Model, rig: Rig, options: Partial<PanelOptions>): void {
  const context = options.context ?? rig.state.options.context;
  for (const subject of [model.wish, rig.controller.shown, rig.named])
    // A text that was never let go waits on: an option is no yes to sending it.
    if (subject && changesText(options) && (rig.state.status.kind !== 'not-sent' || model.leave.has(rig, subject.text)))
      model.leave.lets(rig, subject, context);
  rig.wait('setOptions', rig.controller.intend({ type: 'setOptions', options }));
}

export function continues(model: Model, rig: Rig, at: number): void {
  model.leave.lets(rig, rig.controller.shown);
  model.choice = null;
  const id = rig.state.prediction?.top[at]?.token.id ?? 88;
  rig.wait('continueWith', rig.controller.intend({ type: 'continueWith', id }));
}

export function choosesPosition(model: Model, rig: Rig, position: number): void {
  if (rig.state.text?.tokens[position]) model.chooses(rig, position, null);
  rig.wait('choosePosition', rig.controller.intend({ type: 'choosePosition', position }));
}

export function putsCursor(model: Model, rig: Rig, position: number): void {
  const { choice } = model;
  // On the chosen position it changes nothing.
  if (choice && choice.position !== position && rig.state.text?.tokens[position]) model.chooses(rig, position, null);
  rig.wait('follow', rig.controller.follow(position));
}

export function choosesToken(model: Model, rig: Rig, id: number | null): void {
  model.choice = null;
  rig.wait('chooseToken', rig.controller.intend({ type: 'chooseToken', id }));
}

export function follows(_: Model, rig: Rig, on: boolean): void {
  rig.wait('followEdits', rig.controller.intend({ type: 'followEdits', on }));
}

/** The document of the shown text is edited: before the text, within it, or at its end. */
export function edits(_: Model, rig: Rig, { where, text }: { where: 'before' | 'inside' | 'end'; text: string }): void {
  const { uri = uris[0], start = 2, end = 5 } = rig.controller.shown ?? {};
  const place = {
    before: { start: 0, end: 0 },
    inside: { start, end: Math.min(start + 1, end) },
    end: { start: end, end },
  };
  rig.edit(uri, place[where], text, true);
}

export function editsUnseen(_: Model, rig: Rig): void {
  const { uri = uris[0], start = 2 } = rig.controller.shown ?? {};
  rig.edit(uri, { start, end: start + 1 }, 'z', false);
}

export function answers(_: Model, { pending }: Rig, nth: number): void {
  pending[nth % Math.max(1, pending.length)]?.settle(null);
}

export function fails(model: Model, rig: Rig, { nth, code }: { nth: number; code: ErrorCode }): void {
  const { pending } = rig;
  const one = pending[nth % Math.max(1, pending.length)];
  if (!one) return;
  if (code === 'bad-request' && rig.state.options.chat) model.isUnsure = true;
  if (['describe', 'load', 'loadOther'].includes(one.name)) model.second.failed(rig, one.name === 'loadOther');
  one.settle(new EngineError(code, 'No.'));
}

export function cancels(model: Model, rig: Rig): void {
  model.second.ends();
  if (rig.readings.some(({ name }) => name === 'read')) model.cancelsReading();
  rig.wait('cancel', rig.controller.intend({ type: 'cancel' }));
  const goesOn = rig.pretended.pending.find(({ name }) => ['load', 'tokenise', 'renderChat', 'run'].includes(name));
  if (goesOn) rig.pretended.faults.push(`${goesOn.name} goes on although it was cancelled`);
}

export function restores(model: Model, rig: Rig, nth: number): void {
  const { all } = rig.controller.inspections;
  const past = all[nth % Math.max(1, all.length)];
  if (!past) return;
  model.asks(past.subject);
  model.second.forgets();
  rig.wait('restore', rig.controller.restore(past.id));
}

export function removes(model: Model, rig: Rig, nth: number): void {
  const { all, current } = rig.controller.inspections;
  const past = all[nth % Math.max(1, all.length)];
  if (past && past.id === current) model.asks(null);
  if (past) rig.controller.remove(past.id);
}

export function takesOff(model: Model, rig: Rig): void {
  model.leave.lets(rig, rig.controller.shown);
  model.choice = null;
  rig.wait('takeOff', rig.controller.intend({ type: 'takeOff' }));
}

export function writes(model: Model, rig: Rig): void {
  model.leave.lets(rig, rig.controller.shown);
  rig.wait('insertAppended', rig.controller.intend({ type: 'insertAppended' }));
}

export function configures(_: Model, rig: Rig, options: Partial<PanelOptions>): void {
  rig.wait('configure', rig.controller.configure(options));
}

export function names(model: Model, rig: Rig, nth: number): void {
  model.second.forgets();
  rig.names(models[nth] ?? rig.settings);
}

export function resets(model: Model, rig: Rig): void {
  model.asks(null);
  model.second.isShownAgain();
  rig.controller.reset();
}

/** The user unloads the model, so work that waits for it ends too. */
export function unloads(model: Model, rig: Rig): void {
  if (rig.readings.some(({ name }) => name === 'read')) model.cancelsReading();
  rig.controller.letGo();
  ends(model, rig, 'cancelled');
}

/** The engine ends: by itself, or to give its memory back. */
export function ends(model: Model, rig: Rig, code: 'worker-lost' | 'cancelled'): void {
  model.second.forgets();
  rig.pretended.end(code);
}

export function compares(model: Model, rig: Rig, path: string): void {
  model.second.compares(rig);
  rig.wait('compare', rig.controller.compare({ path }, path));
}

/** Another model, or the same one again, is wanted and loaded at once: by a question that runs no text. */
export function loads(model: Model, rig: Rig, nth: number): void {
  ends(model, rig, 'cancelled');
  names(model, rig, nth);
  rig.wait('load', rig.controller.ready());
}
