import { basename } from 'node:path';
import type { Blame, BlameQuestion } from '../shared/blame';
import {
  adapterScales,
  type Both,
  type OtherModel,
  type OtherRequest,
  type OtherRuns,
  type PositionInBoth,
  type PositionInBothQuestion,
  type TextInBoth,
  type TextInBothRequest,
} from '../shared/both';
import type { Control, Signal } from '../shared/engine';
import { EngineError, badRequest, outOfRange, said } from '../shared/errors';
import type { Said } from '../shared/said';
import { orAborted } from '../shared/signal';
import type { TextRequest } from '../shared/tokens';
import { blame } from './analysis/both/blame';
import { positionInBoth } from './analysis/both/positionInBoth';
import { cutsOf, keptOf, textInBoth, textInTurn, within } from './analysis/both/textInBoth';
import { tokenise } from './analysis/tokenise';
import { sameBytes } from './arrays/bytes';
import type { HeldModel } from './heldModel';
import { AdaptedModel, adapterAt } from './model/adapted';
import type { StartCompute } from './model/compute';
import { describeFile } from './model/describe';
import { loadModel, type FileRequest, type ModelAndInfo } from './model/load';
import type { MemoryLimits } from './model/memory';
import type { Model } from './model/model';
import { NewestOnly } from './tasks/newestOnly';
import { pause, stopIfAborted } from './tasks/pause';

interface Pair {
  readonly request: OtherRequest;
  readonly other: Model;
  readonly said: OtherModel;
  /** Frees what B has of its own. */
  readonly release: () => Promise<void>;
  /** Absent if B has a file of its own; see `AdaptedModel.at`. */
  readonly adapted?: AdaptedModel;
  readonly releaseLayers?: () => void;
}

/** Runs work on A once the work before it has ended. */
type RunText = <T>(signal: Signal | undefined, work: (signal: Signal) => Promise<T>) => Promise<T>;

/** The model B beside the loaded one, A. It is released before A is left for another model. */
export class HeldOther {
  readonly #loads = new NewestOnly();
  /** Work on both models, one after the other, so that none runs while A makes room. */
  readonly #uses = new NewestOnly();
  #pair: Pair | undefined;
  /** The last text that the two ran in turn. */
  #inTurn: { readonly ids: readonly number[]; readonly positions: readonly PositionInBoth[] } | undefined;

  constructor(
    private readonly held: HeldModel,
    private readonly run: RunText,
    private readonly memory: () => MemoryLimits,
    private readonly computes: readonly StartCompute[],
  ) {}

  /** A failure leaves A as it is. The B before is released in any case. */
  load(request: OtherRequest, control: Control): Promise<OtherModel> {
    return this.#loads.do(control.signal, async (signal) => {
      const a = await this.#loaded(signal);
      await this.#release();
      const open = adapterAt(request.path);
      if (open) return this.#loadAdapter(a, request, open, { ...control, signal });
      const { runs, refusal, limits } = this.#planned(a, request);
      const geometryOnly = runs !== 'together';
      const { model, info } = await this.#read(a, { ...request, geometryOnly }, limits, { ...control, signal });
      try {
        const sameVocabulary = await areAlike([a, model], signal);
        const sameWidth = a.embedding.dimensions === model.embedding.dimensions;
        const said = { info, runs, refusal, sameVocabulary, sameWidth };
        this.#pair = { request, other: model, said, release: () => model.release() };
        return said;
      } catch (error) {
        await model.release();
        throw error;
      }
    });
  }

  async #loadAdapter(
    a: Model,
    request: OtherRequest,
    open: NonNullable<ReturnType<typeof adapterAt>>,
    control: Control,
  ): Promise<OtherModel> {
    const adapted = await AdaptedModel.open(a, request.path, open, control);
    try {
      const said: OtherModel = {
        info: {
          ...a.describe([]),
          files: adapted.files,
          name: request.name ?? basename(request.path).replace(/\.gguf$/i, ''),
        },
        runs: 'together',
        refusal: null,
        sameVocabulary: true,
        sameWidth: true,
        adapter: adapted.info,
      };
      return await this.#setScale({ request, said, adapted }, 1, control);
    } catch (error) {
      adapted.close();
      throw error;
    }
  }

  async #setScale(
    { request, said, adapted }: Pick<Pair, 'request' | 'said'> & { readonly adapted: AdaptedModel },
    scale: number,
    control: Control,
  ): Promise<OtherModel> {
    const { model, release } = await adapted.at(scale, control);
    this.#pair?.releaseLayers?.();
    const pair = {
      request,
      other: model,
      said: { ...said, scale },
      adapted,
      releaseLayers: release,
      async release() {
        release();
        adapted.close();
      },
    };
    this.#pair = pair;
    return pair.said;
  }

  /** Rejects with `EngineError('bad-request')` if B is no adapter, or the scale is out of its range. */
  scale({ scale }: { readonly scale: number }, control: Control): Promise<OtherModel> {
    return this.#use(control, async (_, { adapted, ...pair }, own) => {
      const { from, to } = adapterScales;
      if (!(scale >= from && scale <= to)) throw outOfRange('scale', scale, `${from} to ${to}`);
      if (!adapted) throw badRequest`The second model is no adapter, so it has no scale. Load an adapter to set one.`;
      return this.#setScale({ ...pair, adapted }, scale, own);
    });
  }

  #read(a: Model, request: FileRequest, limits: MemoryLimits, { signal, onProgress }: Control): Promise<ModelAndInfo> {
    return loadModel(
      { ...request, threads: a.threads, sameBits: a.sameBits },
      signal,
      (progress) => onProgress?.(progress),
      limits,
      this.computes,
    );
  }

  /** How B can run, why it cannot, and the memory that A leaves for it. */
  #planned(
    a: Model,
    { path }: OtherRequest,
  ): { readonly runs: OtherRuns; readonly refusal: Said | null; readonly limits: MemoryLimits } {
    // The limits count all of this process as free.
    const all = this.memory();
    const own = describeFile(this.held.path as string, all).memory;
    const taken = (a.runner ? own.run : own.geometry) ?? a.weights.fileBytes;
    const limits = { ...all, process: Math.max(0, all.process - taken) };
    const planned = (runs: OtherRuns, refusal: Said | null = null) => ({ runs, refusal, limits });
    if (!a.runner)
      return planned('none', said`The layers of the model are not loaded, so only the matrices are compared.`);
    const alone = describeFile(path, all);
    if (alone.memory.run === null) return planned('none', alone.refusal);
    return planned(describeFile(path, limits).memory.run === null ? 'inTurn' : 'together');
  }

  /**
   * Answers a question about tokens, which needs one vocabulary. The control ends with B. Rejects with
   * `EngineError('bad-request')` if there is no B, or it has another vocabulary.
   */
  alike<T>(control: Control, answer: (models: Both<Model>, control: Control) => Promise<T>): Promise<T> {
    return this.#use(control, async (a, pair, own) => answer([a, withOneVocabulary(pair).other], own));
  }

  /** One text in both, together or in turn. */
  text(request: TextInBothRequest, control: Control): Promise<TextInBoth> {
    return this.#use(control, (a, pair, own) => {
      if (needLayers(pair) === 'inTurn') return this.#textInTurn(a, pair, request, own);
      return this.run(own.signal, (signal) =>
        textInBoth([a, pair.other], request, pair.said.sameVocabulary, { ...own, signal }),
      );
    });
  }

  /** A position of a text that both cut into these ids. Of models that run in turn, only of their last text. */
  position(ids: readonly number[], question: PositionInBothQuestion, control: Control): Promise<PositionInBoth> {
    return this.#use(control, async (a, pair, own) => {
      const { other } = withOneVocabulary(pair);
      if (needLayers(pair) === 'inTurn') return this.#positionInTurn(ids, question.position);
      return this.run(own.signal, (signal) => positionInBoth([a, other], ids, question, { ...own, signal }));
    });
  }

  /** One part of the two after the other in the other's place. They have to be in memory together. */
  blame(request: TextRequest & BlameQuestion, control: Control): Promise<Blame> {
    return this.#use(control, async (a, pair, own) => {
      const { other } = withOneVocabulary(pair);
      if (needLayers(pair) === 'inTurn')
        throw badRequest`The two models do not fit into memory together, so their parts cannot be exchanged. Choose smaller files.`;
      return this.run(own.signal, (signal) => blame([a, other], tokenise(a, request), request, { ...own, signal }));
    });
  }

  /**
   * Does work after the work before it, which may have put a new A in the place of the old one. It ends before B is
   * released.
   */
  #use<T>(control: Control, work: (a: Model, pair: Pair, control: Control) => Promise<T>): Promise<T> {
    return this.#uses.follow(control.signal, async (signal) => {
      const a = await this.#loaded(signal);
      stopIfAborted(signal);
      if (!this.#pair) throw badRequest`There is no second model to compare with; choose one first.`;
      return work(a, this.#pair, { ...control, signal });
    });
  }

  /** Another A may wait for this work to end, so the work does not wait for that A. */
  async #loaded(signal: Signal): Promise<Model> {
    return (await orAborted(this.held.geometry({ signal }), signal)).model;
  }

  /** Runs A, then B in its place, and loads A again. */
  async #textInTurn(a: Model, pair: Pair, request: TextInBothRequest, control: Control): Promise<TextInBoth> {
    const { sameVocabulary } = pair.said;
    const { count } = request;
    const cuts = cutsOf([a, pair.other], request, sameVocabulary);
    const room = this.#roomFor(pair.request);
    const kept = await this.run(control.signal, (signal) =>
      keptOf(a, cuts[0], room, { ...within(control, 0, 0.3), signal }),
    );
    return this.held.lend(a, control.signal, async () => {
      const { model } = await this.#read(a, pair.request, this.memory(), within(control, 0.3, 0.7));
      try {
        const found = await textInTurn(kept, model, cuts, { count, sameVocabulary }, within(control, 0.7, 1));
        this.#inTurn = { ids: kept.ids, positions: found.positions };
        return found.text;
      } finally {
        await model.release();
      }
    });
  }

  /** Bytes that may be kept of A while B runs. */
  #roomFor({ path }: OtherRequest): number {
    const all = this.memory();
    const { run } = describeFile(path, all).memory;
    return Math.min(mostKept, Math.max(leastKept, all.process - (run ?? all.process)));
  }

  #positionInTurn(ids: readonly number[], position: number): PositionInBoth {
    const { ids: known, positions } = this.#inTurn ?? { ids: [], positions: [] };
    const found = known.every((id, i) => id === ids[i]) ? positions[position] : undefined;
    // An answer gives its arrays away.
    if (found) return structuredClone(found);
    throw badRequest`This position was not compared, and the two models do not fit into memory together. Compare the text first.`;
  }

  /** Cancels a load of B and all work with it, and releases B. */
  async release(): Promise<void> {
    await this.#loads.stop();
    await this.#release();
  }

  async #release(): Promise<void> {
    const pair = this.#pair;
    [this.#pair, this.#inTurn] = [undefined, undefined];
    await this.#uses.stop();
    await pair?.release();
  }
}

function withOneVocabulary(pair: Pair): Pair {
  if (pair.said.sameVocabulary) return pair;
  throw badRequest`The two models have different vocabularies, so their tokens cannot be compared one by one. Compare a text instead.`;
}

function needLayers({ said: { runs, refusal } }: Pair): Exclude<OtherRuns, 'none'> {
  if (runs !== 'none') return runs;
  throw new EngineError('bad-request', refusal ?? said`The layers of one of the two models are not loaded.`);
}

/** Whether every id is the same token in both. */
async function areAlike([{ vocabulary: a }, { vocabulary: b }]: Both<Model>, signal: Signal): Promise<boolean> {
  if (a.length !== b.length) return false;
  for (let id = 0; id < a.length; id++) {
    if (!sameBytes(a.tokenizer.bytesOf(id), b.tokenizer.bytesOf(id))) return false;
    if (id % tokensBetweenPauses === 0) await pause(signal);
  }
  return true;
}

const tokensBetweenPauses = 2 ** 14;
/** Logits of 512 positions of the largest vocabularies are half as many bytes. */
const mostKept = 2 ** 30;
/** As much is always tried. */
const leastKept = 2 ** 26;
