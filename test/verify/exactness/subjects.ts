import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import { tensorTypes, type TensorType } from '../../../src/engine/weights/types/types';
import { defaultModel } from '../../../src/shared/defaultModel';
import { fromRoot } from '../../bench/inputs';
import { blockTypes, llamaFile } from '../../fuzz/llamaFile';
import { partsOf } from '../../unit/support/ggufParts';
import { randomOf } from '../../unit/support/mutations';
import { deviation, truthAt, type Truth } from '../../unit/support/truth';
import type { Texts } from './truths';

const likeliestTokens = v.array(v.object({ id: v.number(), logit: v.number() }));
const schema = v.object({
  runs: v.array(v.object({ text: v.string(), 'top 20, last position': likeliestTokens })),
});

/** A model whose figures are measured. */
export interface Subject {
  readonly kind: string;
  readonly path: string;
  readonly texts: Texts;
  /** The error of the logits beside those of an independent implementation; absent if there is none. */
  readonly published?: (engine: LocalEngine, model: Model) => Promise<number>;
}

const folders = fromRoot('test/fixtures/folders');
const families = fromRoot('test/fixtures/families');
const familyNames = readdirSync(families).flatMap((name) => /(.*)\.gguf$/.exec(name)?.[1] ?? []);
const familyPath = (name: string): string => `${families}/${name}.gguf`;
const familyTruth = (name: string): Truth => truthAt(`${families}/${name}.json`);
const b = 'A king of France is';
const usual: Texts = { a: 'The capital of France is', b: 'The capital of Italy is' };

/** A fixture ends in words that text B has too. */
const withEnd = (text: string): string => `${text} of France is`;

/** `scratch`: a folder for the models that are made. */
export function subjects(scratch: string): readonly Subject[] {
  const fixtures = familyNames.map((name): Subject => {
    const truth = familyTruth(name);
    const kind = name === 'phi3-q4' ? 'GGUF, Q4_0' : name.endsWith('nvfp4') ? 'GGUF, NVFP4' : 'GGUF, F16';
    return { kind, path: familyPath(name), texts: { a: withEnd(truth.text), b }, published: besides(truth) };
  });
  const inFolders = readdirSync(folders)
    .filter((name) => name !== 'configs')
    .map((name): Subject => {
      const own = join(folders, name, 'truth.json');
      const truth = existsSync(own) ? truthAt(own) : familyTruth(name);
      const kind = `safetensors, ${/-(bf16|fp8|mxfp4)$/.exec(name)?.[1]?.toUpperCase() ?? 'F16'}`;
      return { kind, path: join(folders, name), texts: { a: withEnd(truth.text), b }, published: besides(truth) };
    });
  mkdirSync(scratch, { recursive: true });
  const made = blockTypes.map((type): Subject => {
    const path = join(scratch, `random.${type}.gguf`);
    writeFileSync(path, randomModel(type));
    return { kind: `GGUF, ${type}, random numbers`, path, texts: { a: withEnd(familyTruth('llama-3').text), b } };
  });
  const path = fromRoot(defaultModel.path);
  return [
    ...fixtures,
    ...inFolders,
    ...made,
    { kind: 'GGUF, Q4_1, default model', path, texts: usual, published: likeliest },
  ];
}

/** A small Llama whose matrices are random blocks of one type. Its rows are as wide as the widest block. */
function randomModel(type: TensorType): Uint8Array {
  const { keys, tensors } = partsOf(readFileSync(familyPath('llama-untied')));
  return llamaFile(randomOf(1, 0), {
    ...{ layers: 2, width: 256, heads: 8, groups: 8, feedForward: 256, context: 96, window: 0, untied: true },
    tokens: Number(tensors.find(({ name }) => name === 'token_embd.weight')?.dimensions[1]),
    tokenizer: keys.filter(({ key }) => key.startsWith('tokenizer.')),
    typeOf: () => tensorTypes[type].ggufId,
  });
}

/** All logits of the fixture's text. */
function besides(truth: Truth): NonNullable<Subject['published']> {
  return async (engine, model) => {
    const asked = { text: truth.text, neighbours: 0, layers: false, centred: false };
    const { predictions = [] } = await engine.inspect({ ...asked, top: model.vocabulary.length });
    const found = predictions.map(({ top }) => {
      const logits = new Float64Array(model.vocabulary.length);
      for (const { id, logit } of top) logits[id] = logit;
      return logits;
    });
    return deviation(
      found,
      truth.ids.map((_, position) => truth.at(position)),
    );
  };
}

/** The logits of the twenty likeliest tokens after each text of the reference. */
async function likeliest(engine: LocalEngine): Promise<number> {
  const all: { readonly own: number[]; readonly truth: number[] } = { own: [], truth: [] };
  const { runs } = v.parse(schema, JSON.parse(readFileSync(fromRoot('test/fixtures/reference.json'), 'utf8')));
  for (const { text, 'top 20, last position': expected } of runs) {
    const { predictions } = await engine.inspect({ text, neighbours: 0, top: 100, layers: false, centred: false });
    for (const { id, logit } of expected) {
      all.own.push(predictions?.at(-1)?.top.find((entry) => entry.id === id)?.logit ?? NaN);
      all.truth.push(logit);
    }
  }
  return deviation([all.own], [all.truth]);
}
