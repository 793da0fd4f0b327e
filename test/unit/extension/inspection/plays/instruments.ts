import * as fc from 'fast-check';
import type { InView } from '../../../../../src/shared/instruments';
import type { Experiment, LabAsk } from '../../../../../src/shared/lab';
import { may, type Weighted } from './act';
import { compares, uris } from './acts';
import type { Model } from './model';
import type { Rig } from './rig';

type StateIntent = Parameters<Rig['controller']['intend']>[0];

/** What the page asks for, where a person lets no text go by it. */
const asks = (
  weight: number,
  intents: readonly StateIntent[],
  also: (model: Model, rig: Rig) => void = () => undefined,
) =>
  may(
    weight,
    fc.constantFrom(...intents),
    ({ type, ...said }) => `${type} ${JSON.stringify(said)}`,
    (model, rig, intent) => {
      also(model, rig);
      rig.wait(intent.type, rig.controller.intend(intent));
    },
  );

/** A page draws one room at a time; in a side bar and a panel more of them are in sight. */
const sights: readonly InView[] = [
  {},
  { journey: true, attention: true, pattern: true },
  { lens: { from: 0, to: 5 }, leaders: { between: false } },
  { lens: { from: 2, to: 20, between: true, divergence: true } },
  { vector: true, scope: true },
  { steer: true, dimensions: { position: 1, layer: 1 } },
  { texts: true },
  { both: true, bothRows: { matrix: 'output' }, bothNeighbours: { matrix: 'input' } },
  { texts: true, both: true, vector: true, journey: true, steer: true },
];

const steering = { expression: 'h', how: 'add', strength: 2, layer: null, positions: 'last' } as const;
const patched = { part: 'residual', layer: null, tokens: null } as const;
const paths = ['/models/one.gguf', '/models/inTurn.gguf'] as const;

function inspectsDocument(model: Model, rig: Rig, uri: string): void {
  model.leave.letsDocument(rig, uri);
  const source = { uri, name: uri, read: () => rig.documents.get(uri)?.text ?? '' };
  rig.wait('inspectDocument', rig.controller.inspectDocument(source));
}

function runs(model: Model, rig: Rig, name: Experiment): void {
  model.leave.lets(rig, rig.controller.shown);
  rig.wait('lab', rig.controller.intend({ type: 'lab', ask: { name, options: {} } as LabAsk }));
}

const forgetsChoice = (model: Model) => void (model.choice = null);
const endsComparison = (model: Model) => model.second.ends();

/** The parts of the page beside the inspection. */
export const instruments: readonly Weighted[] = [
  may(
    6,
    fc.constantFrom(...sights),
    (parts) => `look at ${JSON.stringify(parts)}`,
    (_, rig, parts) => rig.look(parts),
  ),
  asks(2, [
    { type: 'openHead', head: { layer: 0, head: 1 } },
    { type: 'openHead', head: null },
    { type: 'compareWith', id: 99 },
    { type: 'compareWith', id: null },
  ]),
  asks(2, [
    { type: 'ablate', ablation: { part: { kind: 'attention', layer: 0 }, by: 'zero' } },
    { type: 'ablate', ablation: null },
    { type: 'steer', steering },
    { type: 'steer', steering: { ...steering, expression: 'r1' } },
    { type: 'steer', steering: null },
  ]),
  asks(4, [
    { type: 'makeVector', expression: 'h' },
    { type: 'makeVector', expression: 'r1' },
    { type: 'makeVector', expression: 'a' },
    { type: 'makeVector', expression: null },
  ]),
  asks(
    2,
    [
      { type: 'chooseAxis', axis: { kind: 'token', id: 98 } },
      { type: 'chooseAxis', axis: { kind: 'residual', position: 1, layer: 1 } },
      { type: 'chooseAxis', axis: { kind: 'vector', expression: 'h' } },
      { type: 'stepAxis', by: -1 },
    ],
    forgetsChoice,
  ),
  asks(1, [
    { type: 'find', query: 'a' },
    { type: 'find', query: '' },
    { type: 'besideTokenizer', key: 'o200k_base' },
  ]),
  asks(
    3,
    [
      { type: 'compareTexts', text: 'QRS' },
      { type: 'compareTexts', text: 'TU' },
      { type: 'compareTexts', text: null },
    ],
    forgetsChoice,
  ),
  asks(1, [
    { type: 'chooseOtherPosition', position: 0 },
    { type: 'chooseOtherPosition', position: null },
  ]),
  asks(2, [
    { type: 'patch', patch: patched },
    { type: 'patch', patch: { part: 'head', layer: 1, tokens: [65, 66] } },
    { type: 'patch', patch: null },
    { type: 'stopPatch' },
    { type: 'openPatch', cell: { row: 0, at: 0 } },
  ]),
  may(5, fc.constantFrom(...paths), (path) => `compare with ${path}`, compares),
  asks(2, [{ type: 'endComparison' }, { type: 'compareInTurn' }], endsComparison),
  may(3, fc.constantFrom<Experiment>('extremes', 'length'), (name) => `run the experiment ${name}`, runs),
  asks(2, [{ type: 'cancelLab' }]),
  may(2, fc.constantFrom(...uris), (uri) => `inspect the document ${uri.slice(-4)}`, inspectsDocument),
  asks(1, [{ type: 'stopDocument' }, { type: 'closeDocument' }]),
  asks(1, [{ type: 'continueDocument' }], (model, rig) => {
    const { uri } = rig.state.document ?? {};
    if (uri !== undefined) model.leave.letsDocument(rig, uri);
  }),
];
