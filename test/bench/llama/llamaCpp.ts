import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder } from '../../../scripts/editor/cache.mjs';
import { row } from '../../../src/engine/arrays/vectors';
import { loadModel } from '../../../src/engine/model/load';
import { inRounds, median, print, timed } from '../measure';

/** The part of node-llama-cpp that is used here; it is no dependency of ours, so its own types are not there. */
interface NodeLlamaCpp {
  readonly LlamaLogLevel: { readonly error: string };
  getLlama(options: {
    gpu: false;
    build: 'never';
    skipDownload: true;
    logLevel: string;
    progressLogs: false;
  }): Promise<Llama>;
}

interface Llama {
  readonly llamaCppRelease: { readonly release: string };
  loadModel(options: { modelPath: string }): Promise<{
    createContext(options: {
      contextSize: number;
      batchSize: number;
      threads: number;
    }): Promise<{ getSequence(): Sequence }>;
  }>;
  dispose(): Promise<void>;
}

/** What is asked of each position: its likeliest next token, or the probability of every token. */
interface Asked {
  readonly generateNext: { readonly token: true } | { readonly probabilities: true };
}

interface Answer {
  readonly next: { readonly token?: number | null; readonly probabilities?: ReadonlyMap<number, number> };
}

interface Sequence {
  clearHistory(): Promise<void>;
  controlledEvaluate(
    input: readonly (readonly [token: number, asked: Asked])[],
  ): Promise<readonly (Answer | undefined)[]>;
}

/** 256 words of three letters. */
export const words = Array.from(
  { length: 256 },
  (_, i) => ` ${String.fromCharCode(97 + (i % 26), 97 + (Math.floor(i / 26) % 26), 97 + ((7 * i) % 26))}`,
).join('');

const usualFolder = join(cacheFolder(), 'node-llama-cpp');
export const positions = 64;
export const rounds = 5;

/** What both sides took, milliseconds. */
export interface Beside {
  readonly ours: number;
  readonly theirs: number;
  /** The same of one token more, with all its logits; and of our layers alone. */
  readonly token: { readonly ours: number; readonly layers: number; readonly theirs: number };
  /** Positions at which both name the same token as the likeliest next one. */
  readonly agreed: number;
  readonly release: string;
}

/** The library as it was installed in a folder, on the processor alone. */
export async function startLlama(folder?: string): Promise<Llama> {
  const { getLlama, LlamaLogLevel } = (await import(pathToFileURL(entry(folder)).href)) as NodeLlamaCpp;
  return getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: LlamaLogLevel.error,
    progressLogs: false,
  });
}

/** How node-llama-cpp is to be had where it is missing. */
export function missing(folder = usualFolder): string | undefined {
  if (existsSync(entry(folder))) return undefined;
  return `skipped: node-llama-cpp is not installed (npm install --prefix ${folder} --ignore-scripts --omit=optional node-llama-cpp @node-llama-cpp/${process.platform === 'win32' ? 'win' : process.platform === 'darwin' ? 'mac' : process.platform}-${process.arch})`;
}

const entry = (folder = usualFolder): string => join(folder, 'node_modules/node-llama-cpp/dist/index.js');

/**
 * Prints, as a line of JSON, the time of the layers and the logits of all positions, in turn: ours as the products of
 * every position with the whole vocabulary, theirs as an evaluation that is asked for the likeliest next token of every
 * position, the cheapest question that makes it compute all logits of each. Neither makes a softmax. Then the same of
 * one token more.
 */
export async function printBeside(path: string, folder?: string): Promise<void> {
  const { model, info } = await loadModel({ path }, undefined, () => undefined);
  const ids = Array.from(model.tokenizer.encode(words, { plain: true }).ids.slice(0, positions));
  if (ids.length < positions) throw new Error(`The text has ${ids.length} tokens; ${positions} are needed.`);
  const { dimensions, layers } = model.hyperparameters;
  const hidden = async (given: readonly number[], first: number) => {
    const residuals = (await model.trunk.run(given, {})).residuals(layers);
    return given.slice(first).map((_, i) => model.finalNorm(row(residuals, first + i, dimensions)));
  };
  const logits = async () => model.directions.dots(await hidden(ids, 0));
  const last = ids.at(-1) as number;
  const longer = [...ids, last];
  /** Ours, after the 64 that are there: one that is not known yet. */
  const again = () => model.trunk.run(ids, {});

  const llama = await startLlama(folder);
  const context = await (
    await llama.loadModel({ modelPath: path })
  ).createContext({ contextSize: 2 * positions, batchSize: 2 * positions, threads: info.threads });
  const sequence = context.getSequence();
  const evaluate = () => sequence.controlledEvaluate(ids.map((id) => [id, { generateNext: { token: true } }] as const));
  const own = likeliest(await logits(), positions);
  const agreed = (await evaluate()).filter((answer, i) => answer?.next.token === own[i]).length;
  const next = () => sequence.controlledEvaluate([[last, { generateNext: { token: true } }]]);
  const { ours, theirs, more, inner, their } = await inRounds(rounds, {
    ours: async () => {
      // Nothing of the text is known any more.
      await model.trunk.run([(ids[0] as number) + 1], {});
      return timed(logits);
    },
    theirs: async () => {
      await sequence.clearHistory();
      return timed(evaluate);
    },
    more: async () => {
      await again();
      return timed(async () => model.directions.dots(await hidden(longer, ids.length)));
    },
    inner: async () => {
      await again();
      return timed(() => model.trunk.run(longer, {}));
    },
    // Every round it is after some tokens more, which changes little.
    their: () => timed(next),
  });
  const token = { ours: median(more), layers: median(inner), theirs: median(their) };
  const { release } = llama.llamaCppRelease;
  const found: Beside = { ours: median(ours), theirs: median(theirs), token, agreed, release };
  print(JSON.stringify(found));
}

function likeliest(logits: Float32Array, count: number): number[] {
  const vocabulary = logits.length / count;
  return Array.from({ length: count }, (_, i) => {
    const own = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
    return own.reduce((best, logit, id) => (logit > (own[best] as number) ? id : best), 0);
  });
}
