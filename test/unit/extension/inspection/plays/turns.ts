import type { Clock } from './clock';
import { Model, throwFirst } from './model';
import { faultsAtRest } from './rest';
import type { Rig } from './rig';
import { isShown } from './shown';

/** Answers after which what is asked anew and anew will never end. */
const mostAnswers = 500;
/** Longer than a person types without a pause, and than a number is awaited before it is taken off. Milliseconds. */
const longPause = 400;

/** What is under way goes as far as it can without an answer. */
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

const clocks = new WeakMap<Rig, Clock>();

/** Connects a rig with a model that checks whatever the page is told. */
export function begin(rig: Rig, clock: Clock): Model {
  const model = new Model();
  clocks.set(rig, clock);
  rig.pretended.isShown = (name, key) => isShown(rig, name, key);
  rig.onRead = () => model.reads(rig);
  rig.onShown = () => {
    try {
      model.check(rig);
    } catch (error) {
      broken.set(rig, broken.get(rig) ?? error);
    }
  };
  return model;
}

const broken = new WeakMap<Rig, unknown>();

/** After each act: what is shown holds. */
export async function settle(model: Model, rig: Rig): Promise<void> {
  rig.pretended.deliver();
  await turn();
  if (rig.drawsAgain()) await turn();
  if (broken.has(rig)) throw broken.get(rig);
  model.checkTurn(rig);
}

export const pass = (rig: Rig, milliseconds: number): void => clocks.get(rig)?.pass(milliseconds);

/** Everything is answered, one after the other, and what holds then is asked. */
export async function rest(model: Model, rig: Rig): Promise<void> {
  for (let answers = 0; ; answers++) {
    const [next] = rig.pending;
    if (answers > mostAnswers) throw new Error(`it never comes to rest: ${next?.name}`);
    if (next) next.settle(null);
    else pass(rig, longPause);
    await settle(model, rig);
    if (next || rig.pending.length > 0 || rig.pretended.isLate) continue;
    if (!rig.isUntold) break;
    rig.tells();
  }
  throwFirst(faultsAtRest(model, rig));
}
