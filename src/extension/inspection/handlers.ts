import { isWhole, spelledBy } from '../../shared/appended';
import type { Cause } from '../../shared/consent';
import type { Handlers, IntentName } from '../../shared/intents';
import { serverPlace } from '../../shared/modelName';
import type { PanelOptions, PanelState } from '../../shared/panel';
import type { NamedToken } from '../../shared/tokens';
import { chosenEntries } from './answers';
import { lookingIntents, type Event, type LookingIntent, type LookingName, type Slot } from './events';
import { appendedText, continued, documentText } from './inspections';
import type { BlamedParts } from './instruments/blame';
import type { Continuations } from './instruments/continuations';
import type { Laboratory } from './instruments/laboratory';
import type { MatteredParts } from './instruments/matters';
import type { WholeDocument } from './instruments/wholeDocument';
import type { Runner } from './runner';
import { placeOfWish } from './state';
import type { SubjectPlace } from './subject';
import type { InspectionSurroundings } from './surroundings';
import { shownText } from './text';
import type { ViewChoice } from './views';

/** What the handlers work with. */
interface Inspector {
  readonly runner: Runner;
  readonly surroundings: InspectionSurroundings;
  change(change: Partial<PanelState>): void;
  /** Shows a failure; ignores a cancellation. */
  report(error: unknown): void;
  readonly controller: {
    readonly byUser: Cause;
    readonly isBusy: boolean;
    choose(choice: ViewChoice): Promise<void>;
    configure(change: Partial<PanelOptions>, cause: Cause): Promise<void>;
    cancel(): void;
  };
  readonly document: WholeDocument;
  readonly laboratory: Laboratory;
  readonly continuations: Continuations;
  readonly blame: BlamedParts;
  readonly matters: MatteredParts;
}

/** The intents about the inspection itself, and the work beside it. */
export function inspectionHandlers({ runner, surroundings, controller, change, report, ...beside }: Inspector) {
  const { document, laboratory, continuations, blame, matters } = beside;
  const done = async (event: Event) => {
    runner.send(event);
    await runner.when(() => !controller.isBusy && runner.state.reading === null);
  };
  const read = async (cause = controller.byUser, place?: SubjectPlace) => {
    const { wish } = runner.state;
    const from = place ?? (wish && placeOfWish(wish));
    if (from) await done({ type: 'read', reading: { place: from, cause, asks: true, resumed: null, grows: false } });
  };
  /** Inspects the shown text with other tokens after it. */
  const follow = async (tokensOf: (before: readonly NamedToken[]) => readonly NamedToken[]) => {
    const shown = shownText(runner.state);
    if (!shown) return;
    const { subject, tracked, chat } = shown;
    const text = continued({ ...subject, ...tracked.range }, tokensOf(subject.appended?.tokens ?? []));
    const how = { choosing: { to: 'last' }, cause: controller.byUser, predictsFirst: true, asks: true } as const;
    await done({ type: 'inspect', wanted: { subject: text, tracked, chat, ...how } });
  };
  return {
    choosePosition: async ({ position }) => {
      if (runner.state.shown?.text.tokens[position]) await controller.choose({ position, tokenId: null });
    },
    chooseToken: ({ id }) => controller.choose({ position: runner.state.choice.position, tokenId: id }),
    setOptions: ({ options }) => controller.configure(options, controller.byUser),
    async refresh({ server: named }) {
      const { server } = surroundings.request();
      if (named === undefined) return read();
      // The button beside a sentence that names a server lets the text go to that one alone.
      const isMeant = server !== undefined && serverPlace(server.address) === named;
      if (isMeant) surroundings.agree(server.address);
      await read(isMeant ? { by: 'button', server: server.address } : { by: 'user', server: null });
    },
    async continueWith({ id }) {
      const { drawn, shown } = runner.state;
      const listed = drawn.prediction?.top ?? shown?.ran?.view.likeliest[drawn.position ?? -1] ?? [];
      const token = listed.map((entry) => entry.token).find((one) => one.id === id);
      if (token) await follow((before) => [...before, token]);
    },
    continueText: (intent) => continuations.run(intent),
    stopContinuing: () => continuations.stop(),
    blame: (intent) => blame.parts(intent),
    compareTensors: () => blame.tensors(),
    stopBlame: () => blame.stop(),
    scaleOther: (intent) => blame.scale(intent),
    matter: (intent) => matters.each(intent),
    matterTogether: (intent) => matters.together(intent),
    stopMatters: () => matters.stop(),
    removePath: ({ path }) => continuations.remove(path),
    async inspectPath({ path, against }) {
      const shown = shownText(runner.state);
      const [tokens, others] = [path, against].map((id) => continuations.tokensOf(id));
      if (!shown || !tokens) return;
      const own = documentText(runner.state.shown?.request ?? { text: '' });
      const other = others && [...(shown.subject.appended?.tokens ?? []), ...others];
      await follow((before) => [...before, ...tokens]);
      const appended = { from: own.length, ids: other?.map(({ id }) => id) ?? [] };
      const compared = { type: 'compareTexts', text: own + spelledBy(other ?? []), appended } as const;
      if (other) await look(runner, compared, () => controller.isBusy);
    },
    async takeOff() {
      if (runner.state.shown?.wish.subject.appended) await follow((before) => before.slice(0, -1));
    },
    /** A conversation has no place in the document for what was appended. */
    async insertAppended({ path }) {
      const shown = shownText(runner.state);
      const { text } = runner.state.shown ?? {};
      if (!shown || shown.tracked.changed || text?.chat) return;
      const tokens = [...(shown.subject.appended?.tokens ?? []), ...(continuations.tokensOf(path) ?? [])];
      // A document has no parts of characters.
      if (tokens.length === 0 || !isWhole(tokens)) return;
      const cause = controller.byUser;
      const { uri, start, end } = placeOfWish(shown);
      try {
        const length = await surroundings.insert({ uri, start, end }, appendedText(continued(shown.subject, tokens)));
        // An edit before it may have moved it meanwhile. Its end has grown only while the text is followed.
        const { start: now } = shown.tracked.range;
        await read(cause, { uri, start: now, end: now + (end - start) + length });
      } catch (error) {
        report(error);
      }
    },
    followEdits({ on }) {
      runner.send({ type: 'follow', on });
      // A checkbox that was ticked in vain is drawn anew.
      if (runner.state.followsEdits !== on) change({ followsEdits: runner.state.followsEdits });
    },
    cancel: () => controller.cancel(),
    async download() {
      const { wish, ended } = runner.state;
      const isOld = wish && !wish.isDone && ended && wish.tracked.changed;
      runner.send({ type: 'agree' });
      const { cause } = runner.state.wish ?? {};
      await (isOld && cause && cause.by !== 'itself' ? read(cause) : done({ type: 'world' }));
    },
    load: () => controller.choose(runner.state.choice),
    lab: ({ ask }) => laboratory.run(ask),
    async keepVector({ name, expression }) {
      const { keptVectors } = surroundings;
      try {
        await keptVectors.keep(name, expression);
      } catch (error) {
        report(error);
      }
      change({ keptVectors: keptVectors.all });
    },
    cancelLab: () => laboratory.stop(),
    stopDocument: () => document.stop(),
    continueDocument: () => document.goOn(),
    closeDocument: () => document.close(),
  } satisfies Partial<Handlers<IntentName>>;
}

/** What each of these waits for; none of them: for all that is asked; null: for nothing. */
const awaited: Readonly<Record<LookingName, readonly Slot[] | null>> = {
  ...{
    inView: [],
    openHead: ['headView', 'headScores', 'pattern'],
    chooseKey: ['headScores'],
    openNeuron: ['neuronView'],
    compareWith: ['headGrid', 'journey'],
    ablate: ['ablation'],
  },
  ...{ find: ['find'], makeVector: ['vector'], steer: ['steer', 'steerCurve'] },
  ...{ chooseAxis: chosenEntries, stepAxis: chosenEntries, compareTexts: ['twoTexts', 'twoPositions'] },
  ...{ chooseOtherPosition: ['twoPositions'], patch: ['patch'], stopPatch: null, openPatch: ['patchCell'] },
  besideTokenizer: ['cutBeside'],
  ...{ endComparison: null, compareInTurn: ['bothText', 'bothPosition'] },
};

/** Resolves once what the intent asks for is shown, for which the model may have to be loaded. */
export async function look(runner: Runner, intent: LookingIntent, isBusy: () => boolean): Promise<void> {
  runner.send(intent);
  if (runner.state.needs) await runner.when(() => !isBusy());
  const slots = awaited[intent.type];
  if (slots) await runner.until(...slots);
}

/** The intents that ask something about the inspection beside it. */
export const lookingHandlers = (runner: Runner, isBusy: () => boolean) =>
  Object.fromEntries(
    lookingIntents.map((name) => [name, (intent: LookingIntent) => look(runner, intent, isBusy)]),
  ) as Readonly<Record<LookingName, (intent: LookingIntent) => Promise<void>>>;
