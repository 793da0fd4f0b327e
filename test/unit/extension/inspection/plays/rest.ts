import { modelKey } from '../../../../../src/shared/model';
import type { PanelState } from '../../../../../src/shared/panel';
import { spaceOf } from '../../../../../src/shared/sides';
import type { Model } from './model';
import type { Rig } from './rig';
import { cutOf, documentText, faultsShown, isForgotten } from './shown';

/** Everything has been answered: sentences about what does not hold then. */
export function* faultsAtRest(model: Model, rig: Rig): Generator<string> {
  const { pretended, state } = rig;
  for (const name of rig.waits.values()) yield `${name} never ends`;
  yield* faultsOfWaits(state);
  if (state.loaded !== (pretended.loaded !== null))
    yield state.loaded ? 'a model is said to be loaded, and none is' : 'a model is loaded, which nothing says';
  yield* model.second.faultsAtRest(rig);
  if (pretended.holdsText && !state.texts) yield 'the engine holds a second text that nothing shows';
  yield* faultsOfWish(model, rig);
  if (!isComplete(rig)) return;
  yield* faultsShown(rig, true);
  yield* faultsOfChoice(model, rig);
  yield* faultsOfReady(rig);
}

function* faultsOfWaits({ status, lab, document, both, lens }: PanelState): Generator<string> {
  if (status.kind === 'working') yield 'something is said to be under way, and nothing is';
  for (const [name, run] of Object.entries(lab))
    if (run?.running) yield `the experiment ${name} is said to run, and does not`;
  if (document?.progress === 'running') yield 'a document is said to be measured, and is not';
  if (both.working) yield 'the second model is said to be at work, and is not';
  if (lens && lens.fraction !== null) yield 'the lens is said to be under way, and is not';
}

/** The newest wish is shown, or the status says why it is not. */
function* faultsOfWish({ wish, isUnsure }: Model, { state, documents }: Rig): Generator<string> {
  const { status, text, source } = state;
  const now = source && documents.get(source.uri);
  if (text && source && now?.isOpen && now.text.slice(source.start, source.end) !== source.excerpt && !state.outOfDate)
    yield 'a text reads differently by now, which nothing says';
  if (isUnsure) return;
  if (!wish) {
    if (text) yield 'a text is shown that nobody wants';
    if (status.kind === 'ready') yield 'all is said to be ready, and nothing is shown';
    return;
  }
  if (status.kind === 'empty') yield 'a text was asked for, and nothing says what became of it';
  if (status.kind !== 'ready') return;
  if (!text || !source) yield 'all is said to be ready, and no text is shown';
  else if (documentText(source.excerpt) !== documentText(wish.text))
    yield 'an older text is shown than was asked for last';
}

/** The shown model is in memory, and no other is wanted: whatever is in sight can be asked for. */
function isComplete({ state, pretended: { loaded }, settings }: Rig): boolean {
  const isWanted = loaded !== null && modelKey(loaded) === modelKey(settings);
  return state.status.kind === 'ready' && isWanted && state.loaded && state.model?.name === settings.path;
}

function* faultsOfReady(rig: Rig): Generator<string> {
  const { run, position, options, text } = rig.state;
  if (!text) return;
  if (!run || position === null) return void (yield 'all is said to be ready, and there is no run');
  const { plain, limit, context, chat } = options;
  const isChat = chat !== null;
  if (isChat !== (text.chat !== undefined)) yield 'the text is not rendered as the options say';
  if (!isChat && text.read.plain !== plain) yield 'control tokens are not read as the options say';
  if (text.read.limit !== limit) yield 'the text is cut at another limit than the options say';
  if (!context && text.contextCount > 0) yield 'a context is read, and the options say none';
  yield* faultsInSight(rig, position < run.length);
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
function* faultsInSight(rig: Rig, isRun: boolean): Generator<string> {
  const { state, sight } = rig;
  const { journey, leaders, attention, lens, vector, texts, both, contrasts, ablation, steer, scope, run } = state;
  // A server whose engine has forgotten the run would have to get the text again.
  const isAsked = !state.model?.server || !isForgotten(rig);
  if (!contrasts && !run?.listed && isAsked) yield 'the contrasts are missing';
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
  if (isRun && sight.texts && texts && !texts.failure && !texts.next) yield 'the two texts are in sight and missing';
  if (sight.texts && texts?.patch?.progress === 'running' && !texts.failure) yield 'patches wait for nothing';
  const { other, text, failure } = both;
  if (sight.both && other?.runs === 'together' && !text && failure === null)
    yield 'both models are in sight and missing';
}
