import * as fc from 'fast-check';
import type { InView } from '../../../../../src/shared/instruments';
import { may, mayOnce, type Weighted } from './act';
import { compares as compare, fails, inspects, uris } from './acts';
import type { Model } from './model';
import type { Rig } from './rig';
import { rest, settle } from './turns';

type StateIntent = Parameters<Rig['controller']['intend']>[0];

/** A text that is inspected, what is in sight beside it, and what is asked for there. */
interface Scene {
  readonly sight: InView;
  readonly intents: readonly StateIntent[];
  readonly compares?: string;
}

const steering = { expression: 'h', how: 'add', strength: 2, layer: null, positions: 'last' } as const;

/** Few plays come so far by chance, and most faults are there. */
const scenes: Readonly<Record<string, Scene>> = {
  'an own vector': { sight: { vector: true, scope: true }, intents: [{ type: 'makeVector', expression: 'h' }] },
  'layers and heads': {
    sight: { journey: true, attention: true, lens: { from: 0, to: 9 }, steer: true },
    intents: [
      { type: 'openHead', head: { layer: 0, head: 1 } },
      { type: 'steer', steering },
    ],
  },
  'two texts': {
    sight: { texts: true },
    intents: [
      { type: 'compareTexts', text: 'QRS' },
      { type: 'patch', patch: { part: 'residual', layer: null, tokens: null } },
    ],
  },
  'two models': {
    sight: { both: true, bothRows: { matrix: 'output' }, bothNeighbours: { matrix: 'output' } },
    intents: [],
    compares: '/models/one.gguf',
  },
  edits: { sight: {}, intents: [{ type: 'followEdits', on: true }] },
};

async function plays(model: Model, rig: Rig, { sight, intents, compares }: Scene): Promise<void> {
  inspects(model, rig, { uri: uris[0], from: 2, length: 4 });
  await rest(model, rig);
  rig.look(sight);
  for (const intent of intents) rig.wait(intent.type, rig.controller.intend(intent));
  model.choice = null;
  if (compares !== undefined) compare(model, rig, compares);
  await rest(model, rig);
}

/** A second model is wanted that cannot be loaded, beside one that can. */
async function comparesInVain(model: Model, rig: Rig): Promise<void> {
  compare(model, rig, '/models/one.gguf');
  await rest(model, rig);
  compare(model, rig, '/models/inTurn.gguf');
  await settle(model, rig);
  const nth = rig.pending.findIndex(({ name }) => name === 'loadOther');
  if (nth >= 0) fails(model, rig, { nth, code: 'server-failed' });
}

export const inVain = mayOnce(2, 'compare with one.gguf, and then with a model that cannot be loaded', comparesInVain);

export const scene: Weighted = may(
  5,
  fc.constantFrom(...Object.entries(scenes)),
  ([name]) => `inspect a.md from 2 to 6, and look at ${name}`,
  (model, rig, [, one]) => plays(model, rig, one),
);
