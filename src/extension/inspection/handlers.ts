import { canFollow } from '../../shared/appended';
import type { Cause } from '../../shared/consent';
import type { Handlers, IntentName } from '../../shared/intents';
import type { PanelOptions, PanelState } from '../../shared/panel';
import { serverPlace } from '../../shared/servedName';
import type { NamedToken } from '../../shared/tokens';
import { parseExpression } from '../../shared/vectors/expression';
import { appendedText, continued } from './continued';
import type { Event, Slot } from './events';
import type { Encodings } from './instruments/encodings';
import type { Laboratory } from './instruments/laboratory';
import type { WholeDocument } from './instruments/wholeDocument';
import type { Runner } from './runner';
import { placeOf } from './state';
import type { Place } from './subject';
import type { Surroundings } from './surroundings';
import { shownText } from './text';
import type { Choice } from './views';

/** What all handlers work with. */
interface Handling {
  readonly runner: Runner;
  readonly surroundings: Surroundings;
  change(change: Partial<PanelState>): void;
  /** Shows a failure; ignores a cancellation. */
  report(error: unknown): void;
}

interface Inspector extends Handling {
  readonly controller: {
    readonly byUser: Cause;
    readonly isBusy: boolean;
    choose(choice: Choice): Promise<void>;
    configure(change: Partial<PanelOptions>, cause: Cause): Promise<void>;
    cancel(): void;
  };
  readonly document: WholeDocument;
  readonly laboratory: Laboratory;
  readonly encodings: Encodings;
}

/** The intents about the inspection itself, and the work beside it. */
export function inspectionHandlers({ runner, surroundings, controller, change, report, ...beside }: Inspector) {
  const { document, laboratory, encodings } = beside;
  const done = async (event: Event) => {
    runner.send(event);
    await runner.when(() => !controller.isBusy && runner.state.reading === null);
  };
  const read = async (cause = controller.byUser, place?: Place) => {
    const { wish } = runner.state;
    const from = place ?? (wish && placeOf(wish));
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
      const { drawn, shown, options } = runner.state;
      const listed = drawn.prediction?.top ?? shown?.ran?.view.likeliest[drawn.position ?? -1] ?? [];
      const token = listed.map((entry) => entry.token).find((one) => one.id === id);
      if (token && canFollow(token, options.plain && !shown?.text.chat)) await follow((before) => [...before, token]);
    },
    async takeOff() {
      if (runner.state.shown?.wish.subject.appended) await follow((before) => before.slice(0, -1));
    },
    /** A conversation has no place in the document for what was appended. */
    async insertAppended() {
      const shown = shownText(runner.state);
      const { text } = runner.state.shown ?? {};
      if (!shown?.subject.appended || shown.tracked.changed || text?.chat) return;
      const cause = controller.byUser;
      const { uri, start, end } = placeOf(shown);
      try {
        const length = await surroundings.insert({ uri, start, end }, appendedText(shown.subject));
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
      await (isOld && wish.cause.by !== 'itself' ? read(wish.cause) : done({ type: 'world' }));
    },
    load: () => controller.choose(runner.state.choice),
    async encode({ encoding }) {
      const { asRead } = runner.now;
      if (asRead) await encodings.ask(encoding, asRead.text);
    },
    lab: ({ ask, goOn }) => laboratory.run(ask, goOn),
    verifyUntrained: ({ ids }) => laboratory.verify(ids),
    cancelLab: ({ name }) => laboratory.cancel(name),
    stopDocument: () => document.stop(),
    continueDocument: () => document.goOn(),
    closeDocument: () => document.close(),
  } satisfies Partial<Handlers<IntentName>>;
}

interface Looker extends Handling {
  /** Resolves once the engine has the model; a failure is shown. */
  ready(): Promise<void>;
  /** Shows the numbers of the choice, for which the model is loaded. */
  showChoice(): Promise<void>;
}

/** The intents that ask something about the inspection beside it. Each resolves once nothing is awaited any more. */
export function lookingHandlers({ runner, surroundings, ready, showChoice, change, report }: Looker) {
  const { l10n, keptVectors } = surroundings;
  const faultOf = (expression: string) => {
    const parsed = parseExpression(expression, l10n);
    return 'fault' in parsed ? parsed.fault : null;
  };
  const send: Runner['send'] = (event) => runner.send(event);
  const sent = (event: Event, ...until: readonly Slot[]): Promise<void> => {
    send(event);
    return runner.until(...until);
  };
  return {
    inView: ({ parts }) => sent({ type: 'inView', sight: parts }),
    openHead: ({ head }) => sent({ type: 'look', looking: { head } }, 'headView', 'pattern'),
    compareWith: ({ id }) => sent({ type: 'look', looking: { against: id } }, 'headGrid', 'journey'),
    ablate: ({ ablation }) => sent({ type: 'look', looking: { ablation: ablation } }, 'ablation'),
    async find({ query }) {
      send({ type: 'look', looking: { query: query === '' ? null : query } });
      if (query !== '') await ready();
      await runner.until('find');
    },
    async makeVector({ expression }) {
      send({ type: 'look', looking: { vector: expression } });
      if (expression === null || faultOf(expression)) return;
      await ready();
      await runner.until('vector');
    },
    async keepVector({ name, expression }) {
      try {
        await keptVectors.keep(name, expression);
      } catch (error) {
        report(error);
      }
      change({ keptVectors: keptVectors.all });
    },
    steer: ({ steering }) =>
      sent(
        { type: 'look', looking: { steering: steering && { steering, fault: faultOf(steering.expression) } } },
        'steer',
        'steerCurve',
      ),
    async chooseAxis({ axis }) {
      send({ type: 'turn', axis });
      if (axis.kind === 'token' && axis.id !== undefined) await showChoice();
    },
    async stepAxis({ by }) {
      send({ type: 'stepAxis', by });
      if (runner.state.looking.axis.kind === 'token') await showChoice();
    },
    async compareTexts({ text }) {
      send({ type: 'otherText', texts: text === null ? null : { text, from: null } });
      if (text !== null) await showChoice();
      await runner.until('twoTexts', 'twoPositions');
    },
    chooseOtherPosition: ({ position }) =>
      sent({ type: 'otherText', texts: { position, failure: null } }, 'twoPositions'),
    patch: ({ patch }) => sent({ type: 'patch', patch }, 'patch'),
    stopPatch: () => send({ type: 'stopPatch' }),
    openPatch: ({ cell }) => sent({ type: 'openPatch', cell }, 'patchCell'),
    endComparison: () => send({ type: 'endComparison' }),
    compareInTurn: () => sent({ type: 'runInTurn' }, 'bothText', 'bothPosition'),
  } satisfies Partial<Handlers<IntentName>>;
}
