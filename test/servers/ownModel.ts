import { runHidden } from '../../src/engine/analysis/hiddenVectors';
import { loadModel } from '../../src/engine/model/load';
import { capped, rawLogits } from '../../src/engine/model/logits';
import type { Model } from '../../src/engine/model/model';
import type { FakeModel } from './fakeLlamaServer';

/** A model of this machine behind a server: our own h and logits. */
export async function ownModel(path: string, contextLength = 512): Promise<FakeModel & { close(): Promise<void> }> {
  const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
  // The trunk runs one text at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  return {
    name: 'own.gguf',
    dimensions: model.embedding.dimensions,
    vocabulary: model.vocabulary.length,
    contextLength,
    batch: contextLength,
    tokenise(text, { added, plain }) {
      const { ids } = model.tokenizer.encode(text, { plain });
      const own = model.tokenizer.first !== undefined && !added ? ids.subarray(1) : ids;
      return Array.from(own, (id) => ({ id, bytes: [...model.tokenizer.bytesOf(id)] }));
    },
    bytes: (id) => (model.tokenizer.isSpecial(id) ? [] : [...model.tokenizer.bytesOf(id)]),
    hidden: (ids) => inTurn(() => hiddenOf(model, ids)),
    logProbabilities: (ids) => inTurn(async () => logProbabilities(model, await hiddenOf(model, ids))),
    close: () => inTurn(() => model.release()),
  };
}

async function hiddenOf(model: Model, ids: readonly number[]): Promise<Float32Array> {
  const vectors = await runHidden(model, ids, {});
  const { dimensions } = model.embedding;
  const all = new Float32Array(ids.length * dimensions);
  ids.forEach((_, position) => all.set(vectors.at(position), position * dimensions));
  return all;
}

async function logProbabilities(model: Model, hidden: Float32Array): Promise<Float64Array> {
  const last = hidden.slice(-model.embedding.dimensions);
  const logits = Float64Array.from(capped(model, rawLogits(model, await model.directions.dots([last]))));
  const greatest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - greatest), 0);
  return logits.map((logit) => logit - greatest - Math.log(sum));
}
