import * as fc from 'fast-check';
import { usualChat } from '../../../../../src/shared/chat/view';
import type { ErrorCode } from '../../../../../src/shared/errors';
import type { PanelOptions } from '../../../../../src/shared/panel';
import { may, mayOnce, type Weighted } from './act';
import * as acts from './acts';
import { instruments } from './instruments';
import { models } from './rig';
import { inVain, scene } from './scenes';
import { pass, rest } from './turns';

const small = fc.nat(5);
const stretch: fc.Arbitrary<acts.Stretch> = fc.record({
  uri: fc.constantFrom(acts.uris[0], acts.uris[0], acts.uris[1]),
  from: fc.nat(6),
  length: fc.integer({ min: 1, max: 10 }),
});
/** Servers more often than the others: most of what can go wrong with a text is theirs. */
const model = fc.constantFrom(0, 0, 1, 2, 2, 2, 3, 4);
const at = ({ uri, from, length }: acts.Stretch): string => `${uri.slice(-4)} from ${from} to ${from + length}`;

/** Options that the page sets. */
const choices: readonly Partial<PanelOptions>[] = [
  ...[{ context: true }, { context: false }, { plain: true }, { plain: false }, { chat: usualChat }, { chat: null }],
  ...([{ centred: true }, { centred: false }, { space: 'output' }, { space: 'input' }] as const),
  ...([{ colouring: 'difference' }, { colouring: 'size' }, { colouring: 'attention' }] as const),
];
/** Options that are changed in the settings. */
const settings: readonly Partial<PanelOptions>[] = [
  ...[{ limit: 3 }, { limit: 512 }, { top: 4 }, { top: 20 }, { neighbours: 3 }, { neighbours: 10 }],
  ...[{ context: true }, { context: false }, { contextTokens: 2 }],
];
const said = (value: unknown) => JSON.stringify(value);

const inspections: readonly Weighted[] = [
  may(8, stretch, (one) => `inspect ${at(one)}`, acts.inspects),
  may(2, stretch, (one) => `inspect ${at(one)} as a conversation`, acts.inspectsChat),
  may(
    2,
    stretch,
    (one) => `reload ${at(one)}`,
    (model, rig, one) => acts.resumes(model, rig, one),
  ),
  may(
    1,
    stretch,
    (one) => `reload ${at(one)}, with a token after it`,
    (model, rig, one) => acts.resumes(model, rig, one, true),
  ),
  may(3, small, (position) => `choose position ${position}`, acts.choosesPosition),
  may(2, small, (position) => `put the cursor on ${position}`, acts.putsCursor),
  may(2, fc.constantFrom(null, 97, 100, 120), (id) => `choose token ${id}`, acts.choosesToken),
  may(5, fc.constantFrom(...choices), (options) => `choose ${said(options)}`, acts.sets),
  may(2, fc.constantFrom(...settings), (options) => `set ${said(options)}`, acts.configures),
  may(6, model, (nth) => `the settings name ${models[nth]?.path}`, acts.names),
  may(2, model, (nth) => `the model is unloaded, the settings name ${models[nth]?.path}, and it is loaded`, acts.loads),
  mayOnce(4, 'the settings are heard of', (_, rig) => rig.tells()),
  may(3, fc.boolean(), (named) => `refresh by the ${named ? 'button' : 'command'}`, acts.refreshes),
  mayOnce(3, 'cancel', acts.cancels),
  mayOnce(3, 'load', (_, rig) => rig.wait('load', rig.controller.ready())),
  mayOnce(1, 'load by the button', (_, rig) => rig.wait('load', rig.controller.intend({ type: 'load' }))),
  mayOnce(2, 'agree to the download', (_, rig) => rig.wait('download', rig.controller.intend({ type: 'download' }))),
  may(2, small, (nth) => `restore inspection ${nth}`, acts.restores),
  may(1, small, (nth) => `remove inspection ${nth}`, acts.removes),
  mayOnce(1, 'reset', acts.resets),
  may(2, fc.nat(1), (nth) => `continue with prediction ${nth}`, acts.continues),
  mayOnce(1, 'take one token off', acts.takesOff),
  mayOnce(1, 'write the appended tokens into the document', acts.writes),
  may(3, fc.boolean(), (on) => `follow edits: ${on}`, acts.follows),
  may(
    3,
    fc.record({ where: fc.constantFrom('before', 'inside', 'end'), text: fc.constantFrom('', 'u', 'vw') }),
    ({ where, text }) => `write “${text}” ${where}`,
    acts.edits,
  ),
  mayOnce(1, 'an edit that was not seen', acts.editsUnseen),
  may(
    1,
    fc.constantFrom(...acts.uris),
    (uri) => `close ${uri.slice(-4)}`,
    (_, rig, uri) => rig.close(uri),
  ),
];

const errors = fc.constantFrom<ErrorCode>('server-failed', 'bad-request', 'no-memory');

const engine: readonly Weighted[] = [
  may(18, small, (nth) => `answer ${nth}`, acts.answers),
  may(5, fc.record({ nth: small, code: errors }), ({ nth, code }) => `fail ${nth}: ${code}`, acts.fails),
  mayOnce(12, 'answer all', rest),
  mayOnce(2, 'the engine dies', (model, rig) => acts.ends(model, rig, 'worker-lost')),
  mayOnce(1, 'the user unloads the model', acts.unloads),
  mayOnce(2, 'the model is unloaded', (model, rig) => acts.ends(model, rig, 'cancelled')),
  may(
    3,
    fc.constantFrom(100, 160, 310),
    (time) => `wait ${time} ms`,
    (_, rig, time) => pass(rig, time),
  ),
  may(
    2,
    fc.boolean(),
    (crosses) => `answers cross with cancels: ${crosses}`,
    (_, { pretended }, crosses) => {
      pretended.crosses = crosses;
    },
  ),
];

/** Everything that may come at any time. */
export const commands = fc.oneof(scene, inVain, ...inspections, ...instruments, ...engine);
