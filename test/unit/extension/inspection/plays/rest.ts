import { modelKey } from '../../../../../src/shared/model';
import type { PanelState } from '../../../../../src/shared/panel';
import { spaceOf } from '../../../../../src/shared/sides';
import type { Model } from './model';
import type { Rig } from './rig';
import { cutOf, documentText, faultsShown } from './shown';

/** Everything has been answered: sentences about what does not hold then. */
export function* faultsAtRest(model: Model, rig: Rig): Generator<string> {
  const { pretended, state } = rig;
  for (const name of rig.waits.values()) yield `${name} never ends`;
  yield* faultsOfWaits(model, state);
  if (state.loaded !== (pretended.loaded !== null))
    yield state.loaded ? 'a model is said to be loaded, and none is' : 'a model is loaded, which nothing says';
  yield* model.second.faultsAtRest(rig);
  if (pretended.holdsText && !state.texts) yield 'the engine holds a second text that nothing shows';
  yield* faultsOfWish(model, rig);
  if (!isComplete(rig)) return;
  yield* faultsShown(rig, true);
  for (const fault of faultsOfChoice(model, rig)) yield fault + whyChosen(model, rig);
  yield* faultsOfReady(model, rig);
}

const goneBack = ', since the settings named another model for a while';
const hasGoneBack = ({ isApart }: Model, { wentBack }: Rig): boolean => isApart || wentBack;

function whyChosen(model: Model, rig: Rig): string {
  if (hasGoneBack(model, rig)) return goneBack;
  if (model.isEarly) return ', set before its token was there';
  return model.chosenIn === rig.pretended.life ? '' : ', chosen in an earlier life of the engine';
}

function* faultsOfWaits({ cancelled }: Model, state: PanelState): Generator<string> {
  const { status, lab, document, both, encoded, lens } = state;
  if (status.kind === 'working') yield 'something is said to be under way, and nothing is';
  for (const [name, run] of Object.entries(lab)) {
    if (run?.running) yield `the experiment ${name} is said to run, and does not`;
    if (run?.waits) yield `the experiment ${name} waits for nothing${cancelled.has(name) ? ', and was cancelled' : ''}`;
  }
  if (document?.progress === 'running') yield 'a document is said to be measured, and is not';
  if (both.working) yield 'the second model is said to be at work, and is not';
  if (Object.values(encoded).includes('loading')) yield 'an encoding is said to be loading, and is not';
  if (lens && lens.fraction !== null) yield 'the lens is said to be under way, and is not';
}

function whyGone({ state: { model }, pretended, settings }: Rig): string {
  if (pretended.hasCrossed) return ', since a cancelled load was answered';
  return model?.name === settings.path ? '' : ', beside another model than the settings name';
}

/** The newest wish is shown, or the status says why it is not. */
function* faultsOfWish({ wish, isUnsure, isRead }: Model, rig: Rig): Generator<string> {
  const { state, documents } = rig;
  const { status, text, source } = state;
  const now = source && documents.get(source.uri);
  if (text && source && now?.isOpen && now.text.slice(source.start, source.end) !== source.excerpt && !state.outOfDate)
    yield `a text reads differently by now, which nothing says${status.kind === 'ready' ? '' : ', since a newer one ended'}`;
  if (isUnsure) return;
  if (!wish) {
    if (text) yield 'a text is shown that nobody wants';
    if (status.kind === 'ready') yield 'all is said to be ready, and nothing is shown';
    return;
  }
  if (status.kind === 'empty') yield 'a text was asked for, and nothing says what became of it';
  if (status.kind !== 'ready') return;
  if (!text || !source) yield `all is said to be ready, and no text is shown${whyGone(rig)}`;
  else if (documentText(source.excerpt) !== documentText(wish.text))
    yield `an older text is shown than was ${isRead ? 'read' : 'asked for'} last`;
}

/** The shown model is in memory, and no other is wanted: whatever is in sight can be asked for. */
function isComplete({ state, pretended: { loaded }, settings }: Rig): boolean {
  const isWanted = loaded !== null && modelKey(loaded) === modelKey(settings);
  return state.status.kind === 'ready' && isWanted && state.loaded && state.model?.name === settings.path;
}

function* faultsOfReady(model: Model, rig: Rig): Generator<string> {
  const { run, position, options, text } = rig.state;
  if (!text) return;
  if (!run || position === null) return void (yield 'all is said to be ready, and there is no run');
  const { plain, limit, context, chat } = options;
  const isChat = chat !== null;
  if (isChat !== (text.chat !== undefined)) yield 'the text is not rendered as the options say';
  if (!isChat && text.read.plain !== plain) yield 'control tokens are not read as the options say';
  if (text.read.limit !== limit) yield 'the text is cut at another limit than the options say';
  if (!context && text.contextCount > 0) yield 'a context is read, and the options say none';
  for (const fault of faultsInSight(rig, position < run.length, model.hasPatched))
    yield fault + (hasGoneBack(model, rig) ? goneBack : '');
}

/** The chosen position and token are shown, with the lists that the options say. */
function* faultsOfChoice({ choice }: Model, { state }: Rig): Generator<string> {
  const { run, position, token, neighbours, prediction, options, text } = state;
  if (!run || !text || position === null) return;
  const own = text.tokens[position];
  const isChosen = choice !== null && choice.cut === cutOf(state);
  if (isChosen && choice.position !== position) yield 'another position is shown than was chosen last';
  if (isChosen && token?.token.id !== (choice.tokenId ?? own?.id)) yield 'another token is shown than was chosen last';
  if (token?.token.id !== neighbours?.query.id) yield 'the neighbours of another token are shown';
  if (neighbours?.centred !== options.centred) yield 'the neighbours are not centred as the options say';
  if ((neighbours?.space ?? null) !== spaceOf(state)) yield 'the neighbours are of another matrix than the options say';
  if (neighbours?.lists.dot.length !== options.neighbours) yield 'the lists of neighbours have another length';
  // What a server would have to get again is not asked for.
  if (position < run.length && prediction?.top.length !== options.top && !state.model?.server)
    yield 'the prediction is missing, or has another length';
}

/** What is in sight is there, or says why it is not. */
function* faultsInSight({ state, sight }: Rig, isRun: boolean, hasPatched: boolean): Generator<string> {
  const patched = hasPatched ? ', since a patch was asked for' : '';
  const { journey, leaders, attention, lens, vector, texts, both, contrasts, ablation, steer, scope, run } = state;
  if (!contrasts && !run?.listed) yield 'the contrasts are missing';
  if (isRun && sight.journey && !journey) yield 'the journey is in sight and missing';
  if (isRun && sight.leaders && !leaders) yield 'the leading tokens are in sight and missing';
  if (isRun && sight.attention && !attention.grid) yield 'the heads are in sight and missing';
  if (isRun && sight.attention && attention.open && !attention.view) yield 'the open head is in sight and missing';
  if (isRun && state.model?.trunk && ablation && !ablation.result) yield 'the ablation is missing';
  if (isRun && sight.steer && steer && !steer.result && !steer.fault) yield 'the steered run is in sight and missing';
  if (isRun && sight.vector && vector && !vector.result && !vector.fault) yield 'the vector is in sight and missing';
  if (isRun && sight.scope && state.axes.now.kind === 'token' && state.token && !scope)
    yield 'the vectorscope is in sight and missing';
  if (sight.lens && run && sight.lens.from < run.length && !lens?.blocks.length)
    yield 'the lens is in sight and missing';
  if (isRun && sight.texts && texts && !texts.failure && !texts.next)
    yield `the two texts are in sight and missing${patched}`;
  if (sight.texts && texts?.patch?.progress === 'running' && !texts.failure)
    yield `patches wait for nothing${texts.next ? '' : patched}`;
  const { other, text, failure } = both;
  if (sight.both && other?.runs === 'together' && !text && failure === null)
    yield 'both models are in sight and missing';
}
